"""Open everything that is sealed, past the commands: what each value holds, and under which key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onhook.keys.sealed_columns import SEALED_COLUMNS
from onhook.sealing import key_id_of

if TYPE_CHECKING:
    from onhook.workspace import Workspace


def opened(workspace: Workspace) -> dict[str, bytes]:
    """Return what every sealed value holds, by what it is bound to."""
    found = {}
    with workspace.reading() as work:
        for sealed in SEALED_COLUMNS:
            sealer = workspace.keys.sealer(sealed.purpose)
            for row in work.connection.execute(sealed.rows()):
                found[sealed.about(row)] = sealer.open(row.sealed, sealed.about(row))
    return found


def key_ids(workspace: Workspace) -> set[bytes]:
    """Return the ids of all keys that seal something."""
    with workspace.reading() as work:
        return {
            key_id_of(row.sealed)
            for sealed in SEALED_COLUMNS
            for row in work.connection.execute(sealed.rows())
        }
