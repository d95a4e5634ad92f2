"""The commands ``onhook pbx ...``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from onhook_cli.command import command, group
from onhook_cli.options import Extensions
from onhook_cli.session import Session, local_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onhook.pbx_changes import OpenChange

All = Annotated[bool, typer.Option("--all", help="All that is open, or all of --customer.")]
Kind = Annotated[
    Literal["password", "disable", "enable"] | None,
    typer.Option("--only", help="Only changes of this kind.", metavar="password|disable|enable"),
]


def register(app: typer.Typer) -> None:
    """Add the group to `app`."""
    pbx = group(app, "pbx", "What a person must still do on the PBX.")
    command(pbx, "pending", example="onhook pbx pending")(pending)
    command(pbx, "export", example="onhook pbx export changes.csv --from extensions.csv")(export)
    command(pbx, "done", example="onhook pbx done 101")(done)


def pending(session: Session) -> None:
    """List what is still to be done on the PBX, the oldest first.

    Only the PBX can shut an account or change its password.
    """
    from onhook.pbx_changes import open_changes

    with session.workspace.reading() as work:
        found = open_changes(work, session.customer)
    if found:
        _print(session, found)
        session.print()
        session.say("pbx-pending", count=len(found))
    else:
        session.say("pbx-nothing-open")
    session.data = {"changes": [_object(one) for one in found]}


def export(
    session: Session,
    file: Annotated[Path, typer.Argument(help="The CSV file to write.", metavar="FILE")],
    *,
    from_: Annotated[
        Path | None,
        typer.Option(
            "--from",
            help="The PBX's own export of today: its rows are taken, only the changed cells "
            "replaced. Without it, cells onhook does not know are left out.",
            metavar="FILE",
        ),
    ] = None,
) -> None:
    """Write the open changes as rows for the PBX's own import (3CX).

    The file holds passwords. Import it on the PBX, delete it, and type: onhook pbx done
    """
    from onhook.pbx_export import export_changes

    with session.workspace.writing() as work:
        made = export_changes(work, file, customer=session.customer, source=from_)
    session.errors = list(made.errors)
    count = len(made.changes)
    session.data = {
        "file": str(file) if made.changes else None,
        "count": count,
        "changes": [_object(one) for one in made.changes],
    }
    if made.changes:
        _print(session, made.changes)
        session.print()
        session.say("pbx-exported", count=count, file=file)
        if from_ is None:
            session.say("pbx-exported-own")
    elif not made.errors:
        session.say("pbx-nothing-open")


def done(
    session: Session,
    extensions: Extensions = None,
    *,
    everyone: All = False,
    only: Kind = None,
    seen_in: Annotated[
        Path | None,
        typer.Option(
            "--seen-in",
            help="The PBX's own export: mark what it shows as made, and nothing else.",
            metavar="FILE",
        ),
    ] = None,
) -> None:
    """Mark changes as made on the PBX, by whom and when.

    Name accounts, write --all, or let the PBX's own export tell (--seen-in).
    """
    from onhook.pbx_changes import changes_named, mark_done
    from onhook.pbx_export import seen_in as made_in
    from onhook.subjects import find_customer
    from onhook_cli.selecting import selection

    selection(session, extensions, everyone=everyone or (seen_in is not None and not extensions))
    with session.workspace.writing() as work:
        customer = session.customer
        if seen_in is not None:  # extensions in a file are of one customer
            customer = find_customer(work.connection, customer)
        changes, session.errors = changes_named(work, extensions or (), customer, only)
        left: list[OpenChange] = []
        if seen_in is not None:
            changes, left = made_in(work, changes, seen_in)
        mark_done(work, changes)
    _tell_done(session, changes, left)


def _tell_done(session: Session, changes: Sequence[OpenChange], left: Sequence[OpenChange]) -> None:
    if changes:
        _print(session, changes)
        session.print()
        session.say("pbx-done", count=len(changes))
    elif not left and not session.errors:
        session.say("pbx-nothing-open")
    if left:
        session.say("pbx-not-seen", count=len(left), accounts=", ".join(_names(left)))
    session.data = {
        "done": [_object(one) for one in changes],
        "still_open": [_object(one) for one in left],
    }


def _names(changes: Sequence[OpenChange]) -> list[str]:
    return list(dict.fromkeys(one.account for one in changes))


def _print(session: Session, changes: Sequence[OpenChange]) -> None:
    headers = ("account", "pbx-change", "pbx-why", "pbx-since", "pbx-by")
    session.table(headers, (_row(session, one) for one in changes))


def _row(session: Session, one: OpenChange) -> tuple[object, ...]:
    kind = session.words(f"pbx-change-{one.kind}")
    since = local_time(one.asked_at)
    return (one.account, kind, reason(session, one.reason), since, one.asked_by)


def reason(session: Session, why: str) -> str:
    """Return a reason in words; one that the catalogue does not know stands as it is."""
    from onhook.words import catalogue

    return session.words(f"pbx-reason-{why}") if f"pbx-reason-{why}" in catalogue()["text"] else why


def _object(one: OpenChange) -> dict[str, Any]:
    return {
        "account": one.account,
        "change": one.kind,
        "reason": one.reason,
        "asked_at": one.asked_at,
        "asked_by": one.asked_by,
        "contract": one.contract_id,
    }
