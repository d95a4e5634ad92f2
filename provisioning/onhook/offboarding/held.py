"""Which devices somebody has, or was the last to have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, func, select

from onhook.store.schema import assignment, device

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Row

    from onhook.workspace import UnitOfWork


class Held(NamedTuple):
    """A device that an account is on, or was the last to be on.

    Attributes:
        row: The device's.
        is_assigned: Whether it is on it.
        ended_at: Since when it is not.
    """

    row: Row[Any]
    is_assigned: bool
    ended_at: datetime | None


def had_last(work: UnitOfWork, numbers: Sequence[int]) -> Iterator[tuple[int, Held]]:
    """Yield the devices that the accounts `numbers` are on, or were the last to be on."""
    last = (
        select(assignment.c.device_id, func.max(assignment.c.id).label("id"))
        .group_by(assignment.c.device_id)
        .subquery()
    )
    is_last = and_(last.c.device_id == assignment.c.device_id, last.c.id == assignment.c.id)
    query = (
        select(assignment.c.account_id, assignment.c.status, assignment.c.ended_at, device)
        .join_from(assignment, device, device.c.id == assignment.c.device_id)
        .outerjoin(last, is_last)
        .where(assignment.c.account_id.in_(numbers))
        .where((assignment.c.status != "ended") | last.c.id.is_not(None))
        .order_by(device.c.id, assignment.c.id)
    )
    for row in work.connection.execute(query):
        yield row.account_id, Held(row, row.status != "ended", row.ended_at)
