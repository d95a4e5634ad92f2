"""A trail with all that a trail can have, and ways to look at it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from onhook.audit.cutting import cut_trail
from onhook.sealing import Key, KeyRing
from onhook.store.schema import audit

if TYPE_CHECKING:
    from pathlib import Path

    from onhook.workspace import Workspace
    from tests.workspaces import Office

MONDAY = datetime(2026, 4, 6, 3, 0, tzinfo=UTC)  # noon in Japan


class Clock:
    """Tells what it was set to."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)


def rotated(office: Office) -> None:
    """Add an audit key to the workspace's ring."""
    path = office.folder / "keys.json"
    ring = KeyRing.loads(path.read_text("ascii"), str(path))
    path.write_text(KeyRing((*ring.keys, Key.fresh("audit", MONDAY))).dumps(), "ascii")


def note(workspace: Workspace, *subjects: str, action: str = "account.disable") -> None:
    """Add an entry for each subject, each in a transaction of its own."""
    for subject in subjects:
        with workspace.writing() as work:
            work.record(action, subject, links_revoked=1, why="謎'=1")


def aged(office: Office, *, kept: Path | None = None) -> tuple[Workspace, Clock]:
    """Return the workspace with a trail of two keys and several days, whose beginning is cut off.

    Entries 1 to 4 (with what `init` told) are cut off, the rest are in two keys.
    """
    clock = Clock(MONDAY)
    with office.open().writing() as work:
        work.connection.execute(audit.delete())
        work.connection.exec_driver_sql("DELETE FROM audit_head")
    first = office.open(clock)
    note(first, "acme/101", "acme/102", "acme/103", "D-1")
    clock.wait(2)
    note(first, "acme/104", "acme/105")
    rotated(office)
    second = office.open(clock)
    clock.wait(1)
    note(second, "acme/106", "D-2")
    cut_trail(second, (MONDAY + timedelta(days=1)).date(), export=kept)  # entry 9
    note(second, "acme/107")
    return second, clock


def stored(workspace: Workspace) -> list[dict[str, Any]]:
    """Return all entries as they are stored."""
    with workspace.reading() as work:
        rows = work.connection.execute(select(audit).order_by(audit.c.number))
        return [dict(row) for row in rows.mappings()]
