"""The register of leases: a log of what happened to each device, and what that makes of it.

One place writes: `enter` what happened, and `correct` what was entered wrongly. Both let the rules
decide whether what is entered fits a device's history, add it to the log and write the device's
leases anew; a device that nobody is to telephone with any longer is withdrawn at once. Since one
transaction writes at a time, nobody can enter something between the reading and the writing.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import delete, insert, select, update

from onhook.store.schema import contract as contract_table
from onhook.store.schema import device, lease, lease_event
from onhook_devices.errors import InvalidInput, NotFound
from onhook_devices.leasing.details import details_of, read_event
from onhook_devices.leasing.dues import warranty_of
from onhook_devices.leasing.events import Event, Fault, Loss, ServiceEnd, Start
from onhook_devices.leasing.history import Entry, History

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy import Row

    from onhook.leasing.withdrawing import Withdrawal
    from onhook.workspace import UnitOfWork
    from onhook_devices.leasing.lease import Gone, Lease
    from onhook_devices.leasing.life import Life
    from onhook_devices.service import Service


class NeverLeased(NotFound):
    """The device was never lent out or sold."""

    device: str


class InTheFuture(InvalidInput):
    """Something is said to have happened on a day that is still to come."""

    device: str
    on: date
    today: date


class ClaimedBefore(InvalidInput):
    """A replacement is said to have been claimed before the device broke or was lost."""

    device: str
    on: date
    claimed_on: date


@dataclass(frozen=True, slots=True)
class Recorded:
    """What is recorded of a device.

    Attributes:
        history: What was entered.
        contracts: The contract under which each start was entered, by the entry's number.
    """

    history: History
    contracts: dict[int, int]

    @property
    def last_contract(self) -> int:
        """The contract under which the device went out last.

        That counts, too, of which it was said wrongly that it did.

        Raises:
            NeverLeased: It never did.
        """
        starts = [(self.history.said(number).on, number) for number in self.contracts]
        if not starts:
            raise NeverLeased(self.history.device)
        return self.contracts[max(starts)[1]]

    def service(self, work: UnitOfWork) -> Service:
        """Return the service of that contract.

        Raises:
            NeverLeased: There is none.
        """
        of_contract = contract_table.c.id == self.last_contract
        named = work.connection.scalars(select(contract_table.c.service).where(of_contract))
        return work.workspace.services.get(named.one())

    def contract_of(self, start: Start) -> int:
        """Return the number of the contract under which a lease began."""
        numbers = (number for number, event in self.history.events.items() if event == start)
        return self.contracts[next(numbers)]


def recorded(work: UnitOfWork, device_id: str) -> Recorded:
    """Return what is recorded of a device; nothing, if it was never out."""
    return recorded_of(work, [device_id]).get(device_id, Recorded(History(device_id), {}))


def recorded_of(work: UnitOfWork, device_ids: Sequence[str]) -> dict[str, Recorded]:
    """Return what is recorded of several devices; those that were never out are left out."""
    query = select(lease_event).where(lease_event.c.device_id.in_(device_ids))
    rows = work.connection.execute(query.order_by(lease_event.c.device_id, lease_event.c.number))
    return {
        device_id: _recorded(device_id, list(found))
        for device_id, found in groupby(rows, attrgetter("device_id"))
    }


def _recorded(device_id: str, rows: Sequence[Row[Any]]) -> Recorded:
    contracts = {
        row.corrects or row.number: row.contract_id for row in rows if row.contract_id is not None
    }
    return Recorded(History(device_id, tuple(map(_entry, rows))), contracts)


@dataclass(frozen=True, slots=True)
class Entered:
    """What came of an entry.

    Attributes:
        number: Of the entry.
        known: What is recorded of the device now.
        life: The life it has now, with what is known to come.
        withdrawn: What ended with it; None: the device is used on, or was not in use before.
    """

    number: int
    known: Recorded
    life: Life
    withdrawn: Withdrawal | None


def enter(
    work: UnitOfWork,
    known: Recorded,
    event: Event,
    service: Service,
    *,
    contract: int | None = None,
) -> Entered:
    """Enter what happened to a device.

    Args:
        work: The unit of work that `known` was read in.
        known: What is recorded of the device.
        event: What happened.
        service: Whose rules decide.
        contract: Of a start: the contract under which the device goes out.

    Raises:
        StepNotAllowed, LaterStepImpossible: It cannot have happened (exit code 5).
        AlreadyEntered: The very same is recorded.
        InTheFuture: It is still to come; only an end of service may be.
        ClaimedBefore: It was claimed before it happened.
        NotAgreed: The service leases nothing.
    """
    check_days(work, known.history.device, event)
    entry = Entry(
        number=len(known.history.entries) + 1,
        event=event,
        recorded_at=work.now,
        recorded_by=work.actor,
    )
    return _follow(work, _add(work, known, entry, service, contract), service)


class Correction(NamedTuple):
    """What a wrong entry should have said.

    Attributes:
        number: Of the entry.
        event: What really happened; None: nothing did.
        reason: Why it is corrected, for the record.
    """

    number: int
    event: Event | None
    reason: str


def correct(work: UnitOfWork, known: Recorded, correction: Correction, service: Service) -> Entered:
    """Correct an entry; it stays in the log.

    Args:
        work: The unit of work that `known` was read in.
        known: What is recorded of the device.
        correction: Which, and what is right.
        service: Whose rules decide.

    Raises:
        NoSuchEvent: There is no such entry.
        AlreadyCorrected: It says so as it is.
        OnhookError: As `enter`.
    """
    if correction.event is not None:
        check_days(work, known.history.device, correction.event)
    entry = Entry(
        number=len(known.history.entries) + 1,
        event=correction.event,
        recorded_at=work.now,
        recorded_by=work.actor,
        corrects=correction.number,
        reason=correction.reason,
    )
    return _follow(work, _add(work, known, entry, service), service)


def check_days(work: UnitOfWork, device_id: str, event: Event) -> None:
    """Refuse an event whose days cannot be.

    Raises:
        InTheFuture: It is still to come; only an end of service may be.
        ClaimedBefore: It was claimed before it happened.
    """
    days = [] if isinstance(event, ServiceEnd) else [event.on]
    if isinstance(event, Fault | Loss) and event.claimed_on is not None:
        if event.claimed_on < event.on:
            raise ClaimedBefore(device_id, event.on, event.claimed_on)
        days.append(event.claimed_on)
    for day in days:
        if day > work.today:
            raise InTheFuture(device_id, day, work.today)


def _add(
    work: UnitOfWork, known: Recorded, entry: Entry, service: Service, contract: int | None = None
) -> Recorded:
    """Add an entry that fits to the log, and return what is recorded then."""
    history = known.history.with_entry(entry, service)
    work.connection.execute(insert(lease_event), [event_row(history.device, entry, contract)])
    contracts = known.contracts if contract is None else known.contracts | {entry.number: contract}
    return Recorded(history, contracts)


def _follow(work: UnitOfWork, known: Recorded, service: Service) -> Entered:
    """Store what comes of the last entry."""
    history = known.history
    life = history.life(service)
    _write_leases(work, known, life, service)
    as_of_today = history.life_on(work.today, service).lease
    gone = None if as_of_today is None else as_of_today.gone
    withdrawn = None if gone is None else _withdraw(work, history.device, gone)
    return Entered(history.entries[-1].number, known, life, withdrawn)


def _withdraw(work: UnitOfWork, device_id: str, why: Gone) -> Withdrawal | None:
    from onhook.leasing.withdrawing import withdraw  # noqa: PLC0415 - who only reads needs no more

    return withdraw(work, device_id, why)


def _write_leases(work: UnitOfWork, known: Recorded, life: Life, service: Service) -> None:
    """Write a device's leases anew, and whose it is by them."""
    device_id = known.history.device
    work.connection.execute(delete(lease).where(lease.c.device_id == device_id))
    rows = lease_rows(known, life, service)
    if not rows:  # its start was taken back
        return
    work.connection.execute(insert(lease), rows)
    ownership = "own" if rows[-1]["is_bought"] else "leased"
    now = update(device).where(device.c.id == device_id, device.c.ownership != ownership)
    work.connection.execute(now.values(ownership=ownership, changed_at=work.now))


