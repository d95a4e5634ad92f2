"""What leads from one state of a leased device to the next: the state machine.

`TABLE` is all of it: for each state the events that may follow, each with the function that makes
of the lease before it the lease after it. A function returns None where the event does not fit the
days or sums. docs/leases.md draws the table; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from onhook_devices.leasing.charges import damage_charge, penalty
from onhook_devices.leasing.events import (
    Decline,
    Event,
    Extension,
    Fault,
    Loss,
    Payment,
    Return,
    ServiceEnd,
    Shipping,
    Start,
    Waiver,
)
from onhook_devices.leasing.lease import Lease, State
from onhook_devices.leasing.returning import (
    bought_device_due,
    broken_device_due,
    end_return_due,
)
from onhook_devices.leasing.warranty import leases_of, replacement_price, warranty_until

if TYPE_CHECKING:
    from datetime import date

    from onhook_devices.leasing.lease import DueKind, Settled
    from onhook_devices.reckoning import Reckoning
    from onhook_devices.service import Service
    from onhook_devices.yen import Sum

Step = Callable[[Lease, Event, "Service"], Lease | None]


def begin(event: Start, service: Service) -> Lease:
    """Return the lease that begins with `event`.

    Raises:
        NotAgreed: The service leases nothing.
    """
    may_go_back = leases_of(service).bought_return is not None
    lease = Lease(event, State.BOUGHT if event.is_bought else State.LEASED)
    if not event.is_bought or not may_go_back:
        return lease
    return _due(lease, "bought-return", bought_device_due(service, event.on))


def in_warranty(start: Start, on: date, service: Service) -> bool:
    """Tell whether a device's warranty runs on a day (J-L1)."""
    days = {"started_on": start.on, "contract_on": start.contract_on}
    until = warranty_until(service, **days, months=start.warranty_months)
    return start.warranty_months > 0 and on <= until.result


def replacement_charge(lease: Lease, service: Service) -> Reckoning[Sum] | None:
    """Return what the replacement costs (J-L5, J-L7); None: nothing is claimed, or it is free."""
    if lease.claim is None or lease.price in (None, "free"):
        return None
    start, claim = lease.start, lease.claim
    by_claim = leases_of(service).damage_charge.year_of == "claim"
    counts_on = claim.claimed_on if by_claim and claim.claimed_on else claim.on
    if lease.price == "penalty":
        days = {"contract_on": start.contract_on, "arises_on": counts_on}
        return penalty(service, start.price_yen, **days)
    days = {"contract_on": start.contract_on, "counts_on": counts_on}
    return damage_charge(service, start.price_yen, **days)


def _break(lease: Lease, event: Fault, service: Service) -> Lease | None:
    return _claim(lease, event, service) if _is_covered(lease, service) else None


def _lose(lease: Lease, event: Loss, service: Service) -> Lease | None:
    if lease.is_lost or lease.returned_on is not None or not _is_covered(lease, service):
        return None
    if lease.damage is not None:  # it broke, was paid for, and is lost now
        return replace(lease, is_lost=True)
    return _claim(replace(lease, is_lost=True), event, service)


def _miss(lease: Lease, event: Loss, service: Service) -> Lease | None:  # noqa: ARG001 - as every step
    """It is lost where it was to be sent back: that stays due."""
    return None if lease.is_lost else replace(lease, is_lost=True)


def _is_covered(lease: Lease, service: Service) -> bool:
    """Tell whether replacement and charge hold for the device; for a bought one not always."""
    return not lease.start.is_bought or leases_of(service).covers == "leased-and-bought"


def _claim(lease: Lease, event: Fault | Loss, service: Service) -> Lease:
    """Say against what it is replaced, and wait for that (J-L2, J-L4, J-L6, J-L7)."""
    cause = event.cause if isinstance(event, Fault) else None
    covered = in_warranty(lease.start, event.on, service)
    price, rule = replacement_price(
        service, lessor=lease.start.lessor, cause=cause, in_warranty=covered
    )
    claimed = replace(lease, claim=event, price=price, price_rule=rule, damage=None)
    charge = replacement_charge(claimed, service)
    if charge is None:
        return replace(claimed, state=State.FAULT_REPORTED)
    if charge.result.total_yen == 0:
        return replace(claimed, state=State.CHARGE_SETTLED, damage="nothing-due")
    if leases_of(service).replacement_shipping.after == "claim":
        return replace(claimed, state=State.CHARGE_SETTLED)
    return replace(claimed, state=State.LOST if lease.is_lost else State.CHARGE_OPEN)  # J-L6


def _settle(lease: Lease, event: Payment | Waiver, service: Service) -> Lease | None:  # noqa: ARG001 - as every step
    how: Settled = "paid" if isinstance(event, Payment) else "waived"
    if event.of == "damage":
        if not lease.owes_damage:
            return None
        waits = lease.state in (State.CHARGE_OPEN, State.LOST)
        state = State.CHARGE_SETTLED if waits else lease.state
        return replace(lease, damage=how, state=state)
    if lease.state is not State.UNDECIDED and not lease.owes_penalty(event.on):
        return None
    state = State.RETURNED if lease.state is State.RETURNED else State.CLOSED
    return replace(lease, penalty=how, state=state)


