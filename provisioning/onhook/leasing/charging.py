"""List the charges that arose, over all devices (J-L3, J-L5), and those that are due (J-L12)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import or_, select

from onhook.leasing.lives import lives
from onhook.store.schema import contract, lease, lease_event
from onhook_devices.leasing.debts import Debt, debts
from onhook_devices.leasing.events import Event, ServiceEnd

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from onhook.workspace import UnitOfWork

# A charge arises from one of these, or from a day that has passed.
_CAUSES = ("fault", "lost", "decline")


class Due(NamedTuple):
    """The day from which a charge must be paid, and the rule that says so."""

    on: date
    rule: str


class Charge(NamedTuple):
    """A charge, the device it is for, and since when it is due; None: no day is agreed."""

    device: str
    debt: Debt
    due: Due | None = None


def charges(
    work: UnitOfWork, today: date, *, customer: str | None = None, settled: bool = False
) -> list[Charge]:
    """Return the charges as they stood on a day, the oldest first.

    Args:
        work: Where they are looked for.
        today: The day; what was entered of later days is not known then.
        customer: Whose; None: all customers'.
        settled: Also those that were paid or waived, or came to nothing.

    Raises:
        NotAgreed: A service leases nothing any more.
        TaxRateUnknown: A day is before the first whose rate a service's file knows.
    """
    called_in = _called_in(work, today)
    found = [
        Charge(device, debt, _due(debt, called_in))
        for device, debt in _all(work, today, _devices(work, today, customer))
        if (settled or debt.settled is None) and customer in (None, debt.customer)
    ]
    return sorted(found, key=lambda one: (one.debt.arises_on, one.device))


def _due(debt: Debt, called_in: dict[str, Due]) -> Due | None:
    due = called_in.get(debt.customer)
    return None if due is None else due._replace(on=max(due.on, debt.arises_on))


def _called_in(work: UnitOfWork, today: date) -> dict[str, Due]:
    """Return the customers all of whose debts are due: they were disqualified (J-L12)."""
    by = lease_event.c.details["by"].as_string()
    query = select(lease_event.c.device_id).where(lease_event.c.kind == ServiceEnd.verb)
    ids = work.connection.scalars(query.where(by == "disqualified").distinct()).all()
    found: dict[str, Due] = {}
    for history, service in lives(work, ids):
        terms = service.disqualification
        if terms is None or not terms.debts_fall_due:
            continue
        for event in history.events.values():  # as they were corrected
            lease_then = history.life_on(event.on, service).lease
            if _disqualifies(event) and event.on <= today and lease_then is not None:
                due, customer = Due(event.on, terms.rule), lease_then.start.customer
                found[customer] = min(due, found.get(customer, due))
    return found


def _disqualifies(event: Event) -> bool:
    return isinstance(event, ServiceEnd) and event.by == "disqualified"


def _all(work: UnitOfWork, today: date, devices: Sequence[str]) -> Iterator[tuple[str, Debt]]:
    for history, service in lives(work, devices):
        for debt in debts(history.life_on(today, service), service, today):
            yield history.device, debt


def _devices(work: UnitOfWork, today: date, customer: str | None) -> Sequence[str]:
    """Return the devices for which a charge may have arisen."""
    caused = select(lease_event.c.device_id).where(lease_event.c.kind.in_(_CAUSES))
    query = (
        select(lease.c.device_id)
        .join(contract, contract.c.id == lease.c.contract_id)
        .where(or_(lease.c.due_on < today, lease.c.device_id.in_(caused)))
        .distinct()
        .order_by(lease.c.device_id)
    )
    if customer is not None:
        query = query.where(contract.c.customer_id == customer)
    return work.connection.scalars(query).all()
