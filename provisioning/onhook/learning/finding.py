"""Find an account's values in a document: the longest first, the innermost format first."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode, urlsafe_b64decode
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from onhook.families.spellings import SPELLINGS
from onhook.learning.known import HOSTS
from onhook.learning.pieces import Blob, Leaf, Piece, leaves
from onhook.learning.shapes import regions_of, shape_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from onhook.learning.known import Known
    from onhook.learning.regions import Region
    from onhook.learning.shapes import Shape

_WORD: Final = re.compile(r"\w")
_HOST_WORD: Final = re.compile(r"[\w.-]")
_FIELD_BEFORE: Final = re.compile(r"([A-Za-z][\w.-]*)[\"']?\s*[=:]\s*[\"']?\Z")
_AFTER_VALUE: Final = re.compile(r"\s*(?:[&;,|<>\"']|\Z)")
_LONGEST_SHOWN: Final = 60
_FIELD_LENGTH: Final = 60

_BASE64: Final = (
    re.compile(r"[A-Za-z0-9+/]{4,}={0,2}"),
    re.compile(r"[A-Za-z0-9_-]{4,}={0,2}"),
    re.compile(r"[A-Za-z0-9]{4,}={0,2}"),
)
_IN_LINES: Final = re.compile(r"[A-Za-z0-9+/=_-]+(?:\s+[A-Za-z0-9+/=_-]+)+")
_BASE64_WAYS: Final = ("base64", "base64-bare", "base64url", "base64url-bare")
_DEEPEST: Final = 3
_ESCAPED: Final = re.compile(r"[&%\\]|[A-Za-z0-9+/_-]{8}")
_NO_TEXT: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class _Rank:
    """A piece with what decides between pieces that overlap."""

    piece: Piece
    length: int
    depth: int
    forced: bool = False

    def key(self) -> tuple[bool, int, int, int]:
        return (not self.forced, -self.length, -self.depth, self.piece.start)


@dataclass(frozen=True, slots=True)
class Finder:
    """Finds one account's values.

    Args:
        known: The values.
        place: Returns where an offset of the sample is, for people.
        searched: The values as texts, the longest first.
        any_of_them: Finds any of them; a quick look before the slow one.
    """

    known: Known
    place: Callable[[int], str]
    searched: tuple[str, ...] = field(repr=False)
    any_of_them: re.Pattern[str] = field(repr=False)

    def pieces(
        self, text: str, shape: Shape | None, forced: tuple[Leaf, ...] = ()
    ) -> tuple[Piece, ...]:
        """Return what was found in the sample, in its order.

        Args:
            text: The sample.
            shape: What it is.
            forced: Values an installer pointed at; they come before all others.
        """
        ranks = [_Rank(leaf, len(leaf.value), 0, forced=True) for leaf in forced]
        return _chosen([*ranks, *self._ranks(text, shape, None, 0)])

    def _ranks(
        self, text: str, shape: Shape | None, within: str | None, nesting: int
    ) -> Iterator[_Rank]:
        for region in regions_of(text, shape):
            place = self.place if within is None else None
            if self.any_of_them.search(region.text):
                for leaf in self._leaves(text, region, place):
                    yield _Rank(leaf, len(leaf.value), len(region.layers))
            if nesting < _DEEPEST and region.kind != "name":
                for blob in self._blobs(text, region, within, nesting):
                    length = max(len(leaf.value) for leaf in leaves(blob.pieces))
                    yield _Rank(blob, length, len(region.layers))

    def _leaves(
        self, document: str, region: Region, place: Callable[[int], str] | None
    ) -> Iterator[Leaf]:
        for value in self.searched:
            names = self.known.names(value)
            at = region.text.find(value)
            while at >= 0:
                yield leaf_at(document, region, (at, at + len(value)), names, place)
                at = region.text.find(value, at + 1)

    def _blobs(
        self, document: str, region: Region, within: str | None, nesting: int
    ) -> Iterator[Blob]:
        for span, encoded in _base64_texts(region.text):
            decoded = _decoded(encoded)
            if decoded is None or not self._may_hold(decoded):
                continue
            start, end = region.places[span[0]], region.places[span[1]]
            place = self.place(start) if within is None else within
            inner = _chosen(list(self._ranks(decoded, shape_of(decoded), place, nesting + 1)))
            if not inner:
                continue
            yield Blob(
                place,
                start,
                end,
                document[start:end],
                encoded,
                _way(decoded, region.text[slice(*span)]),
                decoded,
                region.layers,
                _numbered(inner, place) if within is None else inner,
            )

    def _may_hold(self, decoded: str) -> bool:
        """Tell whether a decoded text can hold a value, as it is or escaped once more."""
        if self.any_of_them.search(decoded):
            return True
        return _ESCAPED.search(decoded) is not None and _NO_TEXT.search(decoded) is None


def finder(known: Known, place: Callable[[int], str]) -> Finder:
    """Return what finds the values of `known`."""
    searched = tuple(known.searched())
    any_of_them = re.compile("|".join(map(re.escape, searched)) or r"(?!)")
    return Finder(known, place, searched, any_of_them)


def leaf_at(
    document: str,
    region: Region,
    span: tuple[int, int],
    names: tuple[str, ...],
    place: Callable[[int], str] | None,
) -> Leaf:
    """Return the value at `span` of a region's text."""
    at, to = span
    text, value = region.text, region.text[at:to]
    start, end = region.places[at], region.places[to]
    word = _word_around(text, span, _HOST_WORD if HOSTS.issuperset(names) else _WORD)
    is_whole = text.strip() == value
    field_name, follows = region.field, _AFTER_VALUE.match(text, to)
    if not is_whole and (before := _FIELD_BEFORE.search(text[max(0, at - _FIELD_LENGTH) : at])):
        field_name, is_whole = before[1], follows is not None
    # Inside a text nobody knows the form of, a value that is all of it is no riddle.
    kind = "value" if region.kind == "unknown" and text == value else region.kind
    if text.startswith("=", to) and region.kind == "value":
        kind = "name"
    return Leaf(
        "" if place is None else place(start),
        start,
        end,
        document[start:end],
        value,
        names,
        region.layers,
        kind,
        field_name[:_LONGEST_SHOWN],
        word,
        is_alone=word == value,
        is_whole=is_whole,
    )


