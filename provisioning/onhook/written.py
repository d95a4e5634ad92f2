"""Read days, times, months and sums of money as people in Japan write them.

Understood are full-width signs, 2026/11/22 and 2026年11月22日, and the eras since 1926: 令和8年,
R8.11.22, 令和元年. Nothing is guessed: a day that is not in the calendar is refused.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from onhook.widths import half_width
from onhook.workspace import TOKYO
from onhook_devices.errors import InvalidInput


class DayUnreadable(InvalidInput):
    """A text is no day of the calendar."""

    text: str
    where: str


class TimeUnreadable(InvalidInput):
    """A text is no day with a time of day."""

    text: str
    where: str


class MonthUnreadable(InvalidInput):
    """A text is no month."""

    text: str
    where: str


class YenUnreadable(InvalidInput):
    """A text is no sum of whole yen."""

    text: str
    where: str


# Each era's letter and its first day, by cabinet order.
_ERAS = {
    "令和": ("R", date(2019, 5, 1)),
    "平成": ("H", date(1989, 1, 8)),
    "昭和": ("S", date(1926, 12, 25)),
}
_BEGINNINGS = {name: began for era, (letter, began) in _ERAS.items() for name in (era, letter)}
_YEAR = r"(?:(?P<era>令和|平成|昭和|[RHS])(?P<count>元|\d{1,2})|(?P<year>\d{4}))"
_NUMBER = r"\d{1,2}"
_DAY = re.compile(
    rf"{_YEAR}(?:年(?P<m1>{_NUMBER})月(?P<d1>{_NUMBER})日|(?P<sep>[-/.])(?P<m2>{_NUMBER})(?P=sep)(?P<d2>{_NUMBER}))",
    re.IGNORECASE,
)
_MONTH = re.compile(rf"{_YEAR}(?:年(?P<m1>{_NUMBER})月|[-/.](?P<m2>{_NUMBER}))", re.IGNORECASE)
_TIME = re.compile(
    r"(?P<day>.*?[\d日])(?:T| )?(?P<h>\d{1,2})(?::(?P<m>\d{2})|時(?:(?P<m2>\d{1,2})分)?)"
)
_YEN = re.compile(r"[¥￥\\]?(\d{1,10}|\d{1,3}(?:,\d{3}){1,3})円?")
_HOURS = 24
_YEARS = range(1926, 2200)


def read_day(text: str, where: str) -> date:
    """Return the day that `text` writes.

    Args:
        text: As somebody typed it.
        where: The option or column it was typed in; stands in the error.

    Raises:
        DayUnreadable: It writes none, or one that the calendar does not have.
    """
    found = _DAY.fullmatch(_folded(text))
    if found is None:
        raise DayUnreadable(text, where)
    try:
        day = date(_year(found), int(found["m1"] or found["m2"]), int(found["d1"] or found["d2"]))
    except ValueError:
        raise DayUnreadable(text, where) from None
    if found["era"] and day < _BEGINNINGS[found["era"].upper()]:
        raise DayUnreadable(text, where)
    return day


def read_month(text: str, where: str) -> date:
    """Return the first day of the month that `text` writes, such as 2026-11 or 2026年11月.

    Raises:
        MonthUnreadable: It writes none.
    """
    found = _MONTH.fullmatch(_folded(text))
    if found is None:
        raise MonthUnreadable(text, where)
    try:
        return date(_year(found), int(found["m1"] or found["m2"]), 1)
    except ValueError:
        raise MonthUnreadable(text, where) from None


def read_time(text: str, where: str) -> datetime:
    """Return the instant that `text` writes as a day and a time in Japan; 24:00 ends a day.

    Raises:
        TimeUnreadable: It writes none.
    """
    found = _TIME.fullmatch(_folded(text, blanks=True))
    if found is None:
        raise TimeUnreadable(text, where)
    hour, minute = int(found["h"]), int(found["m"] or found["m2"] or 0)
    is_midnight = (hour, minute) == (_HOURS, 0)
    try:
        day = read_day(found["day"], where) + timedelta(days=is_midnight)
        return datetime.combine(day, time(0 if is_midnight else hour, minute), TOKYO)
    except (DayUnreadable, ValueError):
        raise TimeUnreadable(text, where) from None


def read_yen(text: str, where: str) -> int:
    """Return the sum that `text` writes: 39800; 39,800; ￥39,800; 39,800円.

    Raises:
        YenUnreadable: It writes none, one with a fraction, or one below zero.
    """
    found = _YEN.fullmatch(_folded(text))
    if found is None:
        raise YenUnreadable(text, where)
    return int(found[1].replace(",", ""))


def _year(found: re.Match[str]) -> int:
    """Return the year, which must be one that people alive have seen or will see."""
    if found["year"]:
        year = int(found["year"])
    else:
        count = 1 if found["count"] == "元" else int(found["count"])
        year = _BEGINNINGS[found["era"].upper()].year + count - 1
    if year not in _YEARS or found["count"] in ("0", "00"):
        raise ValueError(found[0])
    return year


def _folded(text: str, *, blanks: bool = False) -> str:
    """Return `text` in half width; blanks stay one where they divide a day from a time."""
    return re.sub(r"\s+", " " if blanks else "", half_width(text).strip())
