"""The command ``onhook lease due``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onhook_cli.command import command
from onhook_cli.session import Session

if TYPE_CHECKING:
    from datetime import date

    from onhook.leasing.falling_due import FallsDue
    from onhook.workspace import UnitOfWork


def register(lease: typer.Typer) -> None:
    """Add the command to the group `lease`."""
    command(lease, "due", example="onhook lease due --within 30")(due)


def due(
    session: Session,
    *,
    within: Annotated[
        int | None,
        typer.Option(help="Only what falls due in so many days.", min=0, max=36500, metavar="DAYS"),
    ] = None,
    ics: Annotated[
        Path | None,
        typer.Option(help="Write it as a calendar file instead.", metavar="FILE"),
    ] = None,
    today: Annotated[
        str | None, typer.Option("--today", help="As if it were that day.", metavar="DATE")
    ] = None,
) -> None:
    """Tell what falls due, the soonest first.

    What is overdue comes first. Returns, warranties that end, devices that will fall below a
    minimum that is raised.
    """
    from onhook.leasing.falling_due import falls_due
    from onhook.subjects import find_customer

    with session.workspace.reading() as work:
        day = asked_day(work, today)
        owner = find_customer(work.connection, session.customer) if session.customer else None
        found = falls_due(work, day, within=within, customer=owner)
        if ics is not None:
            from onhook.leasing.calendar_file import write_calendar

            write_calendar(work, ics, found, session.words)
    session.data = {"due": [_object(one, day) for one in found]}
    if ics is not None:
        session.data |= {"file": str(ics), "count": len(found)}
        session.say("lease-due-written", count=len(found), file=ics)
    elif found:
        _print(session, found, day)
    else:
        session.say("lease-due-nothing", on=day)


def asked_day(work: UnitOfWork, today: str | None) -> date:
    """Return the day that --today names, else today in Japan.

    Raises:
        DayUnreadable: It names none.
    """
    if today is None:
        return work.today
    from onhook.written import read_day

    return read_day(today, "--today")


def _print(session: Session, found: list[FallsDue], today: date) -> None:
    from onhook.leasing.falling_due import missed
    from onhook_cli.streaming import stream

    if session.json:
        return
    said: dict[tuple[str, int | None], tuple[str, str]] = {}  # a long list says few things

    def row(one: FallsDue) -> tuple[object, ...]:
        case = (one.kind, one.amount_if_missed)
        if case not in said:
            said[case] = session.words(f"lease-due-{one.kind}"), missed(one, session.words)
        left = _left(session, one.days_left(today))
        return (one.due_on, left, one.device, one.customer, *said[case], one.rule)

    headers = ("due-by", "due-left", "device", "customer", "due-what", "due-missed", "due-rule")
    stream(session, "due", found, headers=headers, row=row, item=lambda one: _object(one, today))
    late = sum(one.due_on < today for one in found)
    session.print()
    session.say("lease-due-count", count=len(found), late=late)


def _left(session: Session, days: int) -> str:
    if days < 0:
        return session.words("lease-due-late", days=-days)
    return session.words("lease-due-today") if days == 0 else str(days)


def _object(one: FallsDue, today: date) -> dict[str, Any]:
    return {
        "device": one.device,
        "customer": one.customer,
        "kind": one.kind,
        "due_on": one.due_on.isoformat(),
        "days_left": one.days_left(today),
        "rule": one.rule,
        "amount_if_missed": one.amount_if_missed,
    }
