"""Find the key ring for a backup, and tell whether it is the one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from onhook.backups.errors import BackupDamaged, KeyRingForeign, KeyRingInTheWay
from onhook.backups.manifest import FILES
from onhook.keys.ring_file import read_ring
from onhook.keys.sources import read_source
from onhook.sealing import KeyRing, KeyRingProtected, KeyRingUnreadable
from onhook.settings import KEY_FILE

if TYPE_CHECKING:
    from pathlib import Path

    from onhook.backups.reading import Backup
    from onhook.keys.sources import KeySource

Origin = Literal["named", "workspace", "backup", "command", "none"]


class Ring(NamedTuple):
    """A key ring for a backup.

    Attributes:
        keys: The ring, None if there is none.
        origin: Where it was found: named on the command line, where the workspace keeps it, in the
            backup itself, or nowhere; ``command``: a command in the backup's settings prints it,
            and what a file says is not run before somebody has looked at it.
        path: Where it is, or should be.
        missing: Ids of keys that the backup needs and the ring has not.
        has_signed: Whether one of its keys signed the backup, as it is.
    """

    keys: KeyRing | None
    origin: Origin
    path: str
    missing: tuple[str, ...]
    has_signed: bool


def find_ring(backup: Backup, source: KeySource, named: Path | None) -> Ring:
    """Return the key ring for a backup: the named one, else the workspace's, else the backup's.

    Args:
        backup: The backup.
        source: Where the restored workspace will look for its ring.
        named: The file named for this once.

    Raises:
        KeyRingInTheWay: The workspace has another ring than the named one.
        KeyRingForeign: It has none of the keys that the backup was sealed with.
        BackupForged: It says that the backup was changed.
        StorageFault: The ring cannot be read, or is none.
    """
    if named is not None:
        return judge(backup, _named(named, source.file), "named", str(named))
    if _is_there(source):
        return judge(backup, read_source(source), "workspace", source.shown)
    keys = _enclosed(backup)
    if keys is not None:
        return judge(backup, keys, "backup", str(backup.path))
    origin: Origin = "command" if source.kind == "command" else "none"
    return Ring(None, origin, source.shown, backup.manifest.keys, has_signed=False)


def judge(backup: Backup, keys: KeyRing, origin: Origin, path: str) -> Ring:
    """Tell whether a ring is the one for a backup; raises as `find_ring`."""
    held = {one.hex() for one in keys.ids}
    missing = tuple(one for one in backup.manifest.keys if one not in held)
    if missing and len(missing) == len(backup.manifest.keys):
        raise KeyRingForeign(path, str(backup.path))
    return Ring(keys, origin, path, missing, backup.is_signed_by(keys.audit))


def _named(named: Path, own: Path | None) -> KeyRing:
    keys = read_ring(named)
    if own is not None and own.exists() and read_ring(own).keys != keys.keys:
        raise KeyRingInTheWay(str(own), str(named))
    return keys


def _is_there(source: KeySource) -> bool:
    if source.file is not None:
        return source.file.exists()
    return source.named_in is None  # whoever set the variable wants the command run


def _enclosed(backup: Backup) -> KeyRing | None:
    for part in backup.manifest.files:
        if part.name == FILES + KEY_FILE:
            return _loads(backup, b"".join(backup.content(part)))
    return None


def _loads(backup: Backup, content: bytes) -> KeyRing:
    try:
        return KeyRing.loads(content.decode("ascii"), str(backup.path))
    except (UnicodeDecodeError, KeyRingUnreadable, KeyRingProtected):
        raise BackupDamaged(str(backup.path), KEY_FILE) from None
