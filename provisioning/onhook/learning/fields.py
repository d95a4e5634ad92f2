"""Show what differs between accounts although no value of theirs explains it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from onhook.learning.differences import joined
from onhook.learning.inner_regions import url_around
from onhook.learning.known import HIDDEN
from onhook.learning.pointing import LINK

if TYPE_CHECKING:
    from onhook.learning.confirming import Comparison, Second
    from onhook.learning.differences import Difference
    from onhook.learning.known import Known
    from onhook.learning.source import Source

_NAME: Final = re.compile(r"([A-Za-z][\w.-]*)[\"']?\s*[=:>]\s*[\"']?[^<>=\"'\n]*\Z")
_SECRET_NAME: Final = re.compile(
    r"pass|pwd|secret|pin|key|token|hash|ha1|md5|sha|auth|cred|sign", re.IGNORECASE
)
_BEFORE: Final = 200
_LONGEST_SHOWN: Final = 12
_GLIMPSE: Final = 4


@dataclass(frozen=True, slots=True)
class Differing:
    """A field that is neither the account's nor the same for all.

    Attributes:
        place: Where it is in the first sample; of a link, where that begins.
        file: The second sample.
        line: The line in it.
        first: What the first has there, shortened, secrets hidden.
        second: What the second has there.
        name: What the field could be called.
        is_in_link: Whether it is part of a URL. Who has another's link can fetch that one's file.
    """

    place: str
    file: str
    line: int
    first: str = field(repr=False)
    second: str = field(repr=False)
    name: str
    is_in_link: bool


def differing(
    source: Source, known: Known, compared: Comparison, second: Second
) -> list[Differing]:
    """Return the fields of two samples that differ for no known reason.

    Args:
        source: The first sample.
        known: Its account's values.
        compared: The first sample, written for the other account, beside the second.
        second: The second sample.
    """
    found = joined(compared.ours, compared.theirs, compared.found)
    return [_field(source, known, compared, second, one) for one in found]


def _field(
    source: Source, known: Known, compared: Comparison, second: Second, one: Difference
) -> Differing:
    start = _source_offset(compared, one.start, is_end=False)
    end = max(start, _source_offset(compared, one.end, is_end=True))
    before = _NAME.search(source.text[max(0, start - _BEFORE) : start])
    name = before[1] if before is not None else ""
    theirs = second.source.text[one.their_start : one.their_end]
    link = url_around(source.text, start)
    return Differing(
        source.place(start if link is None else link[0]),
        second.source.file,
        second.source.line(one.their_start),
        _glimpse(source.text[start:end], name, known, is_link=link is not None),
        _glimpse(theirs, name, second.known, is_link=link is not None),
        _variable_like(name) if link is None else LINK,
        link is not None,
    )


def _source_offset(compared: Comparison, offset: int, *, is_end: bool) -> int:
    """Return where in the first sample stands what we write at `offset` for the other account."""
    shift = 0
    for piece, start, end in compared.drawn:
        if offset < start or (is_end and offset == start):
            break
        if offset < end or (is_end and offset == end):
            return piece.end if is_end else piece.start
        shift = piece.end - end
    return offset + shift


def _glimpse(text: str, name: str, known: Known, *, is_link: bool) -> str:
    """Return so much of a text that people recognise it and nobody can use it."""
    if _SECRET_NAME.search(name) or known.shown(text) != text:
        return HIDDEN
    is_word = not is_link and len(text) <= _LONGEST_SHOWN and not re.search("[0-9]", text)
    shown = min(_GLIMPSE, len(text) // 3)
    return text if is_word else f"{text[:shown]}… ({len(text)})"


def _variable_like(name: str) -> str:
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    return re.sub(r"[^a-z0-9]+", "_", words)
