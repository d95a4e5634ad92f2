"""Workspaces to test in, and the command line as its users run it.

`Office.run` runs a command in this process, through the entry point of ``onhook``; `Office.spawn`
starts the installed program, for what only a process of its own shows.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from onhook.workspace import Workspace, open_workspace
from onhook_cli.main import run as run_onhook

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

PROGRAM = Path(sys.executable).parent / "onhook"
PUBLIC_URL = "https://phone.acme.example"
PBX = "pbx.acme.example"


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """Return the one object that ``--json`` printed."""
        found: dict[str, Any] = json.loads(self.out)
        return found

    @property
    def data(self) -> dict[str, Any]:
        """Return the result in that object."""
        found: dict[str, Any] = self.json["data"]
        return found

    @property
    def codes(self) -> list[str]:
        """Return the codes of the errors in that object."""
        return [error["code"] for error in self.json["errors"]]

    @property
    def said(self) -> str:
        """Return all that was said, on both streams."""
        return self.out + self.err


@dataclass(frozen=True)
class Office:
    """A workspace's folder, and the way to type commands in it."""

    folder: Path
    home: Path
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables its commands see."""
        return {
            "PATH": f"{PROGRAM.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "TZ": "Asia/Tokyo",
            "ONHOOK_WORKSPACE": str(self.folder),
            "ONHOOK_ACTOR": "tester",
            **self.variables,
        }

    def run(self, *words: object, typed: str = "", **variables: str) -> Ran:
        """Type ``onhook`` and `words`; `typed` is what comes from standard input."""
        return run_here(words, self.environment | variables, typed=typed)

    def ask(self, *words: object, typed: str = "", **variables: str) -> Ran:
        """Type ``onhook``, `words` and ``--json``."""
        return self.run(*words, "--json", typed=typed, **variables)

    def do(self, *words: object, typed: str = "") -> Ran:
        """Type ``onhook`` and `words`, which must go well."""
        ran = self.run(*words, typed=typed)
        assert ran.code == 0, ran.said
        return ran

    def spawn(
        self, *words: object, typed: str = "", **variables: str
    ) -> subprocess.CompletedProcess[bytes]:
        """Run the installed program with `words`."""
        return subprocess.run(
            [PROGRAM, *map(str, words)],
            env=self.environment | variables,
            cwd=self.home,
            input=typed.encode(),
            capture_output=True,
            check=False,
        )

    def open(self) -> Workspace:
        """Open the workspace, as a command does."""
        return open_workspace(self.folder, {})

    def file(self, name: str, content: str | bytes) -> Path:
        """Return a new file beside the workspace."""
        path = self.home / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def table(self, name: str, *rows: Sequence[str], encoding: str = "utf-8") -> Path:
        """Return a new CSV file; the first row is its header."""
        lines = (",".join(map(_cell, row)) for row in rows)
        return self.file(name, "\r\n".join([*lines, ""]).encode(encoding))

    def accounts(self, *extensions: str) -> None:
        """Add accounts that can have a kit as soon as they have a device."""
        for extension in extensions:
            words = ("--auth-id", f"auth{extension}", "--password-file", "-")
            self.do("account", "add", extension, *words, typed=f"Secret-{extension}\n")

    def account(self, extension: str, *words: str) -> dict[str, Any]:
        """Return an account as ``account show`` does."""
        found: dict[str, Any] = self.ask("account", "show", extension, *words).data["account"]
        return found


def run_here(words: Iterable[object], environment: Mapping[str, str], *, typed: str = "") -> Ran:
    """Run ``onhook`` with `words` in this process and with `environment` alone."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    mask = os.umask(0o077)  # the program sets its own; the tests' must come back
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name not in environment:
                patch.delenv(name)
        for name, value in environment.items():
            patch.setenv(name, value)
        patch.setattr(sys, "argv", ["onhook", *map(str, words)])
        patch.setattr(sys, "stdin", io.StringIO(typed, newline=None))
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = _code()
    os.umask(mask)
    return Ran(code, *(stream.buffer.getvalue().decode() for stream in (out, err)))


def _code() -> int:
    try:
        run_onhook()
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace with the customer acme; only to be copied."""
    home = tmp_path_factory.mktemp("made-once")
    office = Office(home / "workspace", home)
    words = ("--customer", "acme", "--pbx", PBX, "--public-url", PUBLIC_URL)
    office.do("init", *words)
    return office.folder


@pytest.fixture
def acme(made_once: Path, tmp_path: Path) -> Office:
    """Return a fresh workspace of the service jiyu-hodai with the customer acme alone."""
    shutil.copytree(made_once, tmp_path / "workspace")
    return Office(tmp_path / "workspace", tmp_path)


@pytest.fixture
def mobile(acme: Office) -> Office:
    """Return a fresh workspace of the service biglobe-mobile with the customer acme alone."""
    acme.do("init", "--service", "biglobe-mobile")
    return acme


@pytest.fixture
def two_customers(acme: Office) -> Office:
    """Return a fresh workspace with the customers acme and sakura."""
    acme.do("customer", "add", "sakura", "--name", "さくら商事")
    return acme


@pytest.fixture
def nowhere(tmp_path: Path) -> Office:
    """Return a place where no workspace is yet."""
    return Office(tmp_path / "workspace", tmp_path)
