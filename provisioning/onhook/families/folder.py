"""Read a family's files, and nothing outside its folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from onhook.families.errors import FamilyFileMissing, FamilyUnreadable, TemplateForbidden

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

MOST_BYTES = 1 << 20  # of one template; the largest real one is below 10 kB


@dataclass(frozen=True, slots=True)
class Source:
    """A template's text with where it stands."""

    text: str
    file: str


class Folder:
    """One family's folder, in the package or at an operator's.

    Args:
        root: The folder. It may itself be a link; what lies in it may not lead out.
        is_shipped: Its templates are onhook's own: no guard of their memory is needed.
    """

    def __init__(self, root: Traversable, *, is_shipped: bool = False) -> None:
        self.root = root
        self.is_shipped = is_shipped

    @property
    def name(self) -> str:
        """Return the folder's own name."""
        return self.root.name

    def place(self, name: str) -> str:
        """Return the path of a file in it, for people."""
        return str(self.root.joinpath(*name.split("/")))

    def read(self, name: str) -> bytes:
        """Return the bytes of the file `name`, a path inside the folder with ``/``.

        Raises:
            TemplateForbidden: The path leads out of the folder.
            FamilyFileMissing: There is no such file.
            FamilyUnreadable: It is no ordinary file, or too large, or may not be read.
        """
        file = self._inside(name)
        if not file.is_file():
            raise FamilyFileMissing(self.place(name))
        try:
            with file.open("rb") as stream:
                content = stream.read(MOST_BYTES + 1)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise FamilyUnreadable(self.place(name), reason) from error
        if len(content) > MOST_BYTES:
            raise FamilyUnreadable(self.place(name), f"> {MOST_BYTES} bytes")
        return content

    def text(self, name: str) -> str:
        """Return the file `name` as text, which is UTF-8.

        Raises:
            TemplateForbidden, FamilyFileMissing, FamilyUnreadable: As `read` does; the last for
                bytes that are no UTF-8 too.
        """
        try:
            return self.read(name).decode("utf-8-sig")
        except UnicodeDecodeError as error:
            reason = f"not UTF-8: byte {error.start}"
            raise FamilyUnreadable(self.place(name), reason) from None

    def source(self, name: str) -> Source:
        """Return the template `name`; raises as `text` does."""
        return Source(self.text(name), self.place(name))

    def folders(self, name: str) -> Iterator[str]:
        """Yield the names of the folders in folder `name`, sorted; none where it is missing."""
        parent = self._inside(name)
        if parent.is_dir():
            yield from sorted(child.name for child in parent.iterdir() if child.is_dir())

    def files(self, name: str) -> Iterator[str]:
        """Yield the names of the files in folder `name`, sorted."""
        yield from sorted(child.name for child in self._inside(name).iterdir() if child.is_file())

    def _inside(self, name: str) -> Traversable:
        """Return the file `name` after making sure that it lies in this folder."""
        if leads_out(name):
            raise TemplateForbidden(self.place("manifest.toml"), 1, name)
        file = self.root.joinpath(*name.split("/"))
        if _is_elsewhere(file, self.root):
            raise TemplateForbidden(str(file), 1, name)
        return file


def leads_out(name: str) -> bool:
    """Tell whether the path `name` could leave the folder it is meant for."""
    parts = name.split("/")
    return any(part in ("", ".", "..") or "\\" in part or "\0" in part for part in parts)


def _is_elsewhere(file: Traversable, root: Traversable) -> bool:
    # A packaged folder may lie in a zip, which has no links; an operator's is a real one.
    if not isinstance(file, Path) or not isinstance(root, Path):
        return False
    try:
        return not file.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):  # links in a circle
        return True
