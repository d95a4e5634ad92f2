"""Enter what happened to a leased device, and tell what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from onhook.contracts import count_accounts
from onhook.leasing.listing import Shown, show_lease
from onhook.leasing.register import enter, recorded
from onhook.subjects import find_device
from onhook_devices.calendar import end_of_month, service_end
from onhook_devices.errors import InvalidInput, UsageError
from onhook_devices.leasing.debts import debts
from onhook_devices.leasing.details import details_of
from onhook_devices.leasing.events import Decline, Extension, ServiceEnd
from onhook_devices.leasing.lease import State
from onhook_devices.leasing.warranty import leases_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from onhook.leasing.register import Correction, Entered, Recorded
    from onhook.leasing.withdrawing import Withdrawal
    from onhook.workspace import UnitOfWork
    from onhook_devices.leasing.events import ChargeKind, Event
    from onhook_devices.service import Service

    Make = Callable[[Recorded, Service], Event]


class WhichCharge(UsageError):
    """Both charges of a device are open, and none was named."""

    device: str


class ExtendsNothing(InvalidInput):
    """The day that is given is no later than the one by which the device is due back."""

    device: str
    due_on: date
    until: date


@dataclass(frozen=True, slots=True)
class Told:
    """What came of an entry.

    Attributes:
        device: Id of the device.
        number: Of the entry.
        event: What happened; None: a correction says that nothing did.
        shown: The device as it is today.
        withdrawn: What ended with it; None: nothing.
        restored: Accounts that are on it again, after a wrong entry had taken them off.
        others: What came of it for other devices.
    """

    device: str
    number: int
    event: Event | None
    shown: Shown
    withdrawn: Withdrawal | None
    restored: tuple[str, ...] = ()
    others: tuple[Told, ...] = ()


class Notice(NamedTuple):
    """What the notice that no replacement is wanted means (J-L8).

    Attributes:
        contract: Number of the contract that it ends.
        on: The day it arrived.
        fees_until: The last day for which fees run.
        rule: The rule that says so.
        accounts: How many accounts the contract has: one that has others, too, hardly ends.
    """

    contract: int
    on: date
    fees_until: date
    rule: str
    accounts: int


def happen(work: UnitOfWork, device_name: str, event: Event | Make) -> Told:
    """Enter what happened to a device.

    Args:
        work: Where it is recorded.
        device_name: The device.
        event: What happened, or what says so from what is recorded.

    Raises:
        NeverLeased: The device was never out.
        NoSuchDevice: There is none of that id.
        OnhookError: It does not fit, as `enter` says.
    """
    found = find_device(work.connection, device_name)
    known = recorded(work, found.id)
    service = known.service(work)
    made = event(known, service) if callable(event) else event
    entered = enter(work, known, made, service)
    return tell(work, entered, made)


def decline(work: UnitOfWork, device_name: str, on: date) -> tuple[Told, Notice]:
    """Enter that no replacement is wanted, and return what that means for the contract.

    Raises:
        OnhookError: As `happen`.
    """
    told = happen(work, device_name, Decline(on=on))
    known = recorded(work, told.device)
    service = known.service(work)
    life = known.history.life(service)
    contract = next(known.contract_of(one.start) for one in life.leases if one.declined_on == on)
    terms = leases_of(service).no_replacement
    fees_until = end_of_month(on) if terms.fees_until == "month-end" else on
    return told, Notice(contract, on, fees_until, terms.rule, count_accounts(work).get(contract, 0))


def tell(work: UnitOfWork, entered: Entered, event: Event) -> Told:
    """Record for the audit trail what was entered, and return what came of it."""
    device_id = entered.known.history.device
    gone = _effects(entered.withdrawn)
    facts = {"entry": entered.number, "on": str(event.on), **_stated(event), **gone}
    work.record(f"lease.{event.verb}", device_id, **facts)
    shown = show_lease(work, device_id, work.today)
    return Told(device_id, entered.number, event, shown, entered.withdrawn)


def tell_correction(
    work: UnitOfWork,
    entered: Entered,
    correction: Correction,
    *,
    restored: tuple[str, ...] = (),
    others: tuple[Told, ...] = (),
) -> Told:
    """Record for the audit trail what was corrected, and return what came of it."""
    device_id = entered.known.history.device
    event = correction.event
    says = {} if event is None else {"step": event.verb, "on": str(event.on)} | _stated(event)
    gone = _effects(entered.withdrawn) | ({"assigned": list(restored)} if restored else {})
    facts = {"entry": entered.number, "corrects": correction.number, **says, **gone}
    work.record("lease.correct", device_id, **{**facts, "reason": correction.reason})
    shown = show_lease(work, device_id, work.today)
    return Told(device_id, entered.number, event, shown, entered.withdrawn, restored, others)


def _stated(event: Event) -> dict[str, object]:
    return {name: value for name, value in details_of(event).items() if value not in (None, "")}


def _effects(withdrawn: Withdrawal | None) -> dict[str, object]:
    """Return what ended with a device as the audit trail tells it."""
    if withdrawn is None:
        return {}
    names = [one.account for one in withdrawn.accounts]
    return {"why": withdrawn.why, "unassigned": names, "links_revoked": withdrawn.links_revoked}


def cancellation(service: Service, asked_on: date) -> ServiceEnd:
    """Return when the service ends for a device whose account was cancelled (J-L11)."""
    return ServiceEnd(on=service_end(asked_on, service.cancellation), by="cancelled")


def extension(known: Recorded, service: Service, event: Extension) -> Extension:
    """Return an extension that gives more time.

    Raises:
        ExtendsNothing: The device is due back no earlier.
    """
    lease = known.history.life_on(event.on, service).lease
    if lease is not None and lease.due_on is not None and event.until <= lease.due_on:
        raise ExtendsNothing(known.history.device, lease.due_on, event.until)
    return event


def open_charge(known: Recorded, service: Service, on: date) -> ChargeKind:
    """Return the charge of a device that is open on a day.

    Where none is, one is returned all the same: whoever enters it is told that it cannot be.

    Raises:
        WhichCharge: Both are.
    """
    life = known.history.life_on(on, service)
    kinds = {debt.kind for debt in debts(life, service, on) if debt.settled is None}
    if len(kinds) > 1:
        raise WhichCharge(known.history.device)
    if kinds:
        return kinds.pop()
    return "penalty" if life.state in (State.UNDECIDED, State.RETURN_DUE) else "damage"
