"""Add entries to the audit trail, and say what an entry's code covers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import insert, select, update

from onhook.audit.errors import AuditHeadKeyMissing
from onhook.sealing import KeyMissing
from onhook.store.bulk import insert_many
from onhook.store.schema import audit, audit_head, instant_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from onhook.sealing import Signer

HEAD_ID = 1
NOTHING = b"\0" * 32
"""What stands for the code before the first entry."""
DISTRUST = "audit.distrust"
"""Action of the entry that is written where the chain's end was not what had been signed."""
KEY_MISSING = "head-key-missing"

encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode
"""Return details as the text that is stored."""


class Entry(NamedTuple):
    """What somebody did.

    Attributes:
        action: What, as ``account.disable``.
        subject: To what: ``acme/101``, ``D-0007``, ``acme``; what was done to many at once has
            their customer here and names them in `details`.
        details: More, without any secret. Names of other subjects stand under ``account``,
            ``accounts``, ``unassigned``, ``device``, ``devices`` or ``customer``; of what was done
            to many, under ``new``, ``changed``, ``changes`` or ``kits``
            (`onhook.audit.searching`).
    """

    action: str
    subject: str
    details: Mapping[str, Any]


class _Stamp(NamedTuple):
    """When something was done, and who did it."""

    at: datetime
    actor: str


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
        cut = f"{self.cut_number} {self.cut_mac.hex()}"
        return f"head {cut} {self.number} {self.mac.hex()}".encode()


class SealedHead(NamedTuple):
    """The head as it is stored, whoever wrote it."""

    head: Head
    key_id: bytes
    seal: bytes

    def holds(self, keys: Signer) -> bool:
        """Tell whether the seal is the head's.

        Raises:
            KeyMissing: The key ring lacks the key that it was signed with.
        """
        return keys.sign(self.key_id, self.head.covered()) == self.seal


def covered(before: bytes, row: Mapping[str, Any]) -> bytes:
    """Return what the code of the entry `row` covers.

    Args:
        before: The code of the entry before.
        row: Columns of the entry by name.
    """
    at = told_at(row["at"])
    said = [row["number"], at, row["actor"], row["action"], row["subject"], row["details"]]
    return before + encode(said).encode()


def told_at(at: datetime | str) -> str:
    """Return an instant as codes cover it, which is as SQLite keeps it."""
    return at if isinstance(at, str) else instant_text(at)


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
        AuditHeadKeyMissing: It lacks the one that signed the chain's end: the ring is not this
            workspace's, or was read before a key was added. `accept_lost_key` goes on for good.
    """
    if not entries:
        return
    head, doubt = _end(connection, keys)
    if doubt == KEY_MISSING:
        found = read_sealed_head(connection)
        raise AuditHeadKeyMissing("" if found is None else found.key_id.hex())
    doubts = [Entry(DISTRUST, "", {"reason": doubt, "after": head.number})] if doubt else []
    _add(connection, keys, head, [*doubts, *entries], _Stamp(at, actor))


def accept_lost_key(connection: Connection, keys: Signer, *, at: datetime, actor: str) -> bool:
    """Go on with the key there is, where the one that signed the chain's end is lost for ever.

    Returns:
        Whether it is; otherwise nothing is done.
    """
    head, doubt = _end(connection, keys)
    if doubt != KEY_MISSING:
        return False
    entry = Entry(DISTRUST, "", {"reason": doubt, "after": head.number})
    _add(connection, keys, head, [entry], _Stamp(at, actor))
    return True


def _add(
    connection: Connection, keys: Signer, head: Head, entries: Sequence[Entry], stamp: _Stamp
) -> None:
    number, mac, key_id = head.number, head.mac, keys.newest
    rows = []
    for number, entry in enumerate(entries, start=head.number + 1):
        row = {
            "number": number,
            "at": stamp.at,
            "actor": stamp.actor,
            "action": entry.action,
            "subject": entry.subject,
            "details": encode(entry.details),
            "key_id": key_id,
        }
        mac = keys.sign(key_id, covered(mac, row))
        rows.append({**row, "mac": mac})
    insert_many(connection, audit, rows)
    write_head(connection, keys, head._replace(number=number, mac=mac))


def _end(connection: Connection, keys: Signer) -> tuple[Head, str]:
    """Return where the chain goes on, and in a word why its end is not to be trusted, if so.

    To go on from a head that nobody signed would sign it: a tail that was cut off would never be
    missed. Work goes on all the same, and the trail says for ever that its end was not to be
    trusted here.
    """
    found = read_sealed_head(connection)
    newest = select(audit.c.number, audit.c.mac).order_by(audit.c.number.desc()).limit(1)
    last = connection.execute(newest).one_or_none()
    reason = _doubt(found, 0 if last is None else last.number, keys)
    head = Head() if found is None else found.head
    if reason and last is not None:
        head = head._replace(number=last.number, mac=last.mac)
    return head, reason


def _doubt(found: SealedHead | None, last: int, keys: Signer) -> str:
    """Return in a word why the end is not to be trusted, '' if it is."""
    if found is None:
        return "head-missing" if last else ""
    try:
        is_right = found.holds(keys)
    except KeyMissing:
        return KEY_MISSING
    if not is_right:
        return "head-changed"
    return "entries-beyond" if last > found.head.number else ""


def read_head(connection: Connection) -> Head:
    """Return where the chain begins and ends; its seal is not looked at."""
    found = read_sealed_head(connection)
    return Head() if found is None else found.head


def read_sealed_head(connection: Connection) -> SealedHead | None:
    """Return the head as it is stored, None before the first entry."""
    row = connection.execute(select(audit_head).where(audit_head.c.id == HEAD_ID)).one_or_none()
    if row is None:
        return None
    head = Head(row.cut_number, row.cut_mac, row.number, row.mac)
    return SealedHead(head, row.key_id, row.seal)


def write_head(connection: Connection, keys: Signer, head: Head) -> None:
    """Store and seal where the chain begins and ends."""
    key_id = keys.newest
    values = {**head._asdict(), "key_id": key_id, "seal": keys.sign(key_id, head.covered())}
    moved = connection.execute(update(audit_head).where(audit_head.c.id == HEAD_ID).values(values))
    if moved.rowcount == 0:
        connection.execute(insert(audit_head).values({"id": HEAD_ID, **values}))
