"""Write a table that Excel opens right, that runs nothing, and that `read_table` reads back."""

from __future__ import annotations

import csv
import io
import shutil
import stat
import sys
import tempfile
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal

from onhook.files import appearing, disk_faults
from onhook.tables.encodings import CP932, CP932_HOLES, UTF_8, UTF_8_BOM, count_lines
from onhook.tables.errors import TableCharacterUnwritable, TableIsFolder, TableIsNoFile
from onhook.tables.formulas import shield

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from onhook.tables.reading import Form

ExportEncoding = Literal["utf-8-sig", "utf-8", "cp932"]
"""Python's names: UTF-8 with byte order mark, which Excel needs; without; the Windows code page."""

_NAMES = {encoding.codec: encoding.name for encoding in (UTF_8_BOM, UTF_8, CP932)}
_BOM = "\ufeff"
_IN_MEMORY = 1 << 23


def write_table(
    target: Path | str | IO[bytes],
    fields: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    encoding: ExportEncoding = "utf-8-sig",
) -> None:
    r"""Write `fields` as the header and `rows` below it, with CRLF line ends.

    `read_table` gives back exactly these texts, with two limits: it skips a row of blank cells
    only; and a CP932 file whose only Japanese is a few half-width kana can by chance be valid
    UTF-8, as "ﾃｽ" is, and is then taken for it. A header that begins with kanji rules that out.

    Args:
        target: A file, which appears whole and readable by its owner only; or a binary stream,
            which is sent nothing before all rows could be written.
        fields: The header.
        rows: One text for each field.
        encoding: See `ExportEncoding`.

    Raises:
        TableCharacterUnwritable: The encoding lacks a character, or it is a NUL or half a pair.
        TableIsFolder: `target` is a folder.
        TableIsNoFile: `target` is a device, a pipe or a socket.
        StorageFault: The disk is full, or the folder may not be written to.
        ValueError: A row has not as many cells as there are fields.
    """
    if not isinstance(target, (Path, str)):
        _write_to_stream(target, fields, rows, encoding)
        return
    path = Path(target)
    _refuse_other_than_file(path)
    with disk_faults(path), appearing(path) as file:
        _write(file, fields, rows, encoding, str(path))


def write_like(
    path: Path, form: Form, fields: Sequence[str], rows: Iterable[Sequence[str]]
) -> None:
    """Write a table in the form of another, every cell as it is: a spreadsheet may run some.

    Args:
        path: A file, which appears whole and readable by its owner only.
        form: How the other is written.
        fields: The header.
        rows: One text for each field.

    Raises:
        OnhookError: As `write_table`.
    """
    _refuse_other_than_file(path)
    with disk_faults(path), appearing(path) as file:
        file.write("".encode(form.codec))  # the byte order mark, where the codec has one
        codec = _WITHOUT_MARK.get(form.codec, form.codec)
        for line, row in enumerate(chain([fields], rows), start=1):
            text = io.StringIO()
            csv.writer(text, delimiter=form.delimiter, lineterminator=form.line_end).writerow(row)
            try:
                file.write(encode(text.getvalue(), codec))
            except UnicodeError:
                culprit = _culprit(codec, fields, row)
                raise TableCharacterUnwritable(str(path), line, *culprit, form.encoding) from None


_WITHOUT_MARK = {
    "utf-8-sig": "utf-8",
    "utf-16": "utf-16-le" if sys.byteorder == "little" else "utf-16-be",
}


def _write_to_stream(
    stream: IO[bytes],
    fields: Sequence[str],
    rows: Iterable[Sequence[str]],
    encoding: ExportEncoding,
) -> None:
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as spool:
        _write(spool, fields, rows, encoding, "-")
        spool.seek(0)
        shutil.copyfileobj(spool, stream)


def _write(
    file: IO[bytes],
    fields: Sequence[str],
    rows: Iterable[Sequence[str]],
    encoding: ExportEncoding,
    path: str,
) -> None:
    writer = csv.writer(_Encoder(file, encoding), lineterminator="\r\n")
    if encoding == "utf-8-sig":
        file.write(_BOM.encode())
    for row in chain([fields], rows):
        if len(row) != len(fields):
            raise ValueError(f"a row has {len(row)} cells, the header {len(fields)}")
        try:
            writer.writerow([shield(cell) for cell in row])
        except UnicodeError:
            raise _unwritable(file, fields, row, encoding, path) from None


class _Encoder:
    """Encode what `csv` writes, a row at a time, and refuse what would not be read back."""

    def __init__(self, file: IO[bytes], encoding: ExportEncoding) -> None:
        self._file = file
        self._codec = "cp932" if encoding == "cp932" else "utf-8"

    def write(self, text: str) -> int:
        return self._file.write(encode(text, self._codec))


def encode(text: str, codec: str) -> bytes:
    """Return `text` as bytes that decode to `text`.

    Raises:
        UnicodeError: There are none, or one is a NUL.
    """
    if "\0" in text:
        raise UnicodeError("NUL")
    encoded = text.encode(codec)
    # Python's cp932 writes some characters as similar ones: 〜 becomes ～.
    if codec == "cp932" and not (text.isascii() or _reads_back(encoded, text)):
        raise UnicodeError("not reversible")
    return encoded


def _reads_back(encoded: bytes, text: str) -> bool:
    return encoded.decode("cp932") == text and not any(hole in text for hole in CP932_HOLES)


def _unwritable(
    file: IO[bytes],
    fields: Sequence[str],
    row: Sequence[str],
    encoding: ExportEncoding,
    path: str,
) -> TableCharacterUnwritable:
    codec = "cp932" if encoding == "cp932" else "utf-8"
    line = 1 + count_lines(file, encoding, file.tell())
    return TableCharacterUnwritable(path, line, *_culprit(codec, fields, row), _NAMES[encoding])


def _culprit(codec: str, fields: Sequence[str], row: Sequence[str]) -> tuple[str, str]:
    """Return the field and the character of it that the codec lacks."""
    return next(
        (field, _name(character))
        for field, cell in zip(fields, row, strict=True)
        for character in cell
        if not _can_encode(character, codec)
    )


def _can_encode(character: str, codec: str) -> bool:
    try:
        encode(character, codec)
    except UnicodeError:
        return False
    return True


def _name(character: str) -> str:
    code = f"U+{ord(character):04X}"
    return f"{code} {character}" if character.isprintable() else code


def _refuse_other_than_file(path: Path) -> None:
    """Keep from replacing a device such as /dev/stdout by a file."""
    try:
        mode = path.stat().st_mode
    except OSError:  # nothing there; or what writing will meet and name
        return
    if stat.S_ISDIR(mode):
        raise TableIsFolder(str(path))
    if not stat.S_ISREG(mode):
        raise TableIsNoFile(str(path))
