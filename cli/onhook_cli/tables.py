"""Draw a table for people: on a terminal within its width, elsewhere as wide as it is.

rich is loaded where it is needed: to load it takes longer than most commands.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.console import Console, RenderableType
    from rich.table import Table

_GAP = "  "
_AT_ONCE = 500


def draw(titles: Sequence[str], rows: Sequence[Sequence[str]], screen: Console) -> str:
    """Return a table's lines.

    Args:
        titles: Above the columns.
        rows: Cells without line breaks, as many as there are titles.
        screen: Where it will be shown.
    """
    widths = [max(map(_width, column)) for column in zip(titles, *rows, strict=True)]
    if sum(widths) + len(_GAP) * (len(widths) - 1) > screen.width:
        return _drawn(_folded(titles, rows), screen)
    from rich.text import Text

    # rich takes half a millisecond for a row: an office of ten thousand would wait for seconds.
    lines = (_line(row, widths) for row in rows)
    return "\n".join([_drawn(Text(_line(titles, widths), "bold"), screen), *lines])


def lines_of(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield a table's lines where no terminal sets their width, and as they come.

    A column grows as wider cells come; so the list may be of any length and is never held whole.
    """
    widths, todo = [0] * len(titles), iter(rows)
    lot: list[Sequence[str]] = [titles]
    while lot := [*lot, *islice(todo, _AT_ONCE)]:
        for column, cells in enumerate(zip(*lot, strict=True)):
            widths[column] = max(widths[column], *map(_width, cells))
        yield from (_line(cells, widths) for cells in lot)
        lot = []


def _line(cells: Iterable[str], widths: Sequence[int]) -> str:
    padded = (
        cell + " " * (width - _width(cell)) for cell, width in zip(cells, widths, strict=True)
    )
    return _GAP.join(padded).rstrip()


def _width(text: str) -> int:
    """Return how many places `text` takes on a screen: a kanji takes two."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def _folded(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """Return a table whose long cells go on below."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in titles:
        table.add_column(title, overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def _drawn(what: RenderableType, screen: Console) -> str:
    with screen.capture() as drawn:
        screen.print(what)
    return drawn.get().removesuffix("\n")
