"""A password that onhook makes can be held by every softphone and spoken on the telephone."""

from __future__ import annotations

import csv
import io

import pytest

from onhook.families import EXAMPLE, Families
from onhook.repair.passwords import ALPHABET, DIGITS, LOWER, UPPER, new_password
from tests.families.making import SHIPPED, values


@pytest.mark.parametrize("length", [12, 20, 64])
def test_a_password_has_its_length_and_a_sign_of_each_kind(length: int) -> None:
    made = {new_password(length) for _ in range(200)}

    assert len(made) == 200
    for password in made:
        assert len(password) == length
        assert set(password) <= set(ALPHABET)
        assert all(set(password) & set(kind) for kind in (LOWER, UPPER, DIGITS))


@pytest.mark.parametrize("name", SHIPPED)
def test_every_sign_is_carried_by_every_family_wherever_it_stands(name: str) -> None:
    family = Families().get(name)
    for turn in range(0, len(ALPHABET), 4):
        password = (ALPHABET[turn:] + ALPHABET[:turn])[:64]
        carried = values(password=password, transport="udp")
        assert list(family.refusals(carried)) == []
        rendering = family.render(carried)
        texts = [file.content for file in rendering.files] + [(rendering.qr or "").encode()]
        encodings = ("utf-8", "utf-16-le")
        assert any(password.encode(way) in text for text in texts for way in encodings)


def test_all_shipped_families_are_tried() -> None:
    assert set(SHIPPED) == set(Families().names())
    assert EXAMPLE.password


def test_no_sign_is_taken_for_another_or_for_a_formula() -> None:
    assert not set(ALPHABET) & set("lIoO01=+-@\t'\"")
    assert len(set(ALPHABET)) == len(ALPHABET) == 56
    written = io.StringIO()
    csv.writer(written).writerow([ALPHABET])
    assert written.getvalue() == f"{ALPHABET}\r\n"
