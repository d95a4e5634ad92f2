"""What may be dialled is all that is not barred (B-D1)."""

import re
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onhook.families.dialling import allowed
from onhook.kits.candidates import barred_patterns
from onhook_devices.service import Services

BIGLOBE = barred_patterns(Services().get("biglobe-mobile"))
DIGITS = "0123456789"


def may_dial(patterns: list[str], number: str) -> bool:
    """Read `patterns` as MicroSIP does: each a regular expression over the whole number.

    It turns ``.`` into ``*`` and then ``x`` into ``.``.
    """
    forms = [pattern.replace(".", "*").replace("x", ".") for pattern in patterns]
    return any(re.fullmatch(form, number) for form in forms)


def is_barred(barred: tuple[str, ...], number: str) -> bool:
    for pattern in barred:
        if pattern.endswith("x+"):
            if number.startswith(pattern.removesuffix("x+")):
                return True
        elif len(number) == len(pattern) and number.isdigit():
            return True
    return False


def is_mixed(number: str) -> bool:
    """Tell whether it begins with a digit and has other signs: counted as digits."""
    return number[0] in DIGITS and not number.isdigit()


PREFIXES = st.text("0129*#+", min_size=1, max_size=4).map(lambda prefix: f"{prefix}x+")
LENGTHS = st.integers(1, 5).map(lambda length: "x" * length)
BARRED = st.lists(st.one_of(PREFIXES, LENGTHS), min_size=1, max_size=5).map(tuple)


@given(barred=BARRED, number=st.text("01289*#+", min_size=1, max_size=7))
def test_a_number_may_be_dialled_exactly_when_it_is_not_barred(
    barred: tuple[str, ...], number: str
) -> None:
    found = may_dial(allowed(barred), number)

    assert not (found and is_barred(barred, number))
    assert found or is_barred(barred, number) or is_mixed(number)


def test_every_short_number_is_judged_as_the_service_does() -> None:
    patterns = allowed(BIGLOBE)
    numbers = ("".join(signs) for size in range(1, 6) for signs in product("01249", repeat=size))

    assert all(may_dial(patterns, number) is not is_barred(BIGLOBE, number) for number in numbers)


@pytest.mark.parametrize("number", ["110", "119", "0120123456", "0990123456", "02041234567"])
def test_what_the_service_bars_cannot_be_dialled(number: str) -> None:
    assert not may_dial(allowed(BIGLOBE), number)


@pytest.mark.parametrize(
    "number", ["0312345678", "09012345678", "1001", "11", "*97", "+81312345678", "taro"]
)
def test_what_the_service_does_not_bar_can_be_dialled(number: str) -> None:
    assert may_dial(allowed(BIGLOBE), number)


def test_where_nothing_is_barred_there_is_no_plan() -> None:
    assert allowed(()) == []


def test_the_longest_plan_microsip_is_given_fits_into_what_it_reads() -> None:
    prefixes = [f"{digit}{digit}{digit}{digit}x+" for digit in "12345"]

    assert max(len("|".join(allowed([length, *prefixes]))) for length in ("x", "xx", "xxx")) <= 255