def _word_around(text: str, span: tuple[int, int], sign: re.Pattern[str]) -> str:
    start, end = span
    least, most = max(0, start - _LONGEST_SHOWN), end + _LONGEST_SHOWN
    while start > least and sign.match(text[start - 1]):
        start -= 1
    while end < min(most, len(text)) and sign.match(text[end]):
        end += 1
    return text[start:end]


def _chosen(ranks: list[_Rank]) -> tuple[Piece, ...]:
    """Return the pieces that win: none overlaps another."""
    chosen: list[Piece] = []
    occupied: set[int] = set()
    for rank in sorted(ranks, key=_Rank.key):
        span = range(rank.piece.start, rank.piece.end)
        if occupied.isdisjoint(span):
            occupied.update(span)
            chosen.append(rank.piece)
    return tuple(sorted(chosen, key=lambda piece: piece.start))


def _numbered(pieces: tuple[Piece, ...], place: str) -> tuple[Piece, ...]:
    """Return the pieces inside a base64 text with places of their own: ``3:8.1``, ``3:8.2``."""
    count = 0

    def renamed(piece: Piece) -> Piece:
        nonlocal count
        if isinstance(piece, Blob):
            return replace(piece, pieces=tuple(map(renamed, piece.pieces)))
        count += 1
        return replace(piece, place=f"{place}.{count}")

    return tuple(map(renamed, pieces))


def _base64_texts(text: str) -> Iterator[tuple[tuple[int, int], str]]:
    """Yield what could be base64: its span, and the text without line breaks."""
    if _IN_LINES.fullmatch(text.strip()):
        start = len(text) - len(text.lstrip())
        yield (start, start + len(text.strip())), re.sub(r"\s", "", text)
    seen = set()
    for pattern in _BASE64:
        for found in pattern.finditer(text):
            if found.span() not in seen:
                seen.add(found.span())
                yield found.span(), found[0]


def _decoded(encoded: str) -> str | None:
    bare = encoded.rstrip("=")
    padded = bare + "=" * (-len(bare) % 4)
    try:
        if re.search("[-_]", bare):
            return urlsafe_b64decode(padded).decode()
        return b64decode(padded, validate=True).decode()
    except (binascii.Error, ValueError):
        return None


def _way(decoded: str, encoded: str) -> str | None:
    fitting = (way for way in _BASE64_WAYS if SPELLINGS[way].write(decoded) == encoded)
    return next(fitting, None)
