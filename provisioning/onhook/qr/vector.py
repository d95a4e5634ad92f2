"""Write a symbol as SVG: one path that strokes the dark runs of each row."""

from __future__ import annotations

from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onhook.qr.symbol import Symbol

# A code should be a tenth as wide as it is far from the camera: 0.8 mm makes a version 4 symbol
# with its quiet zone 33 mm wide, which a phone reads from 30 cm.
MODULE_MM = 0.8


def svg(symbol: Symbol, *, quiet_zone: int = 4) -> bytes:
    """Return `symbol` as an SVG file on white, in modules of 0.8 mm.

    Args:
        symbol: What to draw.
        quiet_zone: Light modules around the symbol; readers count on 4.
    """
    side = symbol.size + 2 * quiet_zone
    side_mm = f"{side * MODULE_MM:.1f}mm"
    strokes = _strokes()
    path = "".join(
        [
            f"M{quiet_zone} {top}.5" + "".join([strokes[eight] for eight in row])
            for top, row in enumerate(symbol.packed_rows(), quiet_zone)
        ]
    )
    # crispEdges: no grey seam between rows where a module is not a whole number of pixels.
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{side_mm}" height="{side_mm}" '
        f'viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path stroke="#000" d="{path}"/></svg>\n'
    ).encode()


@cache
def _strokes() -> list[str]:
    """Return for each eight modules a byte can hold the strokes and moves that draw them."""
    return [
        "".join([_run("".join(modules)) for _, modules in groupby(f"{eight:08b}")])
        for eight in range(256)
    ]


def _run(modules: str) -> str:
    return f"h{len(modules)}" if modules[0] == "1" else f"m{len(modules)} 0"
