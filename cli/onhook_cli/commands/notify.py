"""The command ``onhook notify``."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onhook_cli.command import command
from onhook_cli.commands.lease_due import asked_day
from onhook_cli.commands.mail import write_files
from onhook_cli.session import Session
from onhook_devices.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onhook.mailing.dues import DueLetter
    from onhook.mailing.sending import Outcome


class NothingToNotify(UsageError):
    """It was not said what to tell."""

    command: str


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    command(app, "notify", example="onhook notify --due --within 14")(notify)


def notify(
    session: Session,
    *,
    due: Annotated[
        bool, typer.Option("--due", help="Tell what falls due for leased devices.")
    ] = False,
    within: Annotated[
        int | None,
        typer.Option(
            help="How many days before [default: notify.days].", min=0, max=365, metavar="DAYS"
        ),
    ] = None,
    today: Annotated[
        str | None, typer.Option("--today", help="As if it were that day.", metavar="DATE")
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Also what perhaps was sent, and perhaps not.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Write the mails as .eml files, send nothing.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(help="Where to, with --dry-run [default: eml].", metavar="DIR"),
    ] = None,
) -> None:
    """Mail what falls due, before and on the day; for a timer.

    To the lease administrators that notify.to names, and to customers where notify.customers says
    so. Each deadline is told once before and once on its day; what is new goes into one mail.
    """
    from onhook.mailing.dues import Wish, due_letters
    from onhook.subjects import find_customer

    if not due:
        raise NothingToNotify(session.command)
    with session.workspace.reading() as work:
        day = asked_day(work, today)
        owner = find_customer(work.connection, session.customer) if session.customer else None
        wish = Wish(day, within, owner, session.language_asked, again)
        found, errors = due_letters(work, wish)
    session.errors += errors
    if write_files(session, [one.letter for one in found], dry_run=dry_run, out=out):
        return
    _send(session, found, day, again=again)
    if not found and not errors:
        days = session.workspace.settings.mail.notify_days if within is None else within
        session.say("notify-nothing", on=day + timedelta(days=days))


def _send(session: Session, found: Sequence[DueLetter], today: date, *, again: bool) -> None:
    from onhook.mailing.sending import BECAME, send_letters

    outcomes: dict[int, Outcome] = {}
    try:
        letters = [one.letter for one in found]
        for outcome in send_letters(session.workspace, letters, again=again):
            outcomes[outcome.letter] = outcome
            _tell(session, found[outcome.letter], outcome)
    finally:
        mails = [_object(one, outcomes.get(n), today) for n, one in enumerate(found)]
        counts = Counter(one["state"] for one in mails)
        session.data = {"counts": {state: counts[state] for state in BECAME}, "mails": mails}


def _tell(session: Session, one: DueLetter, outcome: Outcome) -> None:
    if outcome.error is not None:
        session.errors.append(outcome.error)
        return
    told = {"subject": one.letter.whose, "address": one.letter.to.address}
    key = "notify-sent" if outcome.became == "sent" else "notify-already"
    session.say(key, count=len(one.deadlines), **told)


def _object(one: DueLetter, outcome: Outcome | None, today: date) -> dict[str, Any]:
    return {
        "to": one.letter.whose,
        "address": one.letter.to.address,
        "state": "failed" if outcome is None else outcome.became,
        "deadlines": [
            {**each._asdict(), "days_left": each.days_left(today)} for each in one.deadlines
        ],
    }
