"""Choose the mask of a symbol as `qrcode` does, on all modules at once.

The four penalties of ISO/IEC 18004 section 7.8.3 are counted in whole-symbol integers: with the
modules row by row, highest bit first, ``x << 1`` puts on each module its right neighbour, and
``x << size`` the one below. Which neighbours are alike changes with the mask by a constant, so
it is worked out once for the text and once for each mask.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class Candidate(NamedTuple):
    """One mask over empty data: its modules, and which of them equal right and lower neighbour."""

    modules: int
    alike_right: int
    alike_below: int


class Masks:
    """The eight masks of one version.

    Args:
        size: Modules on a side.
        blanks: Modules of a symbol without data under each mask, as `qrcode` rates them.
    """

    def __init__(self, size: int, blanks: Sequence[int]) -> None:
        area = size * size
        last_column = sum(1 << row * size for row in range(size))
        self._size = size
        self._has_right = ((1 << area) - 1) ^ last_column
        self._has_below = ((1 << area) - 1) ^ ((1 << size) - 1)
        self._candidates = [
            Candidate(
                blank,
                self._has_right & ~(blank ^ blank << 1),
                self._has_below & ~(blank ^ blank << size),
            )
            for blank in blanks
        ]
        # Rule 4, in qrcode's own floating point: 10 for each full 5 % away from one half dark.
        self._imbalance = [int(abs(dark / area * 100 - 50) / 5) * 10 for dark in range(area + 1)]

    def best(self, data: int) -> int:
        """Return the number of the mask with the lowest penalty, the first one of equals.

        Args:
            data: The modules that carry data, unmasked; 0 everywhere else.
        """
        penalties = self.penalties(data)
        return penalties.index(min(penalties))

    def penalties(self, data: int) -> list[int]:
        """Return for each mask what `qrcode` calls lost points."""
        right = (data ^ data << 1) & self._has_right
        below = (data ^ data << self._size) & self._has_below
        return [self._penalty(mask, data, right, below) for mask in self._candidates]

    def _penalty(self, mask: Candidate, data: int, right: int, below: int) -> int:
        size = self._size
        dark = data ^ mask.modules
        right ^= mask.alike_right
        below ^= mask.alike_below
        blocks = right & below & right << size  # rule 2: 2 x 2 alike
        return (
            _lines(dark, right, right ^ self._has_right, 1)
            + _lines(dark, below, below ^ self._has_below, size)
            + 3 * blocks.bit_count()
            + self._imbalance[dark.bit_count()]
        )


def _lines(dark: int, alike: int, unlike: int, step: int) -> int:
    """Return the penalties of rules 1 and 3 along rows or columns.

    Rule 1: n modules alike, 5 or more, cost n - 2. Rule 3: what looks like a finder costs 40:
    dark 1, light 1, dark 3, light 1, dark 1, with four light before or after it.

    Args:
        dark: The modules.
        alike: Modules that equal their neighbour in this direction.
        unlike: Modules that have a neighbour there and differ from it.
        step: Distance to that neighbour in bits.
    """
    three = alike & alike << step
    four = three & three << step
    after_four = four << step
    five = four & after_four  # a run of n shows as n - 4 of these side by side
    changes = unlike & unlike << step
    finder = dark & changes & three << 2 * step & changes << 4 * step
    followed = finder & (unlike & after_four) << 6 * step
    preceded = four & unlike << 3 * step & finder << 4 * step
    return (
        3 * five.bit_count()
        - 2 * (five & five << step).bit_count()
        + 40 * (followed | preceded).bit_count()
    )
