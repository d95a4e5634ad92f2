"""What can be wrong with a backup, and with the place that one is restored to."""

from __future__ import annotations

from onhook_devices.errors import Conflict, InvalidInput, NotFound, StorageFault, UsageError


class AmongBelongings(UsageError):
    """What holds links would be written among the files that backups take along."""

    place: str


class NoSuchBackup(NotFound):
    """There is no such file."""

    file: str


class BackupForeign(InvalidInput):
    """The file is no backup that onhook made."""

    file: str


class BackupDamaged(InvalidInput):
    """The backup is not what it was when it was made."""

    file: str
    reason: str


class BackupForged(InvalidInput):
    """The backup is whole, and yet not what the owner of the keys made."""

    file: str


class BackupNewer(InvalidInput):
    """A later onhook made the backup."""

    file: str
    schema: str
    needed: str


class BackupInTheWay(Conflict):
    """Something else stands where the backup should be written."""

    file: str


class BackupNotRecorded(StorageFault):
    """The backup was made, and the database did not take note of it."""

    file: str
    reason: str


class WorkspaceThere(Conflict):
    """There is a workspace where one should be restored to."""

    folder: str


class FolderNotEmpty(Conflict):
    """Something that does not belong to a workspace stands where one should be restored to."""

    folder: str
    name: str


class RestoreUnderWay(Conflict):
    """Another process restores a workspace into the same folder."""

    folder: str


class KeyRingForeign(Conflict):
    """The key ring has none of the keys that the backup was sealed with."""

    path: str
    file: str


class KeyRingInTheWay(Conflict):
    """The workspace's folder has another key ring than the one that was named."""

    path: str
    named: str


class RestoreDiffers(StorageFault):
    """A table does not hold what was loaded into it."""

    database: str
    table: str
