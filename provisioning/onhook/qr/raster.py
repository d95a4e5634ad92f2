"""Write a symbol as PNG: one bit of grey a pixel, small and fast.

No image library stands behind it because a symbol needs so little: each row of modules is one
line of pixels and then the same line again, which PNG's Up filter turns into zeros.
"""

from __future__ import annotations

import zlib
from functools import cache
from typing import TYPE_CHECKING

from isal import isal_zlib

if TYPE_CHECKING:
    from onhook.qr.symbol import Symbol

# The bytes of PNG: W3C, Portable Network Graphics (Third Edition), sections 5.2, 9.2 and 11.2.
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_AS_IT_IS, _LIKE_ABOVE = b"\0", b"\2"  # filter types None and Up
_ONE_BIT_GREY = b"\x01\x00\x00\x00\x00"  # depth, colour type, compression, filter, not interlaced


def png(symbol: Symbol, *, module_px: int = 8, quiet_zone: int = 4) -> bytes:
    """Return `symbol` as a PNG file.

    Args:
        symbol: What to draw.
        module_px: Pixels on a module's side, at least 1.
        quiet_zone: Light modules around the symbol; readers count on 4.
    """
    side_px = (symbol.size + 2 * quiet_zone) * module_px
    line_bytes = -(-side_px // 8)
    same_again = (_LIKE_ABOVE + bytes(line_bytes)) * (module_px - 1)
    left, lines, right = _lines(symbol, module_px, quiet_zone)
    margin = (_AS_IT_IS + b"\xff" * line_bytes + same_again) * quiet_zone
    between = right + same_again + _AS_IT_IS + left
    image = b"".join((margin, _AS_IT_IS, left, between.join(lines), right, same_again, margin))
    return b"".join(
        (
            _SIGNATURE,
            _chunk(b"IHDR", side_px.to_bytes(4, "big") * 2 + _ONE_BIT_GREY),
            _chunk(b"IDAT", isal_zlib.compress(image)),
            _chunk(b"IEND", b""),
        )
    )


def _lines(symbol: Symbol, module_px: int, quiet_zone: int) -> tuple[bytes, list[bytes], bytes]:
    """Return a line of pixels for each row of modules, and what is left and right of each."""
    if module_px == 8:  # noqa: PLR2004 - a module is a byte, which is ten times as fast
        margin = b"\xff" * quiet_zone
        return margin, [row.encode().translate(_BYTES) for row in symbol.rows()], margin
    line_bytes = -(-(symbol.size + 2 * quiet_zone) * module_px // 8)
    pixels = _pixels(module_px)
    rows = symbol.packed_rows(quiet_zone)
    return b"", [b"".join([pixels[eight] for eight in row])[:line_bytes] for row in rows], b""


_BYTES = bytes.maketrans(b"01", b"\xff\x00")


@cache
def _pixels(module_px: int) -> list[bytes]:
    """Return a line of pixels for each eight modules a byte can hold; a dark pixel is 0."""
    pixels = str.maketrans({"0": "1" * module_px, "1": "0" * module_px})
    return [
        int(f"{eight:08b}".translate(pixels), 2).to_bytes(module_px, "big") for eight in range(256)
    ]


def _chunk(name: bytes, data: bytes) -> bytes:
    check = zlib.crc32(data, zlib.crc32(name))
    return len(data).to_bytes(4, "big") + name + data + check.to_bytes(4, "big")
