"""Why there is nothing to tell somebody to do."""

from __future__ import annotations

from onhook_devices.errors import Refused


class StillInUse(Refused):
    """The account is not disabled, and its contract has no end."""

    account: str
    contract: str


class SuspendedOnly(Refused):
    """The account is shut off while its contract is suspended, which is no end (J-L12)."""

    account: str
    contract: str
