"""Find a value again in what a reader found, written in whichever way its place may ask for."""

from __future__ import annotations

import html
import json
import re
from base64 import urlsafe_b64decode
from email.utils import unquote as unquote_string
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import unquote, unquote_plus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    Readings = Sequence[Callable[[str], str]]

_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]{2,}={0,2}")


class Spot(NamedTuple):
    """A place in a file that holds a value.

    Attributes:
        place: The leaf.
        around: What stands before, between and after the value's occurrences.
        is_base64: Whether that shows only after base64 in the leaf is decoded.
    """

    place: str
    around: tuple[str, ...]
    is_base64: bool = False


def spots(leaves: Mapping[str, str], plain: str) -> list[Spot]:
    """Return where an unmistakable value stands; empty where the file does not hold it."""
    found = []
    for place, leaf in leaves.items():
        if plain in leaf:
            found.append(Spot(place, tuple(leaf.split(plain))))
        elif plain in (decoded := _decoded(leaf)):
            found.append(Spot(place, tuple(decoded.split(plain)), is_base64=True))
    return found


def holds(leaves: Mapping[str, str], spot: Spot, value: str, readings: Readings) -> bool:
    """Tell whether the file holds `value` where it held the unmistakable one.

    Args:
        leaves: What a reader found.
        spot: Where.
        value: What is looked for.
        readings: How a client may read what stands there, other than as it is.
    """
    leaf = leaves.get(spot.place)
    if leaf is None:
        return False
    return _fits(_decoded(leaf) if spot.is_base64 else leaf, spot.around, value, readings)


def _fits(text: str, around: Sequence[str], value: str, readings: Readings) -> bool:
    """Tell whether `text` is `value` in between `around`, whatever else could be read into it."""
    before, *others = around
    if not text.startswith(before):
        return False
    rest = text[len(before) :]
    if not others:
        return not rest
    return any(
        _reads(rest[:end], value, readings) and _fits(rest[end:], others, value, readings)
        for end in _ends(rest, others)
    )


def _ends(rest: str, others: Sequence[str]) -> Iterator[int]:
    """Yield where in `rest` the value may end."""
    if len(others) == 1:
        yield max(len(rest) - len(others[0]), 0)
        return
    yield from (end for end in range(len(rest) + 1) if rest.startswith(others[0], end))


def _reads(written: str, value: str, readings: Readings) -> bool:
    """Tell whether a client that reads `written` in one way, or in two in turn, finds `value`."""
    if written == value:
        return True
    once = {read(written) for read in readings}
    return value in once or value in {read(text) for text in once for read in readings}


def _json_string(text: str) -> str:
    try:
        return str(json.loads(f'"{text}"', strict=False))
    except json.JSONDecodeError:
        return text


def _quoted(text: str) -> str:
    return unquote_string(f'"{text}"')  # RFC 5322 quotes as SIP does


def _doubled(text: str) -> str:
    return text.replace('""', '"')


AS_IT_IS: Final[Readings] = ()
PERCENT_DECODED: Final[Readings] = (unquote,)
ALL_READINGS: Final[Readings] = (
    *(_quoted, unquote, unquote_plus, html.unescape, _json_string, _doubled),
)


def _decoded(leaf: str) -> str:
    """Return `leaf` with everything that is text in base64 (of either alphabet) decoded."""
    return _BASE64.sub(_text_in, leaf)


def _text_in(found: re.Match[str]) -> str:
    bare = found[0].rstrip("=").replace("+", "-").replace("/", "_")
    try:
        return urlsafe_b64decode(bare + "=" * (-len(bare) % 4)).decode()
    except ValueError:  # no base64, or no text in it
        return found[0]
