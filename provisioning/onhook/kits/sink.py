"""Where kits are written to: a folder, an archive, or nowhere but the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from onhook.kits.manifest import Kit, KitLabel

    IndexPage = Callable[[Iterator[dict[str, object]]], Iterator[str]]


class KitSink(Protocol):
    """Takes kits a chunk at a time: `stage` each, then `publish` or `discard` the chunk."""

    def stage(self, kit: Kit) -> None:
        """Prepare `kit`; it does not look whole yet."""

    def publish(self) -> None:
        """Let what was staged look whole; the database has it."""

    def discard(self) -> None:
        """Forget what was staged; the database does not have it."""

    def holds(self, label: KitLabel, names: frozenset[str]) -> bool:
        """Tell whether this very issue lies here whole, with at least the files `names`."""

    def finish(self, index: IndexPage) -> Path | None:
        """Write the printable page of all kits; return what to open, if there is anything."""


class NoSink:
    """Writes nothing: links and configs are kept in the database only."""

    def stage(self, kit: Kit) -> None:
        """Do nothing."""

    def publish(self) -> None:
        """Do nothing."""

    def discard(self) -> None:
        """Do nothing."""

    def holds(self, label: KitLabel, names: frozenset[str]) -> bool:  # noqa: ARG002 - see KitSink
        """Return True: there is nothing to write."""
        return True

    def finish(self, index: IndexPage) -> Path | None:  # noqa: ARG002 - see KitSink
        """Return None: there is nothing to open."""
        return None
