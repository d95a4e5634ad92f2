"""Show the register of leases: all of it a row at a time, or one device's whole life."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from onhook.leasing.register import recorded
from onhook.store.schema import contract, device, lease
from onhook.subjects import find_device
from onhook_devices.leasing.debts import debts
from onhook_devices.leasing.dues import dues

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from onhook.workspace import UnitOfWork
    from onhook_devices.leasing.debts import Debt
    from onhook_devices.leasing.dues import Due
    from onhook_devices.leasing.history import History
    from onhook_devices.leasing.lease import State

_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Leased:
    """A lease as the list shows it.

    Attributes:
        device: Id of the device.
        customer: Whose contract it is under.
        model: The device's, as told.
        state: What it is, with what is known to come.
        started_on: The day it went out.
        price_yen: Its sale price at the time of the contract.
        due_on: The last day on which its return is in time, if it is due.
        overdue: Whether that day is over and the device is not back.
    """

    device: str
    customer: str
    model: str
    state: str
    started_on: date
    price_yen: int
    due_on: date | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One device's whole life.

    Attributes:
        history: What was entered about it.
        state: What it is today.
        dues: What falls due for it, the soonest first.
        debts: The charges that arose, the earliest first.
    """

    history: History
    state: State
    dues: list[Due]
    debts: list[Debt]


def list_leases(
    work: UnitOfWork, today: date, *, customer: str | None = None, state: str | None = None
) -> Iterator[Leased]:
    """Yield the leases by device, in bounded memory: all, or a customer's, or those of a state."""
    query = (
        select(lease, device.c.model, contract.c.customer_id)
        .join(device, device.c.id == lease.c.device_id)
        .join(contract, contract.c.id == lease.c.contract_id)
        .order_by(lease.c.device_id, lease.c.number)
    )
    if customer is not None:
        query = query.where(contract.c.customer_id == customer)
    if state is not None:
        query = query.where(lease.c.state == state)
    for row in work.connection.execute(query.execution_options(yield_per=_AT_ONCE)):
        is_due = row.state == "return-due"
        yield Leased(
            row.device_id,
            row.customer_id,
            row.model,
            row.state,
            row.started_on,
            row.price_yen,
            row.due_on if is_due else None,
            is_due and row.due_on < today,
        )


def show_lease(work: UnitOfWork, device_name: str, today: date) -> Shown:
    """Return a device's whole life.

    Raises:
        NeverLeased: It was never out.
        NoSuchDevice: There is none of that id.
    """
    found = find_device(work.connection, device_name)
    known = recorded(work, found.id)
    service = known.service(work)
    life = known.history.life(service)
    return Shown(
        known.history,
        known.history.life_on(today, service).state,
        dues(life, service, today),
        debts(life, service, today),
    )
