"""Make symbols: `encode` for many texts, `make` for one."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from onhook.qr.errors import SymbolOverflow
from onhook.qr.segments import message
from onhook.qr.symbol import Symbol

if TYPE_CHECKING:
    from onhook.qr.segments import Bits

_PADDING_BYTES = 256  # above the data codewords of any version with tables
_PADDING = int.from_bytes(b"\xec\x11" * (_PADDING_BYTES // 2), "big")  # ISO 18004 section 7.4.10
_DIGIT_VALUES = bytes(range(48)) + bytes(range(8)) + bytes(200)  # of "0" to "7"


def encode(text: str) -> Symbol:
    """Return the symbol that `qrcode` makes of `text` at level M, from tables where it can.

    Versions 1 to 9, that is up to some 180 characters, are composed in about 40 us each; the
    first text of a version waits 5 to 30 ms for its tables. Longer texts go through `make`.

    Raises:
        SymbolOverflow: The text is too long for any symbol.
    """
    from onhook.qr.tables import smallest_version  # noqa: PLC0415 - imports qrcode, 30 ms

    content = message(text.encode())
    version = smallest_version(content.width)
    return make(text) if version is None else _composer(version).symbol(content)


def make(text: str) -> Symbol:
    """Return the symbol of `text` by `qrcode` itself: the smallest version at level M.

    It takes some 5 to 20 ms, and no tables.

    Raises:
        SymbolOverflow: The text is too long for any symbol.
    """
    from qrcode.exceptions import DataOverflowError  # noqa: PLC0415 - as above
    from qrcode.main import QRCode  # noqa: PLC0415 - as above

    from onhook.qr.tables import LEVEL, packed  # noqa: PLC0415 - as above

    symbol = QRCode(error_correction=LEVEL)
    symbol.add_data(text)
    try:
        symbol.make(fit=True)
    except (DataOverflowError, ValueError):  # it asks for version 41, then refuses it
        raise SymbolOverflow(len(text.encode())) from None
    return Symbol(symbol.modules_count, packed(symbol.modules))


class _Composer:
    """Composes the symbols of one version.

    Texts of one batch share most of their data, so each symbol starts from the one before and
    changes only what the digits that differ contribute.
    """

    def __init__(self, version: int) -> None:
        from onhook.qr.tables import tables  # noqa: PLC0415 - as above

        self._tables = tables(version)
        # Read and replaced as one: threads may share a composer.
        self._latest = (0, 0)  # data, and the modules they darken before masking

    def symbol(self, content: Bits) -> Symbol:
        tables = self._tables
        data = padded(content, tables.capacity)
        latest, modules = self._latest
        changed = f"{data ^ latest:o}"[::-1].encode().translate(_DIGIT_VALUES)
        for contributions, digit in zip(tables.digits, changed, strict=False):
            modules ^= contributions[digit]
        self._latest = (data, modules)
        return Symbol(tables.size, modules ^ tables.finals[tables.masks.best(modules)])


_composer = cache(_Composer)


def padded(content: Bits, capacity: int) -> int:
    """Return `content` with terminator and padding, `capacity` bits in all."""
    value, width = content
    ended = min(width + 4, capacity)
    full = ended + -ended % 8
    rest = (capacity - full) // 8
    padding = _PADDING >> 8 * (_PADDING_BYTES - rest)
    return value << capacity - width | padding
