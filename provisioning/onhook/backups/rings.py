"""Find the key ring for a backup, and tell whether it is the one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from onhook.backups.errors import BackupDamaged, KeyRingForeign, KeyRingInTheWay
from onhook.backups.manifest import FILES
from onhook.keys.ring_file import read_ring
from onhook.sealing import KeyRing, KeyRingUnreadable
from onhook.settings import KEY_FILE

if TYPE_CHECKING:
    from pathlib import Path

    from onhook.backups.reading import Backup

Origin = Literal["named", "workspace", "backup", "none"]


class Ring(NamedTuple):
    """A key ring for a backup.

    Attributes:
        keys: The ring, None if there is none.
        origin: Where it was found: named on the command line, in the workspace's folder, in the
            backup itself, or nowhere.
        path: Its file, or the backup's.
        missing: Ids of keys that the backup needs and the ring has not.
        has_signed: Whether one of its keys signed the backup, as it is.
    """

    keys: KeyRing | None
    origin: Origin
    path: str
    missing: tuple[str, ...]
    has_signed: bool


def find_ring(backup: Backup, named: Path | None, folder: Path) -> Ring:
    """Return the key ring for a backup: the named one, else the workspace's, else the backup's.

    Raises:
        KeyRingMissing: The named one is not there or may not be read.
        KeyRingUnreadable: It is none.
        KeyRingOpenToOthers: Others may read it.
        KeyRingInTheWay: The workspace's folder has another one.
        KeyRingForeign: It has none of the keys that the backup was sealed with.
        BackupForged: It says that the backup was changed.
    """
    keys, origin, path = _find(backup, named, folder / KEY_FILE)
    if keys is None:
        return Ring(None, origin, path, backup.manifest.keys, has_signed=False)
    held = {key.id.hex() for key in keys.keys}
    missing = tuple(one for one in backup.manifest.keys if one not in held)
    if missing and len(missing) == len(backup.manifest.keys):
        raise KeyRingForeign(path, str(backup.path))
    return Ring(keys, origin, path, missing, backup.is_signed_by(keys.audit))


def _find(backup: Backup, named: Path | None, own: Path) -> tuple[KeyRing | None, Origin, str]:
    if named is not None:
        keys = read_ring(named)
        if own.exists() and read_ring(own).keys != keys.keys:
            raise KeyRingInTheWay(str(own), str(named))
        return keys, "named", str(named)
    if own.exists():
        return read_ring(own), "workspace", str(own)
    for part in backup.manifest.files:
        if part.name == FILES + KEY_FILE:
            return _loads(backup, b"".join(backup.content(part))), "backup", str(backup.path)
    return None, "none", str(own)


def _loads(backup: Backup, content: bytes) -> KeyRing:
    try:
        return KeyRing.loads(content.decode("ascii"), str(backup.path))
    except (UnicodeDecodeError, KeyRingUnreadable):
        raise BackupDamaged(str(backup.path), KEY_FILE) from None
