"""The commands ``onhook lease import | list | export``: the register as a whole."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onhook_cli.command import command
from onhook_cli.options import DryRun, Encoding, Table
from onhook_cli.session import Session

if TYPE_CHECKING:
    from onhook.leasing.listing import Leased, Wanted
    from onhook.workspace import UnitOfWork

_FILTERS = {
    "state": Annotated[
        str | None, typer.Option(help="Only those in it, such as return-due.", metavar="STATE")
    ],
    "model": Annotated[
        str | None, typer.Option(help="Only devices whose model has this in it.", metavar="TEXT")
    ],
    "due_within": Annotated[
        int | None,
        typer.Option(
            help="Only those due back in so many days, or overdue.", metavar="DAYS", min=0
        ),
    ],
    "today": Annotated[
        str | None, typer.Option("--today", help="As if it were that day.", metavar="DATE")
    ],
}
"""What `list_` and `export` take, as options."""


def register(lease: typer.Typer) -> None:
    """Add the commands to the group `lease`."""
    command(lease, "import", example="onhook lease import register.csv --dry-run")(import_)
    listing = "onhook lease list --state return-due"
    command(lease, "list", example=listing, shared=_FILTERS)(list_)
    command(lease, "export", example="onhook lease export register.csv", shared=_FILTERS)(export)


def import_(session: Session, file: Table, *, dry_run: DryRun = False) -> None:
    """Import a register of leases, and what happened so far.

    Prints what becomes of each row of the CSV file. Devices not known yet are added. Good rows are
    stored together: if it is cut off, nothing was stored, and the same again does it.
    """
    from onhook.leasing.importing import import_leases
    from onhook_cli.reports import print_import

    report = import_leases(session.workspace, file, customer=session.customer, dry_run=dry_run)
    print_import(session, report)


def list_(session: Session, **given: Any) -> None:
    """List leases: whose, in what state, due back by when."""
    from onhook.leasing.listing import list_leases
    from onhook_cli.streaming import stream

    def row(one: Leased) -> tuple[object, ...]:
        state = session.words(f"lease-state-{one.state}")
        due = f"{one.due_on or ''}{' !' if one.overdue else ''}"
        yen = f"{one.price_yen:,}"
        return (one.device, one.customer, one.model, state, one.started_on, yen, due)

    with session.workspace.reading() as work:
        today, wanted = _wanted(session, work, **given)
        headers = ("device", "customer", "model", "state", "started", "price", "due")
        with closing(list_leases(work, today, wanted)) as found:
            stream(session, "leases", found, headers=headers, row=row, item=asdict)


def export(
    session: Session,
    file: Table,
    *,
    encoding: Encoding = "utf-8-sig",
    **given: Any,
) -> None:
    """Write leases to a CSV file that imports again unchanged."""
    from onhook.leasing.exporting import export_leases

    chosen = session.encoding(encoding)
    with session.workspace.reading() as work:
        _, wanted = _wanted(session, work, **given)
        count = export_leases(work, file, wanted, encoding=chosen)
    session.say("exported", count=count, file=file)
    session.data = {"file": str(file), "count": count}


def _wanted(
    session: Session,
    work: UnitOfWork,
    *,
    state: str | None,
    model: str | None,
    due_within: int | None,
    today: str | None,
) -> tuple[date, Wanted]:
    """Return the day asked for, and which leases are wanted."""
    from onhook.leasing.listing import Wanted
    from onhook.settings import BadSetting
    from onhook.subjects import find_customer
    from onhook.written import read_day
    from onhook_devices.leasing.lease import State

    if state is not None and state not in list(State):
        raise BadSetting("state", "--state", " | ".join(State))
    day = work.today if today is None else read_day(today, "--today")
    owner = find_customer(work.connection, session.customer) if session.customer else None
    due_by = None if due_within is None else day + timedelta(days=due_within)
    return day, Wanted(owner, state, model, due_by)
