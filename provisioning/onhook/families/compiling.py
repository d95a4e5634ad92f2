"""Compile a family's templates, each kind of file in its own sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from onhook.families.folder import Source
from onhook.families.manifest import MANIFEST
from onhook.families.program import Program
from onhook.families.sandbox import FamilyEnvironment

if TYPE_CHECKING:
    from onhook.families.encoding import LineEndName
    from onhook.families.escaping import EscapingName
    from onhook.families.folder import Folder
    from onhook.families.manifest import FileSpec, Qr

# A file's name is not escaped but refused where it is not safe.
_NAME: Final = "none"


class Compiler:
    """Compile templates of one folder; files of one kind share their sandbox."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._sandboxes: dict[tuple[EscapingName, LineEndName], FamilyEnvironment] = {}

    def name(self, spec: FileSpec) -> Program:
        """Return the program that makes a file's name."""
        return Program(self._sandbox(_NAME, "lf"), Source(spec.name, self._folder.place(MANIFEST)))

    def body(self, spec: FileSpec) -> Program:
        """Return the program that makes a file's text."""
        sandbox = self._sandbox(spec.escaping, spec.line_ends)
        return Program(sandbox, self._folder.source(spec.template))

    def qr(self, qr: Qr) -> Program | None:
        """Return the program that makes the symbol's text; None where it holds the link."""
        if qr.template is None or qr.escaping is None:
            return None
        return Program(self._sandbox(qr.escaping, "lf"), self._folder.source(qr.template))

    def _sandbox(self, escaping: EscapingName, line_ends: LineEndName) -> FamilyEnvironment:
        kind = (escaping, line_ends)
        if kind not in self._sandboxes:
            self._sandboxes[kind] = FamilyEnvironment(self._folder, escaping, line_ends)
        return self._sandboxes[kind]
