"""An office to issue kits for: real files, a real database, the real command in its own process."""

from __future__ import annotations

import csv
import json
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import chdir, closing, nullcontext
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from onhook.kits.archive import open_kit_archive
from onhook.kits.candidates import Selection
from onhook.kits.folder import open_kit_folder
from onhook.kits.issuing import issue_kits
from onhook.kits.making import IssueOptions
from onhook.kits.sink import NoSink
from onhook.kits.symbols import current_symbol
from onhook.pages import index_page
from onhook.store.engine import open_engine, write_transaction
from onhook.words import Words
from onhook.workspace import Workspace, open_workspace, utc_now
from tests.workspaces import run_here

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager
    from datetime import timedelta
    from pathlib import Path

    from onhook.kits.making import Outcome
    from onhook.kits.sink import KitSink

PUBLIC_URL = "https://kits.acme.example"
COMMAND = (sys.executable, "-m", "onhook_cli")


@dataclass(frozen=True, slots=True)
class Person:
    """A row of the PBX's list, and of the list of devices."""

    extension: str
    name: str
    auth_id: str
    password: str
    device: str
    level: str = "17.2"


def people(count: int) -> list[Person]:
    """Return `count` people, each with a phone, a password of their own and an awkward name."""
    return [
        Person(
            extension=str(1001 + n),
            name=f"髙橋 <{n}> & Söhne",
            auth_id=f"auth{1001 + n}",
            password=f"Pw-{n:05d}-{sha256(str(n).encode()).hexdigest()[:9]}",
            device=f"D-{n + 1:05d}",
        )
        for n in range(count)
    ]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Return the object it printed."""
        return json.loads(self.out)


_SQL = """
import json, sqlite3, sys
with sqlite3.connect(sys.argv[1]) as connection:
    print(json.dumps(connection.execute(sys.argv[2]).fetchall()))
