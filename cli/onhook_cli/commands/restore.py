"""The command ``onhook restore``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onhook_cli.command import command
from onhook_cli.session import Session, local_time
from onhook_devices.errors import UsageError

if TYPE_CHECKING:
    from onhook.backups.restoring import Restored


class ReplaceAndMore(UsageError):
    """What is replaced keeps its own database and key ring."""

    option: str


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    command(
        app, "restore", example="onhook restore office.zip --workspace office --keys keys.json"
    )(restore)


def restore(
    session: Session,
    file: Annotated[Path, typer.Argument(help="A file made by `onhook backup`.", metavar="FILE")],
    *,
    database: Annotated[
        str | None,
        typer.Option(
            help="SQLAlchemy URL of an empty database [default: as it was].", metavar="URL"
        ),
    ] = None,
    keys: Annotated[
        Path | None,
        typer.Option(
            help="The key ring [default: the workspace's, else the backup's].", metavar="FILE"
        ),
    ] = None,
    revoke_links: Annotated[
        bool, typer.Option("--revoke-links", help="Let no link of that time work any more.")
    ] = False,
    replace: Annotated[
        bool,
        typer.Option(
            "--replace", help="Put the rows in place of those of a workspace that is in use."
        ),
    ] = False,
) -> None:
    """Make a workspace from a backup, in an empty or new folder.

    The backup is read and compared first; nothing is touched if it is not whole. A backup of an
    earlier onhook is brought up to date. With --replace the workspace stays as it is and only what
    its database holds is replaced; that is kept in a backup of its own.
    """
    from onhook.backups.replacing import replace_rows
    from onhook.backups.restoring import RestoreOptions, restore_workspace

    if replace:
        for option, given in (("--database", database), ("--keys", keys)):
            if given is not None:
                raise ReplaceAndMore(option)
        done = replace_rows(session.workspace, file, revoke=revoke_links)
    else:
        options = RestoreOptions(database, keys, revoke_links)
        done = restore_workspace(session.folder, file, options, os.environ)
    _say(session, done)
    session.data = _object(session, done)


def _say(session: Session, done: Restored) -> None:
    manifest = done.manifest
    session.say(
        "restore-from",
        at=local_time(manifest.made_at),
        actor=manifest.made_by,
        version=manifest.onhook,
    )
    session.say(
        "restore-done",
        database=done.database,
        rows=manifest.rows,
        tables=len(manifest.tables),
    )
    if done.kept is not None:
        session.say("restore-kept", file=done.kept)
    for name in done.differing:
        session.say("restore-differs", file=name)
    _say_keys(session, done)
    _say_links(session, done)
    if not done.is_recorded:
        session.say("restore-not-recorded")


def _say_keys(session: Session, done: Restored) -> None:
    ring, words = done.ring, session.words
    if ring.keys is None:
        key = "restore-key-command" if ring.origin == "command" else "restore-no-keys"
        session.say(key, path=ring.path)
        return
    nothing = words("restore-nothing-sealed")
    session.say(
        "restore-opened",
        keys=words(f"restore-keys-{ring.origin}", path=ring.path),
        config=done.opened.config or nothing,
        password=done.opened.password or nothing,
    )
    session.say("restore-signed" if ring.has_signed else "restore-unsigned")
    if done.keys_wanted:
        session.say("restore-keys-wanted", path=done.keys_wanted)
    if ring.missing:
        session.say("restore-missing-keys", keys=", ".join(ring.missing), path=ring.path)


def _say_links(session: Session, done: Restored) -> None:
    if done.links_revoked:
        session.say("restore-links-revoked", count=done.links_revoked)
    elif done.links_live:
        session.say("restore-links-live", count=done.links_live)


def _object(session: Session, done: Restored) -> dict[str, object]:
    manifest, ring = done.manifest, done.ring
    return {
        "workspace": str(session.folder),
        "database": done.database,
        "made_at": manifest.made_at,
        "made_by": manifest.made_by,
        "onhook": manifest.onhook,
        "schema": manifest.schema,
        "rows": {table.shape.name: table.rows for table in manifest.tables},
        "files": [part.name for part in manifest.files],
        "differing": list(done.differing),
        "keys": {
            "from": ring.origin,
            "missing": list(ring.missing),
            "wanted_at": done.keys_wanted,
        },
        "signed": ring.has_signed,
        "opened": {"config": done.opened.config, "password": done.opened.password},
        "links": {"revoked": done.links_revoked, "live": done.links_live},
        "recorded": done.is_recorded,
        "kept": None if done.kept is None else str(done.kept),
    }
