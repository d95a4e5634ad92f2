"""A full disk, a read-only one, a locked database: exit 7 with a cure, and nothing half done."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.kits.disk import disk
from tests.kits.office import Office, assert_agrees, assert_sound, people, strays
from tests.thoroughness import thorough

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.kits.disk import Disk
    from tests.workspaces import Pattern

pytestmark = pytest.mark.in_ci

MADE_ROOM = "size=64m"


@pytest.fixture
def small(office: Office) -> Iterator[Disk]:
    """Mount a disk with room for a few kits where the office writes its kits."""
    with disk(office.kits, "100k") as found:
        office.inside = found.inside
        yield found


def test_full_disk_at_issue_leaves_nothing_half_done(office: Office, small: Disk) -> None:
    ended = office.onhook("issue", "--all", "--out", office.kits, code=7)
    assert f"no room is left on the disk of {office.kits}" in ended.err
    assert "make room" in ended.err
    assert strays(small.seen) == []
    assert office.sql("SELECT count(*) FROM issue") == [(0,)]
    assert assert_agrees(office, small.seen, complete=True) == 0
    small.remount(MADE_ROOM)
    office.onhook("issue", "--all", "--out", office.kits)
    assert assert_agrees(office, small.seen, complete=True) == 12


def test_full_disk_at_renewal_keeps_what_was_there(office: Office, small: Disk) -> None:
    small.remount(MADE_ROOM)
    office.onhook("issue", "--all", "--out", office.kits)
    office.sql("UPDATE link SET fetches = max_fetches")
    filler = small.fill(left=50_000)
    office.onhook("issue", "--all", "--out", office.kits, code=7)
    assert assert_agrees(office, small.seen, complete=True) == 12
    filler.unlink()
    office.onhook("issue", "--all", "--out", office.kits)
    assert assert_agrees(office, small.seen, complete=True) == 12
    assert office.sql("SELECT DISTINCT current_issue FROM kit") == [(2,)]


@pytest.mark.parametrize("left", thorough([1_000, 12_000, 30_000], [12_000]))
def test_full_disk_at_archive_leaves_the_old_one(office: Office, small: Disk, left: int) -> None:
    old = small.seen / "kits.zip"
    old.write_bytes(b"the one of yesterday")
    filler = small.fill(left)
    path = office.kits / "kits.zip"
    ended = office.onhook("issue", "--all", "--archive", path, code=7)
    assert f"no room is left on the disk of {path}" in ended.err
    assert sorted(file.name for file in small.seen.iterdir()) == ["filler", "kits.zip"]
    assert old.read_bytes() == b"the one of yesterday"
    assert_sound(office)
    filler.unlink()
    small.remount(MADE_ROOM)
    office.onhook("issue", "--all", "--archive", path)
    assert old.read_bytes().startswith(b"PK")


def test_read_only_folder_is_told(office: Office, small: Disk) -> None:
    small.remount("ro")
    for where in ("--out", office.kits), ("--archive", office.kits / "kits.zip"):
        ended = office.onhook("issue", "--all", *where, code=7)
        assert "cannot be written: Read-only file system" in ended.err
        assert "choose another place" in ended.err
    assert office.sql("SELECT count(*) FROM issue") == [(0,)]


@pytest.fixture
def stored(filled: Pattern, tmp_path: Path) -> Iterator[tuple[Office, Disk]]:
    """Put the workspace of an office on a disk of its own."""
    office = Office(tmp_path)
    with disk(office.folder, MADE_ROOM.removeprefix("size=")) as found:
        office.inside = found.inside
        shutil.copytree(filled.folder / "workspace", found.seen, dirs_exist_ok=True)
        yield office, found


@pytest.mark.parametrize("left", thorough([0, 40_000, 200_000], [40_000]))
def test_full_disk_of_the_database_at_import(stored: tuple[Office, Disk], left: int) -> None:
    office, place = stored
    path = office.write_people(people(2000))
    filler = place.fill(left)
    ended = office.onhook("account", "import", path, code=7)
    # With no room even for its shared index, SQLite says only "disk I/O error".
    assert ("no room is left on the disk of the database" in ended.err) or left == 0
    assert "->" in ended.err
    filler.unlink()
    assert office.sql("SELECT count(*) FROM account") == [(12,)]
    assert_sound(office)
    office.onhook("account", "import", path)
    assert office.sql("SELECT count(*) FROM account") == [(2000,)]


def test_full_disk_of_the_database_at_issue(stored: tuple[Office, Disk]) -> None:
    office, place = stored
    filler = place.fill(left=40_000)
    ended = office.onhook("issue", "--all", "--out", office.kits, code=7)
    assert "no room is left on the disk of the database" in ended.err
    filler.unlink()
    assert office.sql("SELECT count(*) FROM issue") == [(0,)]
    assert assert_agrees(office, office.kits, complete=True) == 0
    assert strays(office.kits) == []
    office.onhook("issue", "--all", "--out", office.kits)
    assert assert_agrees(office, office.kits, complete=True) == 12


def test_read_only_database_is_told(stored: tuple[Office, Disk]) -> None:
    office, place = stored
    place.remount("ro")
    for words in (
        ("issue", "--all", "--out", office.kits),
        ("key", "rotate"),
        ("restore", office.root / "there-is-none.zip", "--replace"),
        ("account", "list"),
    ):
        assert "onhook.db may not be written to" in office.onhook(*words, code=7).err
    assert strays(office.root) == []


def test_locked_database_is_told_after_a_while(office: Office) -> None:
    office.environment = {"ONHOOK_DATABASE": f"sqlite:///{office.database}?timeout=0.3"}
    path = office.write_people(people(20))
    with closing(sqlite3.connect(office.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for command in (
            ("issue", "--all", "--out", office.kits),
            ("account", "import", path),
        ):
            ended = office.onhook(*command, code=7)
            assert "another process is writing to the database" in ended.err
        office.onhook("check", "--all")  # reading goes on
        other.execute("ROLLBACK")
    assert strays(office.root) == []
    office.onhook("issue", "--all", "--out", office.kits)
    assert assert_agrees(office, office.kits, complete=True) == 12
