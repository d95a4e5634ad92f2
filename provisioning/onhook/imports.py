"""What an import says of each row, the same for accounts and devices."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeVar

from onhook_devices.errors import InvalidInput, OnhookError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from onhook.tables import Table
    from onhook.workspace import UnitOfWork

T = TypeVar("T")

State = Literal["new", "changed", "unchanged", "refused"]
STATES: tuple[State, ...] = ("new", "changed", "unchanged", "refused")


class StandsTwice(InvalidInput):
    """Several lines of a file are about the same subject; none of them is taken."""

    subject_: str
    lines: str


class RawRow(NamedTuple):  # not a dataclass: there is one for each row
    """A row as read: its cells by field, or why it cannot be read."""

    line: int
    cells: dict[str, str]
    error: OnhookError | None = None


class Verdict(NamedTuple):
    """What became of a row.

    Attributes:
        line: Of the file, counted from 1.
        subject: What the row is about (``acme/101``), or what stands there unread.
        state: What became of it.
        fields: Which fields changed.
        column: The column's name in the file, where one is to blame.
        error: Why it was refused.
        notes: Texts of the catalogue: what was read otherwise than written.
    """

    line: int
    subject: str
    state: State
    fields: tuple[str, ...] = ()
    column: str = ""
    error: OnhookError | None = None
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """A remark on a row: a text of the catalogue and its variables."""

    key: str
    data: dict[str, str] = field(default_factory=dict)


def read_as(written: str, read: str) -> Note:
    """Return the remark that something was read otherwise than it was written."""
    return Note("read-as", {"written": written[:40], "read": read})


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of a file.

    Attributes:
        path: The file.
        encoding: Its encoding, as people say it.
        verdicts: One a row, in the file's order.
        missing: Subjects known here and not in the file.
        unknown_columns: Headers that mean nothing to onhook.
        started: Numbers of contracts that were started for new accounts.
        dry_run: Whether nothing was stored.
    """

    path: str
    encoding: str
    verdicts: tuple[Verdict, ...]
    missing: tuple[str, ...]
    unknown_columns: tuple[str, ...]
    started: tuple[int, ...]
    dry_run: bool

    def counts(self) -> dict[State, int]:
        """Return how many rows there are of each state."""
        found = Counter(verdict.state for verdict in self.verdicts)
        return {state: found[state] for state in STATES}

    @property
    def errors(self) -> list[OnhookError]:
        """Return why rows were refused, in the file's order."""
        return [verdict.error for verdict in self.verdicts if verdict.error is not None]


def report_import(
    table: Table,
    verdicts: tuple[Verdict, ...],
    missing: tuple[str, ...],
    *,
    started: tuple[int, ...] = (),
    dry_run: bool,
) -> ImportReport:
    """Return what became of the file that `table` was read from; see `ImportReport`."""
    return ImportReport(
        path=str(table.path),
        encoding=table.encoding,
        verdicts=verdicts,
        missing=missing,
        unknown_columns=table.unknown,
        started=started,
        dry_run=dry_run,
    )


def record_import(
    work: UnitOfWork, action: str, customer_id: str, path: Path, verdicts: Iterable[Verdict]
) -> None:
    """Record an import as one entry of the audit trail: whom it added, what of whom it changed."""
    new: list[str] = []
    changed: dict[str, list[str]] = {}
    for verdict in verdicts:
        if verdict.state == "new":
            new.append(verdict.subject.rpartition("/")[2])
        elif verdict.state == "changed":
            changed[verdict.subject.rpartition("/")[2]] = list(verdict.fields)
    if new or changed:
        work.record(action, customer_id, file=path.name, new=new, changed=changed)


def repeated(keys: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    """Return the keys that stand in several lines, with those lines."""
    pairs = list(keys)
    if len({key for key, _ in pairs}) == len(pairs):  # nearly always
        return {}
    lines: dict[str, list[int]] = {}
    for key, line in pairs:
        lines.setdefault(key, []).append(line)
    return {key: found for key, found in lines.items() if len(found) > 1}


def rows_of(table: Table) -> Iterator[RawRow]:
    """Yield the rows of `table`, cells by field."""
    fields = table.fields
    for line, cells in table:
        if isinstance(cells, tuple):
            yield RawRow(line, dict(zip(fields, cells)))  # noqa: B905 - as many, by its maker
        else:
            yield RawRow(line, {}, cells)


def chunks(rows: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Yield `rows` in parts of at most `size`."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