def lease_rows(known: Recorded, life: Life, service: Service) -> list[dict[str, Any]]:
    """Return a device's leases as they are stored; each began with a start, in order of days.

    Args:
        known: What is recorded of the device, with the contracts of its starts.
        life: What that makes.
        service: Whose rules made it.
    """
    of_event = {event: number for number, event in known.history.events.items()}
    return [
        {
            "device_id": known.history.device,
            "number": number,
            "contract_id": known.contracts[of_event[one.start]],
            **_lease_columns(one, service),
        }
        for number, one in enumerate(life.leases, 1)
    ]


def _lease_columns(one: Lease, service: Service) -> dict[str, Any]:
    warranty = warranty_of(one, service)
    return {
        "state": str(one.state),
        "is_bought": one.start.is_bought,
        "started_on": one.start.on,
        "contract_on": one.start.contract_on,
        "price_yen": one.start.price_yen,
        "due_kind": one.due_kind,
        "due_on": one.due_on,
        "ended_on": one.ended_on,
        "due_rule": one.due_rule,
        "returned_on": one.returned_on,
        "warranty_until": warranty.result if warranty else None,
        "warranty_rule": warranty.rule if warranty else None,
    }


def event_row(device_id: str, entry: Entry, contract: int | None) -> dict[str, Any]:
    """Return an entry as it is stored.

    Args:
        device_id: Of which device.
        entry: What was entered.
        contract: Of a start: the contract under which the device goes out.
    """
    event = entry.event
    return {
        "device_id": device_id,
        "number": entry.number,
        "contract_id": contract,
        "kind": "" if event is None else event.verb,
        "happened_on": None if event is None else event.on,
        "details": {} if event is None else details_of(event),
        "corrects": entry.corrects,
        "reason": entry.reason,
        "recorded_at": entry.recorded_at,
        "recorded_by": entry.recorded_by,
    }


def _entry(row: Row[Any]) -> Entry:
    on: date | None = row.happened_on
    return Entry(
        number=row.number,
        event=None if on is None else read_event(row.kind, on, row.details),
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
        corrects=row.corrects,
        reason=row.reason,
    )
