"""Compensation for a long outage: actual damage, up to the fees of that time (B-S1)."""

from __future__ import annotations

from calendar import monthrange
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from onhook_devices.agreement import agreed
from onhook_devices.calendar import month_after
from onhook_devices.deadlines import within
from onhook_devices.outages.outage import Outage, hours, in_order
from onhook_devices.reckoning import Reckoning, Step, step
from onhook_devices.yen import Sum, cut, taxed, untaxed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from onhook_devices.service import Service
    from onhook_devices.terms.guarantee import Compensation

_HOUR = timedelta(hours=1)


def compensation_limit(
    service: Service, outage: Outage, *, base_fee_yen: int, calls_yen: int
) -> Reckoning[Sum]:
    """Return the most that is paid for an outage; actual damage may be less (B-S1).

    Where the provider is at fault and not slightly; for gross negligence and intent there is no
    limit where the service says so.

    Args:
        service: Whose terms.
        outage: When the service could not be used at all, without a break.
        base_fee_yen: The monthly base fee, before tax.
        calls_yen: All call charges of the months before that of the outage's beginning over
            which they are averaged (`averaged_months`), before tax.

    Raises:
        NotAgreed: The service's terms know no such compensation.
        OutageEndsFirst: The outage cannot be as told.
        TaxRateUnknown: The day is before the first whose rate the service's file knows.
    """
    terms = agreed(service.compensation, service, "compensation")
    in_order([outage])
    told = step("outage", began=outage.began, ended=outage.ended, lasted=hours(outage.lasted))
    if outage.lasted < terms.from_hours * _HOUR:
        short = step("outage-too-short", hours=terms.from_hours)
        return Reckoning(Sum(0, 0), terms.rule, (told, short))
    net, steps = _fees(terms, outage, base_fee_yen, calls_yen)
    on = outage.began.date()
    total, tax = taxed(service, net, arises_on=on) if terms.plus_tax else untaxed(net)
    return Reckoning(total, terms.rule, (told, *steps, tax))


def compensation_claim_until(service: Service, damaged_on: date) -> Reckoning[date]:
    """Return the last day on which compensation may be claimed (B-S1).

    Raises:
        NotAgreed: The service's terms know no such compensation.
    """
    terms = agreed(service.compensation, service, "compensation")
    return within(service, terms.rule, damaged_on, terms.claim_years, "years")


def averaged_months(terms: Compensation, began_on: date) -> tuple[date, date]:
    """Return the first and last day of the months whose call charges are averaged (B-S1)."""
    this_month = began_on.replace(day=1)
    first = month_after(this_month, -terms.call_charges_of_months_before)
    return first, this_month - timedelta(days=1)


def _fees(
    terms: Compensation, outage: Outage, base_fee_yen: int, calls_yen: int
) -> tuple[int, tuple[Step, ...]]:
    """Return the fees of the outage's whole units in yen, fractions cut off, and how."""
    units = list(_units(terms, outage))
    days = Fraction(terms.unit_hours, 24)
    base = sum((base_fee_yen * days / _days_of_month(day) for day in units), Fraction(0))
    first, last = averaged_months(terms, outage.began.date())
    calls = len(units) * days * Fraction(calls_yen, (last - first).days + 1)
    net = cut(base + calls)
    steps = (
        step("whole-units", units=len(units), hours=terms.unit_hours),
        step("base-fee-of-units", fee=base_fee_yen, yen=cut(base)),
        step("calls-of-units", first=first, last=last, calls=calls_yen, yen=cut(calls)),
        step("together", yen=net),
    )
    return net, steps


def _units(terms: Compensation, outage: Outage) -> Iterator[date]:
    """Yield the day on which each whole unit begins: its month says what a day costs."""
    unit = terms.unit_hours * _HOUR
    for number in range(outage.lasted // unit):
        yield (outage.began + number * unit).date()


def _days_of_month(day: date) -> int:
    return monthrange(day.year, day.month)[1]
