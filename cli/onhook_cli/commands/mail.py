"""The command ``onhook mail``."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onhook_cli.command import command
from onhook_cli.leaving import Leaving
from onhook_cli.options import All, Extensions
from onhook_cli.session import Session
from onhook_devices.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onhook.kits.candidates import Selection
    from onhook.mailing.letters import Letter
    from onhook.mailing.links import LinkLetter
    from onhook.mailing.sending import Outcome
    from onhook.mailing.sheets import SheetMaker

_SHOWN = 20


class OutWithoutDryRun(UsageError):
    """--out was given, and mails are to be sent."""

    command: str


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    command(app, "mail", example="onhook mail --all --dry-run --out eml")(mail)


def mail(
    session: Session,
    extensions: Extensions = None,
    *,
    everyone: All = False,
    sheet: Annotated[bool, typer.Option("--sheet", help="Attach the sheet as PDF.")] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Also what was sent before, or perhaps was.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Write the mails as .eml files, send nothing.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(help="Where to, with --dry-run [default: eml].", metavar="DIR"),
    ] = None,
    leaving: Leaving = False,
) -> None:
    """Mail each person the page of their kit, once.

    In their customer's language, or that of --lang. Run again, it goes on where it stopped; what
    was issued again is mailed again. No password is ever mailed.
    """
    from onhook.mailing.links import link_letters
    from onhook_cli.selecting import selection

    chosen = selection(session, extensions, everyone=everyone)
    sheets = _sheets(session) if sheet else None
    if leaving:
        found = _to_those_who_leave(session, chosen, sheets)
    else:
        found = list(link_letters(session.workspace, chosen, session.language_asked, sheets))
    letters = [one.letter for one in found if one.letter is not None]
    if write_files(session, letters, dry_run=dry_run, out=out):
        session.errors += [one.error for one in found if one.error is not None]
    else:
        _send(session, found, again=again)


def _sheets(session: Session) -> SheetMaker:
    from onhook.mailing.sheets import SheetMaker

    return SheetMaker(session.workspace)


def _to_those_who_leave(
    session: Session, chosen: Selection, sheets: SheetMaker | None
) -> list[LinkLetter]:
    from onhook.offboarding.letters import leaving_letters

    found = list(leaving_letters(session.workspace, chosen, session.language_asked, sheets))
    if not found:
        session.say("leaving-none")
    return found


def write_files(
    session: Session, letters: Sequence[Letter], *, dry_run: bool, out: Path | None
) -> bool:
    """Write letters as files if this is a dry run; return whether it is.

    Raises:
        OutWithoutDryRun: A folder was named, and it is none.
    """
    from onhook.mailing.files import write_letters

    if not dry_run:
        if out is not None:
            raise OutWithoutDryRun(session.command)
        return False
    folder = out or Path("eml")
    files = write_letters(session.workspace, letters, folder)
    session.say("mail-written", count=len(files), folder=folder)
    session.data = {"folder": str(folder), "files": [path.name for path in files]}
    return True


def _send(session: Session, found: Sequence[LinkLetter], *, again: bool) -> None:
    from onhook.mailing.links import settle_seen
    from onhook.mailing.sending import send_letters

    letters = [one.letter for one in found if one.letter is not None]
    told = _Told(session, found)
    with session.workspace.writing() as work:
        settle_seen(work)
    try:
        for outcome in send_letters(session.workspace, letters, again=again):
            told.add(outcome)
    finally:
        told.end()


class _Told:
    """Collects outcomes, and puts errors into the order of the accounts."""

    def __init__(self, session: Session, found: Sequence[LinkLetter]) -> None:
        self._session = session
        self._found = found
        self._places = [place for place, one in enumerate(found) if one.letter is not None]
        self._outcomes: dict[int, Outcome] = {}
        self._shown = 0

    def add(self, outcome: Outcome) -> None:
        place = self._places[outcome.letter]
        self._outcomes[place] = outcome
        if outcome.error is not None or self._session.json:
            return
        self._shown += 1
        if self._shown <= _SHOWN:
            one = self._found[place]
            assert one.letter is not None  # noqa: S101 - `_places` are those that have one
            address = one.letter.to.address
            self._session.say(f"mail-{outcome.became}", subject=one.subject, address=address)

    def end(self) -> None:
        from onhook.mailing.sending import BECAME

        session = self._session
        mails = [self._object(place, one) for place, one in enumerate(self._found)]
        counts = Counter(one["state"] for one in mails)
        if self._shown > _SHOWN:
            session.say("mail-more", count=self._shown - _SHOWN)
        for place, one in enumerate(self._found):
            outcome = self._outcomes.get(place)
            error = one.error if outcome is None else outcome.error
            session.errors += [] if error is None else [error]
        told = {state: counts[state] for state in BECAME}
        session.say("mail-done", **told)
        session.data = {"counts": told, "mails": mails}

    def _object(self, place: int, one: LinkLetter) -> dict[str, Any]:
        outcome = self._outcomes.get(place)
        return {
            "account": one.subject.partition(" ")[0],
            "device": one.subject.partition(" ")[2],
            "address": None if one.letter is None else one.letter.to.address,
            "state": "failed" if outcome is None else outcome.became,
        }
