"""Add entries to the audit trail, and say what an entry's code covers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import insert, select, update

from onhook.store.bulk import insert_many
from onhook.store.schema import audit, audit_head

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from onhook.sealing import Signer

HEAD_ID = 1
NOTHING = b"\0" * 32
"""What stands for the code before the first entry."""

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode


class Entry(NamedTuple):
    """What somebody did.

    Attributes:
        action: What, as ``account.disable``.
        subject: To what: ``acme/101``, ``D-0007``, ``acme``; what was done to many at once has
            their customer here and names them in `details`.
        details: More, without any secret.
    """

    action: str
    subject: str
    details: Mapping[str, Any]


class Head(NamedTuple):
    """Where the chain begins and ends.

    Attributes:
        cut_number: The last entry that retention has cut off, 0 if none was.
        cut_mac: Its code.
        number: The last entry, `cut_number` if there is none.
        mac: Its code.
    """

    cut_number: int = 0
    cut_mac: bytes = NOTHING
    number: int = 0
    mac: bytes = NOTHING

    def covered(self) -> bytes:
        """Return what the head's seal covers."""
        return b"head %d %s %d %s" % (self.cut_number, self.cut_mac, self.number, self.mac)


def covered(before: bytes, row: Mapping[str, Any]) -> bytes:
    """Return what the code of the entry `row` covers.

    Args:
        before: The code of the entry before.
        row: Columns of the entry by name.
    """
    at = row["at"].isoformat(timespec="microseconds")
    said = [row["number"], at, row["actor"], row["action"], row["subject"], row["details"]]
    return before + _encode(said).encode()


def append(
    connection: Connection, keys: Signer, entries: Sequence[Entry], *, at: datetime, actor: str
) -> None:
    """Add `entries` to the trail.

    Args:
        connection: In a transaction that writes: nobody else adds entries now.
        keys: Sign them.
        entries: In their order.
        at: When it happened.
        actor: Who did it.

    Raises:
        KeyMissing: The key ring has no audit key.
    """
    if not entries:
        return
    head = read_head(connection)
    number, mac, key_id = head.number, head.mac, keys.newest
    rows = []
    for number, entry in enumerate(entries, start=head.number + 1):
        row = {
            "number": number,
            "at": at,
            "actor": actor,
            "action": entry.action,
            "subject": entry.subject,
            "details": _encode(entry.details),
            "key_id": key_id,
        }
        mac = keys.sign(key_id, covered(mac, row))
        rows.append({**row, "mac": mac})
    insert_many(connection, audit, rows)
    write_head(connection, keys, head._replace(number=number, mac=mac))


def read_head(connection: Connection) -> Head:
    """Return where the chain begins and ends; its seal is not looked at."""
    row = connection.execute(select(audit_head).where(audit_head.c.id == HEAD_ID)).one_or_none()
    return Head() if row is None else Head(row.cut_number, row.cut_mac, row.number, row.mac)


def write_head(connection: Connection, keys: Signer, head: Head) -> None:
    """Store and seal where the chain begins and ends."""
    key_id = keys.newest
    values = {**head._asdict(), "key_id": key_id, "seal": keys.sign(key_id, head.covered())}
    moved = connection.execute(update(audit_head).where(audit_head.c.id == HEAD_ID).values(values))
    if moved.rowcount == 0:
        connection.execute(insert(audit_head).values({"id": HEAD_ID, **values}))
