"""Tell of each key what it still holds; its secret is told by nothing but `ring_file`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from onhook.keys.sealed_columns import SEALED_COLUMNS
from onhook.store.schema import audit, audit_head

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from onhook.sealing import KeyRing, Purpose


@dataclass(frozen=True, slots=True)
class KeyView:
    """A key without its secret.

    Attributes:
        id: Eight hexadecimal digits.
        purpose: What it is for.
        made_at: When it was made, ISO 8601 in UTC; '' where the ring does not have it.
        is_newest: Whether it seals or signs now.
        is_there: Whether the ring has it; else what it holds cannot be opened.
        holds: How many sealed values or audit entries need it.
    """

    id: str
    purpose: Purpose
    made_at: str
    is_newest: bool
    is_there: bool
    holds: int


def count_held(connection: Connection) -> Counter[tuple[Purpose, bytes]]:
    """Return how many values and entries each key holds; the id stands in each of them."""
    held: Counter[tuple[Purpose, bytes]] = Counter()
    for sealed in SEALED_COLUMNS:
        used = sealed.key_id.label("used")
        query = select(used, func.count().label("many")).where(sealed.column.is_not(None))
        for row in connection.execute(query.group_by(used)):
            held[sealed.purpose, row.used] += row.many
    signed = select(audit.c.key_id, func.count().label("many")).group_by(audit.c.key_id)
    for row in connection.execute(signed):
        held["audit", row.key_id] += row.many
    for key_id in connection.scalars(select(audit_head.c.key_id)):
        held["audit", key_id] += 1  # the head is signed, too, also where no entry is left
    return held


def list_keys(connection: Connection, ring: KeyRing) -> list[KeyView]:
    """Return all keys of the ring, oldest first, and after them those that it lacks.

    A ring that has no key of a purpose at all, as a public server's, lacks none of it.
    """
    held = count_held(connection)
    newest = {key.id for key in ring.newest.values()}
    there = [
        KeyView(key.id.hex(), key.purpose, key.made_at, key.id in newest, True, held[place])  # noqa: FBT003 - it is there
        for key in ring.keys
        for place in [(key.purpose, key.id)]
    ]
    lacking = [
        KeyView(key_id.hex(), purpose, "", False, False, many)  # noqa: FBT003 - it is not
        for (purpose, key_id), many in sorted(held.items())
        if key_id not in ring.ids and purpose in ring.newest
    ]
    return there + lacking
