"""Take rows of a register: decide what each adds, and store many at a time."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, delete, select, update

from onhook.accounts.fields import FieldError
from onhook.devices.assignments import DeviceRetired
from onhook.devices.register import (
    FIELDS,
    DeviceOwnedElsewhere,
    changed_fields,
    clean_device,
    new_row,
)
from onhook.imports import Note
from onhook.leasing import cells
from onhook.leasing.ending import is_out_at_end, known_end
from onhook.leasing.register import (
    Recorded,
    check_days,
    event_row,
    lease_rows,
    recorded_of,
)
from onhook.leasing.starting import Terms, WarrantyUnknown, start_event
from onhook.leasing.stretches import Stretch, stretches
from onhook.leasing.told import START_FIELDS, CellMissing, field_of, start_cells
from onhook.leasing.withdrawing import withdraw
from onhook.store.bulk import insert_many
from onhook.store.schema import device, lease, lease_event
from onhook_devices.errors import Conflict, OnhookError
from onhook_devices.leasing.errors import LaterStepImpossible, StepNotAllowed
from onhook_devices.leasing.events import Extension, Start
from onhook_devices.leasing.history import Entry, History
from onhook_devices.leasing.lease import State
from onhook_devices.platforms import Platform, parse_platform

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Row as Stored

    from onhook.contracts import Contract
    from onhook.imports import State as Outcome
    from onhook.leasing.parties import Parties
    from onhook.leasing.told import Row, Told
    from onhook.leasing.withdrawing import Withdrawal
    from onhook.workspace import UnitOfWork
    from onhook_devices.leasing.events import Event
    from onhook_devices.leasing.life import Life
    from onhook_devices.service import Service

_NO_LONGER_OUT = (State.RETURNED, State.CLOSED)


class RecordedOtherwise(Conflict):
    """A row contradicts what is recorded of its device.

    Attributes:
        device: Its id.
        recorded: What is recorded.
        told: What the row says.
    """

    device: str
    recorded: str
    told: str


class Taken(NamedTuple):
    """What became of a row: its verdict's state, what it changes, what to tell."""

    state: Outcome
    fields: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()


class _Out(NamedTuple):
    """The time a device was out that a row is about.

    Attributes:
        stretch: As it is recorded; None: the row begins it.
        start: How it began.
        service: Whose rules hold.
        contract: Under which contract it begins; None: it is recorded.
    """

    stretch: Stretch | None
    start: Start
    service: Service
    contract: Contract | None = None


class _Grown(NamedTuple):
    """What is recorded of a device, with what rows have added.

    Attributes:
        known: All of it.
        added: What rows have added.
        life: What its life has become by that; None: nothing was added.
        service: Whose rules made that life.
    """

    known: Recorded
    added: tuple[Entry, ...] = ()
    life: Life | None = None
    service: Service | None = None

    @property
    def is_out(self) -> bool:
        """Whether the device has neither come back nor been settled for."""
        return self.life is not None and self.life.state not in _NO_LONGER_OUT


@dataclass(slots=True)
class _Device:
    """A device while its rows are taken.

    Attributes:
        id: Its id.
        stored: How it is stored; None: it is not.
        grown: What is recorded of it, with what rows have added.
        owner: Whose it is, as soon as a row was taken.
        facts: What rows say of the device itself; of a new one its row.
    """

    id: str
    stored: Stored[Any] | None
    grown: _Grown
    owner: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


