"""Every error of this room has words, in both languages, and they fit its fields."""

from dataclasses import fields

import pytest

from onhook.families import errors
from onhook.words import LANGUAGES, Language, Words, catalogue
from onhook_devices.errors import InvalidInput, NotFound, OnhookError, Refused

KINDS = sorted(
    (
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type)
        and issubclass(kind, OnhookError)
        and kind not in {InvalidInput, NotFound, OnhookError, Refused}
    ),
    key=lambda kind: kind.__name__,
)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_an_error_has_words(kind: type[OnhookError], lang: Language) -> None:
    names = [field.name for field in fields(kind) if field.name != "rule"]
    error = kind(*(f"<{name}>" for name in names))
    message = Words(lang).error(error)

    assert message.says
    assert message.mend
    assert "<" in message.says + message.mend


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("level", ["verified", "documented", "seen", "own"])
def test_a_certainty_has_words(level: str, lang: Language) -> None:
    assert Words(lang)(f"certainty-{level}")


def test_each_error_stands_in_the_drawing() -> None:
    assert errors.__doc__ is not None
    assert all(kind.__name__ in errors.__doc__ for kind in KINDS)
    assert {kind.code() for kind in KINDS} <= catalogue()["error"].keys()
