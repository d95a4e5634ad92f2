"""Stream kits into one ZIP file, which appears only when it is whole."""

from __future__ import annotations

import json
import os
import tempfile
import zipfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onhook.files import disk_faults
from onhook.kits.folder import INDEX
from onhook.kits.manifest import MANIFEST, read_manifest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from onhook.kits.manifest import Kit, KitLabel

_UNIX = 3
_MODE = 0o600 << 16  # in a ZIP entry, the upper half holds the Unix mode


class KitArchive:
    """The ZIP file that `issue --archive` writes."""

    def __init__(self, path: Path, archive: zipfile.ZipFile, cards: Any) -> None:
        self.path = path
        self._archive = archive
        self._cards = cards

    def stage(self, kit: Kit) -> None:
        """Append `kit`.

        Raises:
            StorageFault: The disk is full, or may not be written to.
        """
        folder = f"{kit.label.customer}/{kit.label.folder}"
        manifest = kit.manifest()
        with disk_faults(self.path):
            for name, content in kit.files.items():
                self._archive.writestr(_entry(f"{folder}/{name}", kit.label), content)
            self._archive.writestr(_entry(f"{folder}/{MANIFEST}", kit.label), manifest)
            self._cards.write(json.dumps([folder, manifest.decode()]).encode() + b"\n")

    def publish(self) -> None:
        """Nothing to do: an archive is published whole, by `finish`."""

    def discard(self) -> None:
        """Nothing to do: an archive that is not finished leaves nothing behind."""

    def holds(self, label: KitLabel, names: frozenset[str]) -> bool:  # noqa: ARG002 - see KitSink
        """Return False: a new archive holds nothing yet."""
        return False

    def labels(self) -> Iterator[dict[str, object]]:
        """Yield the manifest of every kit appended, in order."""
        self._cards.seek(0)
        for line in self._cards:
            folder, manifest = json.loads(line)
            yield {**(read_manifest(manifest) or {}), "folder": folder}

    def finish(self, index: Callable[[Iterator[dict[str, object]]], Iterator[str]]) -> Path:
        """Append the printable page of all kits and return the archive's path."""
        entry = zipfile.ZipInfo(INDEX, date_time=_EPOCH)
        entry.create_system, entry.external_attr = _UNIX, _MODE
        with disk_faults(self.path), self._archive.open(entry, "w") as page:
            for text in index(self.labels()):
                page.write(text.encode())
        return self.path


_EPOCH = (1980, 1, 1, 0, 0, 0)


def _entry(name: str, label: KitLabel) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, date_time=label.issued_at.timetuple()[:6])
    entry.create_system, entry.external_attr = _UNIX, _MODE
    return entry


@contextmanager
def open_kit_archive(path: Path) -> Iterator[KitArchive]:
    """Write an archive to `path`; on an error nothing is left, and what stood there still stands.

    Raises:
        StorageFault: It cannot be written.
    """
    with disk_faults(path):
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # mode 0600
    part = Path(name)
    try:
        with (
            os.fdopen(descriptor, "wb") as file,
            zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive,
            tempfile.TemporaryFile() as cards,
        ):
            yield KitArchive(path, archive, cards)
        with disk_faults(path):
            with part.open("rb") as whole:
                os.fsync(whole.fileno())
            part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
