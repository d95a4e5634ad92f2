"""What can be wrong with a table: with the file, or with one of its rows.

No error shows what a cell holds, for it may be a password. Lines are counted as an editor counts
them, from 1.
"""

from __future__ import annotations

from onhook_devices.errors import InvalidInput, NotFound, StorageFault

# --- the file -------------------------------------------------------------------------------


class TableMissing(NotFound):
    """No file has this name."""

    path: str


class TableIsFolder(InvalidInput):
    """A folder was named instead of a file."""

    path: str


class TableIsNoFile(InvalidInput):
    """A device, pipe or socket was named: it cannot be read twice or be replaced."""

    path: str


class TableUnreadable(StorageFault):
    """The operating system does not let us read the file."""

    path: str
    reason: str


class TableChanged(InvalidInput):
    """The file was changed while it was being read."""

    path: str


class TableEmpty(InvalidInput):
    """The file holds nothing, or blank lines only."""

    path: str


class TableIsWorkbook(InvalidInput):
    """An Excel workbook (.xlsx), not a CSV file."""

    path: str


class TableIsOldWorkbook(InvalidInput):
    """An Excel 97-2003 workbook (.xls), or any workbook under a password."""

    path: str


class TableWrongKind(InvalidInput):
    """A file of another well-known kind, such as PDF."""

    path: str
    kind: str


class TableIsBinary(InvalidInput):
    """No text at all: it holds NUL characters."""

    path: str


class TableUndecodable(InvalidInput):
    """A byte that no encoding we read has at this place.

    Attributes:
        path: The file.
        encoding: The encoding that reads the file furthest.
        line: The line where that encoding fails.
    """

    path: str
    encoding: str
    line: int


class TableHeaderMissing(InvalidInput):
    """The first row holds no known column name.

    Attributes:
        path: The file.
        line: The line of that first row.
        cells: How many cells it has; not what they hold.
        sought: The names that were looked for, one for each known field.
    """

    path: str
    line: int
    cells: int
    sought: str


class TableHeaderTwice(InvalidInput):
    """Two columns mean the same field."""

    path: str
    first: str
    first_column: int
    second: str
    second_column: int


class TableColumnMissing(InvalidInput):
    """None of the columns is there of which one is needed.

    Attributes:
        path: The file.
        wanted: The header names of which one would do.
        found: The known columns that are there, by their own headers.
    """

    path: str
    wanted: str
    found: str


class TableQuoteOpen(InvalidInput):
    """A quotation mark opens a cell and nothing closes it: the rest of the file is swallowed."""

    path: str
    line: int


class TableRowTooLong(InvalidInput):
    """A row is longer than any row of a table is; what follows was not read."""

    path: str
    line: int
    limit: int


# --- a row ----------------------------------------------------------------------------------


class TableRowShort(InvalidInput):
    """A row has fewer cells than there are columns."""

    path: str
    line: int
    cells: int
    expected: int


class TableRowSurplus(InvalidInput):
    """A row has text beyond the last column."""

    path: str
    line: int
    cells: int
    expected: int


class TableQuoteStray(InvalidInput):
    """Text follows a closing quotation mark.

    Attributes:
        path: The file.
        line: Where the quotation mark opens.
        last_line: The last line that belongs to the spoilt row.
    """

    path: str
    line: int
    last_line: int


class TableCellTooLong(InvalidInput):
    """A cell is longer than any cell of a table is."""

    path: str
    line: int
    limit: int


# --- writing --------------------------------------------------------------------------------


class TableCharacterUnwritable(InvalidInput):
    """The encoding asked for has no such character.

    Attributes:
        path: The file to be written; ``-`` for a stream.
        line: The line at which the row would begin.
        field: The column.
        character: The character as ``U+....``, and itself where it can be shown.
        encoding: The encoding, as people say it.
    """

    path: str
    line: int
    field: str
    character: str
    encoding: str
