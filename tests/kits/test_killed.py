"""Killed at any moment, `issue` leaves whole kits or none that looks whole; a run completes."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from tests.killing import Killer
from tests.kits.conftest import copy_of
from tests.kits.office import Office, assert_agrees, assert_sound, manifests, people, strays

if TYPE_CHECKING:
    from pathlib import Path
    from subprocess import Popen

pytestmark = pytest.mark.slow

MANY = 60
# Several transactions, in one process or with a crew.
PARTS = {"onhook.kits.issuing:PART": 25, "onhook.kits.issuing:BATCH": 8}
ALONE = PARTS | {"onhook.kits.crew:WORTH_A_CREW": 10_000}
CREW = PARTS | {"onhook.kits.crew:WORTH_A_CREW": 40}


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an office with many people, nothing issued; not to be changed."""
    office = Office(tmp_path_factory.mktemp("large"), is_quick=True)
    office.init()
    office.fill(people(MANY))
    return office.root


@pytest.fixture
def office(large: Path, tmp_path: Path) -> Office:
    return copy_of(large, tmp_path / "office")


@pytest.mark.parametrize("sizes", [ALONE, CREW], ids=["alone", "crew"])
def test_killed_issue_leaves_whole_kits_and_a_run_completes(
    office: Office, forker: Popen[str], sizes: dict[str, int]
) -> None:
    killer = Killer(forker, office.variables(), office.root, sizes)
    for number in killer.rounds():
        # First new kits; then each has to be replaced, by turns with other files.
        office.sql("UPDATE link SET fetches = max_fetches")
        family = ("3cx", "linphone")[number % 2]
        killer.kill("issue", "--all", "--out", office.kits, "--family", family)
        assert_agrees(office, office.kits, complete=False)
        states = set(office.states(family=family))
        assert states <= {"new", "changed", "renewed", "unchanged"}
        assert assert_agrees(office, office.kits, complete=True) == MANY
        assert strays(office.root) == []
        assert {len(list(place.iterdir())) for place, _ in manifests(office.kits)} == {3}


@pytest.mark.parametrize("sizes", [ALONE, CREW], ids=["alone", "crew"])
def test_killed_archive_is_not_there_and_a_run_completes(
    office: Office, forker: Popen[str], sizes: dict[str, int]
) -> None:
    killer = Killer(forker, office.variables(), office.root, sizes)
    path = office.root / "kits.zip"
    for _ in killer.rounds():
        office.sql("UPDATE link SET fetches = max_fetches")
        before = path.stat().st_ino if path.exists() else None
        killer.kill("issue", "--all", "--archive", path)
        assert_sound(office)
        if path.exists() and path.stat().st_ino != before:
            _assert_whole_archive(office, path)
        assert set(office.states(archive=path)) <= {"new", "renewed", "unchanged"}
        _assert_whole_archive(office, path)
        assert strays(office.root) == []


def _assert_whole_archive(office: Office, path: Path) -> None:
    place = path.with_suffix(".unpacked")
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert "index.html" in archive.namelist()
        archive.extractall(place)
    assert assert_agrees(office, place, complete=True) == MANY
