"""Where values stand in files of lines: INI, ``key=value``, CSV."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, Final

from onhook.learning.regions import decoder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onhook.learning.regions import Kind, Layer, Region

_LINE: Final = re.compile(r"[^\r\n]+")
_COMMENT: Final = re.compile(r"\s*[;#]")
_SECTION: Final = re.compile(r"\s*\[[^\]]*\]\s*(?:[;#].*)?")
_NAME: Final = re.compile(r"[\w.$@%/\\][\w .$@%/\\()\[\]:-]*")
_CELL: Final = re.compile(r'"(?P<quoted>(?:[^"]|"")*)"|(?P<plain>[^,;\t\r\n"]+)')
_DELIMITERS: Final = (",", ";", "\t")

_undoubled = decoder(re.compile('""'), lambda _found: '"')


def is_pairs(text: str) -> bool:
    """Tell whether every line of `text` is ``key=value``, a section, a comment or empty."""
    lines = _LINE.findall(text)
    told = [line for line in lines if not _COMMENT.match(line) and line.strip()]
    others = [line for line in told if _pair(line) is None]
    return len(others) < len(told) and all(_SECTION.fullmatch(line) for line in others)


def has_sections(text: str) -> bool:
    """Tell whether `text` has a line ``[section]``: then it is INI."""
    return any(_SECTION.fullmatch(line) for line in _LINE.findall(text))


def is_csv(text: str) -> bool:
    """Tell whether `text` is a table of at least two rows of equally many cells."""
    return any(_is_table(text, delimiter) for delimiter in _DELIMITERS)


def _is_table(text: str, delimiter: str) -> bool:
    try:
        rows = list(csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True))
    except csv.Error:
        return False
    widths = {len(row) for row in rows if row}
    return len(rows) > 1 and len(widths) == 1 and min(widths) > 1


def pair_regions(document: Region, layer: Layer) -> Iterator[Region]:
    """Yield names and values of a file of ``key=value`` lines, sections, and comments.

    Args:
        document: The file, undecoded.
        layer: How its values are spelled.
    """
    for line in _LINE.finditer(document.text):
        start = line.start()
        if _COMMENT.match(line[0]):
            yield document.part(line.span(), layer, kind="comment", field="comment")
        elif pair := _pair(line[0]):
            name, value = pair
            yield document.part(_moved(name, start), ("word",), kind="name")
            field = line[0][slice(*name)]
            yield document.part(_moved(value, start), layer, field=field)


def csv_regions(document: Region) -> Iterator[Region]:
    """Yield the cells of a table; the first row's are names."""
    first_row = document.text.lstrip("\r\n").partition("\n")[0].rstrip("\r")
    for cell in _CELL.finditer(document.text):
        is_heading = cell.start() < len(first_row)
        kind: Kind = "name" if is_heading else "value"
        if cell["quoted"] is not None:
            span, layer = cell.span("quoted"), ("csv-quoted",)
            yield document.part(span, layer, kind=kind, decode=_undoubled)
        else:
            yield document.part(cell.span(), ("csv",), kind=kind)


def _pair(line: str) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """Return where name and value of a line ``name = value`` are, None where it is none."""
    sign = line.find("=")
    name = line[: max(sign, 0)].strip()
    if not _NAME.fullmatch(name):
        return None
    start = line.index(name)
    value = line[sign + 1 :].strip(" \t")
    at = len(line) - len(line[sign + 1 :].lstrip(" \t")) if value else len(line)
    return (start, start + len(name)), (at, at + len(value))


def _moved(span: tuple[int, int], by: int) -> tuple[int, int]:
    return span[0] + by, span[1] + by
