"""The command ``onhook init``."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from onhook_cli.command import command
from onhook_cli.session import Session


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
) -> None:
    """Make a workspace, or what is missing of it.

    Nothing that is there is lost. With --customer that customer is added too.
    """
    from onhook.customers import ensure_customer
    from onhook.subjects import read_customer_id
    from onhook.workspace import make_workspace

    options = {"service": service, "public_url": public_url, "database": database}
    given = {name: text for name, text in options.items() if text is not None} | pbx_options(pbx)
    if session.customer is not None:
        read_customer_id(session.customer)  # before anything is made
    workspace, made = make_workspace(session.folder, given, os.environ)
    workspace.services.get(workspace.settings.service)
    for one in made:
        session.say(f"made-{one.what}-{one.state}", where=one.where)
    if session.customer is not None:
        with workspace.writing() as work:
            name, is_new = ensure_customer(work, session.customer)
        session.say("made-customer" if is_new else "kept-customer", customer=name)
    workspace.close()
    session.say("back-up", keys=workspace.settings.key_file)
    if workspace.settings.public_url is None:
        session.say("no-public-url", file=workspace.settings.file)
    session.data = {
        "workspace": str(session.folder),
        "made": [{"what": one.what, "where": one.where, "state": one.state} for one in made],
    }


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
