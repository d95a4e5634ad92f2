"""What speaks against a repair."""

from __future__ import annotations

from dataclasses import dataclass

from onhook_devices.errors import Conflict, NotFound, Refused, UsageError


@dataclass(eq=False)
class SeveralDevices(UsageError):
    """The account is on several devices, and none was named."""

    account: str
    devices: str


@dataclass(eq=False)
class NoPasswordToReplace(Refused):
    """The account signs in with an MSISDN alone: that can only change with its line (B-A3)."""

    account: str


@dataclass(eq=False)
class NoSuchWalk(NotFound):
    """No walk has this number."""

    walk: str


@dataclass(eq=False)
class NoOpenWalk(NotFound):
    """There is no walk to go on with."""

    account: str


@dataclass(eq=False)
class WalkGoneOn(Conflict):
    """Somebody else has gone on with the walk meanwhile."""

    walk: str
    account: str
