"""Make a backup of a workspace while others work in it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import insert

from onhook import __version__
from onhook import settings as settings_
from onhook.backups.archive import write_backup_file
from onhook.backups.belongings import find_belongings
from onhook.backups.errors import BackupNotRecorded
from onhook.backups.manifest import FILES, MANIFEST, SIGNATURE, Manifest
from onhook.backups.reading import open_backup, signed
from onhook.backups.snapshot import Snapshot, shapes_of
from onhook.files import disk_faults
from onhook.keys.sources import read_source
from onhook.sealing import KeyMissing, KeyRing
from onhook.store.migration import SCHEMA, find_revision
from onhook.store.schema import backup
from onhook.words import Words
from onhook.workspace import WorkspaceMoved
from onhook_devices.errors import OnhookError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from onhook.backups.archive import BackupFile
    from onhook.backups.manifest import Part
    from onhook.workspace import UnitOfWork, Workspace

_AT_ONCE = 1 << 20


@dataclass(frozen=True, slots=True)
class MadeBackup:
    """A backup that was made.

    Attributes:
        file: Where it is.
        size: Of the file, in bytes.
        sha256: Of the whole file.
        manifest: What is in it.
        has_keys: Whether the key ring is in it.
        is_recorded: Whether the database took note of it; one of an earlier onhook cannot.
    """

    file: Path
    size: int
    sha256: bytes
    manifest: Manifest
    has_keys: bool
    is_recorded: bool


def make_backup(
    workspace: Workspace, path: Path, *, with_keys: bool = False, record: bool = True
) -> MadeBackup:
    """Write all that the workspace holds into one file, read it back, and record it.

    Others may write meanwhile: the backup shows one moment of the database.

    Args:
        workspace: Its database may be of an earlier onhook.
        path: Where; an earlier backup is replaced when the new one is whole.
        with_keys: Whether the key ring goes into it, too.
        record: Whether the database takes note of it, if it can.

    Raises:
        BackupInTheWay: Something that is no backup stands there.
        BackupNotRecorded: The backup is there and whole; the database did not take note of it.
        WorkspaceMoved: The database became another meanwhile; nothing is written.
        StorageFault: The database cannot be read, or the file not be written.
    """
    with write_backup_file(path, _read_back) as file, workspace.reading() as work:
        manifest = _write(work, file, with_keys=with_keys)
        if not settings_.database_stays(workspace.settings):
            raise WorkspaceMoved(str(workspace.settings.folder))
        size, digest = file.finish()
    is_recorded = record and manifest.schema == SCHEMA
    made = MadeBackup(path, size, digest, manifest, with_keys, is_recorded)
    if made.is_recorded:
        _record(workspace, made)
    return made


def _read_back(path: Path) -> None:
    with open_backup(path):
        pass


def _write(work: UnitOfWork, file: BackupFile, *, with_keys: bool) -> Manifest:
    revision = find_revision(work.connection)[0] or ""
    snapshot = Snapshot(work.connection, file)
    tables = tuple(snapshot.write(shape) for shape in shapes_of(work.connection, revision))
    manifest = Manifest(
        onhook=__version__,
        schema=revision,
        made_at=work.now,
        made_by=work.actor,
        database=work.connection.dialect.name,
        keys=tuple(sorted(one.hex() for one in snapshot.keys)),
        tables=tables,
        files=tuple(_write_files(work.workspace, file, with_keys=with_keys)),
    )
    content = manifest.dumps()
    file.add(MANIFEST, [content])
    _sign(work, file, content)
    return manifest


def _write_files(workspace: Workspace, file: BackupFile, *, with_keys: bool) -> Iterator[Part]:
    folder = workspace.settings.folder
    for name in find_belongings(folder):
        yield file.add(FILES + name, _content(folder / name))
    if with_keys:
        yield file.add(FILES + settings_.KEY_FILE, [_keys(workspace).dumps().encode()])


def _keys(workspace: Workspace) -> KeyRing:
    """Return every key that the rows may need: meanwhile some may have come, and others gone."""
    there = read_source(workspace.settings.keys)
    gone = (key for key in workspace.keys.keys if key.id not in there.ids)
    return KeyRing((*gone, *there.keys))


def _content(path: Path) -> Iterator[bytes]:
    with disk_faults(path), path.open("rb") as file:
        while chunk := file.read(_AT_ONCE):
            yield chunk


def _sign(work: UnitOfWork, file: BackupFile, manifest: bytes) -> None:
    """Sign the manifest, if the key ring can: whoever has it can tell a forged backup."""
    keys = work.workspace.keys.audit
    try:
        key = keys.newest
    except KeyMissing:  # the ring of an earlier onhook, or of a public server
        return
    told = {"key": key.hex(), "hmac": keys.sign(key, signed(manifest)).hex()}
    file.add(SIGNATURE, [json.dumps(told).encode() + b"\n"])


def _record(workspace: Workspace, made: MadeBackup) -> None:
    place = str(made.file.absolute()).encode(errors="replace").decode()
    row = {
        "made_at": made.manifest.made_at,
        "made_by": made.manifest.made_by,
        "file": place,
        "bytes": made.size,
        "sha256": made.sha256,
    }
    try:
        with workspace.writing() as work:
            work.connection.execute(insert(backup).values(row))
            told = {"bytes": made.size, "sha256": made.sha256.hex(), "keys": made.has_keys}
            work.record("backup.make", place, **told)
    except OnhookError as error:
        raise BackupNotRecorded(str(made.file), Words("en").error(error).says) from error
