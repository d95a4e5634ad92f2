"""The command ``onhook qr``."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from onhook_cli.command import command
from onhook_cli.commands.issue import AllowSecretQr
from onhook_cli.options import Extension
from onhook_cli.session import Session, local_time


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    command(app, "qr", example="onhook qr 101")(qr)


def qr(
    session: Session,
    extension: Extension,
    *,
    device: Annotated[
        str | None, typer.Option(help="Which of its devices, if it has several.", metavar="ID")
    ] = None,
    allow_secret_qr: AllowSecretQr = False,
) -> None:
    """Draw the QR code of an account's kit in the terminal."""
    from onhook.kits.symbols import current_symbol
    from onhook.qr import encode, terminal

    with session.workspace.reading() as work:
        drawn = current_symbol(
            work, extension, session.customer, device, allow_secret_qr=allow_secret_qr
        )
    colour = sys.stdout.isatty()  # no decoration: without it a dark terminal shows a negative
    session.print(terminal(encode(drawn.text), colour=colour))
    if drawn.expires_at is None:
        session.say("qr-drawn-inline", subject=drawn.subject, family=drawn.family)
    else:
        expires = local_time(drawn.expires_at)
        session.say("qr-drawn", subject=drawn.subject, family=drawn.family, expires=expires)
    session.data = {
        "account": drawn.account,
        "device": drawn.device,
        "family": drawn.family,
        "expires_at": drawn.expires_at,
    }
