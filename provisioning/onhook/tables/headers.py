"""Understand a header row: which column holds which field."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from onhook.tables.errors import TableColumnMissing, TableHeaderTwice

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    Columns = Mapping[str, Sequence[str]]
    """For each known field the header names that mean it, the one to show first."""

# Blanks, underscores, hyphens of all kinds (not the Japanese long vowel), stray byte order marks.
_IGNORED = re.compile("[\\s_\\-\u2010-\u2015\u2212\ufeff]+")


@dataclass(frozen=True, slots=True)
class Header:
    """A header row that was understood.

    Attributes:
        fields: The fields present, in the order of the columns given.
        names: The header of each, as the file writes it.
        positions: The column of each, from 0.
        unknown: The headers that mean no field.
        width: How many cells a row has.
        cells: The row itself, blank cells at its end left out.
    """

    fields: tuple[str, ...]
    names: tuple[str, ...]
    positions: tuple[int, ...]
    unknown: tuple[str, ...]
    width: int
    cells: tuple[str, ...]


def fold(name: str) -> str:
    """Return what of a header's `name` counts when it is compared."""
    return _IGNORED.sub("", unicodedata.normalize("NFKC", name).casefold())


def fields_by_name(columns: Columns) -> dict[str, str]:
    """Return the field that each folded header name means.

    Raises:
        ValueError: Two fields claim one name; a slip in the program.
    """
    meanings: dict[str, str] = {}
    for field, names in columns.items():
        for name in names:
            if meanings.setdefault(fold(name), field) != field:
                raise ValueError(f"{name!r} means {meanings[fold(name)]} and {field}")
    return meanings


def count_known(cells: Iterable[str], meanings: Mapping[str, str]) -> int:
    """Return how many different fields the header row `cells` holds."""
    return len({meanings[fold(cell)] for cell in cells if fold(cell) in meanings})


def read_header(
    cells: Sequence[str], columns: Columns, meanings: Mapping[str, str], path: str
) -> Header:
    """Return the header row `cells`, understood.

    Raises:
        TableHeaderTwice: Two columns mean the same field.
    """
    found: dict[str, int] = {}
    unknown: list[str] = []
    for position, cell in enumerate(cells):
        field = meanings.get(fold(cell))
        if field is None:
            unknown.append(cell)
        elif field in found:
            first = found[field]
            raise TableHeaderTwice(path, cells[first], first + 1, cell, position + 1)
        else:
            found[field] = position
    fields = tuple(field for field in columns if field in found)
    width = max(position for position, cell in enumerate(cells) if cell) + 1
    return Header(
        fields=fields,
        names=tuple(cells[found[field]] for field in fields),
        positions=tuple(found[field] for field in fields),
        unknown=tuple(name for name in unknown if name),
        width=width,
        cells=tuple(cells[:width]),
    )


def require(header: Header, groups: Iterable[Collection[str]], columns: Columns, path: str) -> None:
    """Check that of each group of fields at least one is there.

    Raises:
        TableColumnMissing: None of a group is.
    """
    for group in groups:
        if not any(field in header.fields for field in group):
            wanted = ", ".join(name for field in group for name in columns[field])
            raise TableColumnMissing(path, wanted, ", ".join(header.names))
