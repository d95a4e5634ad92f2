"""Whole yen, and the tax of the day (P5)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onhook_devices.service import Service, Services
from onhook_devices.yen import Sum, TaxRateUnknown, cut, tax_rate, taxed

JIYU = Services().get("jiyu-hodai")


def by_contract(service: Service = JIYU) -> Service:
    """Return a service that takes the rate of the contract's day."""
    return service._replace(tax=service.tax._replace(rate_of="contract-day"))


@pytest.mark.parametrize(
    ("day", "percent"),
    [  # a day to either side of each change
        (date(2014, 3, 31), 5),
        (date(2014, 4, 1), 8),
        (date(2019, 9, 30), 8),
        (date(2019, 10, 1), 10),
        (date(2027, 1, 1), 10),
    ],
)
def test_the_rate_is_of_the_day(day: date, percent: int) -> None:
    assert tax_rate(JIYU, day) == Decimal(percent)


def test_a_day_before_every_rate_is_refused() -> None:
    with pytest.raises(TaxRateUnknown) as fault:
        tax_rate(JIYU, date(1997, 3, 31))

    assert fault.value.rule == "P5"


def test_fractions_of_a_yen_are_cut_off() -> None:
    assert cut(Fraction(1999, 1000)) == 1
    assert taxed(JIYU, 19, arises_on=date(2027, 1, 1))[0] == Sum(19, 1)
    assert taxed(JIYU, 99, arises_on=date(2015, 1, 1))[0] == Sum(99, 7)


def test_the_charges_day_counts_unless_the_service_says_the_contracts() -> None:
    days = {"arises_on": date(2020, 1, 1), "contract_on": date(2018, 1, 1)}

    assert taxed(JIYU, 1000, **days)[0] == Sum(1000, 100)
    assert taxed(by_contract(), 1000, **days)[0] == Sum(1000, 80)
    assert taxed(by_contract(), 1000, arises_on=date(2020, 1, 1))[0] == Sum(1000, 100)


@given(st.integers(0, 10**8), st.dates(date(1997, 4, 1), date(2100, 1, 1)))
def test_tax_is_whole_yen_and_not_above_the_rate(net: int, day: date) -> None:
    total, _ = taxed(JIYU, net, arises_on=day)

    exact = net * Fraction(tax_rate(JIYU, day)) / 100
    assert 0 <= exact - total.tax_yen < 1
    assert total.total_yen == net + total.tax_yen
