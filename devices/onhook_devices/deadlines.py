"""Deadlines that tell how they were counted; each is the last day that is still in time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from onhook_devices.bank_days import moved_deadline
from onhook_devices.calendar import (
    days_after,
    end_of_following_month,
    end_of_month,
    months_after,
    weeks_after,
    years_after,
)
from onhook_devices.reckoning import Reckoning, step

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from onhook_devices.service import Service

Unit = Literal["days", "weeks", "months", "years"]
MonthEnd = Literal["end-of-month", "end-of-following-month"]

_COUNTED: dict[Unit, Callable[[date, int], date]] = {
    "days": days_after,  # P1
    "weeks": weeks_after,
    "months": months_after,  # P2
    "years": years_after,
}
_MONTH_ENDS: dict[MonthEnd, Callable[[date], date]] = {
    "end-of-month": end_of_month,
    "end-of-following-month": end_of_following_month,  # P3
}


def within(service: Service, rule: str, event: date, count: int, unit: Unit) -> Reckoning[date]:
    """Return the last of so many days, weeks, months or years after the event (P1, P2).

    Args:
        service: Whose terms; its calendar says whether holidays move a deadline (P4).
        rule: The rule that sets the deadline.
        event: The day the period is counted from; it does not count itself.
        count: How many.
        unit: Of what.
    """
    told = step(f"within-{unit}", event=event, count=count)
    return _moved(service, Reckoning(_COUNTED[unit](event, count), rule, (told,)))


def by_month_end(service: Service, rule: str, event: date, which: MonthEnd) -> Reckoning[date]:
    """Return the end of the event's month or of the following one, 翌月末日 (P3)."""
    told = step(f"by-{which}", event=event)
    return _moved(service, Reckoning(_MONTH_ENDS[which](event), rule, (told,)))


def _moved(service: Service, deadline: Reckoning[date]) -> Reckoning[date]:
    last_day = moved_deadline(deadline.result, service.calendar)
    if last_day == deadline.result:
        return deadline
    told = step("moved-past-holidays", closed=deadline.result, on=last_day)
    rule = f"{deadline.rule}, {service.calendar.rule}"
    return Reckoning(last_day, rule, (*deadline.steps, told))
