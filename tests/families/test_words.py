"""What this room's words have of their own; that errors have words is tested for all rooms."""

from types import ModuleType

import pytest

from onhook.families import Certainty, errors
from onhook.families.proving import errors as proving_errors
from onhook.words import LANGUAGES, Language, Words
from tests.errors import errors_in


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("level", Certainty)
def test_a_certainty_has_words(level: Certainty, lang: Language) -> None:
    assert Words(lang)(f"certainty-{level}")


@pytest.mark.parametrize("module", [errors, proving_errors])
def test_each_error_stands_in_the_drawing(module: ModuleType) -> None:
    assert module.__doc__ is not None
    assert [kind for kind in errors_in(module) if kind.__name__ not in module.__doc__] == []
