"""The rules about leased devices, with the cases their own words make (J-L1 to J-L13)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onhook.reasoning import told
from onhook.words import Words
from onhook_devices.agreement import NotAgreed
from onhook_devices.calendar import billed_until, service_end, years_after
from onhook_devices.leasing.charges import damage_charge, lease_year, penalty
from onhook_devices.leasing.returning import (
    bought_device_due,
    broken_device_due,
    end_return_due,
    returned_to,
    starts_return,
)
from onhook_devices.leasing.warranty import (
    leases_of,
    replacement_price,
    warranty_until,
)
from onhook_devices.service import Service, Services
from onhook_devices.yen import Sum

if TYPE_CHECKING:
    from onhook_devices.leasing.warranty import Cause
    from onhook_devices.terms.leases import Lessor

JIYU = Services().get("jiyu-hodai")
BIGLOBE = Services().get("biglobe-mobile")
LEASES = leases_of(JIYU)
CONTRACT = date(2025, 1, 15)
PRICE = 39_800

prices = st.integers(0, 10_000_000)
contracts = st.dates(date(2019, 10, 1), date(2090, 1, 1))
ages = st.integers(0, 4000)


def charge(on: date, price: int = PRICE, contract_on: date = CONTRACT, by: Service = JIYU) -> Sum:
    return damage_charge(by, price, contract_on=contract_on, counts_on=on).result


def with_charge(**values: object) -> Service:
    terms = LEASES._replace(damage_charge=LEASES.damage_charge._replace(**values))  # type: ignore[arg-type] # as a file would say it
    return JIYU._replace(leases=terms)


def moving_past_holidays() -> Service:
    return JIYU._replace(calendar=JIYU.calendar._replace(move_past_holidays=True))


# The damage-and-loss charge


def test_the_charge_tells_how_it_came_about() -> None:
    found = damage_charge(JIYU, PRICE, contract_on=CONTRACT, counts_on=date(2027, 5, 1))

    assert told(Words("en"), found, "26,268 JPY") == [
        "sale price 39,800",
        "year 3: less 40 % = 23,880",
        "tax 10 % 2,388",
        "26,268 JPY (J-L5)",
    ]
    assert found.result == Sum(23_880, 2_388)


@pytest.mark.parametrize(
    ("on", "net"),
    [  # 100, 80, 60, 40, 20 %, then nothing; a day to either side of each year's end
        (date(2025, 1, 15), 39_800),
        (date(2026, 1, 15), 39_800),
        (date(2026, 1, 16), 31_840),
        (date(2027, 1, 15), 31_840),
        (date(2027, 1, 16), 23_880),
        (date(2028, 1, 16), 15_920),
        (date(2029, 1, 15), 15_920),
        (date(2029, 1, 16), 7_960),
        (date(2030, 1, 15), 7_960),
        (date(2030, 1, 16), 0),
        (date(2040, 1, 1), 0),
    ],
)
def test_the_charge_falls_by_a_fifth_each_year_from_the_second(on: date, net: int) -> None:
    assert charge(on).net_yen == net


@pytest.mark.parametrize(
    ("contract_on", "last_of_first", "first_of_second"),
    [
        (date(2025, 1, 15), date(2026, 1, 15), date(2026, 1, 16)),
        (date(2024, 2, 29), date(2025, 2, 28), date(2025, 3, 1)),
        (date(2027, 2, 28), date(2028, 2, 29), date(2028, 3, 1)),
        (date(2026, 12, 31), date(2027, 12, 31), date(2028, 1, 1)),
    ],
)
def test_a_lease_year_ends_with_the_corresponding_day(
    contract_on: date, last_of_first: date, first_of_second: date
) -> None:
    assert lease_year(contract_on, contract_on) == 1
    assert lease_year(contract_on, last_of_first) == 1
    assert lease_year(contract_on, first_of_second) == 2


def test_fractions_of_price_and_tax_are_cut_off() -> None:
    # 60 % of 39,801 is 23,880.6; 10 % of 23,889 is 2,388.9
    assert charge(date(2027, 5, 1), 39_801) == Sum(23_880, 2_388)
    assert charge(date(2025, 5, 1), 23_889) == Sum(23_889, 2_388)


def test_a_service_may_count_from_last_years_price() -> None:
    by = with_charge(less_of="last-year-price")

    assert [charge(date(2025 + n, 6, 1), by=by).net_yen for n in range(4)] == [
        39_800,
        31_840,
        25_472,
        20_377,  # 20,377.6
    ]


def test_a_service_may_set_a_least_charge_which_no_cheaper_device_costs() -> None:
    by = with_charge(never_below_yen=5_000)

    assert charge(date(2040, 1, 1), by=by).net_yen == 5_000
    assert charge(date(2040, 1, 1), 3_000, by=by).net_yen == 3_000


def test_a_service_may_leave_tax_out_or_take_the_contracts() -> None:
    old = date(2018, 1, 15)
    by_contract = JIYU._replace(tax=JIYU.tax._replace(rate_of="contract-day"))

    assert charge(date(2025, 5, 1), by=with_charge(plus_tax=False)) == Sum(PRICE, 0)
    assert charge(date(2020, 5, 1), contract_on=old).tax_yen == 2_388
    assert charge(date(2020, 5, 1), contract_on=old, by=by_contract).tax_yen == 1_910


@given(prices, contracts, ages)
def test_a_charge_never_exceeds_price_and_tax(price: int, contract_on: date, age: int) -> None:
    found = charge(contract_on + timedelta(days=age), price, contract_on)

    assert 0 <= found.net_yen <= price
    assert found.total_yen <= price + price // 10


@given(prices, contracts, ages, ages)
def test_a_charge_never_rises_with_age(price: int, contract_on: date, one: int, two: int) -> None:
    younger, older = sorted((one, two))
    at = [contract_on + timedelta(days=age) for age in (younger, older)]

    assert (
        charge(at[0], price, contract_on).total_yen >= charge(at[1], price, contract_on).total_yen
    )


@given(contracts, ages)
def test_a_day_is_in_the_year_that_has_not_ended(contract_on: date, age: int) -> None:
    day = contract_on + timedelta(days=age)
    year = lease_year(contract_on, day)

    assert day <= years_after(contract_on, year)
    assert year == 1 or day > years_after(contract_on, year - 1)


# The penalty


def test_the_penalty_is_the_whole_price_and_its_tax() -> None:
    found = penalty(JIYU, PRICE, contract_on=CONTRACT, arises_on=date(2029, 3, 16))

    assert told(Words("en"), found, "43,780 JPY") == [
        "sale price 39,800",
        "tax 10 % 3,980",
        "43,780 JPY (J-L3)",
    ]
    assert found.result.total_yen == 43_780


def test_the_penaltys_tax_is_of_the_day_it_arises() -> None:
    def tax(day: date) -> int:
        return penalty(JIYU, 10_000, contract_on=date(2013, 1, 1), arises_on=day).result.tax_yen

    assert [tax(date(2014, 3, 31)), tax(date(2014, 4, 1))] == [500, 800]
    assert [tax(date(2019, 9, 30)), tax(date(2019, 10, 1))] == [800, 1000]


# Deadlines


@pytest.mark.parametrize(
    ("shipped", "due"),
    [
        (date(2027, 3, 1), date(2027, 3, 15)),
        (date(2027, 2, 20), date(2027, 3, 6)),
        (date(2028, 2, 20), date(2028, 3, 5)),
        (date(2026, 12, 25), date(2027, 1, 8)),
    ],
)
def test_a_broken_device_goes_back_within_14_days(shipped: date, due: date) -> None:
    found = broken_device_due(JIYU, shipped)

    assert found.result == due
    assert found.rule == "J-L2"


def test_a_bought_device_goes_back_within_7_days() -> None:
    assert bought_device_due(JIYU, date(2026, 12, 28)).result == date(2027, 1, 4)  # J-L9


@pytest.mark.parametrize(
    ("ended", "due"),
    [
        (date(2027, 2, 28), date(2027, 3, 31)),
        (date(2027, 1, 10), date(2027, 2, 28)),
        (date(2028, 1, 10), date(2028, 2, 29)),
        (date(2026, 12, 31), date(2027, 1, 31)),
    ],
)
def test_leased_devices_go_back_by_the_end_of_the_following_month(ended: date, due: date) -> None:
    assert end_return_due(JIYU, ended).result == due  # J-L10


def test_from_the_asking_to_the_return() -> None:  # J-L11's example
    ends_on = service_end(date(2027, 1, 10), JIYU.cancellation)

    assert ends_on == date(2027, 2, 28)
    assert billed_until(ends_on, JIYU.cancellation) == ends_on
    assert end_return_due(JIYU, ends_on).result == date(2027, 3, 31)


def test_fees_run_to_the_months_end_where_a_service_says_so() -> None:  # B-A5, B-F1
    ends_on = service_end(date(2027, 1, 10), BIGLOBE.cancellation)

    assert ends_on == date(2027, 1, 10)
    assert billed_until(ends_on, BIGLOBE.cancellation) == date(2027, 1, 31)


def test_a_deadline_on_a_closed_day_moves_where_the_service_says_so() -> None:  # P4
    sunday = broken_device_due(JIYU, date(2026, 11, 8))
    moved = broken_device_due(moving_past_holidays(), date(2026, 11, 8))

    assert sunday.result == date(2026, 11, 22)
    assert moved.result == date(2026, 11, 24)
    assert moved.rule == "J-L2, P0, P4, P6"
    assert "2026-11-24" in told(Words("en"), moved, "")[1]


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.booleans())
def test_a_deadline_never_precedes_its_event(event: date, moves: bool) -> None:  # noqa: FBT001 - hypothesis gives it
    by = moving_past_holidays() if moves else JIYU

    assert broken_device_due(by, event).result > event
    assert bought_device_due(by, event).result > event
    assert end_return_due(by, event).result > event


def test_disqualification_starts_the_clock_and_suspension_does_not() -> None:  # J-L12
    assert starts_return(JIYU.disqualification)
    assert not starts_return(JIYU.suspension)
    assert not starts_return(BIGLOBE.suspension)


def test_devices_go_back_to_the_provider() -> None:  # J-L13
    assert returned_to(JIYU) == "provider"


# The warranty, and what a replacement takes


@pytest.mark.parametrize(
    ("months", "until"),
    [(12, date(2026, 2, 10)), (1, date(2025, 3, 10)), (36, date(2028, 2, 10))],
)
def test_the_warranty_runs_from_the_leases_start(months: int, until: date) -> None:
    days = {"started_on": date(2025, 2, 10), "contract_on": CONTRACT}

    assert warranty_until(JIYU, **days, months=months).result == until  # J-L1


def test_a_service_may_count_its_warranty_from_the_contract() -> None:
    terms = LEASES._replace(warranty=LEASES.warranty._replace(counts_from="contract"))
    by = JIYU._replace(leases=terms)
    days = {"started_on": date(2025, 2, 10), "contract_on": CONTRACT}

    assert warranty_until(by, **days, months=12).result == date(2026, 1, 15)


@pytest.mark.parametrize(
    ("cause", "in_warranty", "price", "rule"),
    [
        ("normal", True, "free", "J-L2"),
        ("misuse", True, "damage-charge", "J-L2, J-L4"),
        ("normal", False, "damage-charge", "J-L7"),
        ("misuse", False, "damage-charge", "J-L7"),
        (None, True, "damage-charge", "J-L7"),
        (None, False, "damage-charge", "J-L7"),
    ],
)
def test_against_what_a_device_is_replaced(
    cause: Cause | None,
    in_warranty: bool,  # noqa: FBT001 - a column of the table
    price: str,
    rule: str,
) -> None:
    found = replacement_price(JIYU, lessor="partner", cause=cause, in_warranty=in_warranty)

    assert found == (price, rule)


@pytest.mark.parametrize(("lessor", "price"), [("provider", "free"), ("partner", "damage-charge")])
def test_a_warranty_may_cover_the_providers_own_devices_only(lessor: Lessor, price: str) -> None:
    terms = LEASES._replace(warranty=LEASES.warranty._replace(covers_from=("provider",)))
    by = JIYU._replace(leases=terms)

    assert replacement_price(by, lessor=lessor, cause="normal", in_warranty=True)[0] == price


def test_a_service_without_leases_says_so() -> None:
    with pytest.raises(NotAgreed) as refusal:
        end_return_due(BIGLOBE, date(2027, 1, 1))

    assert Words("en").error(refusal.value).says == (
        "the terms of biglobe-mobile say nothing about this: its file has no [leases]"
    )
    assert refusal.value.exit_code == 6
