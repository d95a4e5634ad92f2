"""Find what an installer points at: a value that was not searched for, or the link."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from onhook.families.values import SECRETS
from onhook.learning.errors import AnswerWrong
from onhook.learning.finding import leaf_at
from onhook.learning.inner_regions import url_around
from onhook.learning.known import HIDDEN
from onhook.learning.shapes import regions_of

if TYPE_CHECKING:
    from onhook.learning.answers import Answer
    from onhook.learning.known import Known
    from onhook.learning.pieces import Leaf
    from onhook.learning.regions import Region
    from onhook.learning.shapes import Shape
    from onhook.learning.source import Source

LINK: Final = "provisioning_url"


def pointed_at(source: Source, known: Known, shape: Shape, answer: Answer) -> Leaf:
    """Return the value that an installer says stands at a place of the sample.

    It has the account's value of that variable; only the link is taken as it stands there, since
    each kit has another.

    Raises:
        AnswerWrong: It does not stand there.
    """
    at = source.offset(*map(int, answer.about.partition(".")[0].split(":")))
    if at is None:
        raise _wrong(known, answer)
    found = (
        leaf
        for region in regions_of(source.text, shape)
        if (leaf := _leaf_in(source, known, region, at, answer.says)) is not None
    )
    innermost = max(found, key=lambda leaf: len(leaf.layers), default=None)
    if innermost is None:
        raise _wrong(known, answer)
    # The place the installer named is where the answer holds, wherever the value begins.
    return replace(innermost, place=answer.about)


def _leaf_in(source: Source, known: Known, region: Region, at: int, name: str) -> Leaf | None:
    if region.kind == "name" or not region.places[0] <= at < region.places[-1]:
        return None
    inside = sum(place <= at for place in region.places) - 1
    span = _link(region, inside) if name == LINK else _text(region, inside, known.texts.get(name))
    return None if span is None else leaf_at(source.text, region, span, (name,), source.place)


def _link(region: Region, inside: int) -> tuple[int, int] | None:
    is_decoded = bool(region.layers) and "uri" in region.layers[0]
    return None if is_decoded else url_around(region.text, inside)


def _text(region: Region, inside: int, text: str | None) -> tuple[int, int] | None:
    is_there = text and region.text.startswith(text, inside)
    return (inside, inside + len(text)) if text and is_there else None


def _wrong(known: Known, answer: Answer) -> AnswerWrong:
    text = HIDDEN if answer.says in SECRETS else known.texts.get(answer.says, "")
    return AnswerWrong(str(answer), f"{answer.says} = {known.shown(text)}")
