"""Move a workspace from one database to another, between SQLite and PostgreSQL or not.

The old database stays as it is and in force until the settings name the new one. That is done last,
in one step, while nobody else can write to the old one; whoever waited to do so is told that the
workspace has moved (`onhook.workspace.Workspace.writing`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from onhook import settings as settings_
from onhook.audit.trail import Entry, append
from onhook.store.copying import copy_database
from onhook.store.engine import open_engine, same_database, shown, write_transaction
from onhook.store.errors import database_faults
from onhook.store.migration import check_server, make_private, require_current
from onhook.workspace import SettingsFile, check_options, open_workspace
from onhook_devices.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sqlalchemy.engine import Engine

    from onhook.workspace import Made, Workspace


class MoveWithoutTarget(UsageError):
    """It was not said where to move to."""

    folder: str


class MoveOverridden(UsageError):
    """A variable names the database, and would after the move as well."""

    variable: str


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of a move.

    Attributes:
        settings: The settings file, which names the new database now.
        old: Address of the old database, without its password.
        new: Address of the new one, likewise.
        rows: How many rows were copied and compared, by table.
    """

    settings: Made
    old: str
    new: str
    rows: dict[str, int]


def move_workspace(
    folder: Path, options: Mapping[str, str], environment: Mapping[str, str]
) -> Moved | None:
    """Copy all that is stored into another database and make it the workspace's.

    Interrupted at any moment, it can be run again.

    Args:
        folder: The workspace's.
        options: Settings to write, ``database`` among them.
        environment: Variables that lie over the settings file.

    Returns:
        What was done; None where the settings name that database already.

    Raises:
        MoveWithoutTarget: No database is among the options.
        MoveOverridden: ``ONHOOK_DATABASE`` is set.
        NoWorkspace: There is none.
        DatabaseNotEmpty: The other database holds something already.
        CopyDiffers: A row did not come through as it was; nothing was moved.
        OnhookError: An option is not what it may be, or a database cannot be used.
    """
    if "database" not in options:
        raise MoveWithoutTarget(str(folder))
    if environment.get(settings_.DATABASE_VARIABLE):
        raise MoveOverridden(settings_.DATABASE_VARIABLE)
    options = check_options(folder, options)
    if same_database(settings_.load(folder, environment).database, options["database"]):
        return None
    workspace = open_workspace(folder, environment)
    target = open_engine(options["database"])
    try:
        moved = _move(workspace, target, SettingsFile(workspace.settings.file, options))
        require_current(target)  # from now on it is in use, and no copy to be replaced
        return moved
    finally:
        workspace.close()
        target.dispose()


def _move(workspace: Workspace, target: Engine, written: SettingsFile) -> Moved:
    make_private(target)
    old, new = shown(workspace.engine), shown(target)
    with workspace.writing() as work:
        with database_faults(new), write_transaction(target) as there:
            check_server(there)
            rows = copy_database(work.connection, there)
            moved = Entry("workspace.move", old, {"to": new, "rows": sum(rows.values())})
            append(there, workspace.keys.audit, [moved], at=work.now, actor=work.actor)
        settings = written.write()
    return Moved(settings, old, new, rows)
