"""The command ``onhook qr``."""

from __future__ import annotations

from typing import Annotated

import typer

from onhook_cli.command import command
from onhook_cli.options import AllowSecretQr, Device, Extension
from onhook_cli.session import Session, local_time
from onhook_cli.symbols import draw


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
        _tell_code(session, extension, device)


def _tell_code(session: Session, extension: str, device: str | None) -> None:
    """Tell the short code, which is no part of the JSON: whoever has it has the link."""
    from onhook.delivery.codes import show_code

    with session.workspace.writing() as work:
        found = show_code(work, extension, session.customer, device)
    expires = local_time(found.expires_at)
    session.say("qr-code", code=found.code, url=found.public_url, expires=expires)
    session.data["code_expires_at"] = found.expires_at
