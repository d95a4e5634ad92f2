"""Compare two texts that one program wrote for two accounts."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LINE: Final = re.compile(r"[^\n]*\n|[^\n]+")
_TOKEN: Final = re.compile(r"\w+|\s+|[^\w\s]")
_JOINING: Final = re.compile(r"[-._~+/=%]?")  # what a GUID or a path is held together by
_MOST_TOKENS: Final = 3000  # above it, comparing each with each takes too long
_ALIKE: Final = 0.6


class Difference(NamedTuple):
    """Two spans that differ: ``ours[start:end]`` and ``theirs[their_start:their_end]``."""

    start: int
    end: int
    their_start: int
    their_end: int


def differences(ours: str, theirs: str) -> list[Difference]:
    """Return where the texts differ, in order; empty where they are the same."""
    if ours == theirs:
        return []
    return [
        inner
        for lines in _unequal(_LINE.findall(ours), _LINE.findall(theirs))
        for inner in _within(ours, theirs, lines)
    ]


def their_start(found: Sequence[Difference], offset: int) -> int:
    """Return where in their text begins what begins at `offset` of ours.

    What they have more just there belongs to it.
    """
    return _shifted([one for one in found if one.end < offset], offset)


def their_end(found: Sequence[Difference], offset: int) -> int:
    """Return where in their text ends what ends at `offset` of ours; with what they have more."""
    return _shifted([one for one in found if one.end <= offset], offset)


def _shifted(before: Sequence[Difference], offset: int) -> int:
    return offset + (before[-1].their_end - before[-1].end if before else 0)


def _within(ours: str, theirs: str, lines: Difference) -> Iterator[Difference]:
    """Yield the differences inside lines that differ, word by word."""
    our_words = _TOKEN.findall(ours[lines.start : lines.end])
    their_words = _TOKEN.findall(theirs[lines.their_start : lines.their_end])
    for inner in _unequal(our_words, their_words):
        yield Difference(
            inner.start + lines.start,
            inner.end + lines.start,
            inner.their_start + lines.their_start,
            inner.their_end + lines.their_start,
        )


def _unequal(ours: list[str], theirs: list[str]) -> Iterator[Difference]:
    """Yield the runs of items that differ, as spans of characters."""
    our_starts, their_starts = _starts(ours), _starts(theirs)
    for start, end, their_start, their_end in _runs(ours, theirs):
        yield Difference(
            our_starts[start], our_starts[end], their_starts[their_start], their_starts[their_end]
        )


def _starts(items: list[str]) -> list[int]:
    starts = [0]
    for item in items:
        starts.append(starts[-1] + len(item))
    return starts


def _runs(ours: list[str], theirs: list[str]) -> Iterator[tuple[int, int, int, int]]:
    if len(ours) == len(theirs) and _alike(ours, theirs):
        for at, (our, their) in enumerate(zip(ours, theirs, strict=True)):
            if our != their:
                yield at, at + 1, at, at + 1
        return
    head = _common(ours, theirs)
    tail = _common(ours[head:][::-1], theirs[head:][::-1])
    middle, other = ours[head : len(ours) - tail], theirs[head : len(theirs) - tail]
    if max(len(middle), len(other)) > _MOST_TOKENS:
        yield head, head + len(middle), head, head + len(other)
        return
    for tag, start, end, their_start, their_end in SequenceMatcher(
        None, middle, other, autojunk=False
    ).get_opcodes():
        if tag != "equal":
            yield head + start, head + end, head + their_start, head + their_end


def _alike(ours: list[str], theirs: list[str]) -> bool:
    same = sum(our == their for our, their in zip(ours, theirs, strict=True))
    return same >= _ALIKE * len(ours)


def _common(ours: list[str], theirs: list[str]) -> int:
    pairs = enumerate(zip(ours, theirs, strict=False))
    differ = (at for at, (our, their) in pairs if our != their)
    return next(differ, min(len(ours), len(theirs)))


def joined(ours: str, theirs: str, found: Sequence[Difference]) -> Iterator[Difference]:
    """Yield the differences, those joined that belong to one word such as a GUID."""
    if not found:
        return
    run = found[0]
    for one, following in pairwise(found):
        gap, their_gap = (
            ours[one.end : following.start],
            theirs[one.their_end : following.their_start],
        )
        if gap == their_gap and _JOINING.fullmatch(gap):
            run = Difference(run.start, following.end, run.their_start, following.their_end)
        else:
            yield run
            run = following
    yield run
