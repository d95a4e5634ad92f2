"""Draw a symbol in a terminal, two rows of modules in each line of half blocks."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onhook.qr.symbol import Symbol

_BLOCKS = {"00": " ", "10": "▀", "01": "▄", "11": "█"}  # upper module, lower module; "1" is inked
# Colours 16 and 231 of 256: black and white themselves. The first 16 follow the user's theme.
_BLACK_ON_WHITE, _RESET = "\x1b[38;5;16;48;5;231m", "\x1b[0m"
_NEGATIVE = str.maketrans("01", "10")


def terminal(
    symbol: Symbol, *, quiet_zone: int = 4, colour: bool = True, inverted: bool = False
) -> str:
    """Return `symbol` as lines of text, each ended by a line feed.

    Args:
        symbol: What to draw.
        quiet_zone: Light modules around the symbol, at least 2; readers count on 4.
        colour: Set black on white by escape sequences: right on every background. Without it
            there are no escape sequences, and the text suits dark ink on a light background.
        inverted: Ink the light modules instead; without colour this suits a dark background.
            With colour it makes no difference.
    """
    side = symbol.size + 2 * quiet_zone
    margin = ["0" * side] * quiet_zone
    sides = "0" * quiet_zone
    rows = [*margin, *(sides + row + sides for row in symbol.rows()), *margin]
    if inverted and not colour:
        rows = [row.translate(_NEGATIVE) for row in rows]
    # The side is odd, so the last line has no lower row: it stays uninked.
    lines = [
        "".join([_BLOCKS[upper + lower] for upper, lower in zip_longest(*pair, fillvalue="0")])
        for pair in zip_longest(rows[::2], rows[1::2], fillvalue="")
    ]
    start, end = (_BLACK_ON_WHITE, _RESET) if colour else ("", "")
    return "".join([f"{start}{line}{end}\n" for line in lines])
