"""Make a workspace from a backup.

Nothing is touched before the whole backup was read and found whole. The database is filled in one
transaction and marked as a copy that nobody uses, until the settings file is put in place as the
last of all: interrupted at any moment, there is no workspace, and a second run completes.
"""

from __future__ import annotations

import tomllib
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from onhook import settings as settings_
from onhook.backups.loading import load
from onhook.backups.manifest import FILES
from onhook.backups.opening import Opened, open_some
from onhook.backups.place import open_place
from onhook.backups.reading import open_backup
from onhook.backups.rings import find_ring
from onhook.links import count_live, revoke_links
from onhook.sealing import KeyRing
from onhook.store.copying import clear
from onhook.store.engine import shown, write_transaction
from onhook.store.errors import database_faults
from onhook.store.migration import check_server, make_private, mark_as_copy, require_current
from onhook.store.schema import audit_head
from onhook.workspace import SettingsFile, UnitOfWork, Workspace, check_options

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy.engine import Engine

    from onhook.backups.manifest import Manifest
    from onhook.backups.place import Place
    from onhook.backups.reading import Backup
    from onhook.backups.rings import Ring
    from onhook.settings import Settings


@dataclass(frozen=True, slots=True)
class RestoreOptions:
    """What a restore can be told.

    Attributes:
        database: Address of the database; None: the one that the settings name.
        keys: File of the key ring; None: the one in the folder, else the one in the backup.
        revoke_links: Whether no link shall work afterwards.
    """

    database: str | None = None
    keys: Path | None = None
    revoke_links: bool = False


@dataclass(frozen=True, slots=True)
class Restored:
    """What became of a restore.

    Attributes:
        manifest: Of the backup.
        database: Address of the database, without its password.
        ring: The key ring.
        opened: What it opened.
        links_revoked: How many links were revoked.
        links_live: How many work.
        is_recorded: Whether the audit trail has an entry of it; without a key nobody can write one.
        keys_wanted: Where the key ring must still be put by hand; '' if it is there.
        differing: Files of the workspace that are not those of the backup, where there was one.
        kept: Where what was there before was kept; None where nothing was.
    """

    manifest: Manifest
    database: str
    ring: Ring
    opened: Opened
    links_revoked: int
    links_live: int
    is_recorded: bool
    keys_wanted: str
    differing: tuple[str, ...] = ()
    kept: Path | None = None


def restore_workspace(
    folder: Path, file: Path, options: RestoreOptions, environment: Mapping[str, str]
) -> Restored:
    """Make a workspace in an empty or new folder from the backup in `file`.

    Raises:
        NoSuchBackup: There is no such file.
        InvalidInput: It is no backup, not whole any more, or of a later onhook.
        WorkspaceThere: The folder is a workspace.
        FolderNotEmpty: The folder holds something else.
        DatabaseNotEmpty: The database holds something.
        KeyRingForeign: The key ring is another workspace's.
        KeyRingInTheWay: The workspace has another ring than the named one.
        SealBroken: The key ring does not open what it should.
        StorageFault: The folder or the database cannot be written to.
    """
    with open_backup(file) as backup:
        settings = _settings(backup, folder, options, environment)
        ring = find_ring(backup, settings.keys, options.keys)
        workspace = Workspace(settings, ring.keys or KeyRing(()), settings_.actor(environment))
        try:
            with open_place(folder) as place:
                _stage(place, backup, ring, settings, options)
                return _restore(workspace, place, backup, ring, options)
        finally:
            workspace.close()


