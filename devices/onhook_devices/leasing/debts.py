"""What a device's customer owes for it: computed from its life and the day, never stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from onhook_devices.leasing.charges import penalty
from onhook_devices.leasing.lease import Lease, Settled, State
from onhook_devices.leasing.steps import replacement_charge
from onhook_devices.leasing.warranty import leases_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onhook_devices.leasing.events import ChargeKind
    from onhook_devices.leasing.life import Life
    from onhook_devices.reckoning import Reckoning
    from onhook_devices.service import Service
    from onhook_devices.yen import Sum


@dataclass(frozen=True, slots=True)
class Debt:
    """A charge that arose.

    Attributes:
        kind: What for.
        customer: Who owes it.
        arises_on: The day it arose.
        reckoning: How much, and how it came about.
        settled: How it was settled; None: it is open.
        why: The rule by which it arose.
    """

    kind: ChargeKind
    customer: str
    arises_on: date
    reckoning: Reckoning[Sum]
    settled: Settled | None
    why: str


def debts(life: Life, service: Service, today: date) -> list[Debt]:
    """Return the charges that have arisen by `today`, the earliest first.

    Raises:
        NotAgreed: The service leases nothing.
        TaxRateUnknown: A day is before the first whose rate the service's file knows.
    """
    found = [debt for lease in life.leases for debt in _of(lease, service, today)]
    return sorted(found, key=lambda debt: debt.arises_on)


def penalty_of(lease: Lease, service: Service, due_on: date) -> Reckoning[Sum]:
    """Return the penalty if the device is not sent back by `due_on`; it arises the day after."""
    days = {"contract_on": lease.start.contract_on, "arises_on": due_on + timedelta(days=1)}
    return penalty(service, lease.start.price_yen, **days)


def _of(lease: Lease, service: Service, today: date) -> Iterator[Debt]:
    damage = replacement_charge(lease, service)
    if damage is not None and lease.claim is not None and (lease.owes_damage or lease.damage):
        on = lease.claim.claimed_on or lease.claim.on
        rule = lease.price_rule
        yield Debt("damage", lease.start.customer, on, damage, lease.damage, rule)
    arose_on = _penalty_arose_on(lease, service, today)
    if arose_on is not None:
        much = penalty_of(lease, service, arose_on - timedelta(days=1))
        rule = lease.due_rule or leases_of(service).no_replacement.rule
        yield Debt("penalty", lease.start.customer, arose_on, much, lease.penalty, rule)


def _penalty_arose_on(lease: Lease, service: Service, today: date) -> date | None:
    """Return the day from which the penalty is owed; None: it is not, or a person must say so."""
    if lease.declined_on is not None and (lease.state is State.UNDECIDED or lease.due_on is None):
        is_charged = leases_of(service).no_replacement.penalty_for_lost == "charge"
        return lease.declined_on if is_charged or lease.penalty else None
    if lease.due_on is None or not (lease.penalty or lease.owes_penalty(today)):
        return None
    return lease.due_on + timedelta(days=1)
