"""Open a table's file, and say in our words why it cannot be opened."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from onhook.tables.errors import TableIsFolder, TableIsNoFile, TableMissing, TableUnreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Stamp = tuple[int, int, int, int]
"""Tells one state of a file from another: device, inode, size, time of change."""


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """Open `path` for reading.

    Raises:
        TableMissing: There is no such file.
        TableIsFolder: It is a folder.
        TableIsNoFile: It is a device, a pipe or a socket.
        TableUnreadable: The operating system refuses, now or while reading.
    """
    try:
        _refuse_other_than_file(path)
        with path.open("rb") as file:
            yield file
    except (FileNotFoundError, NotADirectoryError):
        raise TableMissing(str(path)) from None
    except OSError as error:
        raise TableUnreadable(str(path), error.strerror or str(error)) from error


def _refuse_other_than_file(path: Path) -> None:
    try:
        mode = path.stat().st_mode
    except ValueError:  # a NUL in the name
        raise TableMissing(str(path)) from None
    if stat.S_ISDIR(mode):
        raise TableIsFolder(str(path))
    if not stat.S_ISREG(mode):
        raise TableIsNoFile(str(path))


def stamp(file: IO[bytes]) -> Stamp:
    """Return what changes when somebody changes `file`."""
    state = os.fstat(file.fileno())
    return (state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns)
