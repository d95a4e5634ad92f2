"""What falls due for a device, and what comes of missing it: computed from its life and the day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from onhook_devices.leasing.debts import penalty_of
from onhook_devices.leasing.lease import Lease, State
from onhook_devices.leasing.warranty import leases_of, warranty_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from onhook_devices.leasing.life import Life
    from onhook_devices.reckoning import Reckoning
    from onhook_devices.service import Service
    from onhook_devices.yen import Sum

WhatIsDue = Literal[
    "replacement-return", "end-return", "bought-return", "warranty-end", "penalty-decision"
]


@dataclass(frozen=True, slots=True)
class Due:
    """Something that falls due.

    Attributes:
        kind: What.
        customer: Whose.
        rule: The rule that says so.
        due_on: The last day in time.
        if_missed: What it then costs, and how that comes about; None: nothing.
    """

    kind: WhatIsDue
    customer: str
    rule: str
    due_on: date
    if_missed: Reckoning[Sum] | None = None

    def days_left(self, today: date) -> int:
        """Return how many days are left; below zero it is overdue."""
        return (self.due_on - today).days


def dues(life: Life, service: Service, today: date) -> list[Due]:
    """Return what falls due, the soonest first: returns however late, the rest while it lasts.

    Args:
        life: The device's life, with what is known to come.
        service: Whose terms.
        today: The day it is asked for.

    Raises:
        NotAgreed: The service leases nothing.
        TaxRateUnknown: A day is before the first whose rate the service's file knows.
    """
    found = [due for lease in life.leases for due in _of(lease, service, today)]
    return sorted(found, key=lambda due: due.due_on)


def _of(lease: Lease, service: Service, today: date) -> Iterator[Due]:
    customer = lease.start.customer
    if lease.state is State.RETURN_DUE and lease.due_on and lease.due_kind:
        missed = penalty_of(lease, service, lease.due_on)
        yield Due(lease.due_kind, customer, lease.due_rule, lease.due_on, missed)
    if lease.state is State.UNDECIDED and lease.declined_on:
        rule = leases_of(service).no_replacement.rule
        yield Due("penalty-decision", customer, rule, lease.declined_on)
    if lease.state is State.BOUGHT and lease.due_on and today <= lease.due_on:
        yield Due("bought-return", customer, lease.due_rule, lease.due_on)
    if lease.state in (State.LEASED, State.BOUGHT):
        warranty = warranty_of(lease, service)
        if warranty is not None and today <= warranty.result:
            yield Due("warranty-end", customer, warranty.rule, warranty.result)


def warranty_of(lease: Lease, service: Service) -> Reckoning[date] | None:
    """Return the last day of a lease's warranty (J-L1); None: its device has none."""
    start = lease.start
    if not start.warranty_months:
        return None
    days = {"started_on": start.on, "contract_on": start.contract_on}
    return warranty_until(service, **days, months=start.warranty_months)
