"""Show the register of leases: all of it a row at a time, or one device's whole life."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import func, select

from onhook.leasing.register import recorded
from onhook.store.schema import contract, device, lease
from onhook.subjects import find_device
from onhook_devices.leasing.debts import debts
from onhook_devices.leasing.dues import dues
from onhook_devices.leasing.lease import State

if TYPE_CHECKING:
    from collections.abc import Generator
    from datetime import date

    from sqlalchemy import ColumnElement, Select, Table

    from onhook.workspace import UnitOfWork
    from onhook_devices.leasing.debts import Debt
    from onhook_devices.leasing.dues import Due
    from onhook_devices.leasing.history import History

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


class Wanted(NamedTuple):
    """Which leases are wanted; what is None is no matter.

    Attributes:
        customer: Whose.
        state: In which state.
        model: Of devices whose model has this in its name, in whatever case.
        due_by: Due back by this day, or before.
    """

    customer: str | None = None
    state: str | None = None
    model: str | None = None
    due_by: date | None = None


def leases_wanted(wanted: Wanted, *columns: ColumnElement[Any] | Table) -> Select[Any]:
    """Return the query for leases by device, and by the order of a device's leases."""
    query = (
        select(*columns)
        .select_from(lease)
        .join(device, device.c.id == lease.c.device_id)
        .join(contract, contract.c.id == lease.c.contract_id)
        .order_by(lease.c.device_id, lease.c.number)
    )
    if wanted.customer is not None:
        query = query.where(contract.c.customer_id == wanted.customer)
    if wanted.state is not None:
        query = query.where(lease.c.state == wanted.state)
    if wanted.model is not None:
        query = query.where(
            func.lower(device.c.model).contains(wanted.model.lower(), autoescape=True)
        )
    if wanted.due_by is not None:
        query = query.where(lease.c.state == State.RETURN_DUE, lease.c.due_on <= wanted.due_by)
    return query


_COLUMNS = (
    lease.c.device_id,
    contract.c.customer_id,
    device.c.model,
    lease.c.state,
    lease.c.started_on,
    lease.c.price_yen,
    lease.c.due_on,
)
_EVERY: Final = Wanted()


def list_leases(work: UnitOfWork, today: date, wanted: Wanted = _EVERY) -> Generator[Leased]:
    """Yield leases by device, in bounded memory.

    Args:
        work: Where to look; to be kept open until all are read.
        today: The day by which one is overdue.
        wanted: Which.
    """
    query = leases_wanted(wanted, *_COLUMNS).execution_options(yield_per=_AT_ONCE)
    with work.connection.execute(query) as found:
        for device_id, owner, model, state, started_on, price_yen, due_on in found:
            due = due_on if state == State.RETURN_DUE else None
            overdue = due is not None and due < today
            yield Leased(device_id, owner, model, state, started_on, price_yen, due, overdue)


def show_lease(work: UnitOfWork, device_name: str, today: date) -> Shown:
    """Return a device's whole life.

    Raises:
        NeverLeased: It was never out.
        NoSuchDevice: There is none of that id.
    """
    found = find_device(work.connection, device_name)
    known = recorded(work, found.id)
    service = known.service(work)
    life = known.history.life(service)  # nothing, where its start was taken back
    return Shown(
        known.history,
        known.history.life_on(today, service).state,
        dues(life, service, today),
        debts(life, service, today),
    )
