"""Clean the text of a cell without changing what it says.

Numbers may be folded to ASCII; names never are: half-width kana, 髙, 﨑 and 𠮷 are how people
write themselves.
"""

from __future__ import annotations

import re

# The ordinary blank, the ideographic one of Japanese keyboards, the no-break one of web pages.
_BLANKS = " \u3000\xa0"

# Full-width digits, plus and hyphen as NFKC folds them; and the two signs that look like the
# hyphen, come out of the same key, and that NFKC leaves alone (U+2010, U+2212). Nothing else:
# NFKC would read a circled or a superscript 1 as the digit, which is guessing.
_ASCII_DIGITS = str.maketrans("０１２３４５６７８９＋－‐−", "0123456789+---")

_NONCHARACTERS = "\ufdd0-\ufdef" + "".join(  # Unicode 16, section 23.7
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
)
_UNPRINTABLE = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # control characters, tab and line ends among them
    "\u2028\u2029"  # line and paragraph separator
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks that turn the direction of text
    "\ud800-\udfff"  # halves of a UTF-16 pair
    f"{_NONCHARACTERS}"
    "]"
)


def strip_blanks(text: str) -> str:
    """Return `text` without blanks, ideographic ones included, at both ends."""
    return text.strip(_BLANKS)


def ascii_digits(text: str) -> tuple[str, bool]:
    """Return `text` with full-width digits, plus and hyphen as ASCII, and whether that changed it.

    Everything else stays as it is.
    """
    if text.isascii():
        return text, False
    plain = text.translate(_ASCII_DIGITS)
    return plain, plain != text


def unprintables(text: str) -> tuple[str, ...]:
    """Return the characters of `text`, each once, that no name or number may hold.

    These are control characters, line separators, direction marks, lone surrogates and
    noncharacters: XML forbids many of them, and terminals and people are fooled by the others.
    Empty where there is none.
    """
    # What Python calls printable holds none of them, and it knows in a tenth of the time.
    if text.isprintable() or _UNPRINTABLE.search(text) is None:
        return ()
    return tuple(dict.fromkeys(_UNPRINTABLE.findall(text)))
