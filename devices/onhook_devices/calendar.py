"""Count days as the law counts them: deadlines after an event and periods before it.

Dates are calendar dates in Asia/Tokyo (P0). Every deadline is the last day on which something
is still in time: a period ends with the end of its last day (Civil Code art. 141).
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from onhook_devices.terms.contract import Cancellation

_DAY = timedelta(days=1)
_MONTHS_IN_YEAR = 12


class Period(NamedTuple):
    """Days from `first` to `last`, both included."""

    first: date
    last: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last


def days_after(event: date, days: int) -> date:
    """Return the last of so many days after the event, whose own day does not count (P1).

    Within 14 days of 1 March is up to and including 15 March (Civil Code art. 140).
    """
    return event + timedelta(days=days)


def weeks_after(event: date, weeks: int) -> date:
    """Return the last day of so many weeks after the event (P1)."""
    return event + timedelta(weeks=weeks)


def months_after(event: date, months: int) -> date:
    """Return the last day of so many months after the event (P2).

    They begin on the day after the event and end on the day before the corresponding day; a
    month that has no such day ends them on its own last (Civil Code art. 143).
    """
    first = event + _DAY
    year, month = _shifted(first, months)
    if first.day > monthrange(year, month)[1]:
        return _last_day(year, month)
    return date(year, month, first.day) - _DAY


def years_after(event: date, years: int) -> date:
    """Return the last day of so many years after the event (P2)."""
    return months_after(event, years * _MONTHS_IN_YEAR)


def end_of_month(event: date) -> date:
    """Return the last day of the event's month."""
    return _last_day(event.year, event.month)


def end_of_following_month(event: date) -> date:
    """Return the last day of the month after the event's month, 翌月末日 (P3)."""
    return _last_day(*_shifted(event, 1))


def month_after(day: date, months: int) -> date:
    """Return the first day of the month so many months after the day's own."""
    year, month = _shifted(day, months)
    return date(year, month, 1)


def days_before(cause: date, days: int) -> Period:
    """Return the so many days before the cause, whose own day does not count (P6)."""
    return Period(cause - timedelta(days=days), cause - _DAY)


def months_before(cause: date, months: int) -> Period:
    """Return the so many months before the cause: P2 in a mirror (P6).

    Three months back from 15 May are 15 February to 14 May. They are counted from the day
    before the cause back to the day after the corresponding day, or, where a month has no such
    day, to the first day of the next.
    """
    last = cause - _DAY
    year, month = _shifted(last, -months)
    corresponding = min(last.day, monthrange(year, month)[1])
    return Period(date(year, month, corresponding) + _DAY, last)


def service_end(asked_on: date, cancellation: Cancellation) -> date:
    """Return the service's last day when its cancellation was asked for (J-L11, B-A5).

    Args:
        asked_on: The day the form or the notice arrived.
        cancellation: What the service says about it.
    """
    match cancellation.ends:
        case "end-of-following-month":
            return end_of_following_month(asked_on)
        case "end-of-month":
            return end_of_month(asked_on)
        case "on-notice":
            return asked_on


def billed_until(ends_on: date, cancellation: Cancellation) -> date:
    """Return the last day for which fees are due when the service ends (J-L11, B-F1)."""
    return ends_on if cancellation.billed_until == "end" else end_of_month(ends_on)


def _shifted(day: date, months: int) -> tuple[int, int]:
    """Return the year and month so many months from the day's."""
    years, month = divmod(day.month - 1 + months, _MONTHS_IN_YEAR)
    return day.year + years, month + 1


def _last_day(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])
