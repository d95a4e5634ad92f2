"""Decide what a place stands for, where that is certain, and ask where it is not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from onhook.families.values import SECRETS
from onhook.learning.answers import Answer, answer_for
from onhook.learning.known import HIDDEN, is_telling, named_for
from onhook.learning.pieces import KEEP, Leaf

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from onhook.learning.known import Known

_LONGEST_SHOWN: Final = 40


@dataclass(frozen=True, slots=True)
class Question:
    """A place that may be one thing or another.

    Attributes:
        place: ``line:column``.
        text: What stands there; hidden where it is a secret.
        word: The longer word it is part of, '' where it is none; secrets hidden.
        field_name: What the field is called.
        options: What may be answered.
        suggested: The option that the field's name speaks for, '' where none does.
    """

    place: str
    text: str = field(repr=False)
    word: str = field(repr=False)
    field_name: str
    options: tuple[str, ...]
    suggested: str = ""

    @property
    def within(self) -> str:
        """Return where the text stands: in which word, in which field."""
        return ", ".join(part for part in (self.word, self.field_name) if part)


def certain(leaf: Leaf) -> str | None:
    """Return the variable a place surely stands for; None where it could be something else."""
    if len(leaf.names) > 1 or leaf.kind != "value" or not leaf.is_alone:
        return None
    (name,) = leaf.names
    is_named = leaf.is_whole and named_for(leaf.field_name, leaf.names) == name
    return name if is_named or is_telling(leaf.value) else None


def choice(leaf: Leaf, answers: Iterable[Answer], told: Mapping[str, str]) -> str | None:
    """Return what a place becomes: a variable or `KEEP`; None while nobody knows.

    Args:
        leaf: What stands there.
        answers: What the installer said; it comes before everything.
        told: What the samples of other accounts tell, by place.
    """
    options = options_of(leaf)
    said = answer_for(answers, leaf.place)
    if said in options:
        return said
    if (sure := certain(leaf)) is not None:
        return sure
    for name in leaf.names:
        said = answer_for(answers, name)
        if said in options:
            return said
    return told.get(leaf.place)


def options_of(leaf: Leaf) -> tuple[str, ...]:
    """Return what a place may become. A secret on its own may not stay: all would be given it."""
    is_secret = not SECRETS.isdisjoint(leaf.names)
    return leaf.names if is_secret and leaf.is_alone else (*leaf.names, KEEP)


def question(leaf: Leaf, known: Known) -> Question:
    """Return what an installer is asked about an open place."""
    is_secret = not SECRETS.isdisjoint(leaf.names)
    word = "" if leaf.is_alone else known.shown(leaf.word)[:_LONGEST_SHOWN]
    return Question(
        leaf.place,
        HIDDEN if is_secret else known.shown(leaf.value)[:_LONGEST_SHOWN],
        word,
        known.shown(leaf.field_name),
        options_of(leaf),
        (named_for(leaf.field_name, leaf.names) or "") if leaf.kind == "value" else "",
    )
