"""Study a sample: what was found in it, what it becomes, and what is still open."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from onhook.families import CannotCarry
from onhook.families.encoding import ENCODINGS, EncodingName
from onhook.families.escaping import ESCAPERS, EscapingName, Uncarriable
from onhook.families.values import SECRETS
from onhook.learning.answers import ABSENT, Answer, answer_for
from onhook.learning.confirming import Comparison, Second, compare
from onhook.learning.differences import their_start
from onhook.learning.errors import (
    AnswerWrong,
    SampleEncodingUnknown,
    SampleShapeUnknown,
    SampleShapeWrong,
    SecondFormDiffers,
)
from onhook.learning.fields import Differing, differing
from onhook.learning.finding import finder
from onhook.learning.judging import Question, choice, question
from onhook.learning.known import CREDENTIALS, HIDDEN, Known, known_of
from onhook.learning.links import own_links
from onhook.learning.pieces import AS_IT_IS, KEEP, Leaf, Piece, leaves, leaves_with_outer
from onhook.learning.pointing import LINK, pointed_at
from onhook.learning.shapes import Shape, shape_asked_for, shape_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from onhook.families import Values
    from onhook.learning.links import OwnLink
    from onhook.learning.pieces import Ways
    from onhook.learning.source import Source

_LONGEST_SHOWN: Final = 40


class Hints(NamedTuple):
    """What the installer knows of the sample's form.

    Attributes:
        escaping: How values are escaped in it; None: as it looks.
        encoding: How other accounts' values are written; None: as it looks.
    """

    escaping: EscapingName | None = None
    encoding: EncodingName | None = None


@dataclass(frozen=True, slots=True)
class Replaced:
    """A value that becomes a variable.

    Attributes:
        place: ``line:column``.
        variable: The variable.
        form: How it is spelled there, the innermost format first; '' as the file's escaping is.
        text: The value, hidden where it is a secret.
        field_name: What the field is called.
    """

    place: str
    variable: str
    form: str
    text: str = field(repr=False)
    field_name: str


@dataclass(frozen=True)
class Study:
    """What is known of a sample so far. A value: answers and evidence make a new one.

    Attributes:
        source: The sample.
        values: Its account's values.
        known: The same as texts.
        shape: What the sample is.
        encoding: How the family will be written.
        answers: What the installer said, the last first.
        told: What other accounts' samples tell, by place.
        pieces: What was found.
        others: The texts of other accounts' samples.
    """

    source: Source
    values: Values = field(repr=False)
    known: Known
    shape: Shape
    encoding: EncodingName
    answers: tuple[Answer, ...]
    told: dict[str, str] = field(default_factory=dict)
    pieces: tuple[Piece, ...] = field(default=(), repr=False)
    others: tuple[str, ...] = field(default=(), repr=False)

    @cached_property
    def leaves(self) -> tuple[Leaf, ...]:
        """All values found."""
        return tuple(leaves(self.pieces))

    @cached_property
    def choices(self) -> Mapping[str, str]:
        """What each place becomes, as far as it is decided."""
        found = {leaf.place: choice(leaf, self.answers, self.told) for leaf in self.leaves}
        return {place: name for place, name in found.items() if name is not None}

    @property
    def used(self) -> frozenset[str]:
        """Return the variables that the family will use."""
        return frozenset(self.choices.values()) - {KEEP}

    @property
    def not_found(self) -> tuple[str, ...]:
        """Return the variables whose value became none."""
        texts = self.known.texts
        told = {texts.get(name) for name in self.used}
        return tuple(name for name in self.known.searched_names() if texts[name] not in told)

    def questions(self) -> list[Question]:
        """Return what is still open, in the sample's order."""
        choices = self.choices
        found = [question(leaf, self.known) for leaf in self.leaves if leaf.place not in choices]
        placed = sorted([*self._doubtful_links(), *found], key=lambda asked: _position(asked.place))
        return [*placed, *self._missing_credential()]

    def _doubtful_links(self) -> Iterator[Question]:
        """Yield a question for each link that could be the account's own."""
        for link in self._own_links:
            place = self.source.place(link.start)
            is_for_all = bool(self.others) and all(
                part in other for part in link.random for other in self.others
            )
            if not is_for_all and answer_for(self.answers, place) is None:
                yield Question(place, link.host, "", link.field_name, (LINK, KEEP))

    @cached_property
    def _own_links(self) -> tuple[OwnLink, ...]:
        return tuple(own_links(self.source, self.shape, self.pieces))

    def _missing_credential(self) -> Iterator[Question]:
        """Yield a question where no credential of the account stands in its file."""
        mine = [name for name in CREDENTIALS if name in self.known.texts]
        seen = {name for leaf in self.leaves for name in leaf.names}
        is_answered = any(answer_for(self.answers, name) == ABSENT for name in mine)
        if mine and seen.isdisjoint(mine) and not is_answered:
            yield Question(mine[0], HIDDEN, "", "", (ABSENT,))

    def replaced(self) -> list[Replaced]:
        """Return what becomes a variable, in the sample's order."""
        choices = self.choices
        return [
            self._replaced(leaf, choices[leaf.place], outer)
            for leaf, outer in leaves_with_outer(self.pieces)
            if choices.get(leaf.place, KEEP) != KEEP
        ]

    def _replaced(self, leaf: Leaf, name: str, outer: Ways) -> Replaced:
        ways = [*(leaf.ways(name) or ()), *outer]
        if ways and ways[-1] == self.shape.escaping:
            ways = ways[:-1]
        form = " < ".join(way for way in ways if way not in AS_IT_IS)
        text = HIDDEN if name in SECRETS else self.known.shown(leaf.value)[:_LONGEST_SHOWN]
        return Replaced(leaf.place, name, form, text, self.known.shown(leaf.field_name))

    def answered(self, answers: Iterable[Answer]) -> Study:
        """Return the study with more answers; the last said counts.

        Raises:
            AnswerWrong: One is about a place where there is nothing to say.
        """
        return _found(replace(self, answers=(*reversed(list(answers)), *self.answers)))

    def confirmed(self, second: Second) -> Study:
        """Return the study with what another account's sample tells of open places.

        Raises:
            SecondFormDiffers: The sample is not of the same encoding.
            CannotCarry: The other account's values cannot be written in this format.
        """
        told = self._compared(second).told()
        decided = {place: next(iter(one)) for place, one in told.items() if len(one) == 1}
        others = (*self.others, second.source.text)
        return replace(self, told={**self.told, **decided}, others=others)

    def differing(self, second: Second) -> list[Differing]:
        """Return what of another account's sample nothing explains; raises as `confirmed`."""
        return differing(self.source, self.known, self._compared(second), second)

    def is_kept(self, place: str) -> bool:
        """Tell whether the installer said that the text at `place` is to stay."""
        return answer_for(self.answers, place) == KEEP

    def _compared(self, second: Second) -> Comparison:
        if self.source.encoding != second.source.encoding:
            encodings = (second.source.encoding, self.source.encoding)
            raise SecondFormDiffers(second.source.file, *encodings)
        try:
            if LINK in self.used:
                second = self._linked(second)
            return compare(self.source, self.pieces, self.choices, second)
        except Uncarriable as error:
            place = (second.known.account, "learn", second.source.file)
            raise CannotCarry(*place, error.kind.notation) from None

    def _linked(self, second: Second) -> Second:
        """Return the other sample with its own link, which stands where the first one's does."""
        with_ours = _with_link(second, self.values.provisioning_url)
        compared = compare(self.source, self.pieces, self.choices, with_ours)
        places = [leaf.place for leaf in self.leaves if self.choices.get(leaf.place) == LINK]
        drawn = next(one for one in compared.drawn if one.holds(places[0]))
        at = second.source.place(their_start(compared.found, drawn.start))
        try:
            link = pointed_at(second.source, second.known, self.shape, Answer(at, LINK)).value
        except AnswerWrong:  # no link is there: that is told as a difference
            return second
        return _with_link(second, link)


