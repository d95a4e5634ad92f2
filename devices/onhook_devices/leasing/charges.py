"""What a device costs that does not come back, or is replaced against money (J-L3, J-L5)."""

from __future__ import annotations

from fractions import Fraction
from itertools import count
from typing import TYPE_CHECKING

from onhook_devices.calendar import years_after
from onhook_devices.leasing.warranty import leases_of
from onhook_devices.reckoning import Reckoning, Step, step
from onhook_devices.yen import Sum, cut, taxed, untaxed

if TYPE_CHECKING:
    from datetime import date

    from onhook_devices.service import Service
    from onhook_devices.terms.leases import DamageCharge


def penalty(
    service: Service, price_yen: int, *, contract_on: date, arises_on: date
) -> Reckoning[Sum]:
    """Return the penalty for a device that was not sent back in time, 違約金 (J-L3).

    Args:
        service: Whose terms.
        price_yen: The device's sale price at the time of the contract, before tax.
        contract_on: The day of the contract.
        arises_on: The day after the last on which the device was in time.

    Raises:
        NotAgreed: The service leases nothing.
        TaxRateUnknown: The day is before the first whose rate the service's file knows.
    """
    terms = leases_of(service).penalty
    total, tax = _with_tax(service, price_yen, contract_on, arises_on, plus_tax=terms.plus_tax)
    return Reckoning(total, terms.rule, (step("sale-price", yen=price_yen), tax))


def damage_charge(
    service: Service, price_yen: int, *, contract_on: date, counts_on: date
) -> Reckoning[Sum]:
    """Return the damage-and-loss charge, 破損・紛失負担金 (J-L5).

    Args:
        service: Whose terms.
        price_yen: The device's sale price at the time of the contract, before tax.
        contract_on: The day of the contract.
        counts_on: The day whose year counts: that of the claim or of the loss, as the service
            says; the charge arises then.

    Raises:
        NotAgreed: The service leases nothing.
        TaxRateUnknown: The day is before the first whose rate the service's file knows.
    """
    terms = leases_of(service).damage_charge
    year = lease_year(contract_on, counts_on)
    net_yen, less = _reduced(terms, price_yen, year)
    total, tax = _with_tax(service, net_yen, contract_on, counts_on, plus_tax=terms.plus_tax)
    return Reckoning(total, terms.rule, (step("sale-price", yen=price_yen), less, tax))


def lease_year(contract_on: date, day: date) -> int:
    """Return in which year since the contract a day is, from 1; each ends by P2 (J-L5).

    A day before the contract is of its first year.
    """
    return next(year for year in count(1) if day <= years_after(contract_on, year))


def _reduced(terms: DamageCharge, price_yen: int, year: int) -> tuple[int, Step]:
    """Return the price after so many years, fractions cut off, and how it came down."""
    times = max(0, year - terms.less_from_year + 1)
    if terms.less_of == "original-price":
        left = max(Fraction(0), 1 - times * Fraction(terms.percent_less_a_year, 100))
    else:
        left = (1 - Fraction(terms.percent_less_a_year, 100)) ** times
    least = min(price_yen, terms.never_below_yen)
    net_yen = max(least, cut(price_yen * left))
    if times == 0:
        return net_yen, step("year-whole", year=year, yen=net_yen)
    return net_yen, step("year-less", year=year, percent=_percent(1 - left), yen=net_yen)


def _percent(share: Fraction) -> str:
    """Return a share in percent: 40; 48.8."""
    return f"{float(share * 100):.4g}"


def _with_tax(
    service: Service, net_yen: int, contract_on: date, arises_on: date, *, plus_tax: bool
) -> tuple[Sum, Step]:
    if not plus_tax:
        return untaxed(net_yen)
    return taxed(service, net_yen, arises_on=arises_on, contract_on=contract_on)
