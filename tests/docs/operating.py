"""An operator who types what a page says, and nothing else."""

from __future__ import annotations

import contextlib
import re
import shlex
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.workspaces import PROGRAM, Ran, run_here

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

PASSPHRASE = "a long passphrase\n"
_SECTION = re.compile(r"^## ", re.MULTILINE)
_BLOCK = re.compile(r"^ *```(\w+)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_PLACES = ("/srv", "/media/usb", "/usr/local/bin")


def sections(page: str) -> dict[str, str]:
    """Return a page's sections by their titles."""
    found = (part.partition("\n") for part in _SECTION.split(page)[1:])
    return {title: text for title, _, text in found}


def lines(text: str, prompt: str, kind: str = "console") -> Iterator[str]:
    """Yield the lines behind a prompt in the blocks of a kind."""
    for block in _BLOCK.finditer(text):
        if block[1] == kind:
            for line in map(str.strip, block[2].splitlines()):
                if line.startswith(prompt):
                    yield line.removeprefix(prompt)


@dataclass
class Operator:
    """Somebody at a machine, who is at home in its ``/srv/onhook``.

    Attributes:
        machine: The folder that stands for its file system.
        elsewhere: What stands for addresses in the page.
        typed: What is typed where a command asks for a secret.
        where: The folder that commands are typed in.
    """

    machine: Path
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    typed: str = PASSPHRASE
    where: Path = field(init=False)
    _environment: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        for place in ("srv/onhook", "srv/backups", "media/usb"):
            (self.machine / place).mkdir(parents=True, mode=0o700)
        self.log_in()

    def log_in(self) -> None:
        """Begin a new session: what was exported is gone."""
        self.where = self.machine / "srv/onhook"
        self._environment = {
            "PATH": f"{PROGRAM.parent}:/usr/bin:/bin",
            "HOME": str(self.where),
            "LANG": "C.UTF-8",
        }

    def follow(self, text: str) -> list[Ran]:
        """Type each line of the user ``onhook`` in a page's section; all must go well."""
        return [self.type(line) for line in lines(text, "$ ")]

    def type(self, line: str, code: int = 0) -> Ran:
        """Type one line as the page has it; it ends with `code`."""
        here = self.here(line)
        is_ours = here.startswith("onhook ")
        ran = self._ask(shlex.split(here)[1:]) if is_ours else self._in_shell(here)
        assert ran.code == code, f"$ {line}\n{ran.out}{ran.err}"
        return ran

    def here(self, text: str) -> str:
        """Return `text` with what stands for its places and addresses."""
        for told, meant in self.elsewhere.items():
            text = text.replace(told, meant)
        for place in _PLACES:
            text = re.sub(rf"(?<![\w-]){place}\b", f"{self.machine}{place}", text)
        return text

    def _ask(self, words: list[str]) -> Ran:
        with contextlib.chdir(self.where):
            return run_here(words, self._environment, typed=self.typed)

    def _in_shell(self, line: str) -> Ran:
        """Run a line, and keep the folder and the variables it leaves behind."""
        ended = subprocess.run(
            ["/bin/sh", "-ec", f'{line}\nprintf "\\0"; pwd; env -0'],
            env=self._environment,
            cwd=self.where,
            capture_output=True,
            text=True,
            check=False,
        )
        out, _, left = ended.stdout.partition("\0")
        if ended.returncode == 0:
            where, _, variables = left.partition("\n")
            self.where = type(self.where)(where)
            named = (one.partition("=") for one in variables.split("\0") if one)
            self._environment = {name: value for name, _, value in named}
        return Ran(ended.returncode, out, ended.stderr)
