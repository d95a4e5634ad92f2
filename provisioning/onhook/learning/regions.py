r"""The parts of a document in which values can stand, each decoded, with the way back.

A region remembers of every character where its spelling begins in the document. So a value is
looked for as it is, and replaced as it was written, whatever ``&#x26;``, ``%2F`` or ``\u00e9``
it was written with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Sequence

Kind: TypeAlias = Literal["value", "name", "comment", "unknown"]
# The spellings that are right at a place; the first is the usual one.
Layer: TypeAlias = tuple[str, ...]


class Region(NamedTuple):
    """A decoded part of a document.

    Attributes:
        text: What a reader of the format sees there.
        places: Where in the document each character begins, and where the last one ends.
        layers: How a value is spelled there: the innermost format first.
        kind: A value; a name (markup); a comment; or of a form nobody knows.
        field: What the field is called, '' where it has no name.
    """

    text: str
    places: Sequence[int]
    layers: tuple[Layer, ...]
    kind: Kind = "value"
    field: str = ""

    def part(
        self,
        span: tuple[int, int],
        layer: Layer | None = None,
        *,
        kind: Kind | None = None,
        field: str = "",
        decode: Decoder | None = None,
    ) -> Region:
        """Return a part of this region in which an inner format is spoken.

        Args:
            span: Where it is in `text`.
            layer: The inner format's spellings, None where it has none of its own.
            kind: What stands there; None: as here.
            field: The field's name; '': as here.
            decode: How the inner format is read.
        """
        start, end = span
        text, places = self.text[start:end], self.places[start : end + 1]
        if decode is not None:
            text, inner = decode(text)
            places = [places[at] for at in inner] if len(inner) != len(places) else places
        layers = self.layers if layer is None else (layer, *self.layers)
        return Region(text, places, layers, kind or self.kind, field or self.field)


Decoder: TypeAlias = "Callable[[str], tuple[str, Sequence[int]]]"


def whole(text: str, layers: tuple[Layer, ...], kind: Kind) -> Region:
    """Return a document as one region, undecoded."""
    return Region(text, range(len(text) + 1), layers, kind)


def decoder(pattern: re.Pattern[str], read: Callable[[str], str | None]) -> Decoder:
    """Return a decoder for a format whose escapes `pattern` finds.

    Args:
        pattern: Finds one escape.
        read: Returns the character an escape stands for, None where it is none after all.
    """

    def decode(text: str) -> tuple[str, Sequence[int]]:
        parts: list[str] = []
        places: list[int] = []
        at = 0
        for found in pattern.finditer(text):
            character = read(found[0])
            if character is None:
                continue
            parts += (text[at : found.start()], character)
            places += range(at, found.start())
            places += [found.start()] * len(character)
            at = found.end()
        if not parts:
            return text, range(len(text) + 1)
        return "".join((*parts, text[at:])), [*places, *range(at, len(text) + 1)]

    return decode
