"""The command ``onhook qr``."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from onhook_cli.command import command
from onhook_cli.session import Session, local_time


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    command(app, "qr", example="onhook qr 101")(qr)


def qr(
    session: Session,
    extension: Annotated[str, typer.Argument(help="101, or acme/101.", metavar="EXT")],
    *,
    device: Annotated[
        str | None, typer.Option(help="Which of its devices, if it has several.", metavar="ID")
    ] = None,
) -> None:
    """Draw the QR code of an account's live link in the terminal."""
    from onhook.links import draw_link
    from onhook.qr import encode, terminal

    with session.workspace.reading() as work:
        drawn = draw_link(work, extension, session.customer, device)
    colour = sys.stdout.isatty()  # no decoration: without it a dark terminal shows a negative
    session.print(terminal(encode(drawn.url), colour=colour))
    session.say(
        "qr-drawn", subject=drawn.subject, family=drawn.family, expires=local_time(drawn.expires_at)
    )
    session.data = {
        "account": drawn.account,
        "device": drawn.device,
        "family": drawn.family,
        "expires_at": drawn.expires_at,
    }
