"""Report on the register: what is out, how old, at what risk; what is owed; who is punctual."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import func, select, union

from onhook.leasing.charging import charges
from onhook.leasing.lives import lives
from onhook.store.schema import contract, device, lease, lease_event
from onhook_devices.leasing.charges import lease_year
from onhook_devices.leasing.exposure import OUT, exposure
from onhook_devices.leasing.lease import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from sqlalchemy import CompoundSelect

    from onhook.workspace import UnitOfWork
    from onhook_devices.service import Service

YEARS = 6
"""Years of a lease that are told apart; the last stands for all from it on (J-L5 is nil then)."""


@dataclass(slots=True)
class Figures:
    """What is counted of devices of one model, or of all.

    Attributes:
        by_year: Devices out, by the year since the contract (J-L5), from 1.
        exposure_yen: What they would cost if all were lost today, with tax.
        overdue: How many of them should have been sent back by now.
        open_charges: Charges that arose and are not settled.
        open_yen: What they come to.
        returns: Devices that were to be sent back, and were.
        in_time: How many of these in time.
        days_late: Days that the others were late, together.
    """

    by_year: Counter[int] = field(default_factory=Counter)
    exposure_yen: int = 0
    overdue: int = 0
    open_charges: int = 0
    open_yen: int = 0
    returns: int = 0
    in_time: int = 0
    days_late: int = 0

    @property
    def devices(self) -> int:
        """How many are out."""
        return self.by_year.total()

    @property
    def percent_in_time(self) -> float | None:
        """Share of the returns that were in time, in percent; None without any."""
        return round(100 * self.in_time / self.returns, 1) if self.returns else None

    @property
    def mean_days_late(self) -> float | None:
        """Days that a late return was late on average; None where none was."""
        late = self.returns - self.in_time
        return round(self.days_late / late, 1) if late else None

    def add(self, other: Figures) -> None:
        """Count what is counted in `other` too."""
        self.by_year += other.by_year
        for name in ("exposure_yen", "overdue", "open_charges", "open_yen"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in ("returns", "in_time", "days_late"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


class Alike(NamedTuple):
    """Leases that are alike in all that the report asks.

    Attributes:
        model: The devices'.
        service: Whose terms.
        state: What the devices are.
        price_yen: Each one's sale price.
        contract_on: The day of the contract.
        due_on: The last day in time, if they are to be sent back or were; not of bought ones.
        returned_on: The day they were sent back.
        number: How many.
    """

    model: str
    service: Service
    state: State
    price_yen: int
    contract_on: date
    due_on: date | None
    returned_on: date | None
    number: int


def report(work: UnitOfWork, today: date, *, customer: str | None = None) -> dict[str, Figures]:
    """Return the figures by model, as they stood on a day.

    Args:
        work: Where they are looked for.
        today: The day; what was entered of later days is not known then.
        customer: Whose; None: all customers'.

    Raises:
        NotAgreed: A service leases nothing any more.
        TaxRateUnknown: The day is before the first whose rate a service's file knows.
    """
    found: dict[str, Figures] = {}
    for one in (*_kept(work, today, customer), *_worked_out(work, today, customer)):
        _count(found.setdefault(one.model, Figures()), one, today)
    owed = charges(work, today, customer=customer)
    models = _models(work) if owed else {}
    for charge in owed:
        figures = found.setdefault(models[charge.device], Figures())
        figures.open_charges += 1
        figures.open_yen += charge.debt.reckoning.result.total_yen
    return dict(sorted(found.items()))


def total(figures: Iterable[Figures]) -> Figures:
    """Return figures of several models as one."""
    summed = Figures()
    for one in figures:
        summed.add(one)
    return summed


def _count(figures: Figures, one: Alike, today: date) -> None:
    if one.returned_on is not None:
        _count_returned(figures, one, one.returned_on)
    elif one.state in OUT:
        year = min(YEARS, lease_year(one.contract_on, today))
        figures.by_year[year] += one.number
        if one.state is State.RETURN_DUE and one.due_on is not None and one.due_on < today:
            figures.overdue += one.number  # its penalty is an open charge
            return
        days = {"contract_on": one.contract_on, "today": today}
        lost = exposure(one.service, one.state, one.price_yen, **days)
        figures.exposure_yen += one.number * lost.result.total_yen if lost else 0


def _count_returned(figures: Figures, one: Alike, returned_on: date) -> None:
    if one.due_on is None:
        return  # nobody waited for it
    late = max(0, (returned_on - one.due_on).days)
    figures.returns += one.number
    figures.in_time += one.number if late == 0 else 0
    figures.days_late += one.number * late


def _kept(work: UnitOfWork, today: date, customer: str | None) -> Iterator[Alike]:
    """Yield what the columns of the leases say."""
    alike = (
        device.c.model,
        contract.c.service,
        lease.c.state,
        lease.c.price_yen,
        lease.c.contract_on,
        lease.c.due_on,
        lease.c.returned_on,
    )
    query = (
        select(*alike, func.count())
        .select_from(lease)
        .join(device, device.c.id == lease.c.device_id)
        .join(contract, contract.c.id == lease.c.contract_id)
        .where(~lease.c.is_bought, lease.c.device_id.not_in(_otherwise(today)))
        .group_by(*alike)
    )
    if customer is not None:
        query = query.where(contract.c.customer_id == customer)
    get = work.workspace.services.get
    for model, named, state, *rest in work.connection.execute(query):
        yield Alike(model, get(named), State(state), *rest)


def _otherwise(today: date) -> CompoundSelect[Any]:
    """Return the query for devices whose leases' columns do not tell of `today`.

    Something is known of them that happens later; or an onhook that kept fewer columns wrote them.
    """
    later = select(lease_event.c.device_id).where(lease_event.c.happened_on > today)
    return union(later, select(lease.c.device_id).where(lease.c.due_rule.is_(None)))


def _worked_out(work: UnitOfWork, today: date, customer: str | None) -> Iterator[Alike]:
    """Yield what the events up to `today` of these devices make."""
    ids = work.connection.scalars(_otherwise(today)).all()
    models = _models(work) if ids else {}
    for history, service in lives(work, ids):
        for one in history.life_on(today, service).leases:
            start = one.start
            if not start.is_bought and customer in (None, start.customer):
                facts = (start.price_yen, start.contract_on, one.due_on, one.returned_on)
                yield Alike(models[history.device], service, one.state, *facts, number=1)


def _models(work: UnitOfWork) -> dict[str, str]:
    rows = work.connection.execute(select(device.c.id, device.c.model))
    return {row.id: row.model for row in rows}
