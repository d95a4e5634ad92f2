"""The day a bank account is debited, and the small bills that wait for it (B-F4)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from onhook_devices.agreement import agreed
from onhook_devices.bank_days import next_bank_day
from onhook_devices.calendar import month_after
from onhook_devices.reckoning import Reckoning, Step, step

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from onhook_devices.service import Service
    from onhook_devices.terms.money import BankDebit


class Debit(NamedTuple):
    """One debit: when, how much, and for which months of use (each by its first day)."""

    on: date
    yen: int
    months: tuple[date, ...]


def debit_date(service: Service, month: date) -> Reckoning[date]:
    """Return the day on which the charges of a month of use are debited (B-F4).

    Args:
        service: Whose terms.
        month: Any day of the month of use.

    Raises:
        NotAgreed: The service's terms know no bank debit.
    """
    terms = agreed(service.money.bank_debit, service, "money.bank_debit")
    return _debited(service, terms, month, terms.months_after_use)


def debits(
    service: Service,
    bills: Mapping[date, int],
    *,
    opening: date | None = None,
    cancelled: date | None = None,
) -> tuple[Reckoning[Debit], ...]:
    """Return the debits for the bills of some months; small ones wait for others (B-F4).

    Args:
        service: Whose terms.
        bills: What each month costs in yen, by any one day of it. The month before the first
            counts as paid; a month within that is not named costs nothing.
        opening: Any day of the month in which the service began; its bill does not wait.
        cancelled: Any day of the month in which the contract was cancelled; nothing waits on.

    Returns:
        The debits in order. What still waits after the last month is in none of them.

    Raises:
        NotAgreed: The service's terms know no bank debit.
    """
    terms = agreed(service.money.bank_debit, service, "money.bank_debit")
    closed = {_first(day) for day in (cancelled,) if day}
    at_once = {_first(day) for day in (opening,) if day and not terms.opening_month_waits}
    made: list[Reckoning[Debit]] = []
    waiting: dict[date, int] = {}
    for month, yen in _months(bills):
        waiting[month] = yen
        why = _reason(terms, waiting, ended=month in closed, opening=month in at_once)
        if why is None:
            continue
        if sum(waiting.values()):
            made.append(_debit(service, terms, waiting, why))
        waiting = {}
    return tuple(made)


def _reason(
    terms: BankDebit, waiting: Mapping[date, int], *, ended: bool, opening: bool
) -> Step | None:
    """Return why all that waits is debited after the last of its months; None: it waits on."""
    total = sum(waiting.values())
    if ended:
        return step("all-on-cancellation", yen=total)
    if opening:
        return step("opening-month", yen=total)
    if total >= terms.waits_below_yen:
        return step("reached", yen=total, least=terms.waits_below_yen)
    if len(waiting) >= terms.waits_at_most_months:
        return step("waited-long-enough", yen=total, months=len(waiting))
    return None


def _debit(
    service: Service, terms: BankDebit, waiting: Mapping[date, int], why: Step
) -> Reckoning[Debit]:
    months = tuple(waiting)
    # Cancelled: all in the month after, however late bills are debited otherwise.
    after = 1 if why.key == "all-on-cancellation" else terms.months_after_use
    on = _debited(service, terms, months[-1], after)
    debit = Debit(on.result, sum(waiting.values()), months)
    return Reckoning(debit, on.rule, (why, *on.steps))


def _debited(service: Service, terms: BankDebit, month: date, after: int) -> Reckoning[date]:
    nominal = month_after(month, after).replace(day=terms.day)
    told = step("debit-day", month=f"{month:%Y-%m}", on=nominal)
    moves = terms.on_closed_day == "next-bank-day"
    on = next_bank_day(nominal, service.calendar) if moves else nominal
    if on == nominal:
        return Reckoning(on, terms.rule, (told,))
    return Reckoning(on, terms.rule, (told, step("banks-closed", closed=nominal, on=on)))


def _months(bills: Mapping[date, int]) -> Iterator[tuple[date, int]]:
    """Yield every month from the first to the last with what it costs."""
    by_month: dict[date, int] = {}
    for day, yen in bills.items():
        by_month[_first(day)] = by_month.get(_first(day), 0) + yen
    month, last = min(by_month, default=date.max), max(by_month, default=date.min)
    while month <= last:
        yield month, by_month.get(month, 0)
        month = month_after(month, 1)


def _first(day: date) -> date:
    return day.replace(day=1)
