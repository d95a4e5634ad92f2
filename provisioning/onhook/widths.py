"""Read what Japanese keyboards write in full width: the same signs, twice as wide."""

from __future__ import annotations

# U+FF01 to U+FF5E are the printable signs of ASCII, in order; U+3000 is the blank. Two signs come
# out of the hyphen's key on Japanese keyboards besides. Nothing else is folded: NFKC would read a
# circled or a superscript 1 as the digit, which is guessing.
_FOLDS = {0xFF01 + number: 0x21 + number for number in range(0x5E)}
_FOLDS |= {0x3000: 0x20, 0x2010: 0x2D, 0x2212: 0x2D}


def half_width(text: str) -> str:
    """Return `text` with full-width letters, digits, signs and blanks as ASCII."""
    return text if text.isascii() else text.translate(_FOLDS)
