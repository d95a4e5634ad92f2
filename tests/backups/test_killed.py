"""Killed at any moment, a backup or a restore leaves nothing half done, and a run completes."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from onhook.backups.reading import open_backup
from tests.backups.killing import TIMES, Killer

if TYPE_CHECKING:
    from pathlib import Path

    from tests.backups.conftest import Elsewhere
    from tests.workspaces import Office

pytestmark = [pytest.mark.each_database, pytest.mark.slow]

CHAIN = ("audit", "audit_head", "backup")


def contents(office: Office) -> dict[str, list[tuple[object, ...]]]:
    return {name: rows for name, rows in office.rows().items() if name not in CHAIN}


def test_a_killed_backup_leaves_the_earlier_one_or_the_new_one(
    office: Office, tmp_path: Path
) -> None:
    killer, file, before = Killer(office), tmp_path / "office.zip", contents(office)
    took = killer.time("backup", file)
    hits = 0
    for _ in range(TIMES):
        hits += killer.kill(took, "backup", file)
        with open_backup(file) as found:
            assert found.manifest.rows > 0
        assert contents(office) == before
    office.do("backup", file)

    assert hits
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_killed_restore_makes_no_workspace_or_a_whole_one(
    office: Office, elsewhere: Elsewhere, tmp_path: Path, backend: str
) -> None:
    file, keys = tmp_path / "office.zip", office.folder / "keys.json"
    office.do("backup", file)
    before, killer = contents(office), Killer(office)
    first = elsewhere(backend)
    words = ("restore", file, "--keys", keys)
    took = killer.time(*words, "--workspace", first.folder, *first.database)
    assert contents(first) == before
    hits = 0
    for _ in range(max(2, TIMES // 3)):
        place = elsewhere(backend)
        there = (*words, "--workspace", place.folder, *place.database)
        while not (place.folder / "onhook.toml").exists() and hits < TIMES * 3:
            hits += killer.kill(took, *there)
            if hits % 3 == 0 and not (place.folder / "onhook.toml").exists():
                assert place.ask("account", "list").codes == ["no-workspace"]
                place.do(*there)
        assert contents(place) == before
        assert place.ask("restore", file).codes == ["workspace-there"]
        assert (place.folder / "templates/own/page.bin").stat().st_size == 5120
        assert place.ask("issue", "101").data["counts"]["unchanged"] == 1

    assert hits


def test_a_killed_replacement_leaves_the_old_rows_or_the_new_ones(
    office: Office, tmp_path: Path
) -> None:
    file, killer = tmp_path / "office.zip", Killer(office)
    office.do("backup", file)
    restored = contents(office)
    office.accounts("199")
    changed, hits = contents(office), 0
    took = killer.time("restore", file, "--replace")
    for _ in range(TIMES):
        if contents(office) == restored:
            office.do("restore", min(office.folder.glob("before-restore-*")), "--replace")
        assert contents(office) == changed
        hits += killer.kill(took, "restore", file, "--replace")
        assert contents(office) in (restored, changed)
    office.do("restore", file, "--replace")

    assert hits
    assert contents(office) == restored


# As the program, but killed as soon as the folder's list of files was made durable so many times.
AT_A_STEP = """
import os, signal, sys
from onhook.backups import place
steps, sync = int(sys.argv.pop(1)), place.sync_folder
def sync_and_count(folder):
    global steps
    sync(folder)
    steps -= 1
    if steps == 0:
        os.kill(os.getpid(), signal.SIGKILL)
place.sync_folder = sync_and_count
from onhook_cli.main import run
run()
"""
STEPS = 5  # about to put files in place; services, templates, key ring, settings are there


@pytest.mark.parametrize("step", range(1, STEPS + 1))
def test_killed_between_any_two_files_a_second_run_completes(
    office: Office, elsewhere: Elsewhere, tmp_path: Path, backend: str, step: int
) -> None:
    file, before, place = tmp_path / "office.zip", contents(office), elsewhere(backend)
    office.do("backup", file)
    words = ("restore", file, "--keys", office.folder / "keys.json", *place.database)
    ran = subprocess.run(
        [sys.executable, "-c", AT_A_STEP, str(step), *map(str, words)],
        env=place.environment,
        check=False,
    )
    assert ran.returncode == -signal.SIGKILL
    again = place.ask(*words)

    assert (again.code, again.codes) == ((5, ["workspace-there"]) if step == STEPS else (0, []))
    assert contents(place) == before
    names = {path.name for path in place.folder.iterdir() if not path.name.startswith("onhook.db")}
    assert names == {"keys.json", "onhook.toml", "services", "templates"}
    assert place.ask("issue", "101").data["counts"]["unchanged"] == 1
