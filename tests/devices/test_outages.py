"""What an outage gives: each band to a minute on either side, months split (J-S, B-S1)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onhook_devices.agreement import NotAgreed
from onhook_devices.outages.compensation import (
    averaged_months,
    compensation_claim_until,
    compensation_limit,
)
from onhook_devices.outages.guarantee import (
    guarantee_claim_until,
    liability_cap,
    outage_credits,
)
from onhook_devices.outages.outage import (
    Outage,
    OutageEndsFirst,
    OutagesOverlap,
    split_by_month,
)
from onhook_devices.service import Services
from onhook_devices.yen import Sum

JIYU = Services().get("jiyu-hodai")
BIGLOBE = Services().get("biglobe-mobile")
BEGAN = datetime(2027, 3, 1, 9)  # noqa: DTZ001 - the wall clock in Japan
FEE = 1_980
instants = st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1))  # noqa: DTZ001 - as above


def outage(minutes: float, began: datetime = BEGAN) -> Outage:
    return Outage(began, began + timedelta(minutes=minutes))


# J-S1


@pytest.mark.parametrize(
    ("minutes", "share", "yen"),
    [  # a minute to either side of each band's edge
        (29, "0", 0),
        (29.99, "0", 0),
        (30, "1/90", 22),
        (59, "1/90", 22),
        (60, "1/30", 66),
        (12 * 60 - 1, "1/30", 66),
        (12 * 60, "1/10", 198),
        (24 * 60 - 1, "1/10", 198),
        (24 * 60, "1/3", 660),
        (72 * 60 - 1, "1/3", 660),
        (72 * 60, "1/1", 1_980),
        (20 * 24 * 60, "1/1", 1_980),
    ],
)
def test_each_band_of_the_guarantee(minutes: float, share: str, yen: int) -> None:
    (found,) = outage_credits(JIYU, [outage(minutes)], FEE)

    assert (found.result.share, found.result.yen) == (Fraction(share), yen)
    assert found.rule == "J-S1"


def test_fractions_of_the_credit_are_cut_off() -> None:
    assert outage_credits(JIYU, [outage(30)], 1_999)[0].result.yen == 22  # 22.2


def test_a_months_outages_are_summed() -> None:
    apart = [outage(20), outage(15, BEGAN + timedelta(days=9))]
    (found,) = outage_credits(JIYU, apart, FEE)

    assert found.result.lasted == timedelta(minutes=35)
    assert found.result.share == Fraction(1, 90)


def test_an_outage_is_split_at_the_months_end() -> None:
    over = Outage(datetime(2027, 3, 31, 23, 31), datetime(2027, 4, 1, 0, 30))  # noqa: DTZ001 - wall clock
    march, april = outage_credits(JIYU, [over], FEE)

    assert (march.result.month, march.result.share) == (date(2027, 3, 1), Fraction(0))  # 29 minutes
    assert (april.result.month, april.result.share) == (date(2027, 4, 1), Fraction(1, 90))


def test_a_service_may_judge_each_outage_alone() -> None:
    assert JIYU.guarantee is not None
    by = JIYU._replace(guarantee=JIYU.guarantee._replace(summed_over="outage"))
    apart = [outage(20), outage(40, BEGAN + timedelta(days=9))]

    assert [one.result.yen for one in outage_credits(by, apart, FEE)] == [0, 22]


def test_outages_that_cannot_be_are_refused() -> None:
    with pytest.raises(OutageEndsFirst):
        outage_credits(JIYU, [outage(0)], FEE)
    with pytest.raises(OutagesOverlap):
        outage_credits(JIYU, [outage(60), outage(60, BEGAN + timedelta(minutes=59))], FEE)


def test_outages_may_follow_each_other_in_any_order() -> None:
    one, two = outage(20), outage(20, BEGAN + timedelta(minutes=20))

    assert outage_credits(JIYU, [two, one], FEE)[0].result.lasted == timedelta(minutes=40)


@given(instants, st.integers(1, 200_000))
def test_splitting_loses_no_second(began: datetime, minutes: int) -> None:
    whole = outage(minutes, began)
    parts = list(split_by_month(whole))

    assert sum((part.lasted for _, part in parts), timedelta()) == whole.lasted
    assert all(month == part.began.date().replace(day=1) for month, part in parts)
    assert all(
        (part.ended - timedelta.resolution).date().month == month.month for month, part in parts
    )


@given(st.integers(1, 40_000), st.integers(1, 40_000), st.integers(0, 100_000))
def test_a_longer_outage_never_gives_less_and_none_more_than_the_fee(
    a: int, b: int, fee: int
) -> None:
    short, long_ = (outage_credits(JIYU, [outage(m)], fee)[0].result.yen for m in sorted((a, b)))

    assert 0 <= short <= long_ <= fee


# J-S2, J-S3


def test_the_credit_is_claimed_within_a_month() -> None:
    assert guarantee_claim_until(JIYU, date(2027, 1, 30)).result == date(2027, 2, 28)
    assert guarantee_claim_until(JIYU, date(2027, 1, 15)).rule == "J-S2"


def test_liability_is_capped_at_the_fees_of_three_months() -> None:
    received = {
        date(2027, 2, 14): 1,
        date(2027, 2, 15): 20,
        date(2027, 5, 14): 300,
        date(2027, 5, 15): 4000,
    }
    found = liability_cap(JIYU, date(2027, 5, 15), received)

    assert found is not None
    assert (found.result, found.rule) == (320, "J-S3")


# B-S1


@pytest.mark.parametrize(
    ("minutes", "net"),
    [
        (72 * 60 - 1, 0),
        (72 * 60, 3 * 10 + 3 * 20),
        (96 * 60 - 1, 3 * 10 + 3 * 20),  # the rest of a day is cut off
        (96 * 60, 4 * 10 + 4 * 20),
    ],
)
def test_compensation_is_for_whole_days_from_the_third(minutes: int, net: int) -> None:
    # 310 a month in March is 10 a day; 3,620 in the 181 days from September to February is 20.
    found = compensation_limit(BIGLOBE, outage(minutes), base_fee_yen=310, calls_yen=3_620)

    assert found.result == Sum(net, net // 10)
    assert found.rule == "B-S1"


def test_a_day_costs_what_its_month_makes_of_the_fee() -> None:
    began = datetime(2027, 2, 27, 12)  # noqa: DTZ001 - wall clock: two days of February, one of March
    found = compensation_limit(BIGLOBE, outage(72 * 60, began), base_fee_yen=28 * 31, calls_yen=0)

    assert found.result.net_yen == 31 + 31 + 28


def test_calls_are_averaged_over_the_six_months_before_that_of_the_beginning() -> None:
    assert BIGLOBE.compensation is not None

    found = averaged_months(BIGLOBE.compensation, date(2027, 3, 1))

    assert found == (date(2026, 9, 1), date(2027, 2, 28))


def test_compensation_is_claimed_within_a_year() -> None:
    assert compensation_claim_until(BIGLOBE, date(2027, 2, 28)).result == date(2028, 2, 29)


@given(st.integers(1, 50_000), st.integers(0, 100_000), st.integers(0, 100_000))
def test_compensation_never_exceeds_the_fees_of_the_time(
    minutes: int, fee: int, calls: int
) -> None:
    found = compensation_limit(BIGLOBE, outage(minutes), base_fee_yen=fee, calls_yen=calls)

    a_day = Fraction(fee, 28) + Fraction(calls, 181)
    assert 0 <= found.result.net_yen <= a_day * minutes / 1440


def test_what_is_not_agreed_is_refused() -> None:
    with pytest.raises(NotAgreed):
        outage_credits(BIGLOBE, [outage(60)], FEE)
    with pytest.raises(NotAgreed):
        compensation_limit(JIYU, outage(60), base_fee_yen=1, calls_yen=1)
