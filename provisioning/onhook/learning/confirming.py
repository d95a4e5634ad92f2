"""Compare what was learned with the sample of another account."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Final, NamedTuple

from onhook.families.escaping import Uncarriable
from onhook.learning.differences import Difference, differences, their_end, their_start
from onhook.learning.judging import options_of
from onhook.learning.pieces import Leaf, Piece, leaves, piece_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from onhook.families import Values
    from onhook.learning.known import Known
    from onhook.learning.pieces import Choices
    from onhook.learning.source import Source

_MOST_COMBINATIONS: Final = 256


@dataclass(frozen=True, slots=True)
class Second:
    """Another account's sample.

    Attributes:
        source: The sample.
        values: The account's values.
        known: The same as texts.
    """

    source: Source
    values: Values = field(repr=False)
    known: Known


class Drawn(NamedTuple):
    """A piece of the first sample, and where it stands when written for the other account."""

    piece: Piece
    start: int
    end: int

    def holds(self, place: str) -> bool:
        """Tell whether the value at `place` of the first sample is in this piece."""
        return any(leaf.place == place for leaf in leaves([self.piece]))


@dataclass(frozen=True, slots=True)
class Comparison:
    """The first sample written for another account, laid beside that account's own sample.

    Attributes:
        ours: What we would write.
        theirs: What the PBX wrote.
        drawn: Where our pieces stand in it.
        found: Where the two differ.
        choices: What our pieces became.
        values: The other account's.
    """

    ours: str = field(repr=False)
    theirs: str = field(repr=False)
    drawn: tuple[Drawn, ...] = field(repr=False)
    found: tuple[Difference, ...]
    choices: Choices
    values: Values = field(repr=False)

    def told(self) -> dict[str, frozenset[str]]:
        """Return what each open place may be, so that the other sample comes out."""
        told: dict[str, frozenset[str]] = {}
        for start, end, group in self._blocks():
            expected = self.theirs[their_start(self.found, start) : their_end(self.found, end)]
            undecided = [leaf for leaf in self._leaves(group) if leaf.place not in self.choices]
            fitting = [
                combination
                for combination in _combinations(undecided)
                if self._text(start, end, group, combination) == expected
            ]
            for leaf in undecided if fitting else ():
                told[leaf.place] = frozenset(one[leaf.place] for one in fitting)
        return told

    def _blocks(self) -> Iterator[tuple[int, int, list[Drawn]]]:
        """Yield spans that neither cut nor touch a difference, with the open pieces in them."""
        waiting = [one for one in self.drawn if self._is_open(one)]
        while waiting:
            group = [waiting.pop(0)]
            start, end = self._widened(group[0].start, group[0].end)
            while waiting and waiting[0].start <= end:
                group.append(waiting.pop(0))
                start, end = self._widened(start, max(end, group[-1].end))
            yield start, end, group

    def _is_open(self, drawn: Drawn) -> bool:
        return any(leaf.place not in self.choices for leaf in leaves([drawn.piece]))

    def _widened(self, start: int, end: int) -> tuple[int, int]:
        for one in self.found:
            if one.start <= end and one.end >= start:
                start, end = min(start, one.start), max(end, one.end)
        return start, end

    def _leaves(self, group: Sequence[Drawn]) -> Iterator[Leaf]:
        return leaves([one.piece for one in group])

    def _text(
        self, start: int, end: int, group: Sequence[Drawn], more: Mapping[str, str]
    ) -> str | None:
        """Return our text from `start` to `end` with open places chosen; None: it cannot be."""
        parts: list[str] = []
        choices, at = {**self.choices, **more}, start
        try:
            for one in group:
                parts += (self.ours[at : one.start], piece_text(one.piece, choices, self.values))
                at = one.end
        except Uncarriable:
            return None
        return "".join((*parts, self.ours[at:end]))


def compare(
    source: Source, pieces: Sequence[Piece], choices: Choices, second: Second
) -> Comparison:
    """Return how the first sample, written for another account, compares with that one's sample.

    Args:
        source: The first sample.
        pieces: What was found in it.
        choices: What is decided; what is not stays as it is.
        second: The other sample.

    Raises:
        Uncarriable: The other account's values cannot be written in this format.
    """
    parts: list[str] = []
    drawn = []
    at = length = 0
    for piece in pieces:
        literal, text = source.text[at : piece.start], piece_text(piece, choices, second.values)
        parts += (literal, text)
        start = length + len(literal)
        at, length = piece.end, start + len(text)
        drawn.append(Drawn(piece, start, length))
    ours, theirs = "".join((*parts, source.text[at:])), second.source.text
    found = tuple(differences(ours, theirs))
    return Comparison(ours, theirs, tuple(drawn), found, choices, second.values)


def _combinations(undecided: Sequence[Leaf]) -> Iterator[dict[str, str]]:
    """Yield all ways to decide; none where there are too many to try."""
    options = [options_of(leaf) for leaf in undecided]
    if prod(map(len, options)) <= _MOST_COMBINATIONS:
        for combination in product(*options):
            names = zip(undecided, combination, strict=True)
            yield {leaf.place: name for leaf, name in names}
