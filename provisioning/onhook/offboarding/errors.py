"""Why there is nothing to tell somebody to do."""

from __future__ import annotations

from dataclasses import dataclass

from onhook_devices.errors import Refused


@dataclass(eq=False)
class StillInUse(Refused):
    """The account is not disabled, and its contract has no end."""

    account: str
    contract: str


@dataclass(eq=False)
class SuspendedOnly(Refused):
    """The account is shut off while its contract is suspended, which is no end (J-L12)."""

    account: str
    contract: str
