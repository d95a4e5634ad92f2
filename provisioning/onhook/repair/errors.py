"""What speaks against a repair."""

from __future__ import annotations

from onhook_devices.errors import Conflict, NotFound, Refused, UsageError


class SeveralDevices(UsageError):
    """The account is on several devices, and none was named."""

    account: str
    devices: str


class NoPasswordToReplace(Refused):
    """The account signs in with an MSISDN alone: that can only change with its line (B-A3)."""

    account: str


class NoSuchWalk(NotFound):
    """No walk has this number."""

    walk: str


class NoOpenWalk(NotFound):
    """There is no walk to go on with."""

    account: str


class WalkGoneOn(Conflict):
    """Somebody else has gone on with the walk meanwhile."""

    walk: str
    account: str
