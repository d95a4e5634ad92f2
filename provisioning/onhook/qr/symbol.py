"""A QR symbol as a value: its modules and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field

_SMALLEST, _LARGEST = 21, 177  # ISO/IEC 18004 section 5.3.1: versions 1 to 40


@dataclass(frozen=True, slots=True)
class Symbol:
    """The modules of one QR symbol, without its quiet zone.

    The modules are the text, token or password included, so they stay out of the `repr`.

    Attributes:
        size: Modules on a side.
        bits: All modules row by row, the top left one in the highest of size * size bits;
            1 is dark.
    """

    size: int
    bits: int = field(repr=False)

    def __post_init__(self) -> None:
        if not _SMALLEST <= self.size <= _LARGEST or self.size % 4 != 1:
            raise ValueError(f"no QR symbol has {self.size} modules on a side")
        if self.bits < 0 or self.bits.bit_length() > self.size * self.size:
            raise ValueError(f"the bits do not fit {self.size} x {self.size} modules")

    def rows(self) -> list[str]:
        """Return the rows from the top, each a string of "1" for dark and "0" for light."""
        size = self.size
        modules = f"{self.bits:0{size * size}b}"
        return [modules[start : start + size] for start in range(0, size * size, size)]

    def packed_rows(self, quiet_zone: int = 0) -> list[bytes]:
        """Return the rows from the top, eight modules in a byte, the leftmost one highest.

        Args:
            quiet_zone: Light modules to put on the left and on the right. More follow on the
                right where they fill up the last byte.
        """
        size = self.size
        right = quiet_zone + -(size + 2 * quiet_zone) % 8
        width = (quiet_zone + size + right) // 8
        row = (1 << size) - 1
        return [
            ((self.bits >> below & row) << right).to_bytes(width, "big")
            for below in range(size * size - size, -1, -size)
        ]
