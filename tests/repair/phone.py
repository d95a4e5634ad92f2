"""Somebody at the keys of a terminal, with a customer on the telephone."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pexpect  # type: ignore[import-untyped]  # it ships no types

from tests.repair.desk import READY
from tests.workspaces import PROGRAM

if TYPE_CHECKING:
    from tests.workspaces import Office

KEYS = "[y/n/b/q]"
ROWS = 70
TREE = Path(__file__).parents[2]


class Terminal:
    """A program on a terminal of its own."""

    def __init__(self, office: Office, program: Path, *words: str, columns: int = 200) -> None:
        self._child = pexpect.spawn(
            str(program),
            list(words),
            env=office.environment | {"TERM": "xterm-256color", "PYTHONPATH": str(TREE)},
            cwd=str(office.home),
            encoding="utf-8",
            dimensions=(ROWS, columns),
            timeout=30,
        )
        self._child.delaybeforesend = None  # `press` knows when it is listened to
        self.screen = ""

    def read_to(self, text: str) -> str:
        """Return what is shown before `text`."""
        self._child.expect_exact(text)
        shown = str(self._child.before)
        self.screen += shown + text
        return shown

    def press(self, key: str, after: str = KEYS) -> str:
        """Press a key once `after` stands there, and return what was shown before."""
        shown = self.read_to(after)
        until = time.monotonic() + 30
        while self._child.getecho():  # a key pressed before the program listens is lost
            assert time.monotonic() < until, self.screen
        self._child.send(key)
        return shown

    def type(self, line: str) -> None:
        """Type a line."""
        self._child.sendline(line)

    def end(self, code: int = 0) -> str:
        """Wait until the program ends, and return all that was shown."""
        self._child.expect(pexpect.EOF)
        self.screen += str(self._child.before)
        self._child.close()
        assert self._child.exitstatus == code, self.screen
        return self.screen


class Phone(Terminal):
    """Somebody at the keys of ``onhook troubleshoot``."""

    def __init__(self, office: Office, *words: str) -> None:
        super().__init__(office, PROGRAM, "troubleshoot", *words)


class Desk(Terminal):
    """Somebody who types one command after another."""

    def __init__(self, office: Office) -> None:
        super().__init__(office, Path(sys.executable), "-m", "tests.repair.desk")

    def command(self, *words: str) -> None:
        """Type the words of a command."""
        self.read_to(READY)
        self.type(" ".join(words))

    def leave(self) -> None:
        """Close the terminal."""
        self.read_to(READY)
        self._child.close(force=True)
