"""Files that other programs wrote are learned, and come out right for other accounts."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from onhook.families import CannotCarry, check_samples
from onhook_devices.errors import Refused
from tests.learning.studying import (
    HANAKO,
    TARO,
    codes,
    content_of,
    family_of,
    second,
    studied,
    values,
)
from tests.learning.writers import FIELDS, WRITERS, Writer
from tests.thoroughness import thorough

if TYPE_CHECKING:
    from onhook.families import Family, Values
    from onhook.learning import Study

BY_NAME = pytest.mark.parametrize("writer", WRITERS, ids=lambda writer: writer.name)


def learned(writer: Writer) -> Study:
    """Return what is learned of a file; where it needs telling, another account's file tells."""
    one = studied(writer.write(TARO), TARO, file=writer.file, **writer.hints)
    if writer.needs_telling:
        one = one.confirmed(second(writer.write(HANAKO), HANAKO))
    return one


@BY_NAME
def test_a_file_of_a_foreign_program_is_learned_and_written_for_others(
    writer: Writer, tmp_path: Path
) -> None:
    one = learned(writer)
    assert codes(one) == []
    assert one.used == set(FIELDS.values())

    family = family_of(one, tmp_path)
    assert content_of(family, TARO) == writer.write(TARO)
    assert writer.read(content_of(family, HANAKO)) == writer.read(writer.write(HANAKO))
    assert check_samples(family) == []


@BY_NAME
def test_a_file_full_of_escapes_is_learned_too(writer: Writer, tmp_path: Path) -> None:
    one = studied(writer.write(HANAKO), HANAKO, file=writer.file, **writer.hints)
    one = one.confirmed(second(writer.write(TARO), TARO))
    assert codes(one) == []

    family = family_of(one, tmp_path)
    assert content_of(family, HANAKO) == writer.write(HANAKO)
    assert writer.read(content_of(family, TARO)) == writer.read(writer.write(TARO))


@BY_NAME
def test_no_secret_and_no_name_of_the_account_is_in_the_family(
    writer: Writer, tmp_path: Path
) -> None:
    family_of(learned(writer), tmp_path)

    for file in tmp_path.rglob("*"):
        if file.is_file():
            for text in (TARO.password, TARO.auth_id, TARO.display_name):
                for encoding in ("utf-8", "utf-16-le"):
                    assert text.encode(encoding) not in file.read_bytes()
        assert file.stat().st_mode & 0o077 == 0


PLAIN = st.characters(exclude_categories=("C", "Zl", "Zp"))
MARKED = st.text(st.sampled_from("&<>\"'\\;%+#=,/{}[]: 9aZé髙𠮷"), min_size=1, max_size=10)
TEXT = st.one_of(st.text(PLAIN, min_size=1, max_size=20), MARKED).filter(
    lambda text: text == text.strip()
)
ACCOUNT = st.builds(
    values,
    extension=st.from_regex(r"[0-9]{3,6}", fullmatch=True),
    auth_id=st.from_regex(r"[A-Za-z0-9]{3,12}", fullmatch=True),
    password=TEXT,
    display_name=TEXT,
    first_name=TEXT,
    last_name=TEXT,
    mail=st.from_regex(r"[a-z0-9+]{1,8}@[a-z]{2,8}\.example", fullmatch=True),
)


@BY_NAME
@settings(deadline=None, max_examples=thorough(30, 10))
@given(first=ACCOUNT, other=ACCOUNT)
def test_whatever_the_values_it_is_right_for_others_or_refused(
    writer: Writer, first: Values, other: Values
) -> None:
    one = studied(writer.write(first), first, file=writer.file, **writer.hints)
    if codes(one):
        one = one.confirmed(second(writer.write(other), other))
    event("asks" if codes(one) else "learns")
    if codes(one):
        return
    with tempfile.TemporaryDirectory() as folder:
        _is_right(writer, one, Path(folder), (first, other))


def _is_right(writer: Writer, one: Study, folder: Path, accounts: tuple[Values, Values]) -> None:
    first, other = accounts
    try:
        family: Family = family_of(one, folder)
    except Refused:
        event("refuses")
        return
    assert content_of(family, first) == writer.write(first)
    try:
        content = content_of(family, other)
    except CannotCarry:
        event("cannot carry")
        return
    event("right for another")
    assert writer.read(content) == writer.read(writer.write(other))
