"""Refuse a file whose few foreign letters make Japanese of a kind that nobody writes.

CP932 accepts most bytes. A Western file from a Mac or an old Windows can be read as it by chance:
the é of Téléphone and the l behind it are one kanji then. What gives it away is that all that looks
Japanese begins right behind a Latin letter, and has swallowed others.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from onhook.tables.encodings import CP932
from onhook_devices.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onhook.tables.reading import Table

_RUN = re.compile(r"[^\x00-\x7f]+")
_SHOWN = 40


class TableEncodingDoubtful(InvalidInput):
    """It can be read as CP932, but looks as if another encoding was meant.

    Attributes:
        path: The file.
        line: Where the first such text stands.
        text: That text as CP932.
    """

    path: str
    line: int
    text: str


def refuse_doubtful(table: Table) -> None:
    """Refuse a table that was taken for CP932 and hardly is; the first Japanese word settles it.

    Raises:
        TableEncodingDoubtful: Every foreign character in it looks like a Western letter.
    """
    if table.encoding != CP932.name:
        return
    first: tuple[int, str] | None = None
    for line, text in _texts(table):
        for run in _RUN.finditer(text):
            if not _is_western(text, run):
                return
            first = first or (line, text)
    if first is not None:
        raise TableEncodingDoubtful(str(table.path), first[0], first[1][:_SHOWN])


def _texts(table: Table) -> Iterator[tuple[int, str]]:
    yield from ((1, name) for name in table.header)
    for line, cells in table.whole_rows():
        if not isinstance(cells, InvalidInput):
            yield from ((line, cell) for cell in cells if not cell.isascii())


def _is_western(text: str, run: re.Match[str]) -> bool:
    """Tell whether a run of foreign characters may be a Western letter, with the one behind it."""
    before = text[: run.start()][-1:]
    if not (before.isascii() and before.isalpha()):
        return False
    encoded = [character.encode("cp932") for character in run[0]]
    is_quotation_mark = len(encoded) == len(encoded[0]) == 1  # half-width kana by itself
    return is_quotation_mark or all(len(one) > 1 and one[-1:].isalpha() for one in encoded)
