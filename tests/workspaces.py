"""Workspaces to test in, and the command line as its users run it.

`Office.run` runs a command in this process, through the entry point of ``onhook``; `Office.spawn`
starts the installed program, for what only a process of its own shows. The fixtures make offices
on the kind of database that `backend` says (see tests/conftest.py).
"""

from __future__ import annotations

import contextlib
import functools
import io
import itertools
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from onhook.store.schema import metadata
from onhook.workspace import Workspace, open_workspace, utc_now
from onhook_cli.main import run as run_onhook

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Select, Table

    from tests.postgresql import Server

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
    _opened: list[Workspace] = field(default_factory=list, repr=False)

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

    def open(self, clock: Callable[[], datetime] = utc_now) -> Workspace:
        """Open the workspace, as a command does, with a clock of one's own; `close` closes it."""
        found = open_workspace(self.folder, {})
        workspace = Workspace(found.settings, found.keys, found.actor, clock)
        found.close()
        self._opened.append(workspace)
        return workspace

    def close(self) -> None:
        """Close every workspace that was opened."""
        for workspace in self._opened:
            workspace.close()

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return all that is stored, by table."""
        workspace = self.open()
        try:
            with workspace.reading() as work:
                return {
                    name: [tuple(row) for row in work.connection.execute(_in_order(table))]
                    for name, table in metadata.tables.items()
                }
        finally:
            workspace.close()  # a test that looks often would use up PostgreSQL's connections

    def stored(self) -> bytes:
        """Return all that is stored as bytes, to look for what must not be there in clear."""
        values = (value for rows in self.rows().values() for row in rows for value in row)
        parts = (value if isinstance(value, bytes) else str(value).encode() for value in values)
        files = (path.read_bytes() for path in self.folder.glob("onhook.db*"))
        return b"\n".join([*parts, *files])

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


Prepare = Callable[[Office], object]
"""What is done to an office before tests get copies of it."""
Prepared = Callable[[Prepare], Office]
"""The way to get such a copy: what the fixture `prepared` is."""


def run_here(words: Iterable[object], environment: Mapping[str, str], *, typed: str = "") -> Ran:
    """Run ``onhook`` with `words` in this process and with `environment` alone."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    mask = os.umask(0)  # of somebody who hides nothing; the program sets its own
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


def _in_order(table: Table) -> Select[Any]:
    return select(table).order_by(*table.primary_key)


@dataclass(frozen=True, slots=True)
class Pattern:
    """What is to be copied: a folder with a workspace in it, and its database if that is not."""

    folder: Path
    server: Server | None = None
    url: str = ""


@contextlib.contextmanager
def patterned(request: pytest.FixtureRequest, folder: Path) -> Iterator[tuple[Pattern, list[str]]]:
    """Provide the pattern that will be in `folder`, and the options of `init` that put it there."""
    if request.getfixturevalue("backend") == "sqlite":
        yield Pattern(folder), []
        return
    server: Server = request.getfixturevalue("postgresql")
    url = server.create()
    yield Pattern(folder, server, url), ["--database", url]
    server.drop(url)


@contextlib.contextmanager
def copied(pattern: Pattern, place: Path) -> Iterator[str]:
    """Copy a pattern to `place` for a while; say where its database is, '' if in its folder."""
    shutil.copytree(pattern.folder, place, dirs_exist_ok=True)
    if pattern.server is None:
        yield ""
    else:
        url = pattern.server.create(template=pattern.url)
        for settings in place.rglob("onhook.toml"):
            settings.write_text(settings.read_text("utf-8").replace(pattern.url, url), "utf-8")
        yield url
        pattern.server.drop(url)
    shutil.rmtree(place)


@pytest.fixture(scope="session")
def made_once(
    request: pytest.FixtureRequest, backend: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pattern]:
    """Return a workspace with the customer acme; only to be copied."""
    home = tmp_path_factory.mktemp(f"made-once-{backend}")
    with patterned(request, home) as (pattern, options):
        words = ("--customer", "acme", "--pbx", PBX, "--public-url", PUBLIC_URL)
        Office(home / "workspace", home).do("init", *words, *options)
        yield pattern


@contextlib.contextmanager
def office_like(pattern: Pattern, home: Path) -> Iterator[Office]:
    """Provide an office of one's own."""
    with copied(pattern, home):
        office = Office(home / "workspace", home)
        yield office
        office.close()


@pytest.fixture
def acme(made_once: Pattern, tmp_path: Path) -> Iterator[Office]:
    """Return a fresh workspace of the service jiyu-hodai with the customer acme alone."""
    with office_like(made_once, tmp_path) as office:
        yield office


@pytest.fixture(scope="session")
def prepared_once(
    made_once: Pattern, backend: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[Prepare], Pattern]]:
    """Return a way to get what `acme` is after something was done to it; only to be copied."""
    with contextlib.ExitStack() as stack:

        @functools.cache
        def pattern(prepare: Prepare) -> Pattern:
            home = tmp_path_factory.mktemp(f"prepared-{backend}")
            url = stack.enter_context(copied(made_once, home))
            office = Office(home / "workspace", home)
            prepare(office)
            office.close()
            return Pattern(home, made_once.server, url)

        yield pattern


@pytest.fixture
def prepared(prepared_once: Callable[[Prepare], Pattern], tmp_path: Path) -> Iterator[Prepared]:
    """Return a way to get what `acme` is after something was done to it, which is done once."""
    with contextlib.ExitStack() as stack:

        def office(prepare: Prepare) -> Office:
            return stack.enter_context(office_like(prepared_once(prepare), tmp_path))

        yield office


@pytest.fixture
def another(made_once: Pattern, tmp_path: Path) -> Iterator[Callable[[], Office]]:
    """Return a way to get a second workspace like `acme`; the next one takes its place."""
    with contextlib.ExitStack() as stack:

        def fresh() -> Office:
            stack.close()
            return stack.enter_context(office_like(made_once, tmp_path / "another"))

        yield fresh


def make_mobile(acme: Office) -> None:
    """Let new contracts be with the service biglobe-mobile."""
    acme.do("init", "--service", "biglobe-mobile")


@pytest.fixture
def mobile(prepared: Prepared) -> Office:
    """Return a fresh workspace of the service biglobe-mobile with the customer acme alone."""
    return prepared(make_mobile)


def add_sakura(acme: Office) -> None:
    """Add a second customer."""
    acme.do("customer", "add", "sakura", "--name", "さくら商事")


@pytest.fixture
def two_customers(prepared: Prepared) -> Office:
    """Return a fresh workspace with the customers acme and sakura."""
    return prepared(add_sakura)


@pytest.fixture
def nowhere(tmp_path: Path) -> Iterator[Office]:
    """Return a place where no workspace is yet."""
    office = Office(tmp_path / "workspace", tmp_path)
    yield office
    office.close()


@pytest.fixture
def empty_databases(
    request: pytest.FixtureRequest, backend: str, tmp_path: Path
) -> Iterator[Callable[[], str]]:
    """Return a way to get the address of an empty database, each time of another."""
    if backend == "sqlite":
        numbers = itertools.count(1)
        yield lambda: f"sqlite:///{tmp_path}/empty-{next(numbers)}.db"
        return
    server: Server = request.getfixturevalue("postgresql")
    made: list[str] = []

    def create() -> str:
        made.append(server.create())
        return made[-1]

    yield create
    for url in made:
        server.drop(url)
