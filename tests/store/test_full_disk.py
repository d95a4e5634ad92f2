"""A disk without room for the workspace: every command says so, and nothing is half done."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest

from tests.backups.conftest import fill
from tests.keys.opening import opened
from tests.killing import run_forked
from tests.kits.disk import disk, with_ever_more_room
from tests.workspaces import Office

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from subprocess import Popen

    from tests.kits.disk import Disk
    from tests.workspaces import Prepared

pytestmark = pytest.mark.in_ci

CHUNKS_OF_ONE = {"onhook.keys.resealing:CHUNK": 1}


class Small:
    """An office whose workspace is on a small disk.

    Args:
        office: The office; its workspace is copied.
        there: The disk.
        forker: Runs commands that see the disk.
    """

    def __init__(self, office: Office, there: Disk, forker: Popen[str]) -> None:
        office.close()  # what SQLite keeps beside the file goes with the last who has it open
        shutil.copytree(office.folder, there.seen / "workspace")
        self.disk = there
        self._office = office
        self._forker = forker
        self._looks = 0

    def run(self, *words: object) -> dict[str, Any]:
        """Type a command; its words see the disk as it does."""
        place = str(self.disk.place / "workspace")
        return run_forked(
            self._forker,
            (*words, "--json"),
            environment=self._office.environment | {"ONHOOK_WORKSPACE": place},
            folder=str(self.disk.place),
            namespaces=self.disk.namespaces,
            sizes=CHUNKS_OF_ONE,
        )

    def copy(self) -> Office:
        """Return a copy of it as it is now, to look at."""
        self._looks += 1
        folder = self._office.home / f"look-{self._looks}"
        shutil.copytree(self.disk.seen / "workspace", folder)
        return Office(folder, self._office.home)


@pytest.fixture
def office(prepared: Prepared) -> Office:
    return prepared(fill)


@pytest.fixture
def small(office: Office, forker: Popen[str], tmp_path: Path) -> Iterator[Small]:
    with disk(tmp_path / "small", "8m") as there:
        yield Small(office, there, forker)


def held(office: Office) -> dict[str, bytes]:
    workspace = office.open()
    try:
        return opened(workspace)
    finally:
        workspace.close()


def ring(office: Office) -> bytes:
    return (office.folder / "keys.json").read_bytes()


def names(office: Office) -> set[str]:
    return {path.name for path in office.folder.iterdir()} - {"onhook.db-shm", "onhook.db-wal"}


@pytest.mark.parametrize(
    "words",
    [
        ("customer", "add", "sakura"),
        ("account", "import", "people.csv"),
        ("device", "import", "phones.csv"),
        ("lease", "import", "register.csv"),
        ("issue", "101", "--family", "linphone"),
        ("key", "rotate"),
        ("restore", "first.zip", "--replace"),
        ("init", "--database", "sqlite:///moved.db", "--move"),
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_all_is_as_it_was_until_there_is_room(
    small: Small, office: Office, words: tuple[str, ...]
) -> None:
    people = [(str(n), f"a{n}", f"Pw-{n}") for n in range(1000, 1200)]
    phones = [(f"P-{n}", "ios", "17.2", "101") for n in range(1000, 1200)]
    office.table("people.csv", ("extension", "auth_id", "password"), *people)
    office.table("phones.csv", ("device", "platform", "level", "serial"), *phones)
    today = str(office.open().today)
    out = [(f"P-{n}", "ios", "39800", today, "12") for n in range(1000, 1200)]
    header = ("device", "platform", "price", "started_on", "warranty_months")
    office.table("register.csv", header, *out)
    office.do("backup", office.home / "first.zip")
    for name in ("people.csv", "phones.csv", "register.csv", "first.zip"):
        shutil.copy(office.home / name, small.disk.seen)
    at_first = small.copy()
    before, keys, files = at_first.rows(), ring(at_first), names(at_first)

    def nothing_happened() -> None:
        seen = small.copy()
        assert seen.rows() == before
        assert ring(seen) == keys
        assert names(seen) == files

    codes = with_ever_more_room(small.disk, lambda: small.run(*words), nothing_happened)
    assert set(codes) <= {"database-full", "disk-full"}
    assert small.run("account", "list")["code"] == 0
    assert "--move" in words or small.copy().rows() != before


def test_resealing_goes_as_far_as_there_is_room_and_completes(small: Small, office: Office) -> None:
    assert small.run("key", "rotate")["code"] == 0
    before = held(office)

    def all_opens() -> None:
        assert held(small.copy()) == before

    words = ("key", "rotate", "--only-reseal", "--retire")
    codes = with_ever_more_room(small.disk, lambda: small.run(*words), all_opens)
    assert set(codes) <= {"database-full", "disk-full"}
    assert held(small.copy()) == before
    assert small.run("audit", "--verify")["code"] == 0


@pytest.mark.parametrize("words", [("customer", "list"), ("account", "list")])
def test_who_only_reads_needs_room_for_the_index_beside_the_database(
    small: Small, words: tuple[str, ...]
) -> None:
    with_ever_more_room(small.disk, lambda: small.run(*words), lambda: None)
