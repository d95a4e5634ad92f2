"""Names of accounts, devices and customers become folders: nothing else may get through."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onhook.subjects import (
    BadCustomerId,
    BadDeviceId,
    BadExtension,
    read_customer_id,
    read_device_id,
    read_extension,
)

HOSTILE = [
    "",
    " ",
    "../../etc",
    "..",
    ".",
    "a/b",
    "a\\b",
    "101\n",
    "\n101",
    "101\r",
    "101\0",
    "101\u2028",
    "\u202e101",
    "1" * 300,
    "101;rm",
    "%2e%2e",
    "~",
    "-",
    "101\ud800",
    "①",
    "١٠١",
    "१०१",
]


@pytest.mark.parametrize("text", [*HOSTILE, "CON", "NUL.txt", "1e3", "1.5", "0x10", "1_0", "²"])
def test_what_is_no_extension_is_refused_and_never_guessed(text: str) -> None:
    with pytest.raises(BadExtension) as caught:
        read_extension(text)
    assert len(caught.value.extension) <= 40


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("101", "101"),
        ("0101", "0101"),
        ("000", "000"),
        ("１０１", "101"),
        ("＋８１３", "+813"),
        ("+81312345678", "+81312345678"),
        ("03-1234-5678", "0312345678"),
        ("03 1234 5678", "0312345678"),
        ("050－1234－5678", "05012345678"),
        ("1" * 20, "1" * 20),
    ],
)
def test_an_extension_keeps_its_zeros_and_becomes_ascii(text: str, read: str) -> None:
    assert read_extension(text) == read


@pytest.mark.parametrize(
    "text", [*HOSTILE, "CON", "com1", "lpt9.x", "-acme", "acme-", "a_b", "a.b"]
)
def test_what_is_no_customer_is_refused(text: str) -> None:
    with pytest.raises(BadCustomerId):
        read_customer_id(text)


@pytest.mark.parametrize("text", [*HOSTILE, "CON", "con.txt", "aux", "D..7", ".D7", "D7.", "端末1"])
def test_what_is_no_device_is_refused(text: str) -> None:
    with pytest.raises(BadDeviceId):
        read_device_id(text)


def test_ids_are_read_whatever_their_case_and_width() -> None:
    assert read_customer_id(" ＡＣＭＥ ") == "acme"
    assert read_device_id("ｄ－０００７") == "D-0007"


@given(st.text())
def test_whatever_is_accepted_is_a_plain_file_name(text: str) -> None:
    safe = set(string.ascii_letters + string.digits + "+-._")
    for read, error in (
        (read_extension, BadExtension),
        (read_customer_id, BadCustomerId),
        (read_device_id, BadDeviceId),
    ):
        try:
            name = read(text)
        except error:
            continue
        assert set(name) <= safe
        assert 0 < len(name) <= 32
        assert name[0] not in ".-"
        assert read(name) == name
