"""Add keys to the ring: from then on the new ones seal and sign; the old ones go on opening."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from onhook.keys.errors import NewRingNotInForce
from onhook.keys.ring_file import changing, write_new_file, write_ring

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from onhook.sealing import Key, KeyRing, Purpose
    from onhook.workspace import Workspace


def rotate(
    workspace: Workspace, purposes: Sequence[Purpose], out: Path | None = None
) -> tuple[KeyRing, list[Key]]:
    """Make a new key of each of `purposes`; nothing sealed before is touched.

    Args:
        workspace: Whose ring.
        purposes: What for.
        out: A new file to write the ring to instead, for a secret store that keeps it.

    Returns:
        The new ring, and the keys that are new in it.

    Raises:
        KeyRingNotOurs: The ring comes from elsewhere and there is no `out`.
        KeyFileInTheWay: `out` is there.
        PurposeMissing: The ring has no key of a purpose, as a public server's.
        StorageFault: The ring or the database cannot be written; no key was added, or all were.
    """
    if out is not None:
        ring, made = _with_fresh(workspace, workspace.keys, purposes)
        with workspace.writing() as work:
            work.record("key.rotate", "", keys=_told(made), written_for_store=True)
            write_new_file(out, ring.dumps().encode("ascii"))
        return ring, made
    path = workspace.settings.keys.require_file()
    with changing(path) as before:
        ring, made = _with_fresh(workspace, before, purposes)
        with under(workspace, ring) as newer, newer.writing() as work:
            work.record("key.rotate", "", keys=_told(made))
            write_ring(path, ring)
    return ring, made


@contextmanager
def under(workspace: Workspace, ring: KeyRing) -> Iterator[Workspace]:
    """Provide the workspace as it is with another ring."""
    newer = replace(workspace, keys=ring)
    try:
        yield newer
    finally:
        newer.close()


def check_order(
    workspace: Workspace, *, out: Path | None, is_new: bool, reseals: bool, retires: bool
) -> None:
    """Make sure that what is asked for at once can be done at once, before any of it is.

    Raises:
        NewRingNotInForce: New keys go into a file for a store, and should seal already.
        KeyRingNotOurs: The ring cannot be written and there is no `out`.
    """
    if out is not None and is_new and (reseals or retires):
        raise NewRingNotInForce(str(out))
    if out is None and (is_new or retires):
        workspace.settings.keys.require_file()


def _with_fresh(
    workspace: Workspace, before: KeyRing, purposes: Sequence[Purpose]
) -> tuple[KeyRing, list[Key]]:
    for purpose in purposes:
        before.of(purpose)  # a public server's ring gets no key of another purpose
    ring = before.with_fresh(purposes, workspace.clock())
    return ring, [key for key in ring.keys if key.id not in before.ids]


def _told(keys: Sequence[Key]) -> dict[str, str]:
    return {key.id.hex(): key.purpose for key in keys}
