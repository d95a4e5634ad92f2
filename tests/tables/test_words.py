from __future__ import annotations

import string
from dataclasses import fields

import pytest

from onhook.tables import errors
from onhook.words import LANGUAGES, Language, Words, catalogue
from onhook_devices.errors import OnhookError

KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type)
    and issubclass(kind, OnhookError)
    and kind.__module__ == errors.__name__
]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_error_says_what_is_wrong_and_how_to_mend_it(
    kind: type[OnhookError], lang: Language
) -> None:
    names = [field.name for field in fields(kind) if field.name != "rule"]
    message = Words(lang).error(kind(**{name: f"<{name}>" for name in names}))
    assert "<path>" in message.says
    assert message.mend


@pytest.mark.parametrize("kind", KINDS)
def test_both_languages_tell_the_same(kind: type[OnhookError]) -> None:
    says = catalogue()["error"][kind.code()]["says"]
    told = {
        lang: {name for _, name, _, _ in string.Formatter().parse(says[lang]) if name}
        for lang in LANGUAGES
    }
    assert told["ja"] == told["en"]


def test_there_are_no_words_for_errors_that_do_not_exist() -> None:
    codes = {code for code in catalogue()["error"] if code.startswith("table-")}
    assert codes == {kind.code() for kind in KINDS}
