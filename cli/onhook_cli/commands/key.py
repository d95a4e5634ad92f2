"""The commands ``onhook key ...``."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onhook_cli.command import command, group
from onhook_cli.session import Session, console

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from onhook.keys.listing import KeyView
    from onhook.keys.resealing import Resealed
    from onhook.sealing import Key, KeyRing, Purpose
    from onhook.workspace import Workspace


def register(app: typer.Typer) -> None:
    """Add the group to `app`."""
    key = group(app, "key", "Keys: what passwords, configs and links are sealed with.")
    command(key, "list", example="onhook key list")(list_)
    command(key, "rotate", example="onhook key rotate --reseal")(rotate)
    command(key, "export", example="onhook key export --server server-keys.json")(export)
    command(key, "backup", example="onhook key backup keys.backup --passphrase-file -")(backup)


def list_(session: Session) -> None:
    """List keys: what for, how old, how much each still holds.

    The keys themselves are never shown.
    """
    from onhook.keys.listing import list_keys

    with session.workspace.reading() as work:
        found = list_keys(work.connection, session.workspace.keys)
    headers = ("key", "purpose", "made", "state", "holds")
    session.table(
        headers,
        (
            (one.id, one.purpose, one.made_at, session.words(_state(one)), one.holds)
            for one in found
        ),
    )
    source = session.workspace.settings.keys
    session.data = {"source": source.shown, "keys": [asdict(one) for one in found]}


def _state(one: KeyView) -> str:
    if not one.is_there:
        return "key-missing"
    return "key-newest" if one.is_newest else "key-older"


def rotate(
    session: Session,
    *,
    purpose: Annotated[
        list[str] | None,
        typer.Option(help="Make a new key for this only.", metavar="accounts|delivery|audit"),
    ] = None,
    reseal: Annotated[
        bool, typer.Option("--reseal", help="Then seal everything again under the newest keys.")
    ] = False,
    only_reseal: Annotated[
        bool,
        typer.Option(
            "--only-reseal", help="Make no new keys: seal again what is not under the newest yet."
        ),
    ] = False,
    retire: Annotated[
        bool,
        typer.Option(
            "--retire",
            help="At the end remove old keys that hold nothing; older backups still need them.",
        ),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(help="Write the new ring to this file, for a secret store.", metavar="FILE"),
    ] = None,
) -> None:
    """Add new keys, which seal from now on; the old ones still open.

    What was interrupted is completed by --only-reseal.
    """
    from onhook.keys.rotating import check_order, under

    workspace, wanted, reseals = session.workspace, _purposes(purpose or []), reseal or only_reseal
    check_order(workspace, out=out, is_new=not only_reseal, reseals=reseals, retires=retire)
    session.data = {"new": [], "resealed": None, "idle": [], "retired": []}
    ring = workspace.keys if only_reseal else _add_keys(session, wanted, out)
    with under(workspace, ring) as renewed:
        if reseals:
            _reseal(session, renewed)
        if reseals or retire:
            _retire(session, renewed, out, retire=retire)


def _purposes(given: list[str]) -> list[Purpose]:
    """Return the purposes that options name, all if none does.

    Raises:
        BadSetting: There is no such purpose.
    """
    from onhook.sealing import PURPOSES
    from onhook.settings import BadSetting

    if not set(given) <= set(PURPOSES):
        raise BadSetting("purpose", "--purpose", " | ".join(PURPOSES))
    return [purpose for purpose in PURPOSES if purpose in given or not given]


def _add_keys(session: Session, wanted: list[Purpose], out: Path | None) -> KeyRing:
    from onhook.keys.rotating import rotate as add_keys

    ring, made = add_keys(session.workspace, wanted, out)
    session.data["new"] = _views(made)
    for key in made:
        session.say("key-made", id=key.id.hex(), purpose=key.purpose)
    if out is not None:
        session.say("key-ring-for-store", file=out)
        return ring
    session.say("back-up", keys=session.workspace.settings.keys.shown)
    if "delivery" in wanted:
        session.say("key-servers")
    return ring


def _reseal(session: Session, workspace: Workspace) -> None:
    from onhook.keys.resealing import reseal

    session.say("key-resealing")
    with _progress(session) as progress:
        done: Resealed = reseal(workspace, progress)
    session.data["resealed"] = done.count
    session.errors.extend(done.errors)
    session.say("key-resealed", count=done.count)


def _retire(session: Session, workspace: Workspace, out: Path | None, *, retire: bool) -> None:
    from onhook.keys.retiring import idle_keys
    from onhook.keys.retiring import retire as remove

    if retire:
        gone = remove(workspace, out)
        session.data["retired"] = _views(gone)
        for key in gone:
            session.say("key-retired", id=key.id.hex(), purpose=key.purpose)
        session.say("key-retired-done" if gone else "key-none-idle")
        if out is not None:
            session.say("key-ring-for-store", file=out)
        return
    with workspace.reading() as work:
        idle = idle_keys(work.connection, workspace.keys)
    session.data["idle"] = _views(idle)
    for key in idle:
        session.say("key-idle", id=key.id.hex(), purpose=key.purpose)
    if idle:
        session.say("key-idle-cure")


def _views(keys: Iterable[Key]) -> list[dict[str, str]]:
    return [{"id": key.id.hex(), "purpose": key.purpose} for key in keys]


@contextmanager
def _progress(session: Session) -> Iterator[Callable[[int], None]]:
    """Show how many values are done, on a terminal only."""
    if session.json or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.completed}"), TimeElapsedColumn())
    with Progress(*columns, console=console(sys.stderr), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda many: bar.advance(task, many)


def export(
    session: Session,
    *,
    server: Annotated[
        Path,
        typer.Option(help="New file for a public server: the delivery keys only.", metavar="FILE"),
    ],
) -> None:
    """Write a ring for a public server, which only delivers.

    It opens what links deliver, and not the accounts' own secrets.
    """
    from onhook.keys.backing_up import export_for_server

    ring = export_for_server(session.workspace, server)
    session.say("key-exported", file=server)
    session.data = {"file": str(server), "keys": _views(ring.keys)}


def backup(
    session: Session,
    file: Annotated[Path, typer.Argument(help="The backup.", metavar="FILE")],
    *,
    passphrase_file: Annotated[
        Path | None,
        typer.Option(help="File with the backup's passphrase; - to type it.", metavar="FILE"),
    ] = None,
    restore_to: Annotated[
        Path | None,
        typer.Option(
            help="Read the backup instead and write its ring to this new file.", metavar="FILE"
        ),
    ] = None,
) -> None:
    """Copy the whole ring into a new file, or get it back from there."""
    from onhook.keys.backing_up import back_up, restore_from

    passphrase = (
        None
        if passphrase_file is None
        else session.secret(passphrase_file, twice=restore_to is None)
    )
    if restore_to is not None:
        ring = restore_from(file, restore_to, passphrase)
        session.say("key-restored", file=restore_to, count=len(ring.keys))
        session.data = {"file": str(restore_to), "keys": _views(ring.keys)}
        return
    back_up(session.workspace, file, passphrase)
    session.say("key-backed-up" if passphrase is None else "key-backed-up-protected", file=file)
    session.data = {"file": str(file), "has_passphrase": passphrase is not None}