def _ship(lease: Lease, event: Shipping, service: Service) -> Lease:
    shipped = replace(lease, replacement=event.replacement)
    if lease.returned_on is not None:
        return replace(shipped, state=State.RETURNED)
    if lease.is_lost:
        return replace(shipped, state=State.CLOSED)
    still_due = leases_of(service).out_of_warranty.still_existing_device_due
    if lease.price == "free" or still_due == "replacement-return":  # J-L2
        return _due(shipped, "replacement-return", broken_device_due(service, event.on))
    # J-L7: what was paid for stays due at the end of service; what was bought stays.
    return replace(shipped, state=State.CLOSED if lease.start.is_bought else State.REPLACED)


def _decline(lease: Lease, event: Decline, service: Service) -> Lease:
    declined = replace(lease, declined_on=event.on)
    if not lease.is_lost or lease.returned_on is not None:
        return _end_on(declined, event.on, service)
    return _end_lost(declined, event.on, service)


def _end(lease: Lease, event: ServiceEnd, service: Service) -> Lease:
    return _end_on(lease, event.on, service)


def _end_paid(lease: Lease, event: ServiceEnd, service: Service) -> Lease:
    """It was paid for and not replaced yet: who paid for a lost one does not owe it, too."""
    if not lease.is_lost or lease.returned_on is not None:
        return _end_on(lease, event.on, service)
    return _end_lost(lease, event.on, service)


def _end_lost(lease: Lease, on: date, service: Service) -> Lease:
    """Whether a lost device that nobody replaces costs the penalty, a person decides (J-L8)."""
    asks = leases_of(service).no_replacement.penalty_for_lost != "none"
    state = State.UNDECIDED if asks and not lease.start.is_bought else State.CLOSED
    return replace(lease, state=state, ended_on=on)


def _end_on(lease: Lease, on: date, service: Service) -> Lease:
    ended = replace(lease, ended_on=on)
    if lease.returned_on is not None:
        return replace(ended, state=State.RETURNED)
    if lease.start.is_bought:
        return replace(ended, state=State.CLOSED)
    return _due(ended, "end-return", end_return_due(service, on))  # J-L10


def _note_end(lease: Lease, event: ServiceEnd, service: Service) -> Lease:  # noqa: ARG001 - as every step
    """The end changes nothing: it is due already, or nothing is."""
    return replace(lease, ended_on=lease.ended_on or event.on)


def _extend(lease: Lease, event: Extension, service: Service) -> Lease | None:  # noqa: ARG001 - as every step
    if lease.due_on is None or event.until <= lease.due_on:
        return None
    return replace(lease, due_on=event.until)


def _return(lease: Lease, event: Return, service: Service) -> Lease | None:  # noqa: ARG001 - as every step
    if lease.state is State.BOUGHT and (lease.due_on is None or event.on > lease.due_on):
        return None  # J-L9
    return replace(lease, state=State.RETURNED, returned_on=event.on, is_lost=False)


def _return_early(lease: Lease, event: Return, service: Service) -> Lease | None:  # noqa: ARG001 - as every step
    """It is back before its replacement was shipped, which is still to come."""
    if lease.returned_on is not None:
        return None
    return replace(lease, returned_on=event.on, is_lost=False)


def _due(lease: Lease, kind: DueKind, by: Reckoning[date]) -> Lease:
    state = lease.state if kind == "bought-return" else State.RETURN_DUE
    return replace(lease, state=state, due_kind=kind, due_on=by.result, due_rule=by.rule)


_SETTLING = {Payment: _settle, Waiver: _settle}

TABLE: Mapping[State, Mapping[type[Event], Step]] = cast(
    "Mapping[State, Mapping[type[Event], Step]]",  # each function takes its own kind of event
    {
        State.IN_STOCK: {},
        State.LEASED: {Fault: _break, Loss: _lose, ServiceEnd: _end, Return: _return},
        State.BOUGHT: {Fault: _break, Loss: _lose, ServiceEnd: _note_end, Return: _return},
        State.FAULT_REPORTED: {
            Loss: _lose,
            Shipping: _ship,
            Decline: _decline,
            ServiceEnd: _end,
            Return: _return_early,
        },
        State.CHARGE_OPEN: {
            Loss: _lose,
            **_SETTLING,
            Decline: _decline,
            ServiceEnd: _end,
            Return: _return_early,
        },
        State.LOST: {**_SETTLING, Decline: _decline, ServiceEnd: _end, Return: _return},
        State.CHARGE_SETTLED: {
            Loss: _lose,
            **_SETTLING,
            Shipping: _ship,
            Decline: _decline,
            ServiceEnd: _end_paid,
            Return: _return_early,
        },
        State.REPLACED: {Loss: _miss, **_SETTLING, ServiceEnd: _end, Return: _return},
        State.RETURN_DUE: {
            Loss: _miss,
            **_SETTLING,
            Extension: _extend,
            ServiceEnd: _note_end,
            Return: _return,
        },
        State.UNDECIDED: {**_SETTLING, ServiceEnd: _note_end, Return: _return},
        State.RETURNED: {**_SETTLING, ServiceEnd: _note_end},
        State.CLOSED: {**_SETTLING, ServiceEnd: _note_end, Return: _return},
    },
)


def follow(lease: Lease, event: Event, service: Service) -> Lease | None:
    """Return the lease after `event`, None where it cannot have happened."""
    known = TABLE[lease.state].get(type(event))
    return None if known is None else known(lease, event, service)
