"""Take keys out of the ring that nothing in the database needs any more.

A key that is gone is gone: backups of the database made before may still need it. So it is asked
for by name, and looked for what the keys hold while nobody else can write. Whoever sealed with the
old ring until then finds out before sealing more (`ring_file.require_in_force`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from onhook.keys.listing import count_held
from onhook.keys.ring_file import changing, write_new_file, write_ring
from onhook.keys.rotating import under

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.engine import Connection

    from onhook.sealing import Key, KeyRing
    from onhook.workspace import UnitOfWork, Workspace


def idle_keys(connection: Connection, ring: KeyRing) -> list[Key]:
    """Return the older keys that hold nothing: no sealed value, and no entry of the audit trail."""
    held = count_held(connection)
    newest = {key.id for key in ring.newest.values()}
    return [key for key in ring.keys if key.id not in newest and not held[key.purpose, key.id]]


def retire(workspace: Workspace, out: Path | None = None) -> list[Key]:
    """Take the keys that hold nothing out of the ring and return them.

    Args:
        workspace: Whose ring.
        out: A new file to write the ring to instead, for a secret store that keeps it.

    Raises:
        KeyRingNotOurs: The ring comes from elsewhere and there is no `out`.
        KeyFileInTheWay: `out` is there.
        StorageFault: The ring or the database cannot be used; all keys are still there.
    """
    if out is not None:
        with workspace.writing() as work:
            ring, idle = _without_idle(work, workspace.keys)
            write_new_file(out, ring.dumps().encode("ascii"))
        return idle
    path = workspace.settings.keys.require_file()
    with changing(path) as before, under(workspace, before) as now, now.writing() as work:
        ring, idle = _without_idle(work, before)
        if idle:
            write_ring(path, ring)
    return idle


def _without_idle(work: UnitOfWork, ring: KeyRing) -> tuple[KeyRing, list[Key]]:
    idle = idle_keys(work.connection, ring)
    if idle:
        work.record("key.retire", "", keys={key.id.hex(): key.purpose for key in idle})
    return ring.without(key.id for key in idle), idle
