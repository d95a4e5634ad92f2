"""Stream kits into one ZIP file, which appears only when it is whole."""

from __future__ import annotations

import json
import os
import tempfile
from array import array
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING

from onhook.files import PRIVATE_FILE, disk_faults, open_alone
from onhook.kits.folder import INDEX, aligned, as_named
from onhook.kits.manifest import MANIFEST
from onhook.kits.stored_zip import StoredZip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from onhook.kits.manifest import Kit, KitLabel

_BUFFER = 1 << 20


class KitArchive:
    """The ZIP file that `issue --archive` writes."""

    def __init__(self, path: Path, archive: StoredZip, cards: IO[bytes]) -> None:
        self.path = path
        self._archive = archive
        self._cards = cards
        self._order: list[str] = []
        self._places = array("Q", [0])

    def stage(self, kit: Kit) -> None:
        """Append `kit`.

        Raises:
            StorageFault: The disk is full, or may not be written to.
        """
        folder = f"{kit.label.customer}/{kit.label.folder}"
        manifest = kit.manifest()
        with disk_faults(self.path):
            for name, content in kit.files.items():
                self._archive.add(f"{folder}/{name}", content, kit.label.issued_at)
            self._archive.add(f"{folder}/{MANIFEST}", manifest, kit.label.issued_at)
            self._cards.write(manifest)
        self._order.append(f"{kit.label.customer} {aligned(kit.label.folder)}")
        self._places.append(self._places[-1] + len(manifest))

    def publish(self) -> None:
        """Nothing to do: an archive is published whole, by `finish`."""

    def discard(self) -> None:
        """Nothing to do: an archive that is not finished leaves nothing behind."""

    def holds(self, label: KitLabel, names: frozenset[str]) -> bool:  # noqa: ARG002 - see KitSink
        """Return False: a new archive holds nothing yet."""
        return False

    def labels(self) -> Iterator[dict[str, object]]:
        """Yield the manifest of every kit appended, by customer and extension."""
        self._cards.flush()
        for kit in sorted(range(len(self._order)), key=self._order.__getitem__):
            start, end = self._places[kit : kit + 2]
            customer, folder = self._order[kit].split(" ", 1)
            manifest = json.loads(os.pread(self._cards.fileno(), end - start, start))
            yield {**manifest, "folder": f"{customer}/{as_named(folder)}"}

    def finish(self, index: Callable[[Iterator[dict[str, object]]], Iterator[str]]) -> Path:
        """Append the printable page of all kits and return the archive's path."""
        with disk_faults(self.path):
            page = (text.encode() for text in index(self.labels()))
            self._archive.add_parts(INDEX, page, _EPOCH)
        return self.path


_EPOCH = datetime(1980, 1, 1, tzinfo=UTC)  # the page is of no moment


@contextmanager
def open_kit_archive(path: Path) -> Iterator[KitArchive]:
    """Write an archive to `path`; on an error nothing is left, and what stood there still stands.

    It grows beside its place under a name of its own, which a run that was killed leaves and the
    next one takes over. Another process that writes the same archive waits until we are done.

    Raises:
        StorageFault: It cannot be written.
    """
    part = path.parent / f".{path.name}.onhook-part"
    with disk_faults(path):
        # All closed below, quietly.
        cards = tempfile.TemporaryFile(dir=path.parent)  # noqa: SIM115 - see above
        entries = tempfile.TemporaryFile(dir=path.parent)  # noqa: SIM115 - see above
        file = os.fdopen(open_alone(part), "r+b", _BUFFER)
    archive = StoredZip(file, entries, PRIVATE_FILE)
    try:
        yield KitArchive(path, archive, cards)
        with disk_faults(path):
            archive.finish()
            file.flush()
            os.fsync(file.fileno())
            part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    finally:
        for one in (file, entries, cards):
            with suppress(OSError):  # of a full disk; it is told already
                one.close()
