"""Write files nobody else may read, whole or not at all."""

from __future__ import annotations

import errno
import fcntl
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from onhook_devices.errors import StorageFault

if TYPE_CHECKING:
    from collections.abc import Iterator

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700


class DiskFull(StorageFault):
    """No room is left where it should be written."""

    path: str


class NotWritable(StorageFault):
    """The folder or file may not be written to."""

    path: str
    reason: str


@contextmanager
def disk_faults(path: Path | str) -> Iterator[None]:
    """Turn the operating system's errors on writing to `path` into ours.

    Raises:
        DiskFull: No room, or the quota is used up.
        NotWritable: Anything else the operating system says.
    """
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(str(path)) from error
        named = Path(error.filename or path)
        is_beside = named.name.startswith(_beside_prefix(Path(path)))
        raise NotWritable(
            str(path if is_beside else named), error.strerror or str(error)
        ) from error


def make_private_folder(path: Path) -> None:
    """Make `path` and its parents; what is made is readable by its owner only."""
    for folder in reversed([path, *path.parents]):
        if not folder.exists():
            folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)


def write_private(path: Path, content: bytes) -> None:
    """Write `content` to `path` in one step, readable by its owner only, and make it durable.

    Raises:
        DiskFull: No room is left; what stood at `path` still stands.
        NotWritable: The folder may not be written to.
    """
    with disk_faults(path), _beside(path) as file:
        file.write(content)


def require_file(path: Path) -> None:
    """Make sure that what is to be replaced at `path` is a file, if there is anything.

    Raises:
        NotWritable: It is a folder, or a device such as /dev/null, which would be a file then.
    """
    if path.is_dir():
        raise NotWritable(str(path), os.strerror(errno.EISDIR))
    if path.exists() and not path.is_file():
        raise NotWritable(str(path), "Not a regular file")


def write_new(path: Path, content: bytes) -> None:
    """Write a durable file that is not there yet, readable by its owner only.

    Raises:
        FileExistsError: It is there; it stays as it is.
        OSError: It cannot be written; nothing is left of it.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink()
        raise


def sync_folder(folder: Path) -> None:
    """Make durable which files a folder has."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def open_alone(part: Path) -> int:
    """Open an empty file, locked until it is closed; wait for whoever has it."""
    while True:
        descriptor = os.open(part, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, PRIVATE_FILE)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        try:
            if os.path.samestat(os.fstat(descriptor), part.stat()):
                os.ftruncate(descriptor, 0)
                return descriptor
        except FileNotFoundError:
            pass
        os.close(descriptor)  # it was put in its place, or went away, while we waited


@contextmanager
def appearing(path: Path) -> Iterator[IO[bytes]]:
    """Give a private file that is seen at `path` once all is written, and never otherwise."""
    with _beside(path.resolve()) as file:  # a link stays a link
        yield file


def _beside_prefix(path: Path) -> str:
    """Return how the file's name begins that takes the place of `path`; nobody typed it."""
    return f".{path.name[:40]}-"


@contextmanager
def _beside(path: Path) -> Iterator[IO[bytes]]:
    """Give a private file that takes the place of `path` when all of it is on the disk."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=_beside_prefix(path))  # mode 0600
    try:
        with os.fdopen(descriptor, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
