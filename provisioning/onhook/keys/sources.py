"""Where a workspace's key ring comes from: a file, a command that prints it, or a variable."""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from onhook.keys.errors import KeyCommandNoRing, KeyCommandUntrusted, KeyRingNotOurs
from onhook.keys.ring_file import read_ring
from onhook.sealing import KeyRing, KeyRingProtected, KeyRingUnreadable

KEYS_VARIABLE = "ONHOOK_KEYS"

_WRITABLE_BY_OTHERS = 0o022


@dataclass(frozen=True, slots=True)
class KeySource:
    """Where a key ring comes from.

    Attributes:
        kind: ``file``, ``command`` or ``variable``.
        text: The file's path, the command as it would be typed, or the ring itself.
        named_in: The settings file that names the command; None if a variable does.
    """

    kind: Literal["file", "command", "variable"]
    text: str = field(repr=False)
    named_in: Path | None = None

    @property
    def file(self) -> Path | None:
        """Return the ring's file, None if it is in none."""
        return Path(self.text) if self.kind == "file" else None

    @property
    def shown(self) -> str:
        """Return what people may see of it: a command's arguments may be secret."""
        match self.kind:
            case "file":
                return self.text
            case "command":
                return f"key_command ({self.program})"
            case "variable":
                return KEYS_VARIABLE

    @property
    def program(self) -> str:
        """Return the program that the command runs."""
        return shlex.split(self.text)[0]

    def require_file(self) -> Path:
        """Return the ring's file.

        Raises:
            KeyRingNotOurs: It is in none: onhook cannot write it.
        """
        if self.file is None:
            raise KeyRingNotOurs(self.shown)
        return self.file


def read_source(source: KeySource) -> KeyRing:
    """Return the ring that comes from `source`.

    Raises:
        KeyRingMissing, KeyRingOpenToOthers: Its file cannot or must not be used.
        KeyRingUnreadable, KeyCommandNoRing, KeyRingProtected: It is no ring.
        KeyCommandUntrusted: Others could have written the command.
        KeyCommandMissing, KeyCommandFailed, KeyCommandSlow: The command printed none.
    """
    match source.kind:
        case "file":
            return read_ring(Path(source.text))
        case "variable":
            return KeyRing.loads(source.text, source.shown)
        case "command":
            return _read_command(source)


def _read_command(source: KeySource) -> KeyRing:
    from onhook.keys.asking import ask  # noqa: PLC0415 - start-up time

    if source.named_in is not None:
        _check_trusted(source.named_in)
    try:
        return KeyRing.loads(ask(shlex.split(source.text)), source.shown)
    except (KeyRingUnreadable, KeyRingProtected):
        raise KeyCommandNoRing(source.program) from None


def _check_trusted(path: Path) -> None:
    """Make sure that nobody else chose the command.

    A workspace is looked for in the current folder, which may be anybody's.

    Raises:
        KeyCommandUntrusted: Others own or may write the settings file.
    """
    found = path.stat()
    if found.st_uid not in (0, os.geteuid()) or found.st_mode & _WRITABLE_BY_OTHERS:
        raise KeyCommandUntrusted(str(path))
