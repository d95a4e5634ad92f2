"""Write a backup's file: a ZIP that grows beside its place and takes it when it is whole.

ZIP, and not tar: it has a list of what is in it, any part can be read without the others, and every
system has a program for it.
"""

from __future__ import annotations

import os
import zipfile
from contextlib import contextmanager, suppress
from hashlib import file_digest, sha256
from typing import IO, TYPE_CHECKING

from onhook.backups.errors import BackupInTheWay
from onhook.backups.manifest import MANIFEST, Part, origin_of
from onhook.files import disk_faults, open_alone, sync_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

_BUFFER = 1 << 20
_LEVEL = 1  # most of it is sealed and comes as base64: more effort gains nothing


class BackupFile:
    """The ZIP file being written."""

    def __init__(self, path: Path, file: IO[bytes], archive: zipfile.ZipFile) -> None:
        self._path = path
        self._file = file
        self._archive = archive

    def add(self, name: str, parts: Iterable[bytes]) -> Part:
        """Append an entry and return its size and SHA-256.

        Raises:
            StorageFault: The disk is full, or may not be written to.
        """
        hashed, size = sha256(), 0
        with (
            disk_faults(self._path),
            self._archive.open(name, "w", force_zip64=True) as entry,
        ):
            for part in parts:
                hashed.update(part)
                size += len(part)
                entry.write(part)
        return Part(name, size, hashed.hexdigest())

    def finish(self) -> tuple[int, bytes]:
        """Write the list of entries and all of it to the disk; return its size and SHA-256."""
        with disk_faults(self._path):
            self._archive.close()
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.seek(0)
            digest = file_digest(self._file, "sha256").digest()  # type: ignore[arg-type]  # it can be read
            return self._file.tell(), digest


@contextmanager
def write_backup_file(path: Path, check: Callable[[Path], None]) -> Iterator[BackupFile]:
    """Write a backup to `path`; on an error nothing is left, and what stood there still stands.

    A run that is killed leaves a file whose name begins with a dot; the next one takes it over.

    Args:
        path: Where.
        check: Looks at the finished file before it takes its place.

    Raises:
        BackupInTheWay: Something that is no backup stands there.
        StorageFault: It cannot be written.
    """
    if not may_replace(path):
        raise BackupInTheWay(str(path))
    part = path.parent / f".{path.name}.onhook-part"
    with disk_faults(path):
        file = os.fdopen(open_alone(part), "r+b", _BUFFER)
    archive = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL)
    try:
        yield BackupFile(path, file, archive)
        check(part)
        with disk_faults(path):
            part.replace(path)
            sync_folder(path.parent)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    finally:
        with suppress(OSError, ValueError):  # of a full disk, or in an entry; it is told already
            archive.close()
        with suppress(OSError):
            file.close()


def may_replace(path: Path) -> bool:
    """Tell whether a backup may take this place: nothing stands there, or an earlier backup."""
    if not os.path.lexists(path):
        return True
    try:
        with zipfile.ZipFile(path) as archive, archive.open(MANIFEST) as entry:
            return origin_of(entry.read(_BUFFER * 16)) is not None
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, EOFError, RuntimeError):
        return False
