"""Suspect links that could be the account's own: who is given one could fetch that account's file.

A PBX puts each account's file into a folder with a random name, and the link to it into the file.
Left in a template, everybody's file would lead to the first account's password.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from onhook.learning.shapes import regions_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from onhook.learning.pieces import Piece
    from onhook.learning.shapes import Shape
    from onhook.learning.source import Source

_WEB: Final = re.compile(r"(?P<host>https?://[^\s/\"'<>]+)(?P<path>/[^\s\"'<>]*)", re.IGNORECASE)
_RANDOM: Final = re.compile(r"(?<![A-Za-z0-9])(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])[A-Za-z0-9]{6,}")
_NAMES: Final = re.compile("3cx|sha|utf", re.IGNORECASE)  # letters and a digit, and no secret


class OwnLink(NamedTuple):
    """A link that could be one account's.

    Attributes:
        start: Where it begins in the sample.
        end: Where it ends.
        host: What may be shown of it.
        field_name: What the field is called.
        random: Its parts that look random; not to be shown.
    """

    start: int
    end: int
    host: str
    field_name: str
    random: tuple[str, ...]

    def __repr__(self) -> str:
        return f"OwnLink({self.host!r}, {self.field_name!r})"


def own_links(source: Source, shape: Shape, pieces: Sequence[Piece]) -> Iterator[OwnLink]:
    """Yield the links with a random-looking part that is none of the values found.

    Args:
        source: The sample.
        shape: What it is.
        pieces: What was found in it.
    """
    taken = {at for piece in pieces for at in range(piece.start, piece.end)}
    seen: set[int] = set()
    for region in regions_of(source.text, shape):
        for found in _WEB.finditer(region.text) if region.kind != "name" else ():
            start, end = region.places[found.start()], region.places[found.end()]
            random = tuple(
                part for at, part in _random_parts(found) if region.places[at] not in taken
            )
            if random and start not in seen:
                seen.add(start)
                yield OwnLink(start, end, f"{found['host']}/…", region.field, random)


def _random_parts(link: re.Match[str]) -> Iterator[tuple[int, str]]:
    for part in _RANDOM.finditer(link["path"]):
        if not _NAMES.match(part[0]):
            yield link.start("path") + part.start(), part[0]
