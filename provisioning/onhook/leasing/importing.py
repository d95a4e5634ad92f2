"""Import a register of leased devices as an office keeps it: a verdict for each row.

An import adds what is not known yet. What a row says otherwise than is recorded is refused, since a
record of what happened is corrected by a person and not by a list; what it leaves empty stays as it
is. All of a file is one transaction: killed half way, nothing of it was imported.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from itertools import groupby, islice
from operator import attrgetter
from typing import TYPE_CHECKING

from sqlalchemy import select

from onhook.accounts.fields import FieldError
from onhook.imports import (
    ImportReport,
    Note,
    RawRow,
    StandsTwice,
    Verdict,
    record_import,
    report_import,
    rows_of,
)
from onhook.leasing.columns import COLUMNS
from onhook.leasing.parties import Parties
from onhook.leasing.taking import Taker
from onhook.leasing.told import CellMissing, Row, read_device, read_row
from onhook.store.schema import contract, lease
from onhook.tables import read_table
from onhook.tables.doubts import refuse_doubtful
from onhook_devices.errors import OnhookError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date
    from pathlib import Path

    from onhook.leasing.withdrawing import Withdrawal
    from onhook.tables import Table
    from onhook.workspace import UnitOfWork, Workspace

_AT_ONCE = 1000


def import_leases(
    workspace: Workspace, path: Path, *, customer: str | None = None, dry_run: bool = False
) -> ImportReport:
    """Import the register in the CSV file at `path`; running it again changes nothing.

    A row is one time that a device was out; devices that are not known yet are added.

    Args:
        workspace: Where to.
        path: A CSV file with the columns in `COLUMNS`, or some of them.
        customer: Whose devices they are where a row does not say; not needed where there is one
            customer.
        dry_run: Decide everything and store nothing.

    Returns:
        A verdict for each row. A bad row stops no other.

    Raises:
        OnhookError: The file as a whole cannot be read.
    """
    table = read_table(path, COLUMNS, required=[("device",)])
    refuse_doubtful(table)
    with workspace.writing(keep=not dry_run) as work:
        run = _Import(work, table, customer)
        verdicts = tuple(sorted(run.verdicts(), key=attrgetter("line")))
        for owner, found in run.by_owner(verdicts).items():
            record_import(work, "lease.import", owner, path, found)
        return report_import(table, verdicts, run.missing(), dry_run=dry_run)


class _Import:
    """One file on its way into the register.

    The file is read twice: which devices stand in several rows must be known before the first of
    them is taken, and a register is too long to be held whole.
    """

    def __init__(self, work: UnitOfWork, table: Table, customer: str | None) -> None:
        self._work = work
        self._table = table
        self._headers = dict(zip(table.fields, table.headers, strict=True))
        self._taker = Taker(work, Parties(work, customer))
        self._seen: Counter[str] = Counter()
        self._owners: dict[str, str] = {}

    def verdicts(self) -> Iterator[Verdict]:
        """Decide about all rows and store what is good; the verdicts come in no order."""
        self._seen.update(filter(None, (_key(row) for row in rows_of(self._table))))
        several: list[RawRow] = []
        rows = rows_of(self._table)
        while chunk := list(islice(rows, _AT_ONCE)):
            alone: list[RawRow] = []
            for row in chunk:
                (several if self._seen[_key(row)] > 1 else alone).append(row)
            yield from self._store([row] for row in alone)
        several.sort(key=_key)
        yield from self._store(list(rows) for _, rows in groupby(several, _key))

    def _store(self, devices: Iterable[list[RawRow]]) -> Iterator[Verdict]:
        """Take the rows of each device, and store them."""
        todo = iter(devices)
        while chunk := list(islice(todo, _AT_ONCE)):
            self._taker.look_up(key for rows in chunk if (key := _key(rows[0])))
            found = [verdict for rows in chunk for verdict in self._device(rows)]
            self._owners.update(self._taker.flush())
            yield from map(self._with_withdrawal, found)

    def _with_withdrawal(self, verdict: Verdict) -> Verdict:
        """Return a verdict that tells what ended with its device, too."""
        withdrawn = self._taker.withdrawn.get(verdict.subject)
        if withdrawn is None or verdict.state in ("refused", "unchanged"):
            return verdict
        return verdict._replace(notes=(*verdict.notes, *_ended(withdrawn)))

    def _device(self, rows: list[RawRow]) -> Iterator[Verdict]:
        """Take the rows of a device in the order of the days on which it went out."""
        read: list[tuple[RawRow, Row]] = []
        for row in rows:
            told = self._read(row)
            if isinstance(told, Verdict):
                yield told
            else:
                read.append((row, told))
        lines: defaultdict[date | None, list[int]] = defaultdict(list)
        for row, told in read:
            lines[told.started_on].append(row.line)
        for row, told in sorted(read, key=_started_on):
            # Without a day it is about the last time that it was out: which, if others are told?
            clash = lines[told.started_on] if told.started_on else [one.line for one in rows]
            yield self._take(row, told, clash)

    def _read(self, row: RawRow) -> Row | Verdict:
        try:
            if row.error is not None:
                raise row.error
            return read_row(_device_id(row), row.cells)
        except (FieldError, OnhookError) as error:
            return self._refused(row, error)

    def _take(self, row: RawRow, told: Row, lines: list[int]) -> Verdict:
        device_id = _key(row)
        try:
            if len(lines) > 1:
                raise StandsTwice(device_id, ", ".join(map(str, sorted(lines))))
            state, fields, notes = self._taker.take(device_id, row.cells.get("customer", ""), told)
        except (FieldError, OnhookError) as error:
            return self._refused(row, error)
        return Verdict(row.line, device_id, state, fields, notes=notes)

    def _refused(self, row: RawRow, error: FieldError | OnhookError) -> Verdict:
        subject = _key(row) or row.cells.get("device", "")[:40]
        if isinstance(error, FieldError):
            why = error.error
            if isinstance(why, CellMissing):
                why = replace(
                    why, column=self._header(why.column), because=self._header(why.because)
                )
            column = self._header(error.field)
            return Verdict(row.line, subject, "refused", column=column, error=why)
        return Verdict(row.line, subject, "refused", error=error)

    def _header(self, field: str) -> str:
        """Return what the file calls a column; one that it lacks has its usual name."""
        return self._headers.get(field, field)

    def by_owner(self, verdicts: Iterable[Verdict]) -> dict[str, list[Verdict]]:
        """Return the verdicts on what was stored, by whose device it is."""
        found: defaultdict[str, list[Verdict]] = defaultdict(list)
        for verdict in verdicts:
            if verdict.subject in self._owners:
                found[self._owners[verdict.subject]].append(verdict)
        return found

    def missing(self) -> tuple[str, ...]:
        """Return the devices that were out under contracts of these customers, and are not told."""
        query = select(lease.c.device_id).join(contract, contract.c.id == lease.c.contract_id)
        ours = query.where(contract.c.customer_id.in_(self._taker.owners)).distinct()
        known = self._work.connection.scalars(ours.order_by(lease.c.device_id))
        return tuple(one for one in known if one not in self._seen)


def _ended(withdrawn: Withdrawal) -> Iterator[Note]:
    if withdrawn.links_revoked:
        count = str(withdrawn.links_revoked)
        yield Note("lease-links-dead", {"device": withdrawn.device, "count": count})
    for one in withdrawn.accounts:
        yield Note("lease-taken-off", {"account": one.account, "device": withdrawn.device})
        if one.has_new_password:
            yield Note("lease-new-password", {"account": one.account})


def _device_id(row: RawRow) -> str:
    try:
        return read_device(row.cells["device"])
    except OnhookError as error:
        raise FieldError("device", error) from None


def _key(row: RawRow) -> str:
    """Return the device that a row is about, '' if it names none that can be read."""
    try:
        return read_device(row.cells.get("device", ""))
    except OnhookError:
        return ""


def _started_on(pair: tuple[RawRow, Row]) -> tuple[bool, date | None, int]:
    row, told = pair
    return told.started_on is not None, told.started_on, row.line