"""


@dataclass
class Office:
    """A workspace and the folders around it.

    Attributes:
        root: Everything lies below it.
        later: How far the clock of `issue` is ahead.
        environment: More variables for commands.
        inside: What stands before a command, such as the way into a namespace.
        url: Address of its database on PostgreSQL, '' where it is SQLite's in the workspace.
        is_quick: Whether commands run in this process, through the same entry point.
    """

    root: Path
    later: timedelta | None = None
    environment: dict[str, str] = field(default_factory=dict)
    inside: tuple[str, ...] = ()
    url: str = field(default="", repr=False)
    is_quick: bool = False

    @property
    def folder(self) -> Path:
        """Return the workspace's folder."""
        return self.root / "workspace"

    @property
    def database(self) -> Path:
        """Return the database's file."""
        return self.folder / "onhook.db"

    @property
    def kits(self) -> Path:
        """Return where `issue` writes if nothing else is said."""
        return self.root / "kits"

    def variables(self) -> dict[str, str]:
        """Return the environment of a command."""
        plain = {name: value for name, value in os.environ.items() if not name.startswith("ONHOOK")}
        ours = {"ONHOOK_WORKSPACE": str(self.folder), "ONHOOK_LANG": "en", "PYTHONUTF8": "1"}
        return plain | ours | self.environment

    def onhook(self, *arguments: str | Path, code: int = 0, **more: str) -> Ended:
        """Run a command; it must end with `code`. `more` are environment variables."""
        quick = self.is_quick and not self.inside
        run = self._run_here if quick else self._run_apart
        ended = run(arguments, self.variables() | more)
        assert ended.code == code, f"{arguments}: {ended.code}\n{ended.out}\n{ended.err}"
        return ended

    def _run_here(self, arguments: Sequence[str | Path], environment: dict[str, str]) -> Ended:
        with chdir(self.root):
            ran = run_here(arguments, environment)
        return Ended(ran.code, ran.out, ran.err)

    def _run_apart(self, arguments: Sequence[str | Path], environment: dict[str, str]) -> Ended:
        run = subprocess.run(
            [*self.inside, *COMMAND, *map(str, arguments)],
            env=environment,
            cwd=self.root,
            capture_output=True,
            check=False,
            timeout=120,
        )
        return Ended(run.returncode, run.stdout.decode(), run.stderr.decode())

    def init(self, *options: str, public_url: str | None = PUBLIC_URL) -> None:
        """Make the workspace of the customer ``acme``."""
        where = () if public_url is None else ("--public-url", public_url)
        self.onhook("init", "--customer", "acme", "--pbx", "pbx.acme.example", *where, *options)

    def fill(self, everyone: Sequence[Person]) -> None:
        """Import people and their devices."""
        self.onhook("account", "import", self.write_people(everyone))
        self.onhook("device", "import", self.write_devices(everyone))

    def write_people(self, everyone: Sequence[Person]) -> Path:
        """Write the PBX's list."""
        head = ["Number", "display_name", "AuthID", "AuthPassword"]
        rows = [[one.extension, one.name, one.auth_id, one.password] for one in everyone]
        return _write_csv(self.root / "people.csv", head, rows)

    def write_devices(self, everyone: Sequence[Person]) -> Path:
        """Write the list of devices."""
        head = ["device", "platform", "level", "extension"]
        rows = [[one.device, "ios", one.level, one.extension] for one in everyone]
        return _write_csv(self.root / "devices.csv", head, rows)

    def workspace(self) -> Workspace:
        """Open the workspace, with the office's clock."""
        found = open_workspace(self.folder, self.variables())
        later = self.later
        if later is None:
            return found
        found.close()
        return Workspace(found.settings, found.keys, found.actor, lambda: utc_now() + later)

    def issue(
        self,
        *names: str,
        out: Path | None = None,
        archive: Path | None = None,
        nowhere: bool = False,
        customer: str | None = None,
        **options: Any,
    ) -> dict[str, Outcome]:
        """Issue kits within this process and return what became of each."""
        sink: AbstractContextManager[KitSink] = open_kit_folder(out or self.kits)
        if archive is not None:
            sink = open_kit_archive(archive)
        if nowhere:
            sink = nullcontext(NoSink())
        workspace = self.workspace()
        try:
            with sink as place:
                chosen = Selection(names, customer)
                made = list(issue_kits(workspace, chosen, IssueOptions(**options), place))
                place.finish(index_page(Words("en")))
        finally:
            workspace.engine.dispose()
        return {f"{one.account} {one.device}".rstrip(): one for one in made}

    def states(self, *names: str, **options: Any) -> list[str]:
        """Issue kits and return the state of each, in order."""
        return [one.state for one in self.issue(*names, **options).values()]

    def sql(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Run a statement on the database, past onhook; in SQLite's words."""
        if self.url:
            return self._sql_postgresql(query, values)
        if self.inside and not self.database.exists():
            return self._sql_inside(query)
        with closing(sqlite3.connect(self.database)) as connection, connection:
            return connection.execute(query, values).fetchall()

    def _sql_postgresql(self, query: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        words = re.sub(r"lower\(hex\(([\w.]+)\)\)", r"encode(\1, 'hex')", query)
        words = words.replace("x'00'", r"'\x00'::bytea").replace("?", "%s")
        engine = open_engine(self.url)
        with write_transaction(engine) as connection:
            result = connection.exec_driver_sql(words, values)
            rows = [tuple(row) for row in result] if result.returns_rows else []
        engine.dispose()
        return rows

    def _sql_inside(self, query: str) -> list[tuple[Any, ...]]:
        """Run a statement where the workspace is: SQLite sees through /proc's links."""
        command = [*self.inside, sys.executable, "-c", _SQL, str(self.database), query]
        rows = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        return [tuple(row) for row in rows]

    def urls(self) -> dict[str, str]:
        """Return the address of each kit's live link by account and device."""
        kits = self.sql(
            "SELECT customer_id || '/' || extension, device_id FROM kit"
            " JOIN account ON account.id = account_id"
        )
        workspace = self.workspace()
        try:
            with workspace.reading() as work:
                drawn = [current_symbol(work, name, None, device) for name, device in kits]
        finally:
            workspace.engine.dispose()
        return {one.subject: one.text for one in drawn}


def _write_csv(path: Path, head: list[str], rows: list[list[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *rows])
    return path


def snapshot(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Return time and bytes of every file of the kits in `folder`."""
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes())
        for path in sorted(folder.glob("*/*/*"))
    }


def manifests(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield each kit's folder with its manifest; what begins with a dot is no place for kits."""
    for path in sorted(folder.glob("[!.]*/*/manifest.json")):
        yield path.parent, json.loads(path.read_bytes())


def is_whole(kit: Path, manifest: dict[str, Any]) -> bool:
    """Tell whether the kit's files are those of its manifest."""
    return all(
        (kit / name).is_file() and sha256((kit / name).read_bytes()).hexdigest() == known
        for name, known in manifest["files"].items()
    )


def strays(root: Path) -> list[str]:
    """Return what a run may leave behind for its own use only, below `root`."""
    signs = ("staging", "-part", "-journal", "tmp")
    return [
        str(path.relative_to(root))
        for path in root.rglob("*")
        if any(sign in path.name for sign in signs) or path.name.startswith((".index", ".kits"))
    ]


def assert_agrees(office: Office, folder: Path, *, complete: bool) -> int:
    """Assert that every kit that looks whole is the database's, and return how many there are.

    Args:
        office: Whose database.
        folder: Where the kits lie.
        complete: Whether every kit of the database must lie there, whole.
    """
    query = """
        SELECT a.customer_id || '/' || a.extension, k.device_id, f.number, f.name,
               lower(hex(f.sha256)), k.current_issue = f.number
        FROM issue_file f JOIN kit k ON k.id = f.kit_id JOIN account a ON a.id = k.account_id"""
    known: dict[tuple[str, str, int], dict[str, str]] = {}
    current = set()
    for account, device, number, name, digest, is_current in office.sql(query):
        known.setdefault((account, device, number), {})[name] = digest
        if is_current:
            current.add((account, device, number))
    whole = set()
    for place, manifest in manifests(folder):
        if not is_whole(place, manifest):
            assert not complete, f"{place} is not whole"
            continue
        key = (manifest["account"], manifest["device"], manifest["issue"])
        assert key in known, f"{place} looks whole and the database does not know it"
        assert known[key].items() <= manifest["files"].items(), f"{place} is not what was issued"
        whole.add(key)
    if complete:
        assert whole == current
    assert_sound(office)
    return len(whole)


def assert_sound(office: Office) -> None:
    """Assert that SQLite's file has no fault; PostgreSQL looks after its own."""
    if office.url:
        return
    assert office.sql("PRAGMA integrity_check") == [("ok",)]
    assert office.sql("PRAGMA foreign_key_check") == []
