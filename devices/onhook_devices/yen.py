"""Whole yen and the consumption tax on them (P5)."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from onhook_devices.errors import InvalidInput
from onhook_devices.reckoning import Step, step

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from onhook_devices.service import Service


class TaxRateUnknown(InvalidInput):
    """The service's file has no rate of consumption tax for a day so early.

    Attributes:
        day: The day.
        service: The service's id.
    """

    day: date
    service: str


class Sum(NamedTuple):
    """A sum of money in whole yen, and the tax on it."""

    net_yen: int
    tax_yen: int

    @property
    def total_yen(self) -> int:
        """The sum with its tax."""
        return self.net_yen + self.tax_yen


def cut(amount: Fraction) -> int:
    """Return an amount of yen, not below zero, without its fraction: 切り捨て (P5, B-F2)."""
    return int(amount)


def percent_of(amount_yen: int, percent: Decimal | int) -> Fraction:
    """Return so many percent of an amount, exactly."""
    return amount_yen * Fraction(percent) / 100


def tax_rate(service: Service, day: date) -> Decimal:
    """Return the consumption tax's rate of a day, in percent (P5).

    Raises:
        TaxRateUnknown: The day is before the first that the service's file knows.
    """
    for rate in reversed(service.tax.rates):
        if rate.since <= day:
            return rate.percent
    raise TaxRateUnknown(day, service.id, rule=service.tax.rule)


def taxed(
    service: Service, net_yen: int, *, arises_on: date, contract_on: date | None = None
) -> tuple[Sum, Step]:
    """Return a sum with its tax, fractions cut off (P5).

    Args:
        service: Says of which day the rate is.
        net_yen: The sum before tax.
        arises_on: The day the charge arises.
        contract_on: The contract's day; None: the charge has none, its own day counts.

    Raises:
        TaxRateUnknown: The day is before the first that the service's file knows.
    """
    by_contract = service.tax.rate_of == "contract-day"
    rate = tax_rate(service, contract_on if by_contract and contract_on else arises_on)
    tax_yen = cut(percent_of(net_yen, rate))
    return Sum(net_yen, tax_yen), step("tax", percent=rate, yen=tax_yen)


def untaxed(net_yen: int) -> tuple[Sum, Step]:
    """Return a sum on which the service adds no tax."""
    return Sum(net_yen, 0), step("no-tax")
