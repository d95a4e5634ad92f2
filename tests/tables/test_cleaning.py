from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from onhook.tables import cleaning
from onhook.tables.cleaning import ascii_digits, strip_blanks, unprintables


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("０１０１", "0101"),
        ("＋８１－３", "+81-3"),
        ("03−1234‐5678", "03-1234-5678"),
        ("１０1", "101"),
    ],
)
def test_full_width_numbers_become_ascii_and_it_is_told(typed: str, plain: str) -> None:
    assert ascii_digits(typed) == (plain, True)


@pytest.mark.parametrize(
    "text", ["0101", "", "+81-3 (1)", "①", "x²", "Ａ", "ﾔﾏﾀﾞ", "髙﨑𠮷", "三", "٣"]
)
def test_other_text_is_not_guessed_to_be_a_number(text: str) -> None:
    assert ascii_digits(text) == (text, False)


@given(st.text("０１２３４５６７８９＋－0123456789+-"))
def test_folding_a_number_is_what_nfkc_does(text: str) -> None:
    assert ascii_digits(text)[0] == unicodedata.normalize("NFKC", text)


@pytest.mark.parametrize(
    "text",
    [
        "髙橋",
        "﨑山",
        "𠮷田",
        "ﾔﾏﾀﾞ ﾊﾅｺ",
        "O'Brien",
        "é",
        "ｶﾞ",
        "👨\u200d👩\u200d👧",
        "山\u3000田",
        "葛\U000e0100城",
        "'=1",
    ],
)
def test_names_of_people_are_printable(text: str) -> None:
    assert unprintables(text) == ()


@pytest.mark.parametrize(
    "character",
    [
        *("\0", "\t", "\n", "\r", "\x1b", "\x7f", "\x85", "\x9b"),
        *("\u2028", "\u2029", "\u200e", "\u200f", "\u061c", "\u202a", "\u202e", "\u2066"),
        *("\ud800", "\udfff", "\ufdd0", "\ufdef", "\ufffe", "\uffff", "\U0001fffe"),
    ],
)
def test_what_no_screen_shows_is_found(character: str) -> None:
    assert unprintables(f"a{character}b{character}") == (character,)


def test_each_is_told_once_in_the_order_it_comes() -> None:
    assert unprintables("\u202ea\0\u202e\n") == ("\u202e", "\0", "\n")


def test_xml_can_hold_every_character_that_is_let_through() -> None:
    allowed = [chr(code) for code in range(sys.maxunicode + 1) if not unprintables(chr(code))]
    element = etree.Element("name")
    element.text = "".join(allowed)  # lxml refuses what XML cannot hold
    assert len(element.text) == len(allowed)


def test_controls_and_noncharacters_are_found_all_and_no_letters() -> None:
    for code in range(sys.maxunicode + 1):
        category = unicodedata.category(chr(code))
        noncharacter = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
        if category in ("Cc", "Cs", "Zl", "Zp") or noncharacter:
            assert unprintables(chr(code)), hex(code)
        elif category != "Cf":
            assert not unprintables(chr(code)), hex(code)


@pytest.mark.parametrize(
    ("text", "stripped"),
    [
        (" 101 ", "101"),
        ("\u3000山\u3000田\u3000", "山\u3000田"),
        ("\xa0a ", "a"),
        (" \u3000", ""),
        ("101\n", "101\n"),
    ],
)
def test_blanks_go_at_both_ends_only(text: str, stripped: str) -> None:
    assert strip_blanks(text) == stripped


def test_whatever_python_calls_printable_is_no_unprintable_of_ours() -> None:
    ours = cleaning._UNPRINTABLE  # noqa: SLF001 - the quick look in front of it is what is tried
    refused = ours.findall("".join(map(chr, range(sys.maxunicode + 1))))

    assert len(refused) > 2000  # halves of pairs alone
    assert not any(character.isprintable() for character in refused)
