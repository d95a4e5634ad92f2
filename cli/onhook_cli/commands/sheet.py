"""The command ``onhook sheet``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onhook_cli.command import command
from onhook_cli.leaving import Leaving, check_leaving, departure_object, tell_waiting
from onhook_cli.options import All, AllowSecretQr, Extensions
from onhook_cli.session import Session, local_time

if TYPE_CHECKING:
    from onhook.kits.candidates import Selection
    from onhook.sheets.making import MadeSheets, Target
    from onhook.sheets.sheet import Sheet

_DEFAULT, _LEAVING = "sheets.pdf", "leaving.pdf"


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
        Path | None,
        typer.Option(
            help="One file (.pdf, .html), or a folder with a file for each account "
            "[default: sheets.pdf, leaving.pdf].",
            metavar="FILE|DIR",
        ),
    ] = None,
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
    leaving: Leaving = False,
) -> None:
    """Make onboarding sheets: a page to print for each kit.

    It is in the customer's language, or that of --lang. Each has the kit's QR code, what to do
    step by step, and whom to ask. What cannot be made is named with the way to mend it.
    """
    from onhook.sheets.gathering import Wish
    from onhook.sheets.making import make_sheets, target_of
    from onhook_cli.progress_bar import progress_bar
    from onhook_cli.selecting import selection

    chosen = selection(session, extensions, everyone=everyone)
    target = target_of(out or Path(_LEAVING if leaving else _DEFAULT), format_)
    if leaving:
        check_leaving(session, device=device, code=code, allow_secret_qr=allow_secret_qr)
        _make_leaving(session, chosen, target)
        return
    wish = Wish(
        language=session.language_asked,
        device=device,
        with_codes=code,
        allow_secret_qr=allow_secret_qr,
    )
    with progress_bar(session, "sheet-progress") as progress:
        made = make_sheets(session.workspace, chosen, wish, target, progress)
    session.errors += made.errors
    _tell(session, made, target)


def _make_leaving(session: Session, chosen: Selection, target: Target) -> None:
    """Make the pages of those who leave instead."""
    from onhook.offboarding.making import make_leaving_pages

    made = make_leaving_pages(session.workspace, chosen, session.language_asked, target)
    session.errors += made.errors
    session.data = {
        "place": str(target.path) if made.sheets else None,
        "leaving": [
            {**departure_object(session, one), "files": [str(p) for p in made.files[one.account]]}
            for one in made.sheets
        ],
    }
    if made.sheets:
        session.say("leaving-done", count=len(made.sheets), place=target.path)
    tell_waiting(session, made.sheets, made.errors)


def _tell(session: Session, made: MadeSheets[Sheet], target: Target) -> None:
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


def _object(one: Sheet, made: MadeSheets[Sheet]) -> dict[str, object]:
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
