"""Banks are closed on weekends, national holidays and at the turn of the year (P4)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onhook_devices.bank_days import is_bank_day, moved_deadline, next_bank_day
from onhook_devices.service import Services

CALENDAR = Services().get("jiyu-hodai").calendar
days = st.dates(date(1990, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    "closed",
    [
        date(2026, 11, 21),  # Saturday
        date(2026, 11, 22),  # Sunday
        date(2026, 11, 23),  # Labour Thanksgiving Day
        date(2026, 12, 31),
        date(2027, 1, 1),
        date(2027, 1, 2),
        date(2027, 1, 3),
        date(2026, 5, 6),  # in lieu: 3 May is a Sunday, 4 and 5 May are holidays
        date(2026, 9, 22),  # between two holidays
        date(2019, 4, 30),  # the accession: ten days closed
        date(2019, 10, 22),
        date(2020, 7, 24),  # moved for the Olympic Games
        date(2021, 8, 9),
    ],
)
def test_banks_are_closed(closed: date) -> None:
    assert not is_bank_day(closed, CALENDAR)


@pytest.mark.parametrize(
    "open_",
    [
        date(2026, 11, 24),
        date(2026, 12, 30),
        date(2027, 1, 4),
        date(2020, 10, 12),  # a holiday in other years, moved that year
    ],
)
def test_banks_are_open(open_: date) -> None:
    assert is_bank_day(open_, CALENDAR)


@pytest.mark.parametrize(
    ("day", "moved"),
    [
        (date(2026, 11, 26), date(2026, 11, 26)),
        (date(2026, 12, 26), date(2026, 12, 28)),  # Saturday
        (date(2026, 12, 31), date(2027, 1, 4)),
        (date(2027, 12, 31), date(2028, 1, 4)),
        (date(2019, 4, 27), date(2019, 5, 7)),
        (date(2028, 12, 30), date(2029, 1, 4)),  # a Saturday before the turn of the year
    ],
)
def test_the_next_bank_day(day: date, moved: date) -> None:
    assert next_bank_day(day, CALENDAR) == moved


def test_a_deadline_moves_only_where_the_service_says_so() -> None:
    sunday = date(2026, 11, 22)

    assert moved_deadline(sunday, CALENDAR) == sunday
    assert moved_deadline(sunday, CALENDAR._replace(move_past_holidays=True)) == date(2026, 11, 24)


@given(days)
def test_the_next_bank_day_is_one_and_none_lies_before_it(day: date) -> None:
    found = next_bank_day(day, CALENDAR)

    assert is_bank_day(found, CALENDAR)
    assert timedelta() <= found - day <= timedelta(days=11)
    passed = [day + timedelta(days=n) for n in range((found - day).days)]
    assert not any(is_bank_day(one, CALENDAR) for one in passed)
