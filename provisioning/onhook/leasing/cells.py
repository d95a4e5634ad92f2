"""Read the cells of a register: days, sums and words as offices write them, surely or not at all.

What a spreadsheet has destroyed is refused by name: `6.37702E+15` was a number whose digits are
gone, and `45352` a day that two programs count from different years.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from onhook.accounts.fields import text_field
from onhook.widths import half_width
from onhook.written import DayUnreadable, YenUnreadable, read_day, read_yen
from onhook_devices.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from onhook_devices.leasing.events import Ending
    from onhook_devices.leasing.warranty import Cause

T = TypeVar("T")

MOST_YEN = 2**31 - 1
"""What the database can hold as a sum."""
MOST_MONTHS = 120
"""The longest warranty; the same as for ``lease start``."""

_EMPTY = frozenset({"", "-", "--", "―", "—", "ー", "n/a"})
_LONGER = 6  # than any of these, with blanks around it
_SCIENTIFIC = re.compile(r"[-+]?\d(?:\.\d+)?E[-+]\d{1,3}", re.IGNORECASE)
_BLANKS = " \xa0"
_SERIAL_DAY = re.compile(r"\d{4,5}(?:\.\d+)?")
_DIGITS_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
# What a spreadsheet adds to a day: midnight, or the day of the week.
_MIDNIGHT = re.compile(r"[ T]+0{1,2}:00(?::00(?:\.0+)?)?\Z")
_WEEKDAY = re.compile(r" *\(([月火水木金土日])(?:曜日?)?\)\Z")
_WEEKDAYS = "月火水木金土日"
_BEFORE_TAX = re.compile(r"\(?税[抜別]き?\)?\Z")
_MONTHS = re.compile(
    r"(\d{1,3}) *(?:(ヶ月間?|ケ月間?|か月間?|カ月間?|箇月間?|months?)|(年間?|years?))"
)
_SIGNIFICANT = 15  # digits that a spreadsheet keeps of a number

_CAUSES: dict[str, Cause] = {
    **dict.fromkeys(("normal", "正常使用", "通常使用", "自然故障", "正常"), "normal"),
    **dict.fromkeys(("misuse", "過失", "破損", "誤使用", "水没", "規定外使用"), "misuse"),
}
_ENDINGS: dict[str, Ending] = {
    **dict.fromkeys(("ended", "終了", "満了"), "ended"),
    **dict.fromkeys(("cancelled", "canceled", "解約"), "cancelled"),
    **dict.fromkeys(("disqualified", "取消"), "disqualified"),
}
_SOLD = ("bought", "sold", "販売", "購入", "買取", "買い取り", "yes", "true", "1")
_LENT = ("leased", "lent", "lease", "貸与", "リース", "レンタル", "no", "false", "0")
_SALES = dict.fromkeys(_SOLD, True) | dict.fromkeys(_LENT, False)
_NOTHING = frozenset({"なし", "無し", "無", "none"})
_PROVIDER = frozenset({"provider", "当社", "弊社"})


class NumberDestroyed(InvalidInput):
    """A spreadsheet wrote a long number in scientific notation: its last digits are gone."""

    text: str
    where: str


class DayIsSerial(InvalidInput):
    """A spreadsheet wrote a day as its count of days, which begins in 1900 or in 1904."""

    text: str
    where: str


class MonthsUnreadable(InvalidInput):
    """A text is no number of months."""

    text: str
    where: str


class WordUnknown(InvalidInput):
    """A cell holds none of the words that its column can have."""

    text: str
    where: str
    known: str


def is_empty(text: str) -> bool:
    """Tell whether a cell says nothing: it is blank, or a dash."""
    return not text or (len(text) < _LONGER and _plain(text).lower() in _EMPTY)


def keep_digits(text: str, where: str) -> str:
    """Return an id, model or serial number.

    Raises:
        NumberDestroyed: A spreadsheet has cut its digits off.
        TextTooLong, TextUnprintable: It cannot be one.
    """
    if _SCIENTIFIC.fullmatch(_plain(text)):
        raise NumberDestroyed(text.strip()[:40], where)
    return text_field(where, text)


def has_lost_digits(text: str) -> bool:
    """Tell whether a number looks as if its digits from the sixteenth on were made zeros."""
    return text.isdigit() and len(text) > _SIGNIFICANT and set(text[_SIGNIFICANT:]) == {"0"}


def day(text: str, where: str) -> date:
    """Return the day that a cell holds.

    Raises:
        DayIsSerial: It is a spreadsheet's count of days.
        DayUnreadable: It is none, or the day of the week beside it is another.
    """
    found = _day(text)
    if found is None:
        is_serial = _SERIAL_DAY.fullmatch(_plain(text)) is not None
        raise (DayIsSerial if is_serial else DayUnreadable)(text.strip()[:40], where)
    return found


def yen(text: str, where: str) -> int:
    """Return the sum before tax that a cell holds.

    Raises:
        NumberDestroyed: A spreadsheet has cut its digits off.
        YenUnreadable: It is none, or one with tax.
    """
    found = _yen(text)
    if found is None:
        is_destroyed = _SCIENTIFIC.fullmatch(_plain(text)) is not None
        raise (NumberDestroyed if is_destroyed else YenUnreadable)(text.strip()[:40], where)
    return found


def months(text: str, where: str, *, may_be_bare: bool) -> int:
    """Return how many months a cell says; 0 for none.

    Args:
        text: ``12``, ``12ヶ月``, ``1年``, ``なし``.
        where: What it is read for.
        may_be_bare: Whether a number without unit means months.

    Raises:
        MonthsUnreadable: It says none, or too many.
    """
    found = _months(text, may_be_bare=may_be_bare)
    if found is None or found > MOST_MONTHS:
        raise MonthsUnreadable(text.strip()[:40], where)
    return found


# A register has few different days, prices and warranties: each is read once.


@lru_cache(4096)
def _day(text: str) -> date | None:
    plain = _MIDNIGHT.sub("", _plain(text))
    weekday = _WEEKDAY.search(plain)
    bare = plain[: weekday.start()] if weekday else plain
    if digits := _DIGITS_DAY.fullmatch(bare):
        bare = "-".join(digits.groups())
    try:
        found = read_day(bare, "")
    except DayUnreadable:
        return None
    return None if weekday and _WEEKDAYS[found.weekday()] != weekday[1] else found


@lru_cache(1024)
def _yen(text: str) -> int | None:
    try:
        found = read_yen(_BEFORE_TAX.sub("", _plain(text)), "")
    except YenUnreadable:
        return None
    return found if found <= MOST_YEN else None


@lru_cache(256)
def _months(text: str, *, may_be_bare: bool) -> int | None:
    plain = _plain(text).lower()
    if plain in _NOTHING:
        return 0
    if found := _MONTHS.fullmatch(plain):
        return int(found[1]) * (12 if found[3] else 1)
    is_number = plain.isascii() and plain.isdigit()
    return int(plain) if is_number and (may_be_bare or int(plain) == 0) else None


def cause(text: str, where: str) -> Cause:
    """Return how a device broke.

    Raises:
        WordUnknown: It says neither.
    """
    return _word(text, where, _CAUSES)


def ending(text: str, where: str) -> Ending:
    """Return how a service ended.

    Raises:
        WordUnknown: It says none of the ways.
    """
    return _word(text, where, _ENDINGS)


def is_sale(text: str, where: str) -> bool:
    """Tell whether a device was sold and not lent.

    Raises:
        WordUnknown: It says neither.
    """
    return _word(text, where, _SALES)


def partner(text: str, where: str) -> str:
    """Return the name of the partner that lends a device, '' for the provider itself."""
    name = text_field(where, text)
    return "" if name.lower() in _PROVIDER else name


def _word(text: str, where: str, words: Mapping[str, T]) -> T:
    plain = _plain(text).lower()
    if plain not in words:
        raise WordUnknown(text.strip()[:40], where, ", ".join(words))
    return words[plain]


def _plain(text: str) -> str:
    return half_width(text).strip(_BLANKS)
