"""The command ``onhook qr``."""

from __future__ import annotations

from typing import Annotated

import typer

from onhook_cli.command import command
from onhook_cli.options import AllowSecretQr, Device, Extension
from onhook_cli.session import Session
from onhook_cli.symbols import draw, tell_code


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    command(app, "qr", example="onhook qr 101")(qr)


def qr(
    session: Session,
    extension: Extension,
    *,
    device: Device = None,
    code: Annotated[
        bool,
        typer.Option(
            "--code", help="Show a short code, too, to be typed where no camera works; secret."
        ),
    ] = False,
    allow_secret_qr: AllowSecretQr = False,
) -> None:
    """Draw the QR code of an account's kit in the terminal."""
    from onhook.kits.symbols import current_symbol

    with session.workspace.reading() as work:
        drawn = current_symbol(
            work, extension, session.customer, device, allow_secret_qr=allow_secret_qr
        )
    draw(session, drawn)
    session.data = {
        "account": drawn.account,
        "device": drawn.device,
        "family": drawn.family,
        "expires_at": drawn.expires_at,
    }
    if code:
        session.data["code_expires_at"] = tell_code(session, extension, device)
