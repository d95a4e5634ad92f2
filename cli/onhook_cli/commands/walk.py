"""The commands ``onhook walk ...``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from onhook_cli.command import command, group
from onhook_cli.flow_words import Told, how_to_go_on, started, walk_object
from onhook_cli.options import Encoding, Table
from onhook_cli.session import Session

if TYPE_CHECKING:
    from onhook.repair.walks import Walk

Number = Annotated[int, typer.Argument(help="The walk's number.", metavar="NUMBER", min=1)]
Account = Annotated[
    str | None, typer.Option(help="Of this account only: 101, or acme/101.", metavar="EXT")
]


def register(app: typer.Typer) -> None:
    """Add the group to `app`."""
    walk = group(app, "walk", "Walks through the troubleshooting flow: who said what.")
    command(walk, "list", example="onhook walk list --account 101")(list_)
    command(walk, "show", example="onhook walk show 3")(show)
    command(walk, "stats", example="onhook walk stats")(stats)
    command(walk, "export", example="onhook walk export walks.csv")(export)


def list_(session: Session, *, account: Account = None) -> None:
    """List walks, the oldest first."""
    from onhook.repair.walks import list_walks

    with session.workspace.reading() as work:
        found = list(list_walks(work, session.customer, account))
    headers = ("walk", "account", "device", "started", "audit-who", "state", "walk-at")
    session.table(headers, (_row(session, one) for one in found))
    session.data = {"walks": [walk_object(session, one) for one in found]}


def _row(session: Session, one: Walk) -> tuple[object, ...]:
    state = session.words(f"walk-state-{one.state}")
    who = (one.account, one.device)
    return (one.id, *who, started(one), one.started_by, state, one.stands_at)


def show(session: Session, number: Number) -> None:
    """Show what was asked and answered in a walk, and how it ended."""
    from onhook.repair.walks import find_walk

    with session.workspace.reading() as work:
        walk = find_walk(work, number)
        service = work.workspace.services.get(walk.service)
        flow = work.workspace.flows.get(walk.service)
    told = {"number": walk.id, "when": started(walk), "who": walk.started_by}
    subject = f"{walk.account} {walk.device}".rstrip()
    state = session.words(f"walk-state-{walk.state}")
    session.say("walk-head", **told, subject=subject, state=state)
    for line in Told(session, flow, service, walk.platform).story(walk):
        session.print(line)
    if walk.state == "open":
        at, how = walk.stands_at.upper(), how_to_go_on(walk)
        session.say("walk-open", number=walk.id, at=at, command=how)
    session.data = {"walk": walk_object(session, walk)}


def stats(session: Session) -> None:
    """Tell which questions end most walks, and what helped."""
    from onhook.repair.walks import count_ends, list_walks

    with session.workspace.reading() as work:
        found = list(list_walks(work, session.customer))
    counts = count_ends(found)
    headers = ("service", "walk-question", "walk-end", "walk-walks", "walk-solved", "walk-open")
    session.table(headers, (one._replace(question=one.question.upper()) for one in counts))
    left = sum(one.state == "open" for one in found)
    session.say("walk-stats", count=len(found), open=left)
    session.data = {"ends": [one._asdict() for one in counts], "walks": len(found), "open": left}


def export(session: Session, file: Table, *, encoding: Encoding = "utf-8-sig") -> None:
    """Write walks to a CSV file, a row for each."""
    from onhook.repair.exporting import export_walks

    chosen = session.encoding(encoding)
    with session.workspace.reading() as work:
        count = export_walks(work, file, customer=session.customer, encoding=chosen)
    session.say("exported", count=count, file=file)
    session.data = {"file": str(file), "count": count}
