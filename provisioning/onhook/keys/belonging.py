"""Tell at once whether a key ring belongs to a database: before anything is sealed with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from onhook.keys.errors import KeyRingOfAnother
from onhook.keys.heads import key_id_in
from onhook.store.engine import read_transaction, shown
from onhook.store.errors import database_faults
from onhook.store.schema import account, audit_head, issue_file, link

if TYPE_CHECKING:
    from sqlalchemy import Table
    from sqlalchemy.engine import Connection, Engine

    from onhook.sealing import KeyRing, Purpose

# Where nothing is signed yet, or the ring has no key that signs: one column for each purpose that
# has a value wherever there is any. (`sealed_columns` would load every room at each start.)
_SAMPLES: tuple[tuple[Purpose, Table, str], ...] = (
    ("accounts", account, "password_sealed"),
    ("delivery", link, "token_sealed"),
    ("delivery", issue_file, "content_sealed"),
)


def require_ours(engine: Engine, ring: KeyRing, source: str, *, by_signature: bool = True) -> None:
    """Make sure that `ring` is the one this database is kept with.

    Args:
        engine: The database, with its tables.
        ring: The ring.
        source: Where it comes from, for the message.
        by_signature: Whether it must have the key that signed last. If not, what it opens decides.

    Raises:
        KeyRingOfAnother: It lacks the key that signed last, or opens nothing there is.
        StorageFault: The database cannot be read.
    """
    with database_faults(shown(engine)), read_transaction(engine) as connection:
        if by_signature and "audit" in ring.newest:
            signed = connection.scalar(select(audit_head.c.key_id))
            if signed is not None:
                _require(ring, signed, "audit", source)
                return
        _require_some(connection, ring, source)


def _require(ring: KeyRing, key_id: bytes, purpose: Purpose, source: str) -> None:
    if key_id not in ring.ids:
        raise KeyRingOfAnother(source, key_id.hex(), purpose)


def _require_some(connection: Connection, ring: KeyRing, source: str) -> None:
    """Make sure that the ring opens something, of each kind that it has keys for."""
    for purpose, table, name in _SAMPLES:
        if purpose not in ring.newest:
            continue
        used = key_id_in(table.c[name])
        there = select(used).where(table.c[name].is_not(None)).limit(1)
        found = connection.scalar(there)
        if found is not None and connection.scalar(there.where(used.in_(ring.ids))) is None:
            raise KeyRingOfAnother(source, found.hex(), purpose)
