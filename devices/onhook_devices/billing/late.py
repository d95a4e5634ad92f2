"""Interest on what is paid late (B-F2)."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from onhook_devices.agreement import agreed
from onhook_devices.reckoning import Reckoning, Step, step
from onhook_devices.yen import cut, percent_of

if TYPE_CHECKING:
    from datetime import date

    from onhook_devices.service import Service
    from onhook_devices.terms.money import LateInterest

_DAY = timedelta(days=1)


def late_interest(
    service: Service, overdue_yen: int, *, due_on: date, paid_on: date
) -> Reckoning[int]:
    """Return the interest in yen on a sum that was paid late (B-F2).

    Args:
        service: Whose terms.
        overdue_yen: The sum overdue.
        due_on: The last day on which it was in time.
        paid_on: The day it is paid; on or before `due_on` there is no interest.

    Raises:
        NotAgreed: The service's terms know no such interest.
    """
    terms = agreed(service.money.late_interest, service, "money.late_interest")
    days = _days(terms, due_on, paid_on)
    a_year = percent_of(overdue_yen, terms.percent_a_year)
    interest = cut(a_year * Fraction(days, terms.days_in_year))
    share = step("a-year", percent=terms.percent_a_year, days=days, year=terms.days_in_year)
    steps = (step("overdue", yen=overdue_yen), _period(due_on, days), share)
    return Reckoning(interest, terms.rule, steps)


def _days(terms: LateInterest, due_on: date, paid_on: date) -> int:
    """Return how many days count: the due day never, the day of payment where so agreed."""
    last = paid_on if terms.last_day == "payment-day" else paid_on - _DAY
    return max(0, (last - due_on).days)


def _period(due_on: date, days: int) -> Step:
    if days == 0:
        return step("no-late-days", due=due_on)
    return step("late-days", first=due_on + _DAY, last=due_on + days * _DAY, days=days)
