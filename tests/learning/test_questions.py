"""What could be one thing or another is asked, never guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from onhook.learning import read_answers
from onhook.learning.errors import AnswerWrong, PlaceOpen
from tests.learning.studying import (
    TARO,
    codes,
    content_of,
    family_of,
    places,
    refused,
    studied,
    values,
)

if TYPE_CHECKING:
    from pathlib import Path

PASSWORD = f"<AuthPassword>{TARO.password}</AuthPassword>"


def test_an_extension_inside_a_port_is_asked(tmp_path: Path) -> None:
    sample = f"<c>{PASSWORD}<Extension>101</Extension><Port>5101</Port></c>"
    error = refused(studied(sample))

    assert isinstance(error, PlaceOpen)
    assert (error.text, error.within, error.options) == ("101", "5101, Port", "extension | keep")
    kept = studied(sample, TARO, f"{error.place}=keep")
    content = content_of(family_of(kept, tmp_path), values(extension="202"))
    assert b"<Extension>202</Extension><Port>5101</Port>" in content
    taken = studied(sample, TARO, f"{error.place}=extension")
    content = content_of(family_of(taken, tmp_path), values(extension="202"))
    assert b"<Extension>202</Extension><Port>5202</Port>" in content


@pytest.mark.parametrize(
    "field", ["DtmfPayload", "Number", "UserName", "Timeout", "Codec", "AuthUser"]
)
def test_a_short_value_in_a_field_that_does_not_say_what_it_is_is_asked(field: str) -> None:
    assert codes(studied(f"<c>{PASSWORD}<{field}>101</{field}></c>")) == ["place-open"]


def test_a_password_in_a_comment_is_asked_and_cannot_be_left_there() -> None:
    one = studied(f"<c>{PASSWORD}<!-- was {TARO.password} --></c>")
    error = refused(one)

    assert isinstance(error, PlaceOpen)
    assert (error.text, error.within, error.options) == ("***", "comment", "password")
    assert codes(one.answered(read_answers([f"{error.place}=keep"]))) == ["place-open"]
    assert codes(one.answered(read_answers([f"{error.place}=password"]))) == []


def test_a_password_in_a_comment_becomes_each_accounts_own(tmp_path: Path) -> None:
    sample = f"<c>{PASSWORD}<!-- was {TARO.password} --></c>"
    family = family_of(studied(sample, TARO, "password=password"), tmp_path)

    assert content_of(family, values(password="w9")).endswith(b"<!-- was w9 --></c>")


def test_one_text_that_two_variables_have_is_asked() -> None:
    both = values(auth_id="Xq3kTz81", caller_id="Xq3kTz81")
    one = studied(f"<c>{PASSWORD}<AuthID>Xq3kTz81</AuthID></c>", both)
    (asked,) = one.questions()

    assert asked.options == ("auth_id", "caller_id", "keep")
    assert asked.suggested == "auth_id"  # the field's name speaks for it; it decides nothing


def test_an_answer_by_variable_settles_all_places_that_could_be_it() -> None:
    sample = f"<c>{PASSWORD}<a>pbx.acme.example</a><b>pbx.acme.example</b></c>"

    assert codes(studied(sample)) == ["place-open"] * 2
    first = f"1:{sample.index('pbx') + 1}=pbx_host"
    one = studied(sample, TARO, "pbx_host=sip_domain", first)
    assert list(places(one).values()) == ["password", "pbx_host", "sip_domain"]


def test_the_later_of_two_answers_counts() -> None:
    sample = f"<c>{PASSWORD}<a>101</a></c>"

    assert codes(studied(sample, TARO, "extension=keep", "extension=extension")) == []
    one = studied(sample, TARO, "extension=keep", "extension=extension")
    assert "extension" in places(one).values()


def test_a_value_among_names_is_asked() -> None:
    sample = f'{{"AuthPassword": "{TARO.password}", "{TARO.auth_id}": "x"}}'

    assert codes(studied(sample)) == ["place-open"]


def test_the_longest_value_wins() -> None:
    sample = (
        f"<c>{PASSWORD}<FullName>Taro 1 Yamada</FullName><FirstName>Taro</FirstName>"
        f"<r>pbx.acme.example:5060</r></c>"
    )

    assert list(places(studied(sample)).values()) == [
        *("password", "display_name", "first_name", "registrar"),
    ]


@pytest.mark.parametrize("word", ["old-pbx.acme.example", "pbx.acme.example.jp"])
def test_a_host_inside_a_longer_host_is_asked(word: str) -> None:
    sample = f"<c>{PASSWORD}<a>{word}</a></c>"

    assert codes(studied(sample, values(sip_domain="", tunnel_host=""))) == ["place-open"]


def test_a_file_without_the_password_is_suspicious() -> None:
    sample = f"<c><AuthID>{TARO.auth_id}</AuthID></c>"

    assert codes(studied(sample)) == ["credential-not-found"]
    assert codes(studied(sample, TARO, "password=absent")) == []


def test_another_accounts_file_is_refused() -> None:
    assert codes(studied("<c><a>b</a></c>", TARO, "password=absent")) == ["nothing-found"]


def test_what_nobody_could_answer_is_refused_as_a_whole() -> None:
    sample = f"<c>{PASSWORD}" + "<n>101</n>" * 200 + "</c>"

    assert codes(studied(sample)) == ["too-many-open"]
    assert codes(studied(sample, TARO, "extension=keep")) == []


@pytest.mark.parametrize(
    "answer", ["101", "x=keep", "1:2=extensoin", "1:2=absent", "extension=absent", "1:2=", "=keep"]
)
def test_an_answer_that_is_none_is_refused(answer: str) -> None:
    with pytest.raises(AnswerWrong):
        read_answers([answer])


@pytest.mark.parametrize("answer", ["99:1=mail", "1:2=mail", "1:4=provisioning_url", "1:9=device"])
def test_a_value_that_does_not_stand_where_it_is_said_to_is_refused(answer: str) -> None:
    with pytest.raises(AnswerWrong) as wrong:
        studied(f"<c>{PASSWORD}</c>", TARO, answer)
    assert TARO.password not in str(wrong.value)


def test_a_value_that_is_not_searched_for_can_be_pointed_at(tmp_path: Path) -> None:
    sample = f"<c>{PASSWORD}<t>jiyu-hodai</t></c>"
    one = studied(sample, TARO, f"1:{sample.index('jiyu') + 1}=service")
    content = content_of(family_of(one, tmp_path), values(service="other"))

    assert content.endswith(b"<t>other</t></c>")


LINK = "https://pbx.other.example/p/x7kq2v9d/f.xml"


def test_a_link_that_could_be_the_accounts_own_is_asked(tmp_path: Path) -> None:
    sample = f"<c>{PASSWORD}<ProvLink>{LINK}?a=1&amp;b=2</ProvLink></c>"
    (asked,) = studied(sample).questions()

    assert asked.options == ("provisioning_url", "keep")
    assert "x7kq2v9d" not in asked.text
    family = family_of(studied(sample, TARO, f"{asked.place}=provisioning_url"), tmp_path)
    content = content_of(family, values(provisioning_url="https://phone.example/k/T?x&y"))
    assert b"<ProvLink>https://phone.example/k/T?x&amp;y</ProvLink>" in content


def test_a_link_that_is_the_same_for_all_is_not_asked() -> None:
    sample = f'<c xmlns="http://www.example.org/2001/schema.xsd">{PASSWORD}</c>'

    assert codes(studied(sample)) == []
