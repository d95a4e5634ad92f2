"""Learn from samples in tests."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from onhook.families import EXAMPLE, Families, Family, Values
from onhook.learning import (
    Hints,
    Plan,
    Second,
    Study,
    known_of,
    make_family,
    read_answers,
    refusals,
    study,
)
from onhook.learning.source import as_source

if TYPE_CHECKING:
    from pathlib import Path

    from onhook_devices.errors import OnhookError

TARO = replace(
    EXAMPLE,
    extension="101",
    auth_id="Xq3kTz81",
    password="n7Lq-2vWd",
    display_name="Taro 1 Yamada",
    first_name="Taro",
    last_name="Yamada",
    mail="taro@acme.example",
    caller_id="",
)
OWN_OF_JIRO: dict[str, Any] = {
    "extension": "202",
    "auth_id": "mP9wLr27",
    "password": "k3Wd_77z",
    "display_name": "Jiro 2 Suzuki",
    "first_name": "Jiro",
    "last_name": "Suzuki",
    "mail": "jiro@acme.example",
}
JIRO = replace(TARO, **OWN_OF_JIRO)
# What the first account has nothing of: whatever any format must escape.
HANAKO = replace(
    TARO,
    extension="0202",
    auth_id="mP9wLr27",
    password="a&b<c>\"d'e %20+;:@#=\\/[x]{{y}},|ü髙",
    display_name='髙橋 "花子" & 𠮷野',
    first_name="花子",
    last_name="O'Hara <髙橋>",
    mail="hanako+1@acme.example",
)


def values(**changes: Any) -> Values:
    """Return the first account's values with `changes`."""
    return replace(TARO, **changes)


def studied(
    content: bytes | str, of: Values = TARO, *answers: str, file: str = "s.txt", **hints: Any
) -> Study:
    """Return what is known of a sample of the account with the values `of`."""
    content = content.encode() if isinstance(content, str) else content
    return study(as_source(content, file, file), of, read_answers(answers), Hints(**hints))


def second(content: bytes, of: Values) -> Second:
    """Return another account's sample."""
    return Second(as_source(content, "second", "second"), of, known_of(of))


def family_of(one: Study, folder: Path, name: str = "learned") -> Family:
    """Write what was learned; return it as a family."""
    make_family(one, Plan(name, folder, replaces=True))
    return Families(folder).get(name)


def content_of(family: Family, of: Values) -> bytes:
    """Return the family's one file for an account."""
    (file,) = family.render(of).files
    return file.content


def codes(one: Study) -> list[str]:
    """Return why nothing can be made of a study."""
    return [error.code() for error in refusals(one)]


def refused(one: Study) -> OnhookError:
    """Return the only reason why nothing can be made of a study."""
    (error,) = refusals(one)
    return error


def places(one: Study) -> dict[str, str]:
    """Return what becomes a variable, by place."""
    return {found.place: found.variable for found in one.replaced()}
