"""Several processes issuing at once: one issue a kit, and folders that agree with the database."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.kits.office import COMMAND, Office, assert_agrees, strays

if TYPE_CHECKING:
    from pathlib import Path


def together(office: Office, *commands: tuple[str | Path, ...]) -> list[int]:
    """Run commands at once and return their exit codes."""
    running = [
        subprocess.Popen(
            [*COMMAND, *map(str, command)],
            env=office.variables(),
            cwd=office.root,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for command in commands
    ]
    return [process.wait(timeout=120) for process in running]


@pytest.mark.parametrize("folders", [("kits", "kits", "kits"), ("kits", "other", "third")])
def test_runs_at_once_make_one_issue_of_each_kit(
    office: Office, folders: tuple[str, str, str]
) -> None:
    places = [office.root / name for name in folders]
    for issues in (1, 2):
        codes = together(office, *[("issue", "--all", "--out", place) for place in places])
        assert codes == [0, 0, 0]
        assert office.sql("SELECT count(*), max(number) FROM issue") == [(12 * issues, issues)]
        for place in places:
            assert assert_agrees(office, place, complete=True) == 12
        office.sql("UPDATE link SET fetches = max_fetches")
    assert strays(office.root) == []


@pytest.mark.each_database
def test_runs_at_once_end_with_the_same_refusal(office: Office) -> None:
    office.onhook("device", "set", "D-00003", "--level", "7.0")
    codes = together(office, *[("issue", "--all", "--out", office.kits)] * 2)
    assert codes == [6, 6]
    assert assert_agrees(office, office.kits, complete=True) == 11


def test_archives_at_once_are_both_whole(office: Office) -> None:
    path = office.root / "kits.zip"
    codes = together(office, *[("issue", "--all", "--archive", path)] * 3)
    assert codes == [0, 0, 0]
    subprocess.run(["python3", "-m", "zipfile", "-t", path], check=True, capture_output=True)
    assert strays(office.root) == []
    assert office.sql("SELECT count(*), max(number) FROM issue") == [(12, 1)]
