from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onhook_devices.calendar import (
    Period,
    days_after,
    days_before,
    end_of_following_month,
    end_of_month,
    months_after,
    months_before,
    service_end,
    weeks_after,
    years_after,
)
from onhook_devices.service import Services

if TYPE_CHECKING:
    from onhook_devices.terms.contract import Cancellation

days = st.dates(date(1990, 1, 1), date(2200, 12, 31))
day_counts = st.integers(1, 3660)
month_counts = st.integers(1, 120)


def test_days_begin_on_the_day_after_the_event() -> None:  # P1
    assert days_after(date(2027, 3, 1), 14) == date(2027, 3, 15)
    assert weeks_after(date(2027, 3, 1), 1) == date(2027, 3, 8)


@pytest.mark.parametrize(
    ("event", "last_day"),
    [  # P2, each example
        (date(2027, 1, 15), date(2027, 2, 15)),
        (date(2027, 1, 30), date(2027, 2, 28)),
        (date(2028, 1, 30), date(2028, 2, 29)),
        (date(2027, 1, 31), date(2027, 2, 28)),
        (date(2027, 2, 28), date(2027, 3, 31)),
        (date(2028, 2, 29), date(2028, 3, 31)),
        (date(2027, 4, 30), date(2027, 5, 31)),
        (date(2028, 1, 28), date(2028, 2, 28)),
        (date(2026, 12, 31), date(2027, 1, 31)),
    ],
)
def test_a_month_ends_before_the_corresponding_day(event: date, last_day: date) -> None:
    assert months_after(event, 1) == last_day


@pytest.mark.parametrize(
    ("event", "last_day"),
    [
        (date(2027, 2, 28), date(2028, 2, 29)),  # P2
        (date(2025, 1, 15), date(2026, 1, 15)),  # J-L5: year 2 begins on 16 Jan 2026
        (date(2024, 2, 29), date(2025, 2, 28)),  # J-L5: year 2 begins on 1 Mar 2025
    ],
)
def test_a_year_is_twelve_months(event: date, last_day: date) -> None:
    assert years_after(event, 1) == last_day


@pytest.mark.parametrize(
    ("event", "last_day"),
    [  # P3
        (date(2027, 1, 10), date(2027, 2, 28)),
        (date(2028, 1, 10), date(2028, 2, 29)),
        (date(2026, 12, 31), date(2027, 1, 31)),
        (date(2027, 11, 30), date(2027, 12, 31)),
    ],
)
def test_the_following_month_ends_on_its_last_day(event: date, last_day: date) -> None:
    assert end_of_following_month(event) == last_day


@pytest.mark.parametrize(
    ("cause", "first", "last"),
    [  # P6: the example, and where no corresponding day exists
        (date(2027, 5, 15), date(2027, 2, 15), date(2027, 5, 14)),
        (date(2027, 6, 1), date(2027, 3, 1), date(2027, 5, 31)),
        (date(2027, 5, 31), date(2027, 3, 1), date(2027, 5, 30)),
        (date(2027, 1, 1), date(2026, 10, 1), date(2026, 12, 31)),
        (date(2028, 5, 30), date(2028, 3, 1), date(2028, 5, 29)),
    ],
)
def test_months_back_mirror_months_ahead(cause: date, first: date, last: date) -> None:
    assert months_before(cause, 3) == Period(first, last)


def test_days_back_end_on_the_day_before_the_cause() -> None:  # P6
    back = days_before(date(2027, 3, 15), 14)

    assert back == Period(date(2027, 3, 1), date(2027, 3, 14))
    assert date(2027, 3, 1) in back
    assert date(2027, 3, 15) not in back


def test_a_cancelled_service_ends_with_the_following_month_and_its_devices_are_due_a_month_later(
    jiyu: Cancellation,
) -> None:  # J-L11, J-L10
    ends_on = service_end(date(2027, 1, 10), jiyu)

    assert ends_on == date(2027, 2, 28)
    assert end_of_following_month(ends_on) == date(2027, 3, 31)


def test_a_cancellation_asked_on_the_months_last_day_is_still_of_that_month(
    jiyu: Cancellation,
) -> None:  # J-L11
    assert service_end(date(2027, 1, 31), jiyu) == date(2027, 2, 28)
    assert service_end(date(2027, 2, 1), jiyu) == date(2027, 3, 31)


def test_a_cancellation_on_notice_ends_that_day() -> None:  # B-A5
    biglobe = Services().get("biglobe-mobile").cancellation

    assert service_end(date(2027, 1, 10), biglobe) == date(2027, 1, 10)


def test_an_operators_service_may_end_with_the_month(jiyu: Cancellation) -> None:
    assert service_end(date(2027, 1, 10), jiyu._replace(ends="end-of-month")) == date(2027, 1, 31)


@pytest.fixture(scope="module")
def jiyu() -> Cancellation:
    return Services().get("jiyu-hodai").cancellation


@given(days, day_counts, month_counts)
def test_a_deadline_never_precedes_its_event(event: date, count: int, months: int) -> None:
    assert days_after(event, count) > event
    assert months_after(event, months) > event
    assert end_of_following_month(event) > event
    assert end_of_month(event) >= event


@given(days, days, month_counts)
def test_a_later_event_never_has_an_earlier_deadline(one: date, other: date, months: int) -> None:
    earlier, later = sorted((one, other))

    assert months_after(earlier, months) <= months_after(later, months)
    assert end_of_following_month(earlier) <= end_of_following_month(later)


@given(days, st.integers(1, 119))
def test_more_months_end_later(event: date, months: int) -> None:
    assert months_after(event, months) < months_after(event, months + 1)


@given(days, month_counts)
def test_months_ahead_are_whole_calendar_months_from_the_first_counted_day(
    event: date, months: int
) -> None:
    first, after = event + timedelta(1), months_after(event, months) + timedelta(1)
    run = (after.year - first.year) * 12 + after.month - first.month

    assert run == months or (after.day == 1 and run == months + 1)
    assert after.day in (first.day, 1)


@given(days, month_counts, day_counts)
def test_a_period_back_ends_before_its_cause(cause: date, months: int, count: int) -> None:
    for period in (months_before(cause, months), days_before(cause, count)):
        assert period.first <= period.last == cause - timedelta(1)
        assert cause not in period


@given(days, month_counts)
def test_a_period_back_is_no_longer_than_the_same_period_ahead(cause: date, months: int) -> None:
    back = months_before(cause, months)

    assert back.last <= months_after(back.first - timedelta(1), months)


@given(days, day_counts)
def test_as_many_days_back_as_ahead(cause: date, count: int) -> None:
    back = days_before(cause, count)

    assert (back.last - back.first).days + 1 == count
    assert days_after(back.first - timedelta(1), count) == back.last
