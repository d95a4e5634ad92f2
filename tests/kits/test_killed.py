"""`kill -9` at any moment: what looks whole is whole, and running again completes.

Moments are drawn at random within the time a run takes. A failure prints the seed; set
ONHOOK_KILL_SEED to it to draw the same moments again.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.kits.conftest import copy_of
from tests.kits.office import (
    Office,
    assert_agrees,
    assert_sound,
    manifests,
    people,
    strays,
)

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

ROUNDS = range(6 if os.environ.get("CI") else 2)
KILLS = 5
MANY = 450

# The command as it is, but for its sizes: several transactions, by turns made by a crew.
SMALL_PARTS = """
import sys
from onhook.kits import crew, issuing
from onhook_cli.main import run
issuing.PART, issuing.BATCH, crew.WORTH_A_CREW = 150, 50, int(sys.argv.pop(1))
run()
"""
ROWS = 1500


class Killer:
    """Runs commands and kills them at random moments."""

    def __init__(self, office: Office, *, has_crew: bool = False) -> None:
        seed = os.environ.get("ONHOOK_KILL_SEED") or os.urandom(4).hex()
        print(f"ONHOOK_KILL_SEED={seed}")  # noqa: T201 - pytest shows it with a failure
        self.office = office
        self._command = [sys.executable, "-c", SMALL_PARTS, "100" if has_crew else "1000000"]
        self._random = random.Random(seed)  # noqa: S311 - moments, not secrets

    def kill(self, duration_s: float, *arguments: str | Path) -> bool:
        """Run a command and kill it somewhere in its second half; return whether it was hit."""
        process = subprocess.Popen(
            [*self._command, *map(str, arguments)],
            env=self.office.variables(),
            cwd=self.office.root,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        moment_s = duration_s * self._random.uniform(0.3, 1.0)
        try:
            process.wait(timeout=moment_s)
        except subprocess.TimeoutExpired:
            process.kill()
        hit = process.wait() != 0
        print(f"{arguments[0]}: {'killed' if hit else 'over'} at {moment_s:.3f} s")  # noqa: T201 - as above
        return hit


def time_of(office: Office, *arguments: str | Path) -> float:
    began = time.perf_counter()
    office.onhook(*arguments)
    return time.perf_counter() - began


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an office with many people, nothing issued; not to be changed."""
    office = Office(tmp_path_factory.mktemp("large"))
    office.init()
    office.fill(people(MANY))
    return office.root


@pytest.fixture(scope="module")
def issue_s(large: Path, tmp_path_factory: pytest.TempPathFactory) -> float:
    """Return how long issuing everything takes here, in seconds."""
    office = copy_of(large, tmp_path_factory.mktemp("timed") / "office")
    return time_of(office, "issue", "--all", "--out", office.kits)


@pytest.mark.parametrize("round_", ROUNDS)
def test_killed_issue_leaves_whole_kits_and_a_run_completes(
    round_: int, large: Path, issue_s: float, tmp_path: Path
) -> None:
    office = copy_of(large, tmp_path / "office")
    killer = Killer(office, has_crew=bool(round_ % 2))
    for kill in range(KILLS):
        # First new kits; then each has to be replaced, by turns with other files.
        office.sql("UPDATE link SET fetches = max_fetches")
        family = ("3cx", "linphone")[kill % 2]
        killer.kill(issue_s, "issue", "--all", "--out", office.kits, "--family", family)
        assert_agrees(office, office.kits, complete=False)
        states = set(office.states(family=family))
        assert states <= {"new", "changed", "renewed", "unchanged"}
        assert assert_agrees(office, office.kits, complete=True) == MANY
        assert strays(office.root) == []
        assert {len(list(place.iterdir())) for place, _ in manifests(office.kits)} == {3}


@pytest.mark.parametrize("round_", ROUNDS)
def test_killed_archive_is_not_there_and_a_run_completes(
    round_: int, large: Path, issue_s: float, tmp_path: Path
) -> None:
    office = copy_of(large, tmp_path / "office")
    killer = Killer(office, has_crew=bool(round_ % 2))
    path = office.root / "kits.zip"
    for _ in range(KILLS):
        office.sql("UPDATE link SET fetches = max_fetches")
        before = path.stat().st_ino if path.exists() else None
        killer.kill(issue_s, "issue", "--all", "--archive", path)
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


@pytest.mark.parametrize("_round", ROUNDS)
def test_killed_import_takes_all_rows_or_none(_round: int, tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.init()
    everyone = people(ROWS)
    first = time_of(office, "account", "import", office.write_people(everyone))
    killer = Killer(office)
    taken = "auth"
    for kill in range(KILLS):
        wanted = f"v{kill}-"
        newer = [replace(one, auth_id=wanted + one.extension) for one in everyone]
        path = office.write_people(newer)
        killer.kill(first, "account", "import", path)
        assert_sound(office)
        found = office.sql("SELECT DISTINCT replace(auth_id, extension, '') FROM account")
        assert found in ([(taken,)], [(wanted,)])
        again = office.onhook("account", "import", path, "--json").json["data"]["counts"]
        assert again["refused"] == again["new"] == 0
        assert office.sql("SELECT DISTINCT replace(auth_id, extension, '') FROM account") == [
            (wanted,)
        ]
        taken = wanted


@pytest.mark.parametrize("_round", ROUNDS)
def test_killed_first_import_takes_all_rows_or_none(_round: int, tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.init()
    path = office.write_people(people(ROWS))
    began = time_of(office, "account", "import", path, "--dry-run")
    killer = Killer(office)
    for _ in range(KILLS):
        killer.kill(began, "account", "import", path)
        assert_sound(office)
        count = office.sql("SELECT count(*), count(DISTINCT contract_id) FROM account")
        assert count in ([(0, 0)], [(ROWS, 1)])
        if count == [(ROWS, 1)]:
            office.sql("DELETE FROM account")
            office.sql("DELETE FROM contract")
    assert office.onhook("account", "import", path, "--json").json["data"]["counts"]["new"] == ROWS
    assert strays(office.root) == []
