"""Find out who leaves, and what each has still to do: apps to remove, devices to send back, debts.

A leased device is asked back from whoever had it last: when a lease ends, nobody is on it any more.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from sqlalchemy import select

from onhook.accounts.fields import name_shown
from onhook.contracts import find_contract
from onhook.kits.candidates import CHUNK, issued_kits, select_accounts, stretches
from onhook.leasing.lives import lives
from onhook.offboarding.departure import (
    AppToRemove,
    Departure,
    DeviceToReturn,
    OpenCharge,
)
from onhook.offboarding.errors import StillInUse, SuspendedOnly
from onhook.offboarding.held import had_last
from onhook.offboarding.shutting import shut_on_the_pbx, suspended
from onhook.pbx_changes import open_kinds
from onhook.store.schema import account, customer, kit
from onhook.workspace import TOKYO, end_of_day
from onhook_devices.leasing.debts import debts, penalty_of
from onhook_devices.leasing.lease import State
from onhook_devices.leasing.returning import end_return_due
from onhook_devices.platforms import Platform

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from sqlalchemy import Row

    from onhook.contracts import Contract
    from onhook.kits.candidates import Selection
    from onhook.offboarding.departure import Shut, Why
    from onhook.offboarding.held import Held
    from onhook.words import Language
    from onhook.workspace import UnitOfWork
    from onhook_devices.errors import OnhookError
    from onhook_devices.leasing.lease import Lease
    from onhook_devices.leasing.life import Life
    from onhook_devices.service import Service

_HELD = frozenset(
    {
        State.LEASED,
        State.FAULT_REPORTED,
        State.CHARGE_OPEN,
        State.CHARGE_SETTLED,
        State.RETURN_DUE,
        State.UNDECIDED,
    }
)
"""States in which the customer has the device, and it is not its own."""


def departures(work: UnitOfWork, selection: Selection) -> Iterator[Departure | OnhookError]:
    """Yield what those have to do who leave, in input order.

    Of accounts that are named and do not leave the reason comes instead; of all, they are left out.

    Args:
        work: Where they are.
        selection: Which accounts.

    Raises:
        OnhookError: The customer named does not exist, or a service's file is wrong.
    """
    for stretch in stretches(select_accounts(work, selection), CHUNK):
        if not isinstance(stretch, list):
            yield stretch
            continue
        gatherer = _Gatherer(work, stretch)
        for found in map(gatherer.departure, stretch):
            if isinstance(found, Departure) or selection.names:
                yield found


class _End(NamedTuple):
    """What is over, and since when; `at` is None where it is still to come."""

    why: Why
    on: date
    at: datetime | None


class _Life(NamedTuple):
    """A device's life, with what is known to come, and the service whose rules made it."""

    life: Life
    service: Service


