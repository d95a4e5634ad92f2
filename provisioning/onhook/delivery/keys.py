"""The delivery keys of a process that runs for months: rings are rotated meanwhile."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from onhook.keys.sources import read_source
from onhook.sealing import KeyMissing
from onhook_devices.errors import OnhookError

if TYPE_CHECKING:
    from onhook.keys.sources import KeySource
    from onhook.sealing import KeyRing, Sealer

ASK_AGAIN_S = 30.0
"""How often at most a ring is asked for because a key is missing."""


class DeliveryKeys:
    """Opens and seals with the ring as it is now.

    Args:
        source: Where the ring comes from.
        ring: As it was read at the start.
    """

    def __init__(self, source: KeySource, ring: KeyRing) -> None:
        self._source = source
        self._ring = ring
        self._asked_at = float("-inf")

    @property
    def sealer(self) -> Sealer:
        """Return what seals and opens now."""
        return self._ring.delivery

    async def open(self, sealed: bytes, about: str) -> bytes:
        """Return what was sealed for `about`, if need be with a key that came since.

        Raises:
            StorageFault: It cannot be opened.
        """
        try:
            return self.sealer.open(sealed, about)
        except KeyMissing:
            await self._ask()
            return self.sealer.open(sealed, about)

    async def refresh(self) -> None:
        """Read the ring again if its file was replaced; one that cannot be read changes nothing."""
        file = self._source.file
        try:
            found = None if file is None else file.stat()
        except OSError:
            return
        if found is not None and self._ring.stamp != (found.st_ino, found.st_mtime_ns):
            await self._read()

    async def _ask(self) -> None:
        if time.monotonic() - self._asked_at < ASK_AGAIN_S:
            return
        self._asked_at = time.monotonic()
        await self._read()

    async def _read(self) -> None:
        try:
            self._ring = await asyncio.to_thread(read_source, self._source)
        except OnhookError:
            return
