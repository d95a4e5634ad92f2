"""Read the key ring's file; write it so that neither a crash nor another process loses a key."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from onhook.files import PRIVATE_FILE, disk_faults, sync_folder, write_new, write_private
from onhook.keys.errors import (
    KeyFileInTheWay,
    KeyRingMissing,
    KeyRingOpenToOthers,
    KeyRingReplaced,
)
from onhook.sealing import KeyRing, KeyRingUnreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FOR_OTHERS = 0o077


def read_ring(path: Path) -> KeyRing:
    """Return the ring in the file at `path`.

    Raises:
        KeyRingMissing: It is not there or may not be read.
        KeyRingOpenToOthers: Others on this machine may read it.
        KeyRingUnreadable: It is no ring.
        KeyRingProtected: It is a backup under a passphrase.
    """
    try:
        stamp, mode = _stamp(path), path.stat().st_mode & 0o777
        text = path.read_text(encoding="ascii")
    except OSError as error:
        raise KeyRingMissing(str(path), error.strerror or str(error)) from error
    except UnicodeDecodeError:
        raise KeyRingUnreadable(str(path)) from None
    if mode & _FOR_OTHERS:
        raise KeyRingOpenToOthers(str(path), f"{mode:04o}")
    return KeyRing.loads(text, str(path), stamp)


def write_ring(path: Path, ring: KeyRing) -> None:
    """Put `ring` in place of the one at `path`, in one step, readable by its owner only.

    It is on the disk when this returns: from then on something may be sealed with its keys, and
    after a power cut the database would still have it.

    Raises:
        DiskFull: No room is left; what stood at `path` still stands.
        NotWritable: The folder may not be written to.
    """
    place = path.resolve()  # the file that a symbolic link names, not the link
    write_private(place, ring.dumps().encode("ascii"))
    with disk_faults(place.parent):
        sync_folder(place.parent)


def write_new_file(path: Path, content: bytes) -> None:
    """Write a file that is not there yet, readable by its owner only.

    Raises:
        KeyFileInTheWay: It is there; it stays as it is.
        DiskFull: No room is left.
        NotWritable: The folder may not be written to.
    """
    with disk_faults(path):
        try:
            write_new(path, content)
        except FileExistsError:
            raise KeyFileInTheWay(str(path)) from None
    with disk_faults(path.parent):
        sync_folder(path.parent)


@contextmanager
def changing(path: Path) -> Iterator[KeyRing]:
    """Provide the ring at `path` while nobody else can change it; others wait.

    Whoever takes the database, too, takes this first: else two could wait for each other.

    Raises:
        NotWritable: The lock beside the ring cannot be made.
        StorageFault: As `read_ring`.
    """
    place = path.resolve()
    lock = place.with_name(place.name + ".lock")
    with disk_faults(lock):
        handle = os.open(lock, os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield read_ring(path)
    finally:
        os.close(handle)


def require_in_force(ring: KeyRing, path: Path) -> None:
    """Make sure that what is sealed with `ring` now can be opened with what the file holds now.

    Called by whoever has the database to himself; keys are taken out by such a one only.

    Raises:
        KeyRingReplaced: A key that seals or signs was taken out.
        StorageFault: As `read_ring`.
    """
    if ring.stamp is None or ring.stamp == _stamp_there(path):
        return
    there = read_ring(path).ids
    if not all(key.id in there for key in ring.newest.values()):
        raise KeyRingReplaced(str(path))


def _stamp(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_ino, found.st_mtime_ns


def _stamp_there(path: Path) -> tuple[int, int] | None:
    try:
        return _stamp(path)
    except OSError:
        return None