class _Gatherer:
    """Reads what belongs to some hundred accounts together, then tells of each."""

    def __init__(self, work: UnitOfWork, numbers: Sequence[int]) -> None:
        self._work = work
        self._accounts: dict[int, Row[Any]] = {}
        self._ends: dict[int, _End | OnhookError] = {}
        self._contracts: dict[int, Contract] = {}
        self._held: defaultdict[int, list[Held]] = defaultdict(list)
        self._families: dict[tuple[int, str], str] = {}
        self._lives: dict[str, _Life] = {}
        self._open: dict[int, list[str]] = {}
        self._done: set[int] = set()
        self._with_secret_codes: set[int] = set()
        self._read(numbers)

    def departure(self, number: int) -> Departure | OnhookError:
        """Return what is known of an account that leaves, or why it does not."""
        row, end = self._accounts[number], self._ends[number]
        if not isinstance(end, _End):
            return end
        contract = self._contracts[row.contract_id]
        service = self._work.workspace.services.get(contract.service)
        held = self._held[number]
        return Departure(
            account=f"{row.customer_id}/{row.extension}",
            account_id=number,
            contract=contract.id,
            language=cast("Language", row.language),
            customer_name=row.customer_name,
            name=name_shown(row.first_name, row.last_name, row.display_name) or row.extension,
            mail=row.mail,
            service=service,
            why=end.why,
            on=end.on,
            shut=self._shut(number, end),
            apps=tuple(self._apps(number, held, end, service)),
            devices=tuple(self._devices(held, contract, service)),
            charges=tuple(self._charges(held)),
            has_secret_code=number in self._with_secret_codes,
        )

    def _read(self, numbers: Sequence[int]) -> None:
        query = select(account, customer.c.name.label("customer_name"), customer.c.language)
        rows = self._work.connection.execute(
            query.join(customer).where(account.c.id.in_(numbers))
        ).all()
        shut_off = suspended(self._work, numbers)
        for row in rows:
            self._accounts[row.id] = row
            self._ends[row.id] = self._end(row, is_suspended=row.id in shut_off)
        leaving = [row.id for row in rows if isinstance(self._ends[row.id], _End)]
        if leaving:
            self._read_leaving(leaving)

    def _read_leaving(self, numbers: Sequence[int]) -> None:
        for number, held in had_last(self._work, numbers):
            self._held[number].append(held)
        issues = issued_kits().where(kit.c.account_id.in_(numbers))
        for row in self._work.connection.execute(issues):
            self._families[row.account_id, row.device_id] = row.family
            if row.secret_in_qr:
                self._with_secret_codes.add(row.account_id)
        devices = sorted({one.row.id for number in numbers for one in self._held[number]})
        for history, service in lives(self._work, devices):
            self._lives[history.device] = _Life(history.life(service), service)
        self._open |= open_kinds(self._work, numbers)
        self._done |= shut_on_the_pbx(self._work, numbers)

    def _end(self, row: Row[Any], *, is_suspended: bool) -> _End | OnhookError:
        """Return what is over for an account: its contract above all, which ends more."""
        contract = self._contract(row.contract_id)
        if contract.ends_on is not None:
            is_over = not contract.runs_on(self._work.today)
            at = (contract.ended_at or end_of_day(contract.ends_on)) if is_over else None
            if is_over or row.disabled_at is None:
                why: Why = "contract-ended" if is_over else "contract-ends"
                return _End(why, contract.ends_on, at)
        name = f"{row.customer_id}/{row.extension}"
        if row.disabled_at is None:
            return StillInUse(name, str(contract.id))
        if is_suspended:
            return SuspendedOnly(name, str(contract.id))
        day = row.disabled_at.astimezone(TOKYO).date()
        return _End("account-disabled", day, row.disabled_at)

    def _contract(self, number: int) -> Contract:
        if number not in self._contracts:
            self._contracts[number] = find_contract(self._work, number)
        return self._contracts[number]

    def _shut(self, number: int, end: _End) -> Shut:
        if "disable" in self._open.get(number, ()):
            return "waiting"
        if number in self._done:
            return "done"
        return "later" if end.at is None else "waiting"

    def _apps(
        self, number: int, held: Sequence[Held], end: _End, service: Service
    ) -> Iterator[AppToRemove]:
        rule = service.app.rule if service.app.uninstall_at_end else ""  # B-A4
        places: list[Row[Any] | None] = [
            one.row for one in held if self._is_there(one, end) and one.row.retired_at is None
        ]
        if (number, "") in self._families or not held:
            places.append(None)
        for place in places:
            device_id = "" if place is None else place.id
            family = self._families.get((number, device_id), service.family)
            yield AppToRemove(
                name=self._app_name(family, service),
                device=device_id,
                model="" if place is None else place.model,
                platform=None if place is None else Platform(place.platform),
                rule=rule,
            )

    def _is_there(self, one: Held, end: _End) -> bool:
        """Tell whether the account was on a device to the end, and its person has it still."""
        was_on = one.is_assigned or (
            end.at is not None and one.ended_at is not None and one.ended_at >= end.at
        )
        lease = self._lease(one.row.id)
        return was_on and (lease is None or lease.state in (*_HELD, State.BOUGHT))

    def _app_name(self, family: str, service: Service) -> str:
        if family == service.family:
            return service.app.name
        return self._work.workspace.families.get(family).manifest.title

    def _lease(self, device_id: str) -> Lease | None:
        """Return the last lease of a device, with what is known to come."""
        known = self._lives.get(device_id)
        return None if known is None else known.life.lease

    def _devices(
        self, held: Sequence[Held], contract: Contract, service: Service
    ) -> Iterator[DeviceToReturn]:
        for one in held:
            known = self._lives.get(one.row.id)
            if known is None:
                if one.is_assigned and one.row.ownership == "leased" and service.leases:
                    yield _unregistered(one.row, contract, service)
                continue
            lease = known.life.lease
            is_due = lease is not None and lease.state is State.RETURN_DUE
            if lease is not None and (is_due or (one.is_assigned and lease.state in _HELD)):
                yield _leased(one.row, lease, known.service)

    def _charges(self, held: Sequence[Held]) -> Iterator[OpenCharge]:
        for one in held:
            known = self._lives.get(one.row.id)
            if known is None:
                continue
            for debt in debts(known.life, known.service, self._work.today):
                if debt.settled is None and debt.customer == one.row.customer_id:
                    yield OpenCharge(one.row.id, debt)


def _leased(row: Row[Any], lease: Lease, service: Service) -> DeviceToReturn:
    """Return a device with its lease's terms; no clock runs where it is not due back."""
    is_due = lease.state is State.RETURN_DUE and lease.due_on is not None
    leases = service.leases
    assert leases is not None  # noqa: S101 - without, it could not have been lent out
    is_broken = lease.due_kind == "replacement-return"
    return DeviceToReturn(
        device=row.id,
        model=row.model,
        serial=row.serial,
        due_on=lease.due_on if is_due else None,
        rule=lease.due_rule if is_due else leases.end_return.rule,
        freight=leases.replacement_return.freight if is_broken else leases.end_return.freight,
        returned_to=leases.end_return.returned_to,
        lessor=lease.start.lessor_name,
        if_missed=penalty_of(lease, service, lease.due_on) if is_due and lease.due_on else None,
    )


def _unregistered(row: Row[Any], contract: Contract, service: Service) -> DeviceToReturn:
    """Return a device that is known to be leased, and whose lease was never entered."""
    leases = service.leases
    assert leases is not None  # noqa: S101 - the caller looked
    due = None if contract.ends_on is None else end_return_due(service, contract.ends_on).result
    return DeviceToReturn(
        device=row.id,
        model=row.model,
        serial=row.serial,
        due_on=due,
        rule=leases.end_return.rule,
        freight=leases.end_return.freight,
        returned_to=leases.end_return.returned_to,
    )
