"""Put a backup's rows into a workspace that is in use, in place of those that are there.

Only rows: settings, services, templates and key ring stay as they are, and which of them differ
from the backup's is told. So all of it is one transaction, before which there is the old and after
which there is the new. What was there is kept in a backup of its own.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

from onhook.backups.making import make_backup
from onhook.backups.manifest import FILES
from onhook.backups.reading import open_backup
from onhook.backups.restoring import RestoreOptions, fill
from onhook.backups.rings import judge
from onhook.settings import KEY_FILE
from onhook.store.errors import DatabaseFault, DatabaseUnreachable
from onhook.store.migration import drop_tables
from onhook_devices.errors import OnhookError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from onhook.backups.manifest import Manifest
    from onhook.backups.restoring import Restored
    from onhook.workspace import Workspace


def replace_rows(workspace: Workspace, file: Path, *, revoke: bool = False) -> Restored:
    """Put the rows of the backup in `file` in place of a workspace's.

    Args:
        workspace: The workspace.
        file: The backup.
        revoke: Whether no link shall work afterwards.

    Raises:
        NoSuchBackup: There is no such file.
        InvalidInput: It is no backup, not whole any more, or of a later onhook.
        KeyRingForeign: The workspace's key ring has none of the keys that the backup needs.
        SealBroken: The key ring does not open what it should.
        StorageFault: What is there cannot be kept, or the database not be written to.
    """
    folder = workspace.settings.folder
    options = RestoreOptions(revoke_links=revoke)
    with open_backup(file) as backup:
        ring = judge(backup, workspace.keys, "workspace", workspace.settings.keys.shown)
        # The record of it would go with the rows that it is of.
        kept = make_backup(workspace, _place_to_keep(workspace), record=False).file
        with _gone_if_nothing_happens(kept), workspace.writing() as work:
            drop_tables(work.connection)
            unit = replace(work, entries=[])
            restored = fill(unit, backup, ring, options, kept)
    return replace(restored, differing=tuple(_differing(folder, restored.manifest)))


def _place_to_keep(workspace: Workspace) -> Path:
    moment = workspace.clock().strftime("%Y%m%dT%H%M%S%fZ")
    return workspace.settings.folder / f"before-restore-{moment}.zip"


@contextmanager
def _gone_if_nothing_happens(kept: Path) -> Iterator[None]:
    """Take away what was kept if the rows are still there for certain: the disk may be full of it.

    Where the line broke, the new rows may have been stored.
    """
    try:
        yield
    except OnhookError as error:
        if not isinstance(error, DatabaseUnreachable | DatabaseFault):
            kept.unlink(missing_ok=True)
        raise


def _differing(folder: Path, manifest: Manifest) -> Iterator[str]:
    """Yield the names of files that are not there, or not those of the backup."""
    for part in manifest.files:
        name = part.name.removeprefix(FILES)
        path = folder / name
        if name != KEY_FILE and not (path.is_file() and _sha256(path) == part.sha256):
            yield name


def _sha256(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()
