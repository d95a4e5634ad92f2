"""What speaks against a repair."""

from __future__ import annotations

from dataclasses import dataclass

from onhook_devices.errors import Refused, UsageError


@dataclass(eq=False)
class SeveralDevices(UsageError):
    """The account is on several devices, and none was named."""

    account: str
    devices: str


@dataclass(eq=False)
class NoPasswordToReplace(Refused):
    """The account signs in with an MSISDN alone: that can only change with its line (B-A3)."""

    account: str
