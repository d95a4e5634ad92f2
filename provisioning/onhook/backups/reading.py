"""Open a backup: nothing of it is believed before all of it was read and compared once."""

from __future__ import annotations

import json
import zipfile
import zlib
from contextlib import contextmanager
from hashlib import file_digest, sha256
from hmac import compare_digest
from typing import IO, TYPE_CHECKING, Any

from onhook.backups.errors import (
    BackupDamaged,
    BackupForeign,
    BackupForged,
    BackupNewer,
    NoSuchBackup,
)
from onhook.backups.manifest import (
    FORMAT,
    MANIFEST,
    SIGNATURE,
    ManifestDamaged,
    load_manifest,
    origin_of,
)
from onhook.backups.rows import RowDamaged, decode_lines
from onhook.files import disk_faults
from onhook.sealing import KeyMissing
from onhook.store.migration import SCHEMA, revisions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from onhook.backups.manifest import Manifest, Part, TablePart
    from onhook.sealing import Signer

_AT_ONCE = 1 << 20
_LONGEST_MANIFEST = 16 << 20
_LONGEST_LINE = 64 << 20
_MOST_DEFLATED = 200
"""What is deflated to less than this part of its size was not written by `onhook backup`."""
_FAULTS = (
    *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError),
    *(ValueError, KeyError, OverflowError),
)
"""What `zipfile` raises on files that are none, or not any more."""


class Backup:
    """An opened backup of which every part is what the manifest says.

    Attributes:
        path: Where it is.
        manifest: What is in it.
        sha256: Of the whole file.
    """

    def __init__(self, path: Path, archive: zipfile.ZipFile, manifest: bytes, digest: str) -> None:
        self.path = path
        self.sha256 = digest
        self._archive = archive
        self._content = manifest
        self.manifest: Manifest = load_manifest(manifest)

    def rows(self, table: TablePart) -> Iterator[dict[str, Any]]:
        """Yield the rows of a table.

        Raises:
            BackupDamaged: A line is no row of this table.
        """
        try:
            with self._archive.open(table.part.name) as entry:
                yield from decode_lines(table.shape, _lines(entry))
        except RowDamaged as error:
            raise BackupDamaged(str(self.path), str(error)) from None

    def content(self, part: Part) -> Iterator[bytes]:
        """Yield the content of a file of the workspace."""
        with self._archive.open(part.name) as entry:
            yield from _chunks(entry)

    def is_signed_by(self, keys: Signer) -> bool:
        """Tell whether one of `keys` signed the manifest; False if that key is not among them.

        Raises:
            BackupForged: The key is among them, and signed something else.
        """
        if SIGNATURE not in self._archive.namelist():
            return False
        try:
            told = json.loads(_read_small(self._archive, SIGNATURE))
            key, code = bytes.fromhex(told["key"]), bytes.fromhex(told["hmac"])
            expected = keys.sign(key, signed(self._content))
        except KeyMissing:
            return False
        except (*_FAULTS, TypeError):
            raise BackupDamaged(str(self.path), SIGNATURE) from None
        if not compare_digest(code, expected):
            raise BackupForged(str(self.path))
        return True


def signed(manifest: bytes) -> bytes:
    """Return what the signature of a manifest covers: it is one of nothing else."""
    return b"backup " + manifest


@contextmanager
def open_backup(path: Path) -> Iterator[Backup]:
    """Open the backup at `path` and compare every part with the manifest.

    Raises:
        NoSuchBackup: There is no such file.
        BackupForeign: It is no backup that onhook made.
        BackupNewer: A later onhook made it; which one is needed is told.
        BackupDamaged: A part is missing, cut off, changed or of another size.
    """
    with _open_file(path) as file:
        digest = file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # it can be read
        size = file.tell()
        with _opened(path, file) as archive:
            manifest = _read_manifest(path, archive)
            found = _backup(path, archive, manifest, digest)
            _check_entries(found, archive, size)
            for table in found.manifest.tables:
                _check_part(path, archive, table.part, table.rows)
            for part in found.manifest.files:
                _check_part(path, archive, part, None)
            yield found


def _open_file(path: Path) -> IO[bytes]:
    with disk_faults(path):
        try:
            return path.open("rb")
        except FileNotFoundError:
            raise NoSuchBackup(str(path)) from None
        except IsADirectoryError:
            raise BackupForeign(str(path)) from None


@contextmanager
def _opened(path: Path, file: IO[bytes]) -> Iterator[zipfile.ZipFile]:
    file.seek(0)
    try:
        archive = zipfile.ZipFile(file)
    except (*_FAULTS, OSError):
        # A backup that was cut off has lost its list of entries; it still begins as one.
        file.seek(0)
        begins = b"tables/" in file.read(64)
        if begins:
            raise BackupDamaged(str(path), "its end is missing") from None
        raise BackupForeign(str(path)) from None
    with archive:
        yield archive


def _read_manifest(path: Path, archive: zipfile.ZipFile) -> bytes:
    if MANIFEST not in archive.namelist():
        raise BackupForeign(str(path))
    try:
        content = _read_small(archive, MANIFEST)
    except (*_FAULTS, OSError):
        raise BackupDamaged(str(path), MANIFEST) from None
    origin = origin_of(content)
    if origin is None:
        raise BackupDamaged(str(path), MANIFEST)
    if origin.format > FORMAT or origin.schema > SCHEMA:
        raise BackupNewer(str(path), origin.schema, origin.onhook)
    return content


def _read_small(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as entry:
        content = entry.read(_LONGEST_MANIFEST)
        if entry.read(1):
            raise ValueError(name)
    return content


def _backup(path: Path, archive: zipfile.ZipFile, manifest: bytes, digest: str) -> Backup:
    try:
        found = Backup(path, archive, manifest, digest)
    except ManifestDamaged:
        raise BackupDamaged(str(path), MANIFEST) from None
    if found.manifest.schema not in revisions():
        raise BackupDamaged(str(path), MANIFEST)
    return found


def _check_entries(backup: Backup, archive: zipfile.ZipFile, size: int) -> None:
    """Make sure that there is nothing but what the manifest tells, of a size that can be."""
    told = {part.name: part.bytes for part in backup.manifest.parts()}
    there = [entry for entry in archive.infolist() if entry.filename not in (MANIFEST, SIGNATURE)]
    if len(there) != len(told):
        raise BackupDamaged(str(backup.path), "its list of parts")
    for entry in there:
        if told.get(entry.filename) != entry.file_size:
            raise BackupDamaged(str(backup.path), entry.filename)
    if sum(told.values()) > _MOST_DEFLATED * size:
        raise BackupDamaged(str(backup.path), "it would unfold to an impossible size")


def _check_part(path: Path, archive: zipfile.ZipFile, part: Part, rows: int | None) -> None:
    found, lines = sha256(), 0
    try:
        with archive.open(part.name) as entry:
            for chunk in _chunks(entry):
                found.update(chunk)
                lines += chunk.count(b"\n") if rows is not None else 0
    except (*_FAULTS, OSError):
        raise BackupDamaged(str(path), part.name) from None
    if found.hexdigest() != part.sha256 or lines != (rows or 0):
        raise BackupDamaged(str(path), part.name)


def _chunks(entry: IO[bytes]) -> Iterator[bytes]:
    while chunk := entry.read(_AT_ONCE):
        yield chunk


def _lines(entry: IO[bytes]) -> Iterator[bytes]:
    """Yield lines, none of them longer than any that `onhook backup` writes."""
    while line := entry.readline(_LONGEST_LINE):
        yield line
