"""Print lists of any length as they come, so that none is ever held whole."""

from __future__ import annotations

import json
import sys
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from onhook.words import printable
from onhook_cli.session import plain, write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from onhook_cli.session import Session

T = TypeVar("T")

_AT_ONCE = 500


def stream(
    session: Session,
    name: str,
    found: Iterable[T],
    *,
    headers: Sequence[str],
    row: Callable[[T], Sequence[object]],
    item: Callable[[T], dict[str, Any]],
) -> None:
    """Print a list, as a table or as the one list of the command's JSON.

    Args:
        session: Whose output it is. With ``--json`` nothing else may be its `data`.
        name: Of the list in JSON.
        found: What is listed; gone through once.
        headers: Keys of the catalogue (``column-...``).
        row: Makes a table's row of one.
        item: Makes the object of one.
    """
    if session.json:
        session.begin_list(name)
        for number, one in enumerate(found):
            text = json.dumps(item(one), ensure_ascii=session.is_ascii, default=plain)
            write(sys.stdout, f", {text}" if number else text, end="")
        return
    if sys.stdout.isatty():
        session.table(headers, map(row, found))  # nobody reads a hundred thousand rows there
        return
    for line in _lines([session.words(f"column-{header}") for header in headers], map(row, found)):
        session.print(line)


def _lines(headers: list[str], rows: Iterator[Sequence[object]]) -> Iterator[str]:
    """Yield a table's lines; a column grows as wider cells come."""
    from rich.cells import cell_len

    widths = [cell_len(header) for header in headers]
    lot: list[list[str]] = [headers]
    while True:
        lot += ([printable(str(cell)) for cell in row] for row in islice(rows, _AT_ONCE))
        if not lot:
            return
        for column, found in enumerate(zip(*lot, strict=True)):
            widths[column] = max(widths[column], *map(cell_len, found))
        for cells in lot:
            padded = (
                cell + " " * (width - cell_len(cell))
                for cell, width in zip(cells, widths, strict=True)
            )
            yield "  ".join(padded).rstrip()
        lot = []
