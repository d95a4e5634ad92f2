"""Name the kinds of text a format has no way to write."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of text, found by a pattern.

    Attributes:
        notation: How people are told, the same in every language. It names the kind, never the
            character found, so that it can be said of a password.
        pattern: What finds it.
    """

    notation: str
    pattern: re.Pattern[str]


def _kind(notation: str, pattern: str) -> Kind:
    return Kind(notation, re.compile(pattern))


KINDS: Final[dict[str, Kind]] = {
    # Unicode 5.8, "Newline Guidelines", and the separators Python's own line splitting obeys.
    "line-break": _kind(
        "U+000A-U+000D, U+001C-U+001E, U+0085, U+2028, U+2029",
        "[\n-\r\x1c-\x1e\x85\u2028\u2029]",
    ),
    "control": _kind("U+0000-U+001F, U+007F-U+009F", "[\x00-\x1f\x7f-\x9f]"),
    "white-space": _kind("white space", r"\s"),
    "edge-space": _kind("white space at either end", r"\A\s|\s\Z"),
    # Windows' INI functions take a pair of quotes around a value off.
    "wrapping-quotes": _kind(
        "quotation marks around the whole", r"""\A"[\s\S]*"\Z|\A'[\s\S]*'\Z"""
    ),
    # Before the closing quotation mark it would hide that mark from readers that know escapes.
    "final-backslash": _kind("\\ at the end", r"(?<!\\)(?:\\\\)*\\\Z"),
    # Some readers look for SIP's parameters (RFC 3261 section 25.1) even within quotation marks.
    "parameter": _kind(";name=", r";[ \t]*[A-Za-z][A-Za-z0-9_]{2,}[ \t]*="),
    "non-ascii": _kind("anything but ASCII", r"[^\x00-\x7f]"),
    "beyond-bmp": _kind("U+10000 and above", "[\U00010000-\U0010ffff]"),
    # XML 1.0 section 2.2, production [2] Char
    "non-xml": _kind(
        "U+0000-U+0008, U+000B, U+000C, U+000E-U+001F, U+D800-U+DFFF, U+FFFE, U+FFFF",
        "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]",
    ),
    # Half of a UTF-16 pair is no character: no encoding can write it.
    "surrogate": _kind("U+D800-U+DFFF", "[\ud800-\udfff]"),
}


def kind_of(word: str) -> Kind | None:
    """Return the kind a manifest's `word` names: one of `KINDS`, or one character, itself."""
    if word in KINDS:
        return KINDS[word]
    return _kind(word, re.escape(word)) if len(word) == 1 else None


def any_of(kinds: Iterable[Kind]) -> re.Pattern[str]:
    """Return one pattern that finds any of `kinds` in one pass."""
    return re.compile("|".join(f"(?:{kind.pattern.pattern})" for kind in kinds))
