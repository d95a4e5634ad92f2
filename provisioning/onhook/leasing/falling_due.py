"""Tell what falls due for all devices: answered by the tables, reckoned for the rows wanted.

`onhook_devices.leasing.dues` says it of one device's life. Here the columns that are kept of each
lease are asked for the same; a test holds the two together.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, literal, select, union_all

from onhook.store.schema import account, assignment, contract, device, lease
from onhook_devices.leasing.charges import penalty
from onhook_devices.leasing.warranty import leases_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Literal

    from sqlalchemy import ColumnElement, Select

    from onhook.words import Words
    from onhook.workspace import UnitOfWork
    from onhook_devices.leasing.dues import WhatIsDue
    from onhook_devices.service import Service
    from onhook_devices.terms.accounts import RaisedLevels

    Deadline = WhatIsDue | Literal["minimum-level"]

_DAY = timedelta(days=1)


class FallsDue(NamedTuple):
    """A day by which something is to be done, or on which something ends.

    Attributes:
        device: Id of the device.
        customer: Whose.
        kind: What.
        due_on: The last day in time.
        rule: The rule that says so.
        amount_if_missed: What it then costs, with tax; None: nothing.
    """

    device: str
    customer: str
    kind: Deadline
    due_on: date
    rule: str
    amount_if_missed: int | None

    def days_left(self, today: date) -> int:
        """Return how many days are left; below zero it is overdue."""
        return (self.due_on - today).days


class Window(NamedTuple):
    """Which deadlines are wanted.

    Attributes:
        today: The day it is asked for.
        until: The latest day; None: however late.
        customer: Whose; None: all customers'.
    """

    today: date
    until: date | None = None
    customer: str | None = None

    def holds(self, due_on: date) -> bool:
        """Tell whether a day is not later than wanted."""
        return self.until is None or due_on <= self.until


def falls_due(
    work: UnitOfWork, today: date, *, within: int | None = None, customer: str | None = None
) -> list[FallsDue]:
    """Return what falls due, the soonest first: returns however late, the rest while it lasts.

    Args:
        work: Where it is asked.
        today: The day it is asked for.
        within: In how many days at most; None: whenever.
        customer: Whose; None: all customers'.

    Raises:
        NotAgreed: A service leases nothing any more.
        TaxRateUnknown: A day is before the first whose rate a service's file knows.
    """
    until = None if within is None else today + timedelta(days=within)
    wanted = Window(today, until, customer)
    found = [*_kept(work, wanted), *_worked_out(work, wanted), *_raised(work, wanted)]
    return sorted(found, key=lambda one: (one.due_on, one.device, one.kind))


def missed(one: FallsDue, words: Words) -> str:
    """Return in words what comes of missing a deadline."""
    yen = "" if one.amount_if_missed is None else f"{one.amount_if_missed:,}"
    return words(f"lease-missed-{one.kind}", yen=yen)


def _kept(work: UnitOfWork, wanted: Window) -> Iterator[FallsDue]:
    """Yield what the columns of the leases say."""
    get = work.workspace.services.get

    @cache  # a register has few prices and days
    def amount(named: str, price_yen: int, contract_on: date, due_on: date) -> int:
        days = {"contract_on": contract_on, "arises_on": due_on + _DAY}
        return penalty(get(named), price_yen, **days).result.total_yen

    for row in work.connection.execute(_asked(wanted)):
        device_id, customer, named, kind, due_on, rule, price_yen, contract_on = row
        missed_yen = None
        if kind in ("replacement-return", "end-return"):
            missed_yen = amount(named, price_yen, contract_on, due_on)
        elif kind == "penalty-decision":
            rule = leases_of(get(named)).no_replacement.rule
        yield FallsDue(device_id, customer, kind, due_on, rule, missed_yen)


def _asked(wanted: Window) -> Any:
    """Return the query for what the columns say, a part for each kind of deadline."""
    back, over, until = lease.c.due_on, lease.c.ended_on, lease.c.warranty_until
    parts = (
        _part(wanted, lease.c.due_kind, back, lease.c.due_rule, lease.c.state == "return-due"),
        _part(wanted, literal("penalty-decision"), over, literal(""), lease.c.state == "undecided"),
        _part(
            wanted,
            lease.c.due_kind,
            back,
            lease.c.due_rule,
            and_(lease.c.state == "bought", back >= wanted.today),
        ),
        *(
            _part(
                wanted,
                literal("warranty-end"),
                until,
                lease.c.warranty_rule,
                and_(lease.c.state == state, until >= wanted.today),
            )
            for state in ("leased", "bought")
        ),
    )
    return union_all(*parts)


def _part(
    wanted: Window,
    kind: ColumnElement[Any],
    due_on: ColumnElement[Any],
    rule: ColumnElement[Any],
    applies: ColumnElement[bool],
) -> Select[Any]:
    whose = (contract.c.customer_id, contract.c.service)
    known = (lease.c.price_yen, lease.c.contract_on)
    query = (
        select(lease.c.device_id, *whose, kind, due_on, rule, *known)
        .join(contract, contract.c.id == lease.c.contract_id)
        .where(applies, lease.c.due_rule.is_not(None))
    )
    if wanted.until is not None:
        query = query.where(due_on <= wanted.until)
    return query if wanted.customer is None else query.where(_is_of(wanted.customer))


def _is_of(customer: str) -> ColumnElement[bool]:
    return contract.c.customer_id == customer


def _worked_out(work: UnitOfWork, wanted: Window) -> Iterator[FallsDue]:
    """Yield what the events of those devices say whose leases an earlier onhook wrote."""
    query = select(lease.c.device_id).where(lease.c.due_rule.is_(None)).distinct()
    ids = work.connection.scalars(query).all()
    if not ids:
        return
    from onhook.leasing.lives import lives  # noqa: PLC0415 - start-up time
    from onhook_devices.leasing.dues import dues  # noqa: PLC0415 - start-up time

    for history, service in lives(work, ids):
        for one in dues(history.life(service), service, wanted.today):
            if wanted.holds(one.due_on) and wanted.customer in (None, one.customer):
                amount = one.if_missed.result.total_yen if one.if_missed else None
                yield FallsDue(history.device, one.customer, one.kind, one.due_on, one.rule, amount)


def _raised(work: UnitOfWork, wanted: Window) -> Iterator[FallsDue]:
    """Yield the devices that an announced minimum level will leave below it (J-A2)."""
    for service in _services(work):
        announced = service.minimum_levels.next if service.minimum_levels else None
        if announced is None:
            continue
        due_on = announced.since - _DAY
        if wanted.today <= due_on and wanted.holds(due_on):
            yield from _falling(work, wanted, service, announced)


def _services(work: UnitOfWork) -> list[Service]:
    ids = work.connection.scalars(select(contract.c.service).distinct())
    return [work.workspace.services.get(one) for one in sorted(ids)]


def _falling(
    work: UnitOfWork, wanted: Window, service: Service, announced: RaisedLevels
) -> Iterator[FallsDue]:
    """Yield the devices in use with accounts of a service that will fall; some level is known."""
    from onhook_devices.levels import parse_level  # noqa: PLC0415 - start-up time
    from onhook_devices.platforms import Platform  # noqa: PLC0415 - start-up time
    from onhook_devices.rules import will_fall  # noqa: PLC0415 - start-up time

    query = (
        select(device.c.id, device.c.customer_id, device.c.platform, device.c.level)
        .join(assignment, assignment.c.device_id == device.c.id)
        .join(account, account.c.id == assignment.c.account_id)
        .join(contract, contract.c.id == account.c.contract_id)
        .where(contract.c.service == service.id, assignment.c.status == "active")
        .where(device.c.retired_at.is_(None), device.c.level != "")
    )
    if wanted.customer is not None:
        query = query.where(device.c.customer_id == wanted.customer)
    for device_id, customer, named, text in work.connection.execute(query):
        platform = Platform(named)
        if service.minimum_levels and will_fall(
            platform, parse_level(text, platform), service.minimum_levels
        ):
            due_on = announced.since - _DAY
            yield FallsDue(device_id, customer, "minimum-level", due_on, announced.rule, None)
