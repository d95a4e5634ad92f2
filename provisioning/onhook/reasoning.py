"""Tell a reckoning to people: its steps, one a line, and the result with its rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from onhook.words import Words
    from onhook_devices.reckoning import Reckoning

R = TypeVar("R")


def told_steps(words: Words, reckoning: Reckoning[R]) -> list[str]:
    """Return how the result came about, a line for each step."""
    return [words(f"step-{one.key}", **one.data) for one in reckoning.steps]


def told(words: Words, reckoning: Reckoning[R], result: str) -> list[str]:
    """Return the steps, and below them `result`, which is the result in words, with its rule."""
    return [*told_steps(words, reckoning), f"{result} ({reckoning.rule})"]
