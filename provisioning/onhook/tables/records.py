"""Split a text file into records of cells, and say what is wrong where it cannot be split."""

from __future__ import annotations

import csv
import re
from functools import partial
from typing import IO, TYPE_CHECKING

from onhook.tables.errors import (
    TableCellTooLong,
    TableQuoteOpen,
    TableQuoteStray,
    TableRowTooLong,
)
from onhook_devices.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterator

ROW_LIMIT = 1 << 20
"""Characters a row may have; 65 columns of a register hold some hundreds."""


Record = tuple[int, list[str] | InvalidInput]
"""The line at which a record begins, and its cells; or, as a value, what makes it unreadable."""


class _Overflow(Exception):
    """A signal between the two generators below: the row has outgrown `ROW_LIMIT`."""


def records(file: IO[str], delimiter: str, path: str) -> Iterator[Record]:
    """Yield each record's first line and its cells, or what makes it no record.

    A blank line is a record without cells. At most one record is held in memory.

    Args:
        file: Opened with ``newline=""``, at its beginning.
        delimiter: One character.
        path: The file's name, for errors.

    Raises:
        TableQuoteOpen: A quoted cell never ends.
        TableRowTooLong: A row has more than `ROW_LIMIT` characters.
    """
    pending: list[str] = []
    reader = csv.reader(_lines(file, pending), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells: list[str] | InvalidInput = next(reader)
        except StopIteration:
            return
        except csv.Error:
            cells = _fault(pending, delimiter, path, line)
        except _Overflow:
            raise TableRowTooLong(path, line, ROW_LIMIT) from None
        yield line, cells
        pending.clear()


def _lines(file: IO[str], pending: list[str]) -> Iterator[str]:
    """Yield the lines of `file`, and keep those of the record at hand in `pending`."""
    size = 0
    # `readline` with a limit, since a hostile file may be one endless line.
    for line in iter(partial(file.readline, ROW_LIMIT + 1), ""):
        if not pending:
            size = 0
        pending.append(line)
        size += len(line)
        if size > ROW_LIMIT:
            raise _Overflow
        yield line


def _fault(pending: list[str], delimiter: str, path: str, line: int) -> InvalidInput:
    """Return why `csv` could not read the record in `pending`; what follows it can be read.

    Raises:
        TableQuoteOpen: What follows cannot be read either.
    """
    text = "".join(pending)
    last = _last_cell(text, delimiter)
    quoted = _QUOTED.match(text, last)
    opens = line + len(_LINE_END.findall(text[:last]))
    if quoted is None and text.startswith('"', last):
        raise TableQuoteOpen(path, opens) from None
    if quoted is None or _RECORD_END.match(text, quoted.end()):
        return TableCellTooLong(path, line, csv.field_size_limit())
    return TableQuoteStray(path, opens, line + len(pending) - 1)


_QUOTED = re.compile(r'"(?:[^"]++|"")*+"')
_LINE_END = re.compile(r"\r\n?|\n")
_RECORD_END = re.compile(r"[\r\n]|\Z")


def _last_cell(text: str, delimiter: str) -> int:
    """Return where in a record the first cell begins that no delimiter follows."""
    cell = re.compile(
        rf'(?:{_QUOTED.pattern}|(?!")[^{re.escape(delimiter)}\r\n]*+){re.escape(delimiter)}'
    )
    end = 0
    while found := cell.match(text, end):
        end = found.end()
    return end
