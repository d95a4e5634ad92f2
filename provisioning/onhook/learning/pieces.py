"""What was found in a document: values, and base64 with values inside.

A piece knows how to write itself for any account, as text and as an expression of a template;
both come from the same spellings, so what is compared here is what is issued later.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Final, TypeAlias

from onhook.families.escaping import Uncarriable
from onhook.families.spellings import SPELLINGS
from onhook.learning.known import PLAIN_IN_URLS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from onhook.families import Values
    from onhook.learning.regions import Kind, Layer

KEEP: Final = "keep"
AS_IT_IS: Final = ("none", *PLAIN_IN_URLS)

Choices: TypeAlias = "Mapping[str, str]"
Ways: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value of the account at one place.

    Attributes:
        place: ``line:column`` in the sample; the same for all leaves of one base64 text, which
            are told apart by a number: ``3:8.1``.
        start: Where its spelling begins in its document.
        end: Where it ends.
        spelled: The spelling.
        value: The value.
        names: The variables that have this value.
        layers: The spellings that are right there, the innermost format's first.
        kind: What stands there.
        field_name: What the field is called.
        word: The longer word it is part of; the value itself where it stands alone.
        is_alone: Whether it is no part of a longer word.
        is_whole: Whether it is all the field holds.
    """

    place: str
    start: int
    end: int
    spelled: str = field(repr=False)
    value: str = field(repr=False)
    names: tuple[str, ...]
    layers: tuple[Layer, ...]
    kind: Kind
    field_name: str
    word: str = field(repr=False)
    is_alone: bool
    is_whole: bool

    def ways(self, name: str) -> Ways | None:
        """Return how to spell the variable so that it comes out as here; None: not at all."""
        return spelling(self.value, self.spelled, self.layers, name)


@dataclass(frozen=True, slots=True)
class Blob:
    """A base64 text that holds values.

    Attributes:
        start: Where its spelling begins in its document.
        end: Where it ends.
        spelled: The spelling.
        encoded: The base64 itself.
        way: The kind of base64; None where it is written as onhook cannot, such as in lines.
        text: What it decodes to.
        layers: As a leaf's, around the base64.
        pieces: What was found inside.
    """

    place: str
    start: int
    end: int
    spelled: str = field(repr=False)
    encoded: str = field(repr=False)
    way: str | None
    text: str = field(repr=False)
    layers: tuple[Layer, ...]
    pieces: tuple[Piece, ...]

    def ways(self) -> Ways | None:
        """Return how to spell the base64 so that it comes out as here; None: not at all."""
        if self.way is None:
            return None
        return spelling(self.encoded, self.spelled, self.layers, "")


Piece: TypeAlias = "Leaf | Blob"


def leaves(pieces: Sequence[Piece]) -> Iterator[Leaf]:
    """Yield all values among `pieces`, those inside base64 too."""
    for piece in pieces:
        if isinstance(piece, Leaf):
            yield piece
        else:
            yield from leaves(piece.pieces)


def leaves_with_outer(pieces: Sequence[Piece], outer: Ways = ()) -> Iterator[tuple[Leaf, Ways]]:
    """Yield all values with the spellings around the base64 they stand in."""
    for piece in pieces:
        if isinstance(piece, Leaf):
            yield piece, outer
        else:
            around = (piece.way or "", *(piece.ways() or ()), *outer)
            yield from leaves_with_outer(piece.pieces, around)


def is_kept(piece: Piece, choices: Choices) -> bool:
    """Tell whether nothing of `piece` becomes a variable."""
    return all(choices.get(leaf.place, KEEP) == KEEP for leaf in leaves([piece]))


def spelling(value: str, spelled: str, layers: tuple[Layer, ...], name: str) -> Ways | None:
    """Return the ways, innermost first, that make `spelled` of `value`; None: no ways do."""
    for ways in product(*layers):
        may_be_plain = all(name in PLAIN_IN_URLS.get(way, (name,)) for way in ways)
        if may_be_plain and _spelled(value, ways) == spelled:
            return ways
    return None


def _spelled(value: str, ways: Ways) -> str | None:
    try:
        return spell(value, ways)
    except Uncarriable:
        return None


def spell(value: str, ways: Ways) -> str:
    """Return `value` spelled in all of `ways`.

    Raises:
        Uncarriable: One of them cannot write it.
    """
    for way in ways:
        if way not in AS_IT_IS:
            value = SPELLINGS[way].write(value)
    return value


def written(text: str, pieces: Sequence[Piece], choices: Choices, values: Values) -> str:
    """Return the document for other values; what is not chosen stays as it is.

    Raises:
        Uncarriable: A value cannot be written where it should stand.
    """
    parts: list[str] = []
    at = 0
    for piece in pieces:
        parts += (text[at : piece.start], piece_text(piece, choices, values))
        at = piece.end
    return "".join((*parts, text[at:]))


def piece_text(piece: Piece, choices: Choices, values: Values) -> str:
    """Return what stands in the place of `piece` for other values; raises as `written`."""
    if is_kept(piece, choices):
        return piece.spelled
    if isinstance(piece, Leaf):
        name = choices[piece.place]
        return spell(str(getattr(values, name)), piece.ways(name) or ())
    inner = written(piece.text, piece.pieces, choices, values)
    return spell(inner, (piece.way or "base64", *(piece.ways() or ())))


def expression(piece: Piece, choices: Choices, escaping: str | None) -> str:
    """Return what stands between ``{{`` and ``}}`` for `piece`.

    Args:
        piece: A piece of which something becomes a variable.
        choices: What becomes what.
        escaping: The file's, which follows every expression; None inside base64.
    """
    if isinstance(piece, Leaf):
        name = choices[piece.place]
        return _filtered(name, piece.ways(name) or (), escaping)
    parts = list(_parts(piece, choices))
    inner = " ~ ".join(parts)
    inner = f"({inner})" if len(parts) > 1 or "|" in inner else inner
    return _filtered(f'{inner}|nested("{piece.way}")', piece.ways() or (), escaping)


def _parts(blob: Blob, choices: Choices) -> Iterator[str]:
    at, pending = 0, ""
    for piece in blob.pieces:
        pending += blob.text[at : piece.start]
        at = piece.end
        if is_kept(piece, choices):
            pending += piece.spelled
            continue
        if pending:
            yield quoted(pending)
        inner = expression(piece, choices, None)
        yield f"({inner})" if "|" in inner else inner
        pending = ""
    if pending := pending + blob.text[at:]:
        yield quoted(pending)


def _filtered(inner: str, ways: Ways, escaping: str | None) -> str:
    own = ways if escaping is None else ways[:-1]
    text = inner + "".join(f'|nested("{way}")' for way in own if way not in AS_IT_IS)
    if escaping is None or (ways and ways[-1] == escaping):
        return text
    outermost = "none" if not ways or ways[-1] in AS_IT_IS else ways[-1]
    return f'{text}|written("{outermost}")'


def quoted(text: str) -> str:
    """Return `text` as a template's string."""
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(sign if sign >= " " else f"\\x{ord(sign):02x}" for sign in text) + '"'
