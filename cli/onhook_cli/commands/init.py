"""The command ``onhook init``."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from onhook_cli.command import command
from onhook_cli.session import Session

if TYPE_CHECKING:
    from onhook.workspace import Made, Workspace


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    command(
        app,
        "init",
        example="onhook init --customer acme --pbx pbx.acme.example --public-url https://phone.acme.example",
    )(init)


def init(
    session: Session,
    *,
    service: Annotated[
        str | None,
        typer.Option(
            help="Service that new contracts are for [default: jiyu-hodai].", metavar="ID"
        ),
    ] = None,
    pbx: Annotated[
        str | None, typer.Option(help="Where phones reach the PBX.", metavar="HOST[:PORT]")
    ] = None,
    public_url: Annotated[
        str | None,
        typer.Option(
            help="Where phones reach `onhook serve`; links and QR codes need it.", metavar="URL"
        ),
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(help="SQLAlchemy URL [default: SQLite in the workspace].", metavar="URL"),
    ] = None,
    move: Annotated[
        bool,
        typer.Option(
            "--move", help="Take all that is stored to --database, compare it, and use it there."
        ),
    ] = False,
) -> None:
    """Make a workspace, or what is missing of it.

    Nothing that is there is lost. With --customer that customer is added too.
    """
    from onhook.subjects import read_customer_id

    options = {"service": service, "public_url": public_url, "database": database}
    given = {name: text for name, text in options.items() if text is not None} | pbx_options(pbx)
    if session.customer is not None:
        read_customer_id(session.customer)  # before anything is made
    done = _move(session, given) if move else _make(session, given)
    try:
        _finish(session, done)
    finally:
        done.workspace.close()
    session.data = {
        "workspace": str(session.folder),
        "made": [{"what": one.what, "where": one.where, "state": one.state} for one in done.made],
        **done.data,
    }


class _Done(NamedTuple):
    workspace: Workspace
    made: list[Made]
    data: dict[str, Any]


def _make(session: Session, given: dict[str, str]) -> _Done:
    from onhook.workspace import make_workspace

    workspace, made = make_workspace(session.folder, given, os.environ)
    for one in made:
        session.say(f"made-{one.what}-{one.state}", where=one.where)
    return _Done(workspace, made, {})


def _move(session: Session, given: dict[str, str]) -> _Done:
    from onhook.moving import move_workspace
    from onhook.workspace import Made

    moved = move_workspace(session.folder, given, os.environ)
    if moved is None:  # the settings say so already
        return _make(session, given)
    made = [moved.settings, Made("database", moved.new, "moved")]
    session.say(f"made-settings-{moved.settings.state}", where=moved.settings.where)
    session.say("made-database-moved", where=moved.new, rows=sum(moved.rows.values()))
    session.say("moved-from", old=moved.old)
    return _Done(session.workspace, made, {"moved": {"from": moved.old, "rows": moved.rows}})


def _finish(session: Session, done: _Done) -> None:
    from onhook.customers import ensure_customer

    workspace = done.workspace
    workspace.services.get(workspace.settings.service)
    if session.customer is not None:
        with workspace.writing() as work:
            name, is_new = ensure_customer(work, session.customer)
        session.say("made-customer" if is_new else "kept-customer", customer=name)
    if any(one.what == "keys" and one.state != "kept" for one in done.made):
        session.say("back-up", keys=workspace.settings.keys.shown)
    if workspace.settings.public_url is None:
        session.say("no-public-url", file=workspace.settings.file)


def pbx_options(pbx: str | None) -> dict[str, str]:
    """Return ``--pbx HOST[:PORT]`` as settings.

    Raises:
        BadSetting: It is neither.
    """
    from onhook.pbx import Pbx
    from onhook.settings import BadSetting

    if pbx is None:
        return {}
    try:
        stated = Pbx.at(pbx).stated()
    except ValueError:
        raise BadSetting("pbx", "--pbx", "HOST[:PORT]") from None
    return {f"pbx.{name}": str(value) for name, value in stated.items()}
