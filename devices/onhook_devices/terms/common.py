"""Kinds of values that stand in every part of a service's file."""

from typing import Annotated, NamedTuple

from onhook_devices.schema import Form, Range

# One id or several: J-A2, P5, Q11, A-1.
_ID = "[A-Z]+-?[A-Z]*[0-9]+"
RuleIds = Annotated[str, Form(f"{_ID}(, {_ID})*", '"J-A2" | "J-A2, J-A3"')]
Slug = Annotated[str, Form("[a-z0-9][a-z0-9-]{0,39}", '"a-z, 0-9 and -, at most 40"')]
# A line break or a direction mark would let a text pose as another on a terminal or a sheet.
Line = Annotated[
    str,
    Form(
        "(?=.*\\S)[^\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]{1,500}",
        '"one line of text, at most 500 signs"',
    ),
]

Count = Annotated[int, Range(1, 1_000_000)]
Days = Annotated[int, Range(1, 3660)]
Weeks = Annotated[int, Range(1, 520)]
Months = Annotated[int, Range(1, 120)]
Years = Annotated[int, Range(1, 10)]
Hours = Annotated[int, Range(1, 8760)]
Yen = Annotated[int, Range(0, 100_000_000)]


class Bilingual(NamedTuple):
    """A text in both languages."""

    en: Line
    ja: Line
