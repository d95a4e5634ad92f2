"""How drawing a symbol can fail."""

from __future__ import annotations

from dataclasses import dataclass

from onhook_devices.errors import InvalidInput


@dataclass(eq=False)
class SymbolOverflow(InvalidInput):
    """A text is longer than the largest QR symbol holds; the text itself may be a secret."""

    length: int