def _with_link(second: Second, link: str) -> Second:
    return replace(second, values=replace(second.values, provisioning_url=link))


def study(source: Source, values: Values, answers: tuple[Answer, ...], hints: Hints) -> Study:
    """Return what can be told of a sample made for the account with `values`.

    Args:
        source: The sample.
        values: What onhook knows of its account; the link may be empty.
        answers: What the installer said, the last first.
        hints: What the installer knows of the form.

    Raises:
        SampleShapeUnknown, SampleShapeWrong, SampleEncodingUnknown: It is not clear how values
            are written in it.
        AnswerWrong: An answer is about a place where there is nothing to say.
    """
    shape = _shape(source, hints.escaping)
    encoding = _encoding(source, shape, hints.encoding)
    return _found(Study(source, values, known_of(values), shape, encoding, answers))


def _shape(source: Source, asked: EscapingName | None) -> Shape:
    if asked is None:
        found = shape_of(source.text)
        if found is None:
            raise SampleShapeUnknown(source.file, ", ".join(ESCAPERS))
        return found
    wanted = shape_asked_for(asked, source.text)
    if wanted is None:
        raise SampleShapeWrong(source.file, asked)
    return wanted


def _encoding(source: Source, shape: Shape, asked: EncodingName | None) -> EncodingName:
    if asked is None:
        # Nothing tells how a name beyond ASCII would be written: refuse those, do not guess.
        return "ascii" if source.is_ascii and not shape.is_self_evident else source.encoding
    try:
        is_same = ENCODINGS[asked].encode(source.text) == source.content
    except UnicodeEncodeError:
        is_same = False
    if not is_same:
        raise SampleEncodingUnknown(source.file, source.encoding)
    return asked


def _found(one: Study) -> Study:
    """Return the study with its pieces found anew, those an installer points at first."""
    search = finder(one.known, one.source.place)
    pieces = search.pieces(one.source.text, one.shape)
    there = {leaf.place: leaf for leaf in leaves(pieces)}
    new = [answer for answer in one.answers if _points(answer, there.get(answer.about))]
    if not new:
        return replace(one, pieces=pieces)
    forced = [pointed_at(one.source, one.known, one.shape, answer) for answer in new]
    links = [leaf.value for leaf in forced if leaf.names == (LINK,)]
    values = replace(one.values, provisioning_url=links[0]) if links else one.values
    pieces = search.pieces(one.source.text, one.shape, tuple(forced))
    return replace(one, pieces=pieces, values=values)


def _position(place: str) -> tuple[int, ...]:
    return tuple(map(int, place.replace(".", ":").split(":")))


def _points(answer: Answer, leaf: Leaf | None) -> bool:
    """Tell whether an answer is about a place where no value was found that could be it."""
    return answer.is_place and answer.says not in (KEEP, *(leaf.names if leaf else ()))