class Taker:
    """Takes rows within one unit of work.

    Call `look_up` with the devices to come, `take` each of their rows, and `flush`; `withdrawn`
    then tells what ended with which of them, and `owners` whose devices have come so far.

    Args:
        work: Where to.
        parties: Knows customers and contracts.
    """

    def __init__(self, work: UnitOfWork, parties: Parties) -> None:
        self._work = work
        self._parties = parties
        self._devices: dict[str, _Device] = {}
        self.owners: set[str] = set()
        self.withdrawn: dict[str, Withdrawal] = {}

    def look_up(self, device_ids: Iterable[str]) -> None:
        """Read what is stored of devices."""
        ids = list(device_ids)
        execute = self._work.connection.execute
        stored = {row.id: row for row in execute(select(device).where(device.c.id.in_(ids)))}
        recorded = recorded_of(self._work, list(stored)) if stored else {}
        self._devices = {
            one: _Device(one, stored.get(one), _Grown(recorded.get(one) or _nothing(one)))
            for one in ids
        }

    def take(self, device_id: str, owner: str, told: Row) -> Taken:
        """Decide what a row adds, and keep it for `flush`.

        Args:
            device_id: One of those looked up.
            owner: Whose it is, as the row has it; '' where it does not say.
            told: What the row tells.

        Raises:
            FieldError: A cell contradicts what is recorded, or does not fit it.
            OnhookError: The row cannot be taken.
        """
        found = self._devices[device_id]
        owner = self._owner(found, owner)
        facts = self._facts(found, told.device, owner)
        out = self._out(found, told, owner)
        events = _unknown_events(found, out, told.events)
        grown = self._grow(found, out, events) if out.contract or events else found.grown
        if out.contract is not None:
            facts["ownership"] = "own" if out.start.is_bought else "leased"
        changed = () if found.stored is None else changed_fields(found.stored, facts)
        found.grown, found.owner, found.facts = grown, owner, found.facts | facts
        self.owners.add(owner)
        if out.contract is not None:
            return Taken("new", notes=_notes(told.device))
        fields = (*changed, *(one.field for one in events))
        return Taken("changed" if fields else "unchanged", fields, _notes(told.device))

    def flush(self) -> dict[str, str]:
        """Store everything taken since `look_up`; return whose the devices are."""
        connection = self._work.connection
        devices = [one for one in self._devices.values() if one.owner]
        grown = [one for one in devices if one.grown.added]
        insert_many(connection, device, [one.facts for one in grown if one.stored is None])
        self._change([one for one in devices if one.stored is not None])
        events = [
            event_row(one.id, entry, one.grown.known.contracts.get(entry.number))
            for one in grown
            for entry in one.grown.added
        ]
        insert_many(connection, lease_event, events)
        again = [one for one in grown if one.stored is not None]
        if again:
            connection.execute(delete(lease).where(lease.c.device_id.in_([d.id for d in again])))
        insert_many(connection, lease, [row for one in grown for row in _leases(one.grown)])
        self.withdrawn = {one.id: found for one in again if (found := self._withdraw(one))}
        self._devices = {}
        return {one.id: one.owner for one in devices}

    def _withdraw(self, one: _Device) -> Withdrawal | None:
        """End what is still in use with a device that is lost, sent back or over by now."""
        service = one.grown.service
        if service is None:
            return None
        current = one.grown.known.history.life_on(self._work.today, service).lease
        gone = None if current is None else current.gone
        return None if gone is None else withdraw(self._work, one.id, gone)

    def _change(self, devices: Iterable[_Device]) -> None:
        """Store what rows changed of devices that were there."""
        rows = []
        for one in devices:
            before = {name: getattr(one.stored, name) for name in FIELDS}
            if before | one.facts != before:
                stamp = {"row_id": one.id, "changed_at": self._work.now}
                rows.append(before | one.facts | stamp)
        if rows:
            names = (*FIELDS, "changed_at")
            values: dict[str, Any] = {name: bindparam(name) for name in names}
            query = update(device).where(device.c.id == bindparam("row_id")).values(values)
            self._work.connection.execute(query, rows)

    def _owner(self, found: _Device, text: str) -> str:
        """Return whose a device is."""
        known = found.owner if found.stored is None else str(found.stored.customer_id)
        is_blank = cells.is_empty(text)
        if known and is_blank:
            return known
        try:
            owner = self._parties.customer("" if is_blank else text)
        except OnhookError as error:
            raise FieldError("customer", error) from None
        if known not in ("", owner):
            raise FieldError("customer", DeviceOwnedElsewhere(found.id, known))
        return owner

    def _facts(self, found: _Device, told: Mapping[str, str], owner: str) -> dict[str, Any]:
        """Return what a row says of the device itself, as it is stored; of a new one all of it."""
        platform = found.facts.get("platform") if found.stored is None else found.stored.platform
        if platform is not None:
            return clean_device(found.id, told, platform=Platform(platform))
        told = {"platform": _platform_of(told.get("model", "")), **told}
        return new_row(self._work, owner, found.id, clean_device(found.id, told))

    def _out(self, found: _Device, told: Row, owner: str) -> _Out:
        """Return the time out that a row is about; what it says of its beginning must be so."""
        known = found.grown.known
        before = stretches(known.history) if known.history.entries else []
        if told.started_on is None:
            there = before[-1] if before else None
        else:
            there = next((one for one in before if one.start.on == told.started_on), None)
        if there is None:
            return self._begin(found, told, owner)
        _compare(found.id, there.start, told.start)
        service = self._parties.service(owner, known.contracts[there.number])
        return _Out(there, there.start, service)

    def _begin(self, found: _Device, told: Row, owner: str) -> _Out:
        """Return a time out that begins with a row.

        Raises:
            FieldError: It lacks the day or the price, or cannot have begun then.
        """
        if told.started_on is None:
            raise _missing("started_on", found.id)
        if "price_yen" not in told.start:
            raise _missing("price", found.id)
        told_of = {**told.start}
        replaces = told_of.pop("replaces", "")
        try:
            contract, service = self._parties.contract(found.id, owner, told.started_on)
            terms = Terms(on=told.started_on, **told_of)
            start = start_event(found.id, owner, terms, service)
        except WarrantyUnknown as error:
            raise FieldError("warranty_months", error) from None
        except OnhookError as error:
            raise FieldError("started_on", error) from None
        return _Out(None, replace(start, replaces=replaces), service, contract)

    def _grow(self, found: _Device, out: _Out, told: list[Told]) -> _Grown:
        """Return what is recorded with a beginning, if it is new, and with events."""
        dated: list[tuple[str, Event]] = [(one.field, one.event) for one in told]
        if out.contract is not None:
            dated.insert(0, ("started_on", out.start))
        for column, event in dated:
            try:
                check_days(self._work, found.id, event)
            except OnhookError as error:
                raise FieldError(column, error) from None
        grown = self._with(found.grown, out, dated)
        end = None if out.contract is None else known_end(out.contract)
        if end and out.contract and is_out_at_end(grown.known, out.contract, out.service):
            grown = self._with(grown, out._replace(contract=None), [("started_on", end)])
        if found.stored is not None and found.stored.retired_at is not None and grown.is_out:
            raise DeviceRetired(found.id)
        return grown

    def _with(self, grown: _Grown, out: _Out, dated: list[tuple[str, Event]]) -> _Grown:
        """Return what is recorded with more events, each told in a column.

        Raises:
            FieldError: One does not fit.
        """
        history, contracts = grown.known.history, grown.known.contracts
        number = len(history.entries) + 1
        at, by = self._work.now, self._work.actor
        entries = tuple(
            Entry(number=number + place, event=event, recorded_at=at, recorded_by=by)
            for place, (_, event) in enumerate(dated)
        )
        try:
            longer, life = history.grown(entries, out.service)
        except (StepNotAllowed, LaterStepImpossible) as error:
            raise FieldError(_blamed(error, dated), error) from None
        if out.contract is not None:
            contracts = contracts | {number: out.contract.id}
        return _Grown(Recorded(longer, contracts), (*grown.added, *entries), life, out.service)


