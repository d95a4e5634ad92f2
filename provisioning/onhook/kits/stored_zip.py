"""Write a ZIP file of many small entries, as they are, in bounded memory.

`zipfile` keeps some 600 bytes of every entry until the end and spends more on an entry than
rendering a config takes; a ZIP of a hundred thousand kits has three hundred thousand entries. This
writes the one kind of entry that kits need: stored, with a Unix mode, ZIP64 where it must be.
"""

from __future__ import annotations

import struct
import zlib
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

# PKWARE, APPNOTE.TXT - .ZIP File Format Specification 6.3.10, sections 4.3.7 to 4.3.16
_LOCAL = struct.Struct("<4sHHHHHLLLHH")
_CENTRAL = struct.Struct("<4sHHHHHHLLLHHHHHLL")
_END64 = struct.Struct("<4sQHHLLQQQQ")
_LOCATOR64 = struct.Struct("<4sLQL")
_END = struct.Struct("<4sHHHHLLH")
_OFFSET64 = struct.Struct("<HHQ")
_SIZES_AT = 14  # of crc and both sizes in a local header

_PLAIN, _ZIP64 = 20, 45  # version needed to extract
_UNIX = 3 << 8
_UTF8 = 1 << 11
_ELSEWHERE_16, _ELSEWHERE_32 = 0xFFFF, 0xFFFFFFFF  # "see the ZIP64 field"
_MOST = _ELSEWHERE_32 - 1  # what an offset of 32 bits can say
_AT_ONCE = 1 << 20


class StoredZip:
    """A ZIP file being written.

    Args:
        file: Empty, seekable, opened for binary writing.
        entries: Empty, for reading and writing: holds the list of entries until the end.
        mode: Unix mode of every entry.
    """

    def __init__(self, file: IO[bytes], entries: IO[bytes], mode: int) -> None:
        self._file = file
        self._attributes = (0o100000 | mode) << 16
        self._central = entries
        self._entries = 0
        self._offset = 0

    def add(self, name: str, content: bytes, modified: datetime) -> None:
        """Append an entry.

        Args:
            name: Its path, with slashes.
            content: Less than 4 GiB.
            modified: When, as a clock on the wall shows it.
        """
        encoded, stamp = name.encode(), _stamp(modified)
        sums = (zlib.crc32(content), len(content), len(content))
        local = _LOCAL.pack(b"PK\3\4", _PLAIN, _UTF8, 0, *stamp, *sums, len(encoded), 0)
        self._file.write(b"".join((local, encoded, content)))
        self._list(encoded, stamp, sums, len(local) + len(encoded) + len(content))

    def add_parts(self, name: str, parts: Iterable[bytes], modified: datetime) -> None:
        """Append an entry whose content comes in parts; as `add`."""
        encoded, stamp = name.encode(), _stamp(modified)
        start = self._file.tell()
        self._file.write(_LOCAL.pack(b"PK\3\4", _PLAIN, _UTF8, 0, *stamp, 0, 0, 0, len(encoded), 0))
        self._file.write(encoded)
        check = size = 0
        for part in parts:
            check, size = zlib.crc32(part, check), size + len(part)
            self._file.write(part)
        end = self._file.tell()
        self._file.seek(start + _SIZES_AT)
        self._file.write(struct.pack("<LLL", check, size, size))
        self._file.seek(end)
        self._list(encoded, stamp, (check, size, size), end - start)

    def finish(self) -> None:
        """Write the list of entries, without which it is no ZIP file; both files stay open."""
        start, size = self._offset, self._central.tell()
        self._central.seek(0)
        while part := self._central.read(_AT_ONCE):
            self._file.write(part)
        end64 = start + size
        count = self._entries
        if count >= _ELSEWHERE_16 or end64 > _MOST:
            sizes = (_END64.size - 12, _ZIP64, _ZIP64, 0, 0, count, count, size, start)
            self._file.write(_END64.pack(b"PK\6\6", *sizes))
            self._file.write(_LOCATOR64.pack(b"PK\6\7", 0, end64, 1))
            count, size, start = _ELSEWHERE_16, _ELSEWHERE_32, _ELSEWHERE_32
        self._file.write(_END.pack(b"PK\5\6", 0, 0, count, count, size, start, 0))

    def _list(
        self, name: bytes, stamp: tuple[int, int], sums: tuple[int, int, int], written: int
    ) -> None:
        offset, extra, version = self._offset, b"", _PLAIN
        if offset > _MOST:
            extra, version = _OFFSET64.pack(1, 8, offset), _ZIP64
            offset = _ELSEWHERE_32
        head = (b"PK\1\2", _UNIX | version, version, _UTF8, 0, *stamp, *sums)
        tail = (len(name), len(extra), 0, 0, 0, self._attributes, offset)
        self._central.write(_CENTRAL.pack(*head, *tail) + name + extra)
        self._entries += 1
        self._offset += written


def _stamp(moment: datetime) -> tuple[int, int]:
    """Return time and date as MS-DOS wrote them (section 4.4.6)."""
    time = moment.hour << 11 | moment.minute << 5 | moment.second // 2
    return time, (moment.year - 1980) << 9 | moment.month << 5 | moment.day
