"""Number rows before they are stored, so that rows of several tables can be written at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

if TYPE_CHECKING:
    from sqlalchemy import Table
    from sqlalchemy.engine import Connection


def reserve_ids(connection: Connection, table: Table, count: int) -> list[int]:
    """Return `count` numbers for new rows of `table`; nobody else will use them.

    Args:
        connection: In a transaction that writes: it alone does so now.
        table: Has an integer primary key ``id``.
        count: How many.
    """
    if count == 0:
        return []
    last = connection.scalar(select(func.coalesce(func.max(table.c.id), 0))) or 0
    return list(range(last + 1, last + 1 + count))
