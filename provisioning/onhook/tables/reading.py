"""Read a table row by row, whatever program of an office wrote it."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from onhook.tables.encodings import find_encoding
from onhook.tables.errors import (
    TableChanged,
    TableEmpty,
    TableHeaderMissing,
    TableRowShort,
    TableRowSurplus,
)
from onhook.tables.formulas import unshield
from onhook.tables.headers import Header, count_known, fields_by_name, read_header, require
from onhook.tables.kinds import refuse_other_kinds
from onhook.tables.opening import Stamp, opened, stamp
from onhook.tables.records import Record, records
from onhook_devices.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from onhook.tables.headers import Columns

DELIMITERS = (",", ";", "\t")
_HEAD = 1 << 12
# Excel's own hint on the first line; some programs quote it.
_SEP = re.compile(r'\ufeff?"?sep=(?P<delimiter>[^"\w\r\n])"?[\r\n]*', re.IGNORECASE)
_SEP_LENGTH = 10
_LINE_END = re.compile(r"(?:\r\n|\r|\n)\Z")

Row = tuple[int, tuple[str, ...] | InvalidInput]
"""The line at which a row begins, and its cells; or, as a value, what makes it unreadable."""


@dataclass(frozen=True, slots=True)
class Form:
    """How a file is written.

    Attributes:
        encoding: As people say it.
        codec: Python's name of it.
        delimiter: What stands between cells.
        line_end: What ends a row.
    """

    encoding: str
    codec: str
    delimiter: str
    line_end: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table that can be read, any number of times, without being held in memory.

    Iterating yields a `Row` for each row that is not blank: one bad row does not stop the others.
    It raises what spoils the rest of the file: `TableQuoteOpen`, `TableRowTooLong`,
    `TableChanged`, `TableUnreadable`.

    Attributes:
        path: The file.
        encoding: Its encoding as people say it: UTF-8, UTF-8 with BOM, CP932 or UTF-16.
        delimiter: What stands between cells.
        fields: The known fields that are there; the cells of a row come in this order.
        headers: The header of each field, as the file writes it.
        unknown: The headers that mean no known field.
        shielded: Whether a cell ``'=1`` is read as ``=1``, which `write_table` writes so. With
            `dataclasses.replace` set it to False where another program's cells must stay.
    """

    path: Path
    encoding: str
    delimiter: str
    fields: tuple[str, ...]
    headers: tuple[str, ...]
    unknown: tuple[str, ...]
    shielded: bool
    _codec: str = field(repr=False)
    _header: Header = field(repr=False)
    _header_line: int = field(repr=False)
    _stamp: Stamp = field(repr=False)

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows below the header."""
        return self._read(_picker(self._header.positions))

    def whole_rows(self) -> Iterator[Row]:
        """Yield the rows below the header with the cells of all columns, known or not."""
        blanks = [""] * self._header.width
        return self._read(lambda cells: tuple([*cells, *blanks][: len(blanks)]))

    @property
    def header(self) -> tuple[str, ...]:
        """Return the header of every column, known or not."""
        return self._header.cells

    @property
    def columns(self) -> dict[str, int]:
        """Return the column of each field, from 0."""
        return dict(zip(self.fields, self._header.positions, strict=True))

    @property
    def form(self) -> Form:
        """Return how the file is written."""
        with opened(self.path) as file, io.TextIOWrapper(file, self._codec, newline="") as text:
            ends = _LINE_END.search(text.readline())
        line_end = ends[0] if ends else "\r\n"
        return Form(self.encoding, self._codec, self.delimiter, line_end)

    def _read(self, pick: Callable[[list[str]], tuple[str, ...]]) -> Iterator[Row]:
        with opened(self.path) as file:
            if stamp(file) != self._stamp:
                raise TableChanged(str(self.path))
            with io.TextIOWrapper(file, self._codec, newline="") as text:
                try:
                    yield from self._rows(text, pick)
                except UnicodeDecodeError:  # all of it could be decoded a moment ago
                    raise TableChanged(str(self.path)) from None

    def _rows(self, text: IO[str], pick: Callable[[list[str]], tuple[str, ...]]) -> Iterator[Row]:
        path, header, shielded = str(self.path), self._header, self.shielded
        width = header.width
        # Run once for each row of the largest files: few steps for a whole row that is not blank.
        for line, cells in _below(self._header_line, records(text, self.delimiter, path)):
            if not isinstance(cells, list):
                yield line, cells
            elif len(cells) != width and (fault := _misfit(cells, header, path, line)):
                yield line, fault
            elif cells and not (cells[0].strip() == "" and _blank(cells)):
                picked = pick(cells)
                if shielded and "'" in "".join(picked):
                    picked = tuple(map(unshield, picked))
                yield line, picked


def _below(header_line: int, rows: Iterator[Record]) -> Iterator[Record]:
    """Return `rows`, which is at its beginning, moved on to behind the header."""
    for line, _ in rows:
        if line == header_line:
            break
    return rows


def read_table(
    path: Path | str,
    columns: Columns,
    *,
    required: Iterable[Collection[str]] = (),
    shielded: bool = True,
) -> Table:
    """Find out how the file at `path` is written and where its known columns stand.

    Args:
        path: A CSV file in UTF-8, CP932 or UTF-16, with comma, semicolon or tab.
        columns: For each known field the header names that mean it, the usual one first. They
            are compared without regard to width, case, blanks, underscores and hyphens.
        required: Groups of fields; of each group at least one must be there.
        shielded: See `Table`.

    Raises:
        TableMissing: No such file.
        TableUnreadable: The operating system refuses.
        InvalidInput: Its content cannot be a table, or columns are missing or double; each
            situation is a class of `onhook.tables.errors`.
        ValueError: Two fields of `columns` claim the same name.
    """
    path = Path(path)
    meanings = fields_by_name(columns)
    with opened(path) as file:
        head = file.read(_HEAD)
        refuse_other_kinds(head, str(path))
        encoding = find_encoding(file, str(path))
        first = _first_row(file, encoding.codec, meanings, path)
        if not count_known(first.cells, meanings):
            sought = ", ".join(names[0] for names in columns.values())
            raise TableHeaderMissing(str(path), first.line, len(first.cells), sought)
        header = read_header(first.cells, columns, meanings, str(path))
        require(header, required, columns, str(path))
        return Table(
            path=path,
            encoding=encoding.name,
            delimiter=first.delimiter,
            fields=header.fields,
            headers=header.names,
            unknown=header.unknown,
            shielded=shielded,
            _codec=encoding.codec,
            _header=header,
            _header_line=first.line,
            _stamp=stamp(file),
        )


@dataclass(frozen=True, slots=True)
class _FirstRow:
    line: int
    cells: list[str]
    delimiter: str


def _first_row(file: IO[bytes], codec: str, meanings: Mapping[str, str], path: Path) -> _FirstRow:
    """Return the first row that is not blank, split so that most columns are known.

    Raises:
        TableEmpty: There is no such row.
        InvalidInput: No delimiter shows a known column, and this is why one cannot split it.
    """
    told = _told_delimiter(file, codec)
    rows: list[_FirstRow] = []
    faults: list[InvalidInput] = []
    for delimiter in (told,) if told else DELIMITERS:
        try:
            rows.append(_split_first(file, codec, delimiter, path, skip=1 if told else 0))
        except TableEmpty:
            raise
        except InvalidInput as fault:
            faults.append(fault)
    rows.sort(key=lambda row: (-count_known(row.cells, meanings), -len(row.cells)))
    if faults and not (rows and count_known(rows[0].cells, meanings)):
        raise faults[0]
    return rows[0]


def _told_delimiter(file: IO[bytes], codec: str) -> str | None:
    file.seek(0)
    text = io.TextIOWrapper(file, codec, newline="")
    try:
        found = _SEP.fullmatch(text.readline(_SEP_LENGTH))
    finally:
        text.detach()
    return found["delimiter"] if found else None


def _split_first(
    file: IO[bytes], codec: str, delimiter: str, path: Path, *, skip: int
) -> _FirstRow:
    file.seek(0)
    text = io.TextIOWrapper(file, codec, newline="")
    try:
        for line, cells in records(text, delimiter, str(path)):
            if line <= skip:
                continue
            if not isinstance(cells, list):
                raise cells
            if not _blank(cells):
                return _FirstRow(line, cells, delimiter)
    finally:
        text.detach()
    raise TableEmpty(str(path))


def _picker(positions: Sequence[int]) -> Callable[[list[str]], tuple[str, ...]]:
    if len(positions) == 1:  # for one position `itemgetter` gives no tuple
        (only,) = positions
        return lambda cells: (cells[only],)
    return cast("Callable[[list[str]], tuple[str, ...]]", itemgetter(*positions))


def _misfit(cells: list[str], header: Header, path: str, line: int) -> InvalidInput | None:
    """Return what is wrong with a row that is not as wide as its header; None if harmless.

    A row may lack cells at its end that nobody asked for: Excel leaves out empty ones.
    """
    width = header.width
    if len(cells) <= max(header.positions):
        return None if _blank(cells) else TableRowShort(path, line, len(cells), width)
    if any(cells[width:]):
        return TableRowSurplus(path, line, len(cells), width)
    return None


def _blank(cells: list[str]) -> bool:
    return not "".join(cells).strip()
