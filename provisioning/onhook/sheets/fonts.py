"""Which characters fonts have: a name that cannot be set is told, not printed as boxes."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from onhook.sheets.errors import SheetFontUnusable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

# Variants of a character, chosen by a sign behind it: standardised ones and those of names
# (Unicode, chapter 23.4). Without the very variant a font shows the usual form in silence.
_VARIANT = re.compile("(.)([\ufe00-\ufe0f\U000e0100-\U000e01ef])", re.DOTALL)


class Coverage:
    """What some fonts together can show.

    Args:
        files: Fonts, or collections of such.

    Raises:
        SheetFontUnusable: One is no font.
    """

    def __init__(self, files: Iterable[Path]) -> None:
        found = [_shown_by(file, file.stat().st_mtime_ns) for file in files]
        self._characters = frozenset[str]().union(*(one.characters for one in found))
        self._variants = frozenset[str]().union(*(one.variants for one in found))

    def lacking(self, text: str) -> list[str]:
        """Return the characters of `text` that no font has, each once; variants with their sign."""
        known = self._characters
        if known.issuperset(text):
            return []
        variants = {found[0] for found in _VARIANT.finditer(text)} - self._variants
        rest = {sign for sign in _VARIANT.sub(r"\1", text) if sign not in known}
        return sorted(rest | variants)


class _Shown(NamedTuple):
    """What a font can show: single characters, and variants with their sign."""

    characters: frozenset[str]
    variants: frozenset[str]


@lru_cache(8)  # to read a Japanese font takes 0.1 s
def _shown_by(file: Path, stamp: int) -> _Shown:
    """Return what a font shows; `stamp` is another where the file is."""
    from fontTools.ttLib import (  # type: ignore[import-untyped]  # noqa: PLC0415 - no types; start-up time
        TTCollection,
        TTFont,
        TTLibError,
    )

    _ = stamp
    is_collection = file.suffix.lower() in (".ttc", ".otc")
    characters: set[str] = set()
    variants: set[str] = set()
    try:
        with file.open("rb") as stream:
            font = (TTCollection if is_collection else TTFont)(stream, lazy=True)
            for face in font.fonts if is_collection else [font]:
                characters.update(map(chr, face.getBestCmap() or ()))
                for table in face["cmap"].tables:
                    if table.format == 14:  # noqa: PLR2004 - OpenType: variation sequences
                        variants.update(_sequences(table.uvsDict))
    except (TTLibError, OSError, KeyError, ValueError, AssertionError) as error:
        raise SheetFontUnusable(str(file), str(error) or type(error).__name__) from None
    return _Shown(frozenset(characters), frozenset(variants))


def _sequences(found: dict[int, list[tuple[int, str | None]]]) -> Iterable[str]:
    return (chr(base) + chr(sign) for sign, pairs in found.items() for base, _ in pairs)
