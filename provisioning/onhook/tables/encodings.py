"""Find out in which encoding a file is written.

A byte order mark decides. Without one, UTF-16 is known by the NUL bytes of its ASCII characters;
else the file is UTF-8 if all of it is, else CP932 if all of it is. The order matters: UTF-8 is
hardly ever met by accident, while CP932 accepts most bytes.
"""

from __future__ import annotations

import codecs
import io
from dataclasses import dataclass
from typing import IO

from onhook.tables.errors import TableIsBinary, TableUndecodable

_CHUNK = 1 << 18
_HEAD = 1 << 12


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoding as people say it, and Python's codec for it."""

    name: str
    codec: str


UTF_8 = Encoding("UTF-8", "utf-8")
UTF_8_BOM = Encoding("UTF-8 with BOM", "utf-8-sig")
CP932 = Encoding("CP932", "cp932")
UTF_16 = Encoding("UTF-16", "utf-16")
_UTF_16_LE = Encoding("UTF-16", "utf-16-le")
_UTF_16_BE = Encoding("UTF-16", "utf-16-be")

# Bytes 80, A0, FD, FE, FF: Windows leaves them unassigned, Python's codec lets them through.
CP932_HOLES = "\x80\uf8f0\uf8f1\uf8f2\uf8f3"


def find_encoding(file: IO[bytes], path: str) -> Encoding:
    """Return the encoding in which all of `file` can be read; leaves `file` where it likes.

    Args:
        file: Open for reading and seekable. It is read in pieces, whatever its size.
        path: The file's name, for errors.

    Raises:
        TableIsBinary: It is no text.
        TableUndecodable: No encoding reads all of it.
    """
    file.seek(0)
    failed: list[tuple[int, Encoding]] = []
    for encoding in _candidates(file.read(_HEAD)):
        offset = _first_fault(file, encoding, path)
        if offset is None:
            return encoding
        failed.append((offset, encoding))
    offset, furthest = max(failed, key=lambda failure: failure[0])
    if furthest in (_UTF_16_LE, _UTF_16_BE):  # only guessed from NUL bytes
        raise TableIsBinary(path)
    raise TableUndecodable(path, furthest.name, 1 + count_lines(file, furthest.codec, offset))


def _candidates(head: bytes) -> tuple[Encoding, ...]:
    if head.startswith(codecs.BOM_UTF8):
        return (UTF_8_BOM,)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return (UTF_16,)
    if b"\0" in head:
        low_first = head[1::2].count(0) >= head[::2].count(0)
        return (_UTF_16_LE,) if low_first else (_UTF_16_BE,)
    return (UTF_8, CP932)


def _first_fault(file: IO[bytes], encoding: Encoding, path: str) -> int | None:
    """Return the offset of the first byte that `encoding` cannot read; None if it reads all."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding.codec)()
    read = 0
    while True:
        chunk = file.read(_CHUNK)
        read += len(chunk)
        try:
            text = decoder.decode(chunk, not chunk)
        except UnicodeDecodeError as error:
            # `error.object` is what was left of the chunk before, and this chunk.
            return read - len(error.object) + error.start
        if "\0" in text:
            raise TableIsBinary(path)
        if encoding is CP932 and (hole := _first_hole(text)) is not None:
            return read - len(chunk) + hole
        if not chunk:
            return None


def _first_hole(text: str) -> int | None:
    """Return before which byte of `text`, in CP932, an unassigned one stands; None without one.

    It may be one too many where the chunk before ended inside a character: no matter for a line.
    """
    holes = [place for hole in CP932_HOLES if (place := text.find(hole)) >= 0]
    return len(text[: min(holes)].encode("cp932")) if holes else None


def count_lines(file: IO[bytes], codec: str, size: int) -> int:
    """Return how many line ends (LF, CRLF or CR) the first `size` bytes of `file` hold."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(codec)("replace")
    ends = io.IncrementalNewlineDecoder(decoder, translate=True)
    lines = 0
    while size > 0 and (chunk := file.read(min(size, _CHUNK))):
        size -= len(chunk)
        lines += ends.decode(chunk).count("\n")
    return lines + ends.decode(b"", final=True).count("\n")
