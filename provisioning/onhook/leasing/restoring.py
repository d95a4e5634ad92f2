"""Which accounts an entry moved, so that a correction can move them back.

An entry and the assignments that it ended or began are stored in one transaction, at one instant:
that tells them from those that somebody changed by hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from onhook.devices.assignments import assigned_to, end_assignments, insert_assignments
from onhook.store.schema import account, assignment
from onhook_devices.leasing.events import Start

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from onhook.workspace import UnitOfWork
    from onhook_devices.leasing.history import History


def instants_of(history: History, number: int) -> set[datetime]:
    """Return when an entry and its corrections were recorded."""
    return {one.recorded_at for one in history.entries if number in (one.number, one.corrects)}


def instants_since(history: History, start: Start) -> set[datetime]:
    """Return when the entries since a lease's start were recorded, with their corrections."""
    of_lease = {
        one.corrects or one.number
        for one in history.entries
        if one.event is not None and not isinstance(one.event, Start) and start.on <= one.event.on
    }
    return {instant for number in of_lease for instant in instants_of(history, number)}


def taken_off(work: UnitOfWork, device_id: str, instants: Collection[datetime]) -> dict[int, str]:
    """Return the accounts that were taken off a device at the last of `instants`, by number."""
    query = (
        select(account.c.id, account.c.customer_id, account.c.extension, assignment.c.ended_at)
        .join(assignment, assignment.c.account_id == account.c.id)
        .where(assignment.c.device_id == device_id, assignment.c.status == "ended")
        .order_by(account.c.extension)
    )
    rows = [row for row in work.connection.execute(query) if row.ended_at in instants]
    last = max((row.ended_at for row in rows), default=None)
    return {row.id: f"{row.customer_id}/{row.extension}" for row in rows if row.ended_at == last}


def move_back(work: UnitOfWork, device_id: str, instants: Collection[datetime]) -> tuple[str, ...]:
    """Put the accounts that a wrong entry took off a device on it again; return their names.

    Where somebody has put another there since, nothing is moved.
    """
    accounts = taken_off(work, device_id, instants)
    if not accounts or assigned_to(work, device_id):
        return ()
    status = "active" if len(accounts) == 1 else "disputed"  # J-A1
    insert_assignments(work, [(device_id, number, status) for number in accounts])
    return tuple(accounts.values())


def take_away(work: UnitOfWork, device_id: str, instants: Collection[datetime]) -> dict[int, str]:
    """Take the accounts that came to a device at `instants` off it; return them by number."""
    query = (
        select(account.c.id, account.c.customer_id, account.c.extension, assignment.c.began_at)
        .join(assignment, assignment.c.account_id == account.c.id)
        .where(assignment.c.device_id == device_id, assignment.c.status != "ended")
    )
    found = {
        row.id: f"{row.customer_id}/{row.extension}"
        for row in work.connection.execute(query)
        if row.began_at in instants
    }
    if found:
        end_assignments(work, device_id, list(found))
    return found
