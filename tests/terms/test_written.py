"""Days, times, months and sums as people in Japan write them; what is none is refused."""

from __future__ import annotations

import contextlib
from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onhook.workspace import TOKYO
from onhook.written import (
    DayUnreadable,
    MonthUnreadable,
    TimeUnreadable,
    YenUnreadable,
    read_day,
    read_month,
    read_time,
    read_yen,
)
from onhook_devices.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable

DAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22",
        "2026/11/22",
        "2026.11.22",
        "２０２６／１１／２２",
        "２０２６年１１月２２日",
        "2026年11月22日",
        " 2026 年 11 月 22 日 ",
        "令和8年11月22日",
        "令和８年１１月２２日",
        "R8.11.22",
        "r8/11/22",
        "平成38年11月22日",  # as contracts of that era counted on
    ],
)
def test_a_day_is_read(text: str) -> None:
    assert read_day(text, "--on") == DAY


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("令和元年5月1日", date(2019, 5, 1)),
        ("平成31年4月30日", date(2019, 4, 30)),
        ("平成元年1月8日", date(1989, 1, 8)),
        ("S64.1.7", date(1989, 1, 7)),
        ("2028-2-29", date(2028, 2, 29)),
    ],
)
def test_eras_and_leap_days_are_read(text: str, day: date) -> None:
    assert read_day(text, "--on") == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "today",
        "22.11.2026",
        "11/22/2026",
        "2026-11/22",
        "2026-13-01",
        "2027-02-29",
        "2026-11-31",
        "令和元年4月30日",  # before the era
        "令和0年5月1日",
        "明治45年7月30日",
        "20261122",
        "0001-01-01",
        "9999-12-31",
        "2026-11-22T10:00",
        "2026-11-2２日",
        "²026-11-22",
    ],
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(DayUnreadable) as fault:
        read_day(text, "--on")

    assert (fault.value.where, fault.value.exit_code) == ("--on", 3)


@given(st.dates(date(1926, 12, 25), date(2199, 12, 31)))
def test_every_day_is_read_back(day: date) -> None:
    assert read_day(day.isoformat(), "") == day
    assert read_day(f"{day.year}年{day.month}月{day.day}日", "") == day


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-11-22 14:30", (14, 30)),
        ("2026-11-22T14:30", (14, 30)),
        ("2026/11/22  9:05", (9, 5)),
        ("令和8年11月22日14時30分", (14, 30)),
        ("2026年11月22日 14時", (14, 0)),
        ("２０２６年１１月２２日　１４：３０", (14, 30)),
    ],
)
def test_a_time_is_read_as_japans(text: str, time: tuple[int, int]) -> None:
    assert read_time(text, "--from") == datetime(2026, 11, 22, *time, tzinfo=TOKYO)


def test_24_00_ends_a_day() -> None:
    assert read_time("2026-11-22 24:00", "--to") == datetime(2026, 11, 23, tzinfo=TOKYO)


@pytest.mark.parametrize(
    "text", ["2026-11-22", "14:30", "2026-11-22 24:01", "2026-11-31 9:00", "2026-11-22 9:60", "T"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(TimeUnreadable):
        read_time(text, "--from")


@pytest.mark.parametrize("text", ["2026-11", "2026/11", "2026年11月", "令和8年11月", "Ｒ８．１１"])
def test_a_month_is_read(text: str) -> None:
    assert read_month(text, "MONTH") == date(2026, 11, 1)


@pytest.mark.parametrize("text", ["2026", "2026-13", "11", "2026-11-22", ""])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(MonthUnreadable):
        read_month(text, "MONTH")


@pytest.mark.parametrize(
    "text", ["39800", "39,800", "￥39,800", "¥39800", "３９，８００円", "39 800"]
)
def test_a_sum_is_read(text: str) -> None:
    assert read_yen(text, "YEN") == 39_800


@pytest.mark.parametrize(
    "text", ["", "-1", "39.8", "39,80", "3万", "1e5", "12345678901", "9,99", "円"]
)
def test_what_is_no_sum_is_refused(text: str) -> None:
    with pytest.raises(YenUnreadable):
        read_yen(text, "YEN")


@pytest.mark.parametrize("read", [read_day, read_time, read_month, read_yen])
@given(text=st.text(max_size=30))
def test_any_text_is_read_or_refused(read: Callable[[str, str], object], text: str) -> None:
    with contextlib.suppress(InvalidInput):
        read(text, "here")
