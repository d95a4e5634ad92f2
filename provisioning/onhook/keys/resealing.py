"""Seal everything again under the newest keys, a chunk at a time.

Each chunk is a transaction, in between others can write, and what is done needs no doing again: it
can be interrupted at any moment and run again. Old and new keys both stay in the ring meanwhile, so
that everything opens at every moment.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, update

from onhook.keys.errors import SealedKeyLost
from onhook.keys.sealed_columns import SEALED_COLUMNS
from onhook.keys.sources import read_source
from onhook.sealing import KeyMissing, SealBroken

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Row

    from onhook.keys.sealed_columns import SealedColumn
    from onhook.sealing import KeyRing, Sealer
    from onhook.workspace import UnitOfWork, Workspace
    from onhook_devices.errors import OnhookError

CHUNK = 500
"""Values sealed again in one transaction; others wait for some tens of milliseconds."""


@dataclass(slots=True)
class Resealed:
    """What became of a run: how many values were sealed again, and what could not be opened."""

    count: int = 0
    errors: list[OnhookError] = field(default_factory=list)


def reseal(workspace: Workspace, progress: Callable[[int], None] = lambda _: None) -> Resealed:
    """Seal all that is sealed with older keys again under the newest of its purpose.

    Args:
        workspace: Its ring has the old keys and the new.
        progress: Told after each chunk how many values it had.

    Returns:
        The count, and an error for each value that does not open; those stay as they are.

    Raises:
        PurposeMissing: The ring lacks all keys of a purpose, as a public server's does.
        StorageFault: The database cannot be written to; what was done stays done.
    """
    done = Resealed()
    for sealed in SEALED_COLUMNS:
        last: tuple[Any, ...] | None = None
        while True:
            with workspace.writing() as work:
                last = _reseal_chunk(work, sealed, last, done, progress)
            if last is None:
                break
    done.errors = _still_true(workspace, done.errors)
    with workspace.writing() as work:
        work.record("key.reseal", "", resealed=done.count, unopened=len(done.errors))
    return done


def _still_true(workspace: Workspace, errors: list[OnhookError]) -> list[OnhookError]:
    """Return the errors but those of values that another, who rotated meanwhile, sealed again."""
    if not any(isinstance(error, SealedKeyLost) for error in errors):
        return errors
    there = {key.hex() for key in read_source(workspace.settings.keys).ids}
    return [one for one in errors if not (isinstance(one, SealedKeyLost) and one.key in there)]


def _reseal_chunk(
    work: UnitOfWork,
    sealed: SealedColumn,
    last: tuple[Any, ...] | None,
    done: Resealed,
    progress: Callable[[int], None],
) -> tuple[Any, ...] | None:
    """Seal the values after `last` again; return the key of the last of them, None at the end."""
    newest = work.workspace.keys.sealer(sealed.purpose).newest
    query = sealed.rows().where(sealed.key_id != newest.id).limit(CHUNK)
    if last is not None:
        query = query.where(sealed.after(last))
    rows = work.connection.execute(query).all()
    changes = [
        change for row in rows for change in _changes(work.workspace.keys, sealed, row, done)
    ]
    _write(work, sealed, changes)
    done.count += len(changes)
    progress(len(rows))
    return _key(sealed, rows[-1]) if len(rows) == CHUNK else None


def _changes(
    ring: KeyRing, sealed: SealedColumn, row: Row[Any], done: Resealed
) -> list[dict[str, Any]]:
    """Return the change of one row; none, and an error in `done`, if its value does not open."""
    about, sealer = sealed.about(row), ring.sealer(sealed.purpose)
    try:
        again = _sealed_again(sealer, row.sealed, about)
    except KeyMissing as fault:
        done.errors.append(SealedKeyLost(about, fault.key, sealed.purpose))
        return []
    except SealBroken as fault:
        done.errors.append(fault)
        return []
    key = {f"at_{place}": value for place, value in enumerate(_key(sealed, row))}
    return [{**key, "again": again}]


def _sealed_again(sealer: Sealer, value: bytes, about: str) -> bytes:
    return sealer.seal(sealer.open(value, about), about)


def _key(sealed: SealedColumn, row: Row[Any]) -> tuple[Any, ...]:
    return tuple(getattr(row, f"key_{place}") for place in range(len(sealed.key)))


def _write(work: UnitOfWork, sealed: SealedColumn, changes: Sequence[dict[str, Any]]) -> None:
    if not changes:
        return
    pairs = enumerate(sealed.key)
    query = update(sealed.column.table).where(*(c == bindparam(f"at_{n}") for n, c in pairs))
    again = bindparam("again", type_=sealed.column.type)
    work.connection.execute(query.values({sealed.column.name: again}), changes)
