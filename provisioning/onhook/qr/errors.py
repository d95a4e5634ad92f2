"""How drawing a symbol can fail."""

from __future__ import annotations

from onhook_devices.errors import InvalidInput


class SymbolOverflow(InvalidInput):
    """A text is longer than the largest QR symbol holds; the text itself may be a secret."""

    length: int
