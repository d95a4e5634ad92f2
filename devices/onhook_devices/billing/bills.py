"""What a month costs, and until when its bill may be disputed (J-A5, J-L11, J-M1, J-M3, B-F1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onhook_devices.agreement import agreed
from onhook_devices.calendar import end_of_month, month_after
from onhook_devices.deadlines import within
from onhook_devices.reckoning import Reckoning, step
from onhook_devices.yen import Sum, taxed

if TYPE_CHECKING:
    from datetime import date

    from onhook_devices.service import Service


def is_base_fee_due(service: Service, month: date, *, started_on: date, ended_on: date) -> bool:
    """Tell whether the base fee of a month is due, which it then is whole (J-A5, B-F1).

    Args:
        service: Whose terms.
        month: Any day of the month.
        started_on: The contract's first day.
        ended_on: Its last day; for a contract that goes on, any day of a later month.
    """
    fee = service.money.base_fee
    first, last = _same_month(month, started_on), _same_month(month, ended_on)
    if first and last:
        return fee.start_and_end_in_one_month == "whole"
    if first:
        return fee.first_month == "whole"
    if last:
        return fee.last_month == "whole"
    return started_on <= month <= ended_on


def is_universal_service_fee_due(
    service: Service, month: date, *, started_on: date, ended_on: date
) -> bool:
    """Tell whether the universal-service fee of a month is due (B-F1).

    Raises:
        NotAgreed: The service's terms know no such fee.
    """
    fee = agreed(service.money.universal_service_fee, service, "money.universal_service_fee")
    if _same_month(month, started_on):
        return fee.first_month == "whole"
    return started_on <= month <= end_of_month(ended_on)


def call_charges_close(service: Service, called_on: date) -> Reckoning[date]:
    """Return the day on which the charges for a call are closed (B-F1).

    Raises:
        NotAgreed: The service's terms know no call charges.
    """
    terms = agreed(service.money.call_charges, service, "money.call_charges")
    later = called_on.day > terms.closes_on_day
    on = month_after(called_on, int(later)).replace(day=terms.closes_on_day)
    return Reckoning(on, terms.rule, (step("calls-close", called=called_on, on=on),))


def dispute_until(service: Service, counted_from: date) -> Reckoning[date]:
    """Return the last day on which a bill may be disputed; after it, it is accepted (J-M1).

    Args:
        service: Whose terms.
        counted_from: The day the bill arrived or was issued, as the service counts.

    Raises:
        NotAgreed: The service's terms do not say.
    """
    terms = agreed(service.money.bill_dispute, service, "money.bill_dispute")
    return within(service, terms.rule, counted_from, terms.days, "days")


def fault_call(service: Service, called_on: date, *, is_provider_at_fault: bool) -> Reckoning[Sum]:
    """Return what a call about a fault costs (J-M3).

    Raises:
        NotAgreed: The service's terms know no such charge.
        TaxRateUnknown: The day is before the first whose rate the service's file knows.
    """
    terms = agreed(service.money.fault_call, service, "money.fault_call")
    if is_provider_at_fault:
        return Reckoning(Sum(0, 0), terms.rule, (step("provider-at-fault"),))
    price = step("fault-call", yen=terms.yen)
    if terms.tax == "included":
        return Reckoning(Sum(terms.yen, 0), terms.rule, (price, step("tax-included")))
    total, tax = taxed(service, terms.yen, arises_on=called_on)
    return Reckoning(total, terms.rule, (price, tax))


def refusal_until(service: Service, told_on: date) -> Reckoning[date] | None:
    """Return the last day on which a refusal of changed terms may arrive (J-N1).

    Returns:
        None where the service's terms set no such period.
    """
    weeks = service.notices.refusal_of_changed_terms_weeks
    if weeks is None:
        return None
    return within(service, service.notices.rule, told_on, weeks, "weeks")


def _same_month(one: date, other: date) -> bool:
    return (one.year, one.month) == (other.year, other.month)
