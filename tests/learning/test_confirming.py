"""A file of another account tells what one file alone cannot."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

import pytest

from onhook.families import CannotCarry
from onhook.learning.differences import differences, joined
from onhook.learning.errors import SecondFormDiffers
from tests.learning.studying import (
    HANAKO,
    JIRO,
    TARO,
    codes,
    content_of,
    family_of,
    places,
    second,
    studied,
    values,
)

if TYPE_CHECKING:
    from pathlib import Path

    from onhook.families import Values


def write(of: Values, *more: str) -> bytes:
    """Return a file with an extension in it where nothing tells what it is."""
    fields = {"Secret": of.password, "AuthID": of.auth_id, "U": of.extension, "DtmfPayload": "101"}
    file = f"3cxprov_{of.extension}.xml"
    parts = [f"<{name}>{text}</{name}>" for name, text in fields.items()]
    return f"<c>{''.join([*parts, f'<f>{file}</f>', '<p>5101</p>', *more])}</c>".encode()


def test_another_accounts_file_answers_what_one_leaves_open(tmp_path: Path) -> None:
    one = studied(write(TARO))
    assert codes(one) == ["place-open"] * 4

    one = one.confirmed(second(write(JIRO), JIRO))
    assert codes(one) == []
    assert list(places(one).values()) == ["password", "auth_id", "extension", "extension"]
    assert content_of(family_of(one, tmp_path), HANAKO).count(b"101") == 2


def test_what_another_account_has_more_just_there_is_no_match() -> None:
    same = values(password="Suzuki", last_name="Suzuki")
    other = values(password="Suzuki", last_name=",Suzuki")

    def file(of: Values) -> bytes:
        return json.dumps({"AuthPassword": of.password, "LastName": of.last_name}).encode()

    one = studied(file(same), same).confirmed(second(file(other), other))
    assert list(places(one).values()) == ["password", "last_name"]


def test_what_both_accounts_share_stays_open() -> None:
    host = "<h>pbx.acme.example</h>"
    one = studied(write(TARO, host)).confirmed(second(write(JIRO, host), JIRO))

    (asked,) = one.questions()
    assert asked.options == ("pbx_host", "sip_domain", "tunnel_host", "keep")


def test_what_the_installer_says_comes_before_what_a_file_tells() -> None:
    sample = write(TARO)
    place = next(q.place for q in studied(sample).questions() if q.within == "5101, p")
    one = studied(sample, TARO, f"{place}=extension").confirmed(second(write(JIRO), JIRO))

    assert codes(one) == []
    assert [field.name for field in one.differing(second(write(JIRO), JIRO))] == ["p"]


GUIDS = [str(uuid5(NAMESPACE_URL, name)) for name in "ab"]


def test_what_nothing_explains_is_shown_as_a_field() -> None:
    first, other = (
        write(of, f"<ClsId>{guid}</ClsId>") for of, guid in zip((TARO, JIRO), GUIDS, strict=True)
    )
    one = studied(first).confirmed(second(other, JIRO))
    (field,) = one.differing(second(other, JIRO))

    assert field.name == "cls_id"
    assert field.place == f"1:{first.index(GUIDS[0].encode()) + 1}"
    assert field.line == 1
    for shown in (field.first, field.second):
        assert shown.endswith("… (36)")
        assert len(shown) < 12


@pytest.mark.parametrize("name", ["VMPin", "SecretKey", "ha1", "AuthHash"])
def test_what_could_be_a_secret_is_not_shown(name: str) -> None:
    first, other = (
        write(of, f"<{name}>{text}</{name}>") for of, text in ((TARO, "47"), (JIRO, "4913"))
    )
    one = studied(first).confirmed(second(other, JIRO))
    (field,) = one.differing(second(other, JIRO))

    assert (field.first, field.second) == ("***", "***")


def test_an_account_that_has_a_field_more_is_told() -> None:
    other = second(write(JIRO, "<Fax>03</Fax>"), JIRO)
    one = studied(write(TARO)).confirmed(other)

    assert codes(one) == []
    assert len(one.differing(other)) == 1


def test_a_link_is_named_and_then_differs_no_more(tmp_path: Path) -> None:
    links = [f"<Link>https://p.example/x?a=1&amp;f={part}</Link>" for part in ("x7kq", "p4mm")]
    other = second(write(JIRO, links[1]), JIRO)
    one = studied(write(TARO, links[0])).confirmed(other)
    (field,) = one.differing(other)

    assert (field.is_in_link, field.name) == (True, "provisioning_url")
    named = studied(write(TARO, links[0]), TARO, f"{field.place}=provisioning_url").confirmed(other)
    assert named.differing(other) == []
    assert b"<Link>U&amp;</Link>" in content_of(
        family_of(named, tmp_path), values(provisioning_url="U&")
    )


def test_several_lines_and_files_are_compared() -> None:
    def listed(of: Values, *lines: str) -> bytes:
        return json.dumps({"AuthPassword": of.password, "lines": lines}, indent=1).encode()

    others = [second(listed(JIRO, "a", "b", "c"), JIRO), second(listed(HANAKO, "a", "x"), HANAKO)]
    one = studied(listed(TARO, "a", "b", "c"))
    for other in others:
        one = one.confirmed(other)

    assert codes(one) == []
    assert [len(one.differing(other)) > 0 for other in others] == [False, True]


def test_a_file_in_another_encoding_is_refused() -> None:
    with pytest.raises(SecondFormDiffers):
        studied(write(TARO)).confirmed(second(write(JIRO).decode().encode("utf-16"), JIRO))


def test_an_account_that_the_format_cannot_carry_is_refused_by_name() -> None:
    one = studied(f"a=1\nAuthPassword={TARO.password}\n")
    with pytest.raises(CannotCarry) as refused:
        one.confirmed(second(b"a=1\nAuthPassword=x\n", values(password=" x")))
    assert refused.value.account == "acme/101"


def test_the_wrong_accounts_file_is_noticed() -> None:
    one = studied(write(TARO)).confirmed(second(write(JIRO), HANAKO))

    assert codes(one) or one.differing(second(write(JIRO), HANAKO))


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        ("a b c", "a x c", [("b", "x")]),
        ("a b c", "a c", [("b ", "")]),
        ("a\nb\nc\n", "a\nc\n", [("b\n", "")]),
        ("id=1-2-3;x", "id=4-5-6;x", [("1-2-3", "4-5-6")]),
        ("", "a", [("", "a")]),
        ("a" * 9, "a" * 9, []),
    ],
)
def test_texts_are_compared_word_by_word(
    ours: str, theirs: str, expected: list[tuple[str, str]]
) -> None:
    found = joined(ours, theirs, differences(ours, theirs))

    pairs = [(ours[one.start : one.end], theirs[one.their_start : one.their_end]) for one in found]
    assert pairs == expected


def test_long_texts_are_compared_within_seconds() -> None:
    ours = " ".join(str(number) for number in range(100_000))
    theirs = " ".join(str(number * 7 % 100_003) for number in range(90_000))

    assert differences(ours, theirs)
