"""A terminal that shows half blocks as pixels: as much of one as a symbol needs."""

import re
from typing import Literal

from PIL import Image

Theme = Literal["dark", "light"]

_CELL = re.compile(r"\x1b\[([0-9;]*)m|(.)")
_COLOUR = re.compile(r"([34]8);5;(\d+)")
_INKED = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}
_COLOURS = {"16": 0, "231": 255}  # of xterm's 256: black and white
_THEMES: dict[Theme, tuple[int, int]] = {"dark": (204, 30), "light": (30, 250)}  # ink, background
_AROUND = 6  # cells of the user's own background around the text


def shown(text: str, *, theme: Theme, pixel: int = 8) -> Image.Image:
    """Return what a terminal with a dark or a light theme shows."""
    lines = text.splitlines()
    width = max(len(re.sub(r"\x1b\[[0-9;]*m", "", line)) for line in lines)
    own = _THEMES[theme]
    size = (width + 2 * _AROUND, 2 * len(lines) + 2 * _AROUND)
    screen = Image.new("L", size, own[1])
    colours = own
    for row, line in enumerate(lines):
        column = 0
        for sequence, character in _CELL.findall(line):
            if not character:
                colours = _colours(sequence, own)
                continue
            for half, inked in enumerate(_INKED[character]):
                place = (_AROUND + column, _AROUND + 2 * row + half)
                screen.putpixel(place, colours[0] if inked else colours[1])
            column += 1
    return screen.resize((size[0] * pixel, size[1] * pixel), Image.Resampling.NEAREST)


def _colours(sequence: str, own: tuple[int, int]) -> tuple[int, int]:
    if sequence == "0":
        return own
    asked = dict(_COLOUR.findall(sequence))
    return _COLOURS[asked["38"]], _COLOURS[asked["48"]]
