"""Look up what people read: one catalogue, Japanese and English side by side.

The catalogue is every file in `onhook_templates/messages/`. An entry is either an error
(``[error.below-minimum]`` with ``says`` and ``mend``) or a text (``[text.kits-done]``), each in
every language. Variables are written ``{name}`` as in `str.format`.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from onhook_devices.errors import OnhookError

Language = Literal["ja", "en"]
LANGUAGES: tuple[Language, ...] = ("ja", "en")

# Control characters, line separators and bidirectional marks: a terminal would obey them.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class Message:
    """An error in words: what is wrong, and how to mend it."""

    says: str
    mend: str


class Words:
    """The catalogue in one language."""

    def __init__(self, lang: Language) -> None:
        self.lang: Language = lang

    def __call__(self, key: str, **data: object) -> str:
        """Return the text `key` with its variables filled in.

        Raises:
            KeyError: The catalogue has no such text, or a variable is missing.
        """
        text: str = entry("text", key)[self.lang]
        return _fill(text, data) if data else text

    def error(self, error: OnhookError) -> Message:
        """Return `error` in words, with the rule's id behind what it says."""
        found = entry("error", error.code())
        data = error.data
        says = _fill(found["says"][self.lang], data)
        if error.rule is not None:
            says = f"{says} ({error.rule})"
        return Message(says, _fill(found["mend"][self.lang], data))


def printable(text: str) -> str:
    """Return `text` with what a terminal would obey or hide written as its code."""
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _fill(text: str, data: Mapping[str, object]) -> str:
    return text.format_map({name: printable(str(value)) for name, value in data.items()})


@cache
def entry(kind: Literal["error", "text"], key: str) -> dict[str, Any]:
    """Return one entry; only its own lines are parsed.

    Raises:
        KeyError: The catalogue has no such entry.
    """
    return tomllib.loads(_sections()[kind, key])


@cache
def _sections() -> dict[tuple[str, str], str]:
    """Return the lines of each entry: to parse them all would take a command longer than to run."""
    found = {}
    for _, text in _files():
        heads = [*_HEAD.finditer(text)]
        ends = [*(head.start() for head in heads[1:]), len(text)]
        for head, end in zip(heads, ends, strict=True):
            found[head["kind"], head["key"]] = text[head.end() : end]
    return found


_HEAD = re.compile(r"^\[(?P<kind>error|text)\.(?P<key>[^]\n]+)\]$", re.MULTILINE)


def _files() -> Iterator[tuple[str, str]]:
    for file in files("onhook_templates").joinpath("messages").iterdir():
        if file.name.endswith(".toml"):
            yield file.name, file.read_text(encoding="utf-8")


@cache
def catalogue() -> dict[str, dict[str, Any]]:
    """Return all entries, which takes a while: ``{"error": {code: {...}}, "text": {key: {...}}}``.

    Raises:
        ValueError: Two files define the same entry.
    """
    merged: dict[str, dict[str, Any]] = {"error": {}, "text": {}}
    for name, text in _files():
        for kind, entries in tomllib.loads(text).items():
            twice = merged[kind].keys() & entries.keys()
            if twice:
                raise ValueError(f"{name}: {kind} {sorted(twice)} stands in another file too")
            merged[kind].update(entries)
    return merged
