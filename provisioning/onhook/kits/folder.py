"""Write kits into a folder so that a crash leaves whole kits or none that looks whole.

A kit is staged beside its place and moved there after the database has it: a new one by one
rename of its folder, a changed one file by file with the manifest last. What a crash left half
way is found by the next run, because the manifest's hashes do not match, and made again from the
database. So nothing is synchronised to disk until the end of the run, once.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from onhook.files import PRIVATE_FOLDER, disk_faults, make_private_folder
from onhook.kits.manifest import MANIFEST, digest, read_manifest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from onhook.kits.manifest import Kit, KitLabel

_STAGING = ".onhook-staging"
_LOCK = ".onhook-lock"
_LARGEST = 16 * 1024 * 1024  # bytes; far above what a template may make
INDEX = "index.html"


class KitFolder:
    """The folder that `issue --out` writes to. One process at a time works in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._staging = path / _STAGING
        self._staged: list[KitLabel] = []
        self._customers: set[str] = set()

    def stage(self, kit: Kit) -> None:
        """Write `kit` beside its place.

        Raises:
            StorageFault: The disk is full, or may not be written to.
        """
        folder = self._staged_at(kit.label)
        with disk_faults(self.path):
            os.mkdir(folder, PRIVATE_FOLDER)  # noqa: PTH102 - called for every kit; Path costs more
            for name, content in kit.files.items():
                _write_new(f"{folder}/{name}", content)
            _write_new(f"{folder}/{MANIFEST}", kit.manifest())
        self._staged.append(kit.label)

    def publish(self) -> None:
        """Move what was staged to its place; called once the database has it."""
        with disk_faults(self.path):
            for label in self._staged:
                self._move(label)
        self._staged.clear()

    def discard(self) -> None:
        """Forget what was staged; called when the database does not have it."""
        for label in self._staged:
            shutil.rmtree(self._staged_at(label), ignore_errors=True)
        self._staged.clear()

    def holds(self, label: KitLabel, names: frozenset[str]) -> bool:
        """Tell whether this very issue of a kit lies here whole, with at least `names`."""
        folder = self.path / label.customer / label.folder
        found = read_manifest(_content(folder / MANIFEST))
        if found is None or not names <= found["files"].keys():
            return False
        ours = (found.get("issue"), found.get("family"), found.get("issued_at"))
        if ours != (label.issue, label.family, label.issued_at.isoformat(timespec="seconds")):
            return False
        return all(
            digest(_content(folder / name)) == known for name, known in found["files"].items()
        )

    def labels(self) -> Iterator[dict[str, object]]:
        """Yield the manifest of every kit here, by customer and extension."""
        for customer in sorted(_folders(self.path)):
            keys = sorted(aligned(folder) for folder in _folders(self.path / customer))
            for folder in map(as_named, keys):
                found = read_manifest(_content(f"{self.path}/{customer}/{folder}/{MANIFEST}"))
                if found is not None:
                    yield {**found, "folder": f"{customer}/{folder}"}

    def finish(self, index: Callable[[Iterator[dict[str, object]]], Iterator[str]]) -> Path:
        """Write the printable page of all kits here, make everything durable, return its path."""
        with disk_faults(self.path):
            page = self._staging / INDEX
            with open(page, "w", encoding="utf-8", opener=_private) as file:
                file.writelines(index(self.labels()))
            os.sync()
            page.replace(self.path / INDEX)
            self._staging.rmdir()
        return self.path / INDEX

    def _staged_at(self, label: KitLabel) -> str:
        # No id holds a comma: customer a-1 with 2 is not customer a with 1 on device 2.
        return f"{self._staging}/{label.customer},{label.folder}"

    def _move(self, label: KitLabel) -> None:
        if label.customer not in self._customers:
            make_private_folder(self.path / label.customer)
            self._customers.add(label.customer)
        staged = self._staged_at(label)
        place = f"{self.path}/{label.customer}/{label.folder}"
        try:
            os.rename(staged, place)  # noqa: PTH104 - called for every kit; Path costs more
        except OSError:
            if not Path(place).is_dir():
                raise
            _move_files(Path(staged), Path(place))


@contextmanager
def open_kit_folder(path: Path) -> Iterator[KitFolder]:
    """Make `path` if need be and work in it, alone: another process waits until we are done.

    Raises:
        StorageFault: It cannot be made or written to.
    """
    with disk_faults(path):
        make_private_folder(path)
        lock = os.open(path / _LOCK, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with disk_faults(path):
            shutil.rmtree(path / _STAGING, ignore_errors=True)  # left by a crash
            (path / _STAGING).mkdir(mode=PRIVATE_FOLDER)
        yield KitFolder(path)
    finally:
        shutil.rmtree(path / _STAGING, ignore_errors=True)
        os.close(lock)


def aligned(folder: str) -> str:
    """Return what sorts kits' folders as people count: 9, 0150, 151, 1000.

    One text for each, from which `as_named` gets the folder back: a hundred thousand are sorted.
    """
    extension = folder.partition("-")[0].lstrip("+0")
    return f"{extension:>{_WIDTH}}{folder}"


def as_named(key: str) -> str:
    """Return the folder of which `aligned` made `key`."""
    return key[_WIDTH:]


_WIDTH = 20  # an extension has at most so many digits


def _folders(path: Path) -> Iterator[str]:
    with os.scandir(path) as entries:
        yield from (entry.name for entry in entries if entry.is_dir() and entry.name[0] != ".")


def _move_files(staged: Path, place: Path) -> None:
    """Put a kit over an earlier one; until its manifest is there, neither looks whole."""
    before = read_manifest(_content(place / MANIFEST)) or {"files": {}}
    names = [file.name for file in staged.iterdir() if file.name != MANIFEST]
    for name in names:
        (staged / name).replace(place / name)
    for name in before["files"].keys() - set(names):
        # It may hold the password of before. A crash after the manifest would leave it for good.
        (place / name).unlink(missing_ok=True)
    (staged / MANIFEST).replace(place / MANIFEST)
    staged.rmdir()


def _write_new(path: str, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        written = os.write(descriptor, content)
        while written < len(content):
            written += os.write(descriptor, content[written:])
    finally:
        os.close(descriptor)


def _content(path: Path | str) -> bytes:
    """Return what the file holds; nothing where it is no plain file, or larger than ours are."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # it may be somebody's pipe
    except OSError:
        return b""
    try:
        found = os.fstat(descriptor)
        fits = stat.S_ISREG(found.st_mode) and found.st_size <= _LARGEST
        return os.read(descriptor, found.st_size) if fits else b""
    except OSError:
        return b""
    finally:
        os.close(descriptor)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
