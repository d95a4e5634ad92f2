"""Every finding that source can make has words, and no words are left over."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import onhook.inspecting
from onhook.inspecting.findings import RULES
from onhook.inspecting.looks import look_of
from onhook.words import LANGUAGES, Words, catalogue

ROOT = Path(onhook.inspecting.__path__[0])
MAKERS = {"error", "warning", "note", "kind", "finding"}


def codes() -> set[str]:
    """Return every code that a finding is made with, read from the source."""
    found = set()
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                found |= set(_codes(node))
    return found


def _codes(call: ast.Call) -> list[str]:
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    code = call.args[1:2] if name == "_at" else call.args[:1]
    is_maker = name in MAKERS or name in ("_at", "Fault") or isinstance(call.func, ast.IfExp)
    return [
        one.value
        for one in code
        if is_maker and isinstance(one, ast.Constant) and isinstance(one.value, str)
    ]


def test_every_finding_has_words_and_no_words_are_left_over() -> None:
    texts = catalogue()["text"]
    told = {key.removeprefix("finding-") for key in texts if key.startswith("finding-")}
    cured = {key.removeprefix("cure-") for key in texts if key.startswith("cure-")}

    assert len(told) > 50
    assert told == cured == codes()


def test_every_rule_belongs_to_a_finding() -> None:
    assert set(RULES) <= codes()


def test_every_look_has_words() -> None:
    text = Path(str(look_of.__code__.co_filename)).read_text(encoding="utf-8")
    constants = {node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant)}
    keys = {key.removeprefix("looks-") for key in catalogue()["text"] if key.startswith("looks-")}

    assert keys <= constants


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_cure_says_what_to_do(lang: str) -> None:
    words = Words("ja" if lang == "ja" else "en")

    assert all(words(key) for key in catalogue()["text"] if key.startswith("cure-"))
