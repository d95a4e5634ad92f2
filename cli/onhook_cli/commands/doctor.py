"""The command ``onhook doctor``."""

from __future__ import annotations

import os
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

import typer

from onhook.words import printable
from onhook_cli.command import command
from onhook_cli.options import Authorities
from onhook_cli.session import Session, console, error_object

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onhook.doctor import Result

_COLOURS = {
    "ok": "green",
    "note": "cyan",
    "warning": "yellow",
    "fault": "bold red",
    "skipped": "dim",
}


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    command(app, "doctor", example="onhook doctor")(doctor)


def doctor(
    session: Session,
    *,
    ca: Authorities = None,
) -> None:
    """Say what is set up, what is not, and how to mend it.

    Changes nothing. A workspace that is half broken is looked at as far as it goes.
    The exit code is that of the first fault; notes and warnings do not count.
    """
    from onhook.doctor import GRADES, Site, examine

    site = Site(session.folder, os.environ, authorities=ca)
    try:
        results = list(examine(site))
    finally:
        site.close()
    counts = Counter(result.grade for result in results)
    _print(session, results)
    session.print()
    told = {f"{grade}_": counts[grade] for grade in GRADES}
    session.say("doctor-done", count=len(results), **told)
    session.data = {
        "workspace": str(session.folder),
        "checks": [_object(session, result) for result in results],
        "counts": {grade: counts[grade] for grade in GRADES},
    }
    faults = (found for result in results for found in result.findings if found.grade == "fault")
    session.errors = [fault.error for fault in faults]
    session.errors_told = True


def _print(session: Session, results: list[Result]) -> None:
    if session.json:
        return
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, show_header=False)
    for overflow in ("ellipsis", "ellipsis", "fold"):
        table.add_column(overflow=overflow, no_wrap=overflow != "fold")
    for result in results:
        name = session.words(f"doctor-check-{result.check}")
        for grade, text in _lines(session, result):
            styled = Text(session.words(f"doctor-{grade}"), style=_COLOURS[grade])
            table.add_row(name, styled, Text(text))
            name = ""
    screen = console(sys.stdout)
    with screen.capture() as drawn:
        screen.print(table)
    for line in drawn.get().splitlines():
        session.print(line.rstrip())


def _lines(session: Session, result: Result) -> Iterator[tuple[str, str]]:
    """Yield what a check found as grade and text, each with its cure."""
    if result.waits_for:
        name = session.words(f"doctor-check-{result.waits_for}")
        yield "skipped", session.words("doctor-waits", check=name)
    for found in result.findings:
        message = session.words.error(found.error)
        text = f"{printable(message.says)}\n{session.words('mend-sign')} {printable(message.mend)}"
        yield found.grade, text
    notes = [session.words(note.key, **note.data) for note in result.notes]
    if notes and not result.findings:
        yield "ok", "\n".join(map(printable, notes))


def _object(session: Session, result: Result) -> dict[str, Any]:
    return {
        "check": result.check,
        "grade": result.grade,
        "waits_for": result.waits_for or None,
        "told": [session.words(note.key, **note.data) for note in result.notes],
        "findings": [
            {"grade": found.grade, **error_object(found.error, session.words)}
            for found in result.findings
        ],
    }
