"""Each step a rule may take has words in both languages, and says all that it carries."""

from __future__ import annotations

import ast
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING

import pytest

import onhook_devices
from onhook.words import LANGUAGES, catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCES = sorted(Path(onhook_devices.__file__).parent.rglob("*.py"))
ENDINGS = {
    "within-": ("days", "weeks", "months", "years"),
    "by-": ("end-of-month", "end-of-following-month"),
    "ends-": ("on-notice", "end-of-month", "end-of-following-month"),
}


def steps() -> Iterator[tuple[str, frozenset[str]]]:
    """Yield every step that the rules take, with the names of its facts."""
    for file in SOURCES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "step":
                facts = frozenset(str(word.arg) for word in node.keywords)
                yield from ((key, facts) for key in keys(node.args[0]))


def keys(written: ast.expr) -> list[str]:
    """Return the keys that the first argument may be."""
    if isinstance(written, ast.JoinedStr):
        first = written.values[0]
        assert isinstance(first, ast.Constant)
        head = str(first.value)
        return [head + ending for ending in ENDINGS[head]]
    assert isinstance(written, ast.Constant)
    return [str(written.value)]


STEPS = sorted(set(steps()), key=lambda one: (one[0], sorted(one[1])))


@pytest.mark.parametrize(("key", "facts"), STEPS, ids=[key for key, _ in STEPS])
def test_a_step_says_all_that_it_carries(key: str, facts: frozenset[str]) -> None:
    text = catalogue()["text"][f"step-{key}"]
    for lang in LANGUAGES:
        said = {name for _, name, _, _ in Formatter().parse(text[lang]) if name}
        assert said == facts, lang


def test_no_words_are_left_of_steps_that_are_gone() -> None:
    told = {key.removeprefix("step-") for key in catalogue()["text"] if key.startswith("step-")}

    assert told == {key for key, _ in steps()}
