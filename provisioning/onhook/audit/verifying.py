"""Verify the whole audit trail: that nothing was changed, removed, inserted or put elsewhere."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import column, func, select
from sqlalchemy import table as lightweight_table

from onhook.audit.chain import Mark, Noted, Signed, Walk
from onhook.audit.errors import (
    AuditEndDiffers,
    AuditEntriesBeyondEnd,
    AuditHeadChanged,
    AuditHeadKeyMissing,
    AuditHeadMissing,
    AuditMarkCutOff,
    AuditPutBack,
)
from onhook.audit.trail import HEAD_ID, Head, SealedHead
from onhook.sealing import KeyMissing
from onhook.store.schema import audit, audit_head

if TYPE_CHECKING:
    from collections.abc import Generator

    from sqlalchemy.engine import Connection

    from onhook.sealing import Signer
    from onhook_devices.errors import OnhookError

CHUNK = 1000
"""Entries read at a time."""

# Without their types: what is stored is looked at as it is, whatever somebody put there.
ENTRIES = lightweight_table("audit", *(column(name) for name in audit.columns.keys()))  # noqa: SIM118 - no dict
_HEADS = lightweight_table("audit_head", *(column(name) for name in audit_head.columns.keys()))  # noqa: SIM118 - no dict


@dataclass(frozen=True, slots=True)
class Verification:
    """What came of it.

    Attributes:
        entries: How many were looked at.
        begin: Where the trail begins: behind the entry that was cut off last.
        end: Where it ends.
        keys: What each key signed, by its id.
        findings: What is wrong; none if the trail is whole.
    """

    entries: int
    begin: Mark
    end: Mark
    keys: dict[bytes, Signed]
    findings: tuple[OnhookError, ...]


def verify_trail(
    connection: Connection, keys: Signer, *, noted: Noted | None = None
) -> Verification:
    """Verify the trail, in memory that does not grow with it.

    Args:
        connection: In a transaction that sees one moment.
        keys: All that ever signed.
        noted: Where the trail ended, as somebody noted it down outside. Nothing but this finds a
            database that was put back to an earlier state as a whole.

    Raises:
        AuditMarkCutOff: What was noted down has been cut off since.
    """
    doubts, head = _read_head(connection, keys)
    begin = Mark() if head is None else Mark(head.cut_number, head.cut_mac)
    if noted is not None and noted.number < begin.number:
        raise AuditMarkCutOff(noted.number, begin.number)
    walk = Walk(keys, begin, noted)
    for doubt in doubts:
        walk.findings.add(doubt)
    walk.look()
    with closing(entries_of(connection)) as rows:
        for row in rows:
            walk.step(row)
    _check_end(walk, head)
    if noted is not None and noted.number > walk.mark.number:
        walk.findings.add(AuditPutBack(noted.number, walk.mark.number))
    return Verification(walk.entries, begin, walk.mark, walk.signed, tuple(walk.findings.all()))


def entries_of(
    connection: Connection, *conditions: Any, newest_first: bool = False
) -> Generator[dict[str, Any], None, None]:
    """Yield entries as they are stored, by number, without holding them."""
    order = ENTRIES.c.number.desc() if newest_first else ENTRIES.c.number
    names = ENTRIES.c.keys()
    query = select(ENTRIES).where(*conditions).order_by(order)
    with connection.execute(query.execution_options(yield_per=CHUNK)) as result:
        for row in result:
            yield dict(zip(names, row, strict=True))


def _read_head(connection: Connection, keys: Signer) -> tuple[list[OnhookError], Head | None]:
    """Return what is wrong with the head, and the head as far as it can be used."""
    rows = connection.execute(select(_HEADS).order_by(_HEADS.c.id)).all()
    if not rows:
        first = connection.scalar(select(func.min(ENTRIES.c.number)))
        return ([] if first is None else [AuditHeadMissing(first)]), None
    row = next((row for row in rows if row.id == HEAD_ID), rows[0])
    numbers, codes = (row.cut_number, row.number), (row.cut_mac, row.mac, row.key_id, row.seal)
    if not all(isinstance(n, int) for n in numbers) or not all(isinstance(c, bytes) for c in codes):
        return [AuditHeadChanged(str(row.number))], None
    head = Head(row.cut_number, row.cut_mac, row.number, row.mac)
    sealed = SealedHead(head, row.key_id, row.seal)
    try:
        is_right = sealed.holds(keys) and [row.id for row in rows] == [HEAD_ID]
    except KeyMissing as missing:
        return [AuditHeadKeyMissing(missing.key)], head
    return ([] if is_right else [AuditHeadChanged(str(row.number))]), head


def _check_end(walk: Walk, head: Head | None) -> None:
    if head is None:
        return
    end = walk.mark.number
    if end > head.number:
        walk.findings.add(AuditEntriesBeyondEnd(head.number + 1, end))
    elif end == head.number and not walk.ends_with(head.mac):
        walk.findings.add(AuditEndDiffers(end))
    walk.miss_until(head.number)
