"""The command ``onhook backup``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onhook_cli.command import command
from onhook_cli.session import Session

if TYPE_CHECKING:
    from onhook.backups.making import MadeBackup


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    command(app, "backup", example="onhook backup office.zip")(backup)


def backup(
    session: Session,
    file: Annotated[
        Path, typer.Argument(help="Where to; an earlier backup is replaced.", metavar="FILE")
    ],
    *,
    with_keys: Annotated[
        bool,
        typer.Option(
            "--with-keys", help="Put the key ring in, too: the file then opens by itself."
        ),
    ] = False,
) -> None:
    """Write all that the workspace holds into one file (ZIP).

    Others may work meanwhile. The file appears when it is whole and was read back. The key ring
    is not in it unless asked for: keep a copy of that elsewhere.
    """
    from onhook.backups.making import make_backup
    from onhook.workspace import open_workspace

    session.workspace = open_workspace(session.folder, os.environ, may_be_older=True)
    made = make_backup(session.workspace, file, with_keys=with_keys)
    _say(session, made)
    session.data = _object(made)


def _say(session: Session, made: MadeBackup) -> None:
    manifest = made.manifest
    session.say(
        "backup-made",
        file=made.file,
        rows=manifest.rows,
        tables=len(manifest.tables),
        files=len(manifest.files),
        bytes=made.size,
    )
    session.say("backup-sha256", sha256=made.sha256.hex())
    if not made.is_recorded:
        session.say("backup-not-recorded", schema=manifest.schema)
    session.say("backup-has-keys" if made.has_keys else "backup-lacks-keys", file=made.file)


def _object(made: MadeBackup) -> dict[str, object]:
    manifest = made.manifest
    return {
        "file": str(made.file),
        "bytes": made.size,
        "sha256": made.sha256.hex(),
        "made_at": manifest.made_at,
        "schema": manifest.schema,
        "rows": {table.shape.name: table.rows for table in manifest.tables},
        "files": [part.name for part in manifest.files],
        "keys": made.has_keys,
        "recorded": made.is_recorded,
    }
