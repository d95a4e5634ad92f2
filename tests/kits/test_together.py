"""Several processes issuing at once: one issue a kit, and folders that agree with the database."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.killing import run_together
from tests.kits.office import Office, assert_agrees, strays

if TYPE_CHECKING:
    from pathlib import Path

Together = Callable[..., list[int]]


pytestmark = pytest.mark.in_ci


@pytest.fixture
def together(office: Office, forker: subprocess.Popen[str]) -> Together:
    """Return a way to run commands at once; they give their exit codes."""

    def run(*commands: tuple[str | Path, ...]) -> list[int]:
        where = {"environment": office.variables(), "folder": str(office.root)}
        return [ended["code"] for ended in run_together(forker, commands, **where)]

    return run


@pytest.mark.parametrize("folders", [("kits", "kits", "kits"), ("kits", "other", "third")])
def test_runs_at_once_make_one_issue_of_each_kit(
    office: Office, together: Together, folders: tuple[str, str, str]
) -> None:
    places = [office.root / name for name in folders]
    for issues in (1, 2):
        codes = together(*[("issue", "--all", "--out", place) for place in places])
        assert codes == [0, 0, 0]
        assert office.sql("SELECT count(*), max(number) FROM issue") == [(12 * issues, issues)]
        for place in places:
            assert assert_agrees(office, place, complete=True) == 12
        office.sql("UPDATE link SET fetches = max_fetches")
    assert strays(office.root) == []


@pytest.mark.each_database
def test_runs_at_once_end_with_the_same_refusal(office: Office, together: Together) -> None:
    office.onhook("device", "set", "D-00003", "--level", "7.0")
    codes = together(*[("issue", "--all", "--out", office.kits)] * 2)
    assert codes == [6, 6]
    assert assert_agrees(office, office.kits, complete=True) == 11


def test_archives_at_once_are_both_whole(office: Office, together: Together) -> None:
    path = office.root / "kits.zip"
    codes = together(*[("issue", "--all", "--archive", path)] * 3)
    assert codes == [0, 0, 0]
    subprocess.run(["python3", "-m", "zipfile", "-t", path], check=True, capture_output=True)
    assert strays(office.root) == []
    assert office.sql("SELECT count(*), max(number) FROM issue") == [(12, 1)]
