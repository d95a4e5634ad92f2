"""Tell on which days banks are open, and move what falls on another day (P4, B-F4)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onhook_devices.terms.contract import Calendar

_SATURDAY = 5
_DAY = timedelta(days=1)


def is_bank_day(day: date, calendar: Calendar) -> bool:
    """Tell whether banks are open: no weekend, no national holiday, not the turn of the year (P4).

    Args:
        day: Any day from 1989 on; before, banks were open on Saturdays.
        calendar: Names the days of each year on which they are closed besides.
    """
    if day.weekday() >= _SATURDAY or f"{day:%m-%d}" in calendar.bank_closed:
        return False
    # It knows the law's rules and the years that had rules of their own, needs nothing else and
    # starts in a seventh of the time of `holidays`; both agree on every day from 1990 to 2060.
    import jpholiday  # noqa: PLC0415 - start-up time

    return not jpholiday.is_holiday(day)


def next_bank_day(day: date, calendar: Calendar) -> date:
    """Return the day itself where banks are open, else the next on which they are (P4, B-F4)."""
    while not is_bank_day(day, calendar):
        day += _DAY
    return day


def moved_deadline(day: date, calendar: Calendar) -> date:
    """Return a period's last day, moved where the service's custom closes that day (P4).

    Civil Code art. 142. Where the service does not say so, a holiday changes nothing.
    """
    return next_bank_day(day, calendar) if calendar.move_past_holidays else day
