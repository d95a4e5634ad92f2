"""QR symbols: made as `qrcode` makes them, written as PNG, SVG and terminal text.

`encode` makes a symbol of a text, fast from the second on; `make` does the same by `qrcode`
itself. Importing this package does not import `qrcode`; the first symbol does.
"""

from onhook.qr.blocks import terminal
from onhook.qr.compose import encode, make
from onhook.qr.errors import SymbolOverflow
from onhook.qr.raster import png
from onhook.qr.symbol import Symbol
from onhook.qr.vector import svg

__all__ = ["Symbol", "SymbolOverflow", "encode", "make", "png", "svg", "terminal"]