def _nothing(device_id: str) -> Recorded:
    return Recorded(History(device_id), {})


def _missing(column: str, device_id: str) -> FieldError:
    return FieldError(column, CellMissing(device_id, column, "device"))


def _leases(grown: _Grown) -> list[dict[str, Any]]:
    if grown.life is None or grown.service is None:
        return []
    return lease_rows(grown.known, grown.life, grown.service)


def _compare(device_id: str, start: Start, told: Mapping[str, Any]) -> None:
    """Refuse what a row says otherwise of the beginning than is recorded."""
    recorded = start_cells(start)
    for name, value in told.items():
        column = START_FIELDS[name]
        if recorded[column] != value:
            otherwise = RecordedOtherwise(device_id, str(recorded[column]), str(value))
            raise FieldError(column, otherwise)


def _unknown_events(found: _Device, out: _Out, told: list[Told]) -> list[Told]:
    """Return what a row tells that is not known yet.

    Raises:
        FieldError: The same is known in another way.
    """
    history = found.grown.known.history
    known = history.events.values() if history.entries else ()
    unknown = [one for one in told if not any(map(one.is_told_by, known))]
    there = {field_of(one): one for one in out.stretch.events} if out.stretch else {}
    for one in unknown:
        other = there.get(one.field)
        if other is not None and not isinstance(other, Extension):  # more time may be given again
            otherwise = RecordedOtherwise(found.id, _said(other), _said(one.event))
            raise FieldError(one.field, otherwise)
    return unknown


def _said(event: Event) -> str:
    """Return an event in short."""
    beside = [getattr(event, name, "") for name in ("cause", "replacement", "by", "claimed_on")]
    return " ".join(str(one) for one in (event.on, *beside) if one)


def _blamed(error: StepNotAllowed | LaterStepImpossible, dated: Iterable[tuple[str, Event]]) -> str:
    """Return the column of the event that does not fit."""
    fitting = (
        column for column, event in dated if (event.verb, event.on) == (error.step, error.on)
    )
    return next(fitting, "started_on")


def _platform_of(model: str) -> str:
    """Return the platform of which a model's first word is a name, such as iPhone; '' if none."""
    first = model.split()[:1]
    try:
        return parse_platform(first[0]).value if first else ""
    except OnhookError:
        return ""


def _notes(told: Mapping[str, str]) -> tuple[Note, ...]:
    """Return what to tell of numbers that look as if a spreadsheet had cut them."""
    cut = (name for name in ("serial", "model") if cells.has_lost_digits(told.get(name, "")))
    return tuple(Note("digits-lost", {"text": told[name]}) for name in cut)