def _settings(
    backup: Backup, folder: Path, options: RestoreOptions, environment: Mapping[str, str]
) -> Settings:
    """Return the settings that the workspace will have.

    Raises:
        SettingsUnreadable: Those of the backup are no TOML.
        InvalidInput: One of them cannot be what it is.
    """
    content = b"".join(
        b"".join(backup.content(part))
        for part in backup.manifest.files
        if part.name == FILES + settings_.SETTINGS_FILE
    )
    try:
        told = tomllib.loads(content.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise settings_.SettingsUnreadable(settings_.SETTINGS_FILE, str(error)) from error
    told |= _given(folder, options)
    return settings_.settled(folder, told, _over(options, environment))


def _given(folder: Path, options: RestoreOptions) -> dict[str, str]:
    given = {} if options.database is None else {"database": options.database}
    return check_options(folder, given)


def _over(options: RestoreOptions, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that lie over the settings: an option lies over them."""
    variable = settings_.DATABASE_VARIABLE
    return {k: v for k, v in environment.items() if k != variable or options.database is None}


def _stage(
    place: Place, backup: Backup, ring: Ring, settings: Settings, options: RestoreOptions
) -> None:
    """Make the workspace's files ready."""
    for part in backup.manifest.files:
        name = part.name.removeprefix(FILES)
        if name != settings_.KEY_FILE:
            place.write(name, backup.content(part))
    if ring.keys is not None and _is_to_be_placed(ring, settings):
        place.write(settings_.KEY_FILE, [ring.keys.dumps().encode()])
    staged = place.staging / settings_.SETTINGS_FILE
    SettingsFile(staged, _given(place.folder, options)).write()


def _is_to_be_placed(ring: Ring, settings: Settings) -> bool:
    """Tell whether the ring is put into the folder: it is not there, and will be looked for there.

    Where the settings name another place, it is the operator's to put it there.
    """
    own = settings.keys.file == settings.folder / settings_.KEY_FILE
    return own and ring.origin in ("named", "backup")


def _keys_wanted(ring: Ring, settings: Settings) -> str:
    """Return where the ring must still be put by hand, '' if it is where it will be looked for."""
    if ring.origin == "workspace" or _is_to_be_placed(ring, settings):
        return ""
    return settings.keys.shown


def _restore(
    workspace: Workspace, place: Place, backup: Backup, ring: Ring, options: RestoreOptions
) -> Restored:
    engine = workspace.engine
    with _gone_on_error(engine, workspace.settings):
        make_private(engine)
        with database_faults(shown(engine)), write_transaction(engine) as connection:
            check_server(connection)
            clear(connection)
            work = UnitOfWork(workspace, connection, workspace.clock(), entries=[])
            restored = fill(work, backup, ring, options)
            mark_as_copy(connection)
        place.publish()
    require_current(engine)  # it is in use from now on, and no copy to be replaced
    return restored


def fill(
    work: UnitOfWork,
    backup: Backup,
    ring: Ring,
    options: RestoreOptions,
    kept: Path | None = None,
) -> Restored:
    """Load the rows of a backup into a database without tables, and prove and record it.

    Args:
        work: A unit of work that writes; it is ended.
        backup: What to load.
        ring: The key ring.
        options: Of the restore.
        kept: Where what was there before was kept.
    """
    load(work.connection, backup)
    opened = Opened() if ring.keys is None else open_some(work.connection, ring.keys)
    revoked = revoke_links(work, why="revoked") if options.revoke_links else 0
    restored = Restored(
        manifest=backup.manifest,
        database=shown(work.connection.engine),
        ring=ring,
        opened=opened,
        links_revoked=revoked,
        links_live=count_live(work),
        is_recorded=_can_sign(work, ring),
        keys_wanted=_keys_wanted(ring, work.workspace.settings),
        kept=kept,
    )
    if restored.is_recorded:
        work.record("backup.restore", backup.path.name, **_details(restored, backup))
        work.end()
    return restored


def _details(restored: Restored, backup: Backup) -> dict[str, object]:
    manifest = restored.manifest
    return {
        "sha256": backup.sha256,
        "made_at": manifest.made_at.isoformat(),
        "onhook": manifest.onhook,
        "schema": manifest.schema,
        "rows": manifest.rows,
        "links_revoked": restored.links_revoked,
        "kept": "" if restored.kept is None else restored.kept.name,
    }


def _can_sign(work: UnitOfWork, ring: Ring) -> bool:
    """Tell whether the ring can continue the audit trail: it needs the key of its end, too."""
    if ring.keys is None or "audit" not in ring.keys.newest:
        return False
    end = work.connection.scalar(select(audit_head.c.key_id))
    return end is None or end in ring.keys.ids


@contextmanager
def _gone_on_error(engine: Engine, settings: Settings) -> Iterator[None]:
    """Take away the SQLite file that was made, unless the settings that name it are in place."""
    path = Path(str(engine.url.database))
    is_ours = engine.dialect.name == "sqlite" and not path.exists()
    try:
        yield
    except BaseException:
        engine.dispose()
        if is_ours and not settings.file.exists():
            for end in ("", "-wal", "-shm", "-journal"):
                path.with_name(path.name + end).unlink(missing_ok=True)
        raise
