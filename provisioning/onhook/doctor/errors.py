"""What the doctor finds and nobody else does.

::

    InvalidInput   NoPublicUrl, PublicUrlHere, PublicUrlExample, PublicUrlOther, ContractsWithoutPbx
    Refused        BackupMissing, BackupOld, PbxChangesWait, DevicesDisputed, DevicesTooOld,
                   DevicesUnknown, MailsLeft
    StorageFault   the rest
"""

from __future__ import annotations

from onhook_devices.errors import InvalidInput, OnhookError, Refused, StorageFault


class CheckFailed(OnhookError):
    """A check itself failed; what it was looking at is not shown."""

    check: str
    kind: str


class PlaceUnreadable(StorageFault):
    """The operating system does not let us look at a file or folder."""

    path: str
    reason: str


class WritableByOthers(StorageFault):
    """Others on this machine may change what onhook trusts."""

    path: str
    mode: str


class ReadableByOthers(StorageFault):
    """Others on this machine may read customers' data, or see what there is."""

    path: str
    mode: str


class NoPublicUrl(InvalidInput):
    """No address is set at which phones reach the links."""

    file: str


class PublicUrlHere(InvalidInput):
    """The address of the links is this very machine's loopback."""

    url: str


class PublicUrlExample(InvalidInput):
    """The address of the links is one for examples."""

    url: str


class PublicUrlOther(InvalidInput):
    """Something answers at the address of the links, and not as onhook does."""

    url: str
    status: str


class ContractsWithoutPbx(InvalidInput):
    """Nobody said which PBX the accounts of running contracts are on."""

    contracts: str


class KeysIncomplete(StorageFault):
    """The key ring has no key of a purpose."""

    path: str
    purposes: str


class KeyLost(StorageFault):
    """The database holds what was sealed with a key that the ring does not have."""

    key: str
    purpose: str
    count: str


class DatabaseGone(StorageFault):
    """The database's file is not there."""

    database: str


class DatabaseDamaged(StorageFault):
    """SQLite's own check finds the file damaged."""

    database: str
    reason: str


class DiskShort(StorageFault):
    """Little room is left."""

    path: str
    left: str
    wanted: str


class ClockBehind(StorageFault):
    """The clock stands before what happened already."""

    now: str
    newest: str
    behind: str


class PbxChangesWait(Refused):
    """Changes wait for a person to make them on the PBX."""

    count: str
    since: str


class BackupMissing(Refused):
    """No backup was ever made."""

    database: str


class BackupOld(Refused):
    """The last backup is old."""

    made_on: str
    days: str


class DevicesDisputed(Refused):
    """Several accounts are on devices that may have one (J-A1)."""

    devices: str
    count: str
    first: str


class DevicesTooOld(Refused):
    """Devices in use run less than the service's minimum (J-A2)."""

    devices: str
    count: str
    first: str


class DevicesUnknown(Refused):
    """Nobody recorded what devices in use run, and the service has a minimum (J-A2)."""

    devices: str
    count: str
    first: str


class MailsLeft(Refused):
    """Mails wait to be sent, or nobody knows whether they arrived."""

    waiting: str
    doubtful: str
