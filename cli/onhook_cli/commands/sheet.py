"""The command ``onhook sheet``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onhook_cli.command import command
from onhook_cli.options import All, AllowSecretQr, Extensions
from onhook_cli.session import Session, local_time

if TYPE_CHECKING:
    from onhook.sheets.making import MadeSheets, Target
    from onhook.sheets.sheet import Sheet

_DEFAULT = Path("sheets.pdf")


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    command(app, "sheet", example="onhook sheet --all --out sheets.pdf")(sheet)


def sheet(
    session: Session,
    extensions: Extensions = None,
    *,
    everyone: All = False,
    device: Annotated[
        str | None, typer.Option(help="For the kit on this device only.", metavar="ID")
    ] = None,
    out: Annotated[
        Path,
        typer.Option(
            help="One file (.pdf, .html), or a folder with a file for each account.",
            metavar="FILE|DIR",
        ),
    ] = _DEFAULT,
    format_: Annotated[
        str | None,
        typer.Option("--format", help="In a folder: pdf, html or both.", metavar="pdf,html"),
    ] = None,
    code: Annotated[
        bool,
        typer.Option(
            "--code", help="Print short codes, too; they live for minutes, so hand out at once."
        ),
    ] = False,
    allow_secret_qr: AllowSecretQr = False,
) -> None:
    """Make onboarding sheets: a page for each kit, in its customer's language or that of --lang.

    Each has the kit's QR code, what to do step by step, and whom to ask. What cannot be made is
    named with the way to mend it.
    """
    from onhook.sheets.gathering import Wish
    from onhook.sheets.making import make_sheets, target_of
    from onhook_cli.selecting import selection

    chosen = selection(session, extensions, everyone=everyone)
    target = target_of(out, format_)
    wish = Wish(
        language=session.language_asked,
        device=device,
        with_codes=code,
        allow_secret_qr=allow_secret_qr,
    )
    made = make_sheets(session.workspace, chosen, wish, target)
    session.errors += made.errors
    _tell(session, made, target)


def _tell(session: Session, made: MadeSheets, target: Target) -> None:
    session.data = {
        "place": str(target.path) if made.sheets else None,
        "sheets": [_object(one, made) for one in made.sheets],
    }
    if not made.sheets:
        session.say("sheet-none")
        return
    session.say("sheet-done", count=len(made.sheets), place=target.path)
    links = [one.link for one in made.sheets if one.link is not None]
    if links:
        session.say("sheet-secret", expires=local_time(max(one.expires_at for one in links)))
    codes = [one.code_expires_at for one in links if one.code_expires_at is not None]
    if codes:
        session.say("sheet-codes", expires=local_time(min(codes)))


def _object(one: Sheet, made: MadeSheets) -> dict[str, object]:
    link = one.link
    return {
        "account": one.account,
        "device": one.device_id,
        "issue": one.issue,
        "family": one.family,
        "language": one.language,
        "expires_at": None if link is None else link.expires_at,
        "code_expires_at": None if link is None else link.code_expires_at,
        "files": [str(path) for path in made.files[one.account]],
    }
