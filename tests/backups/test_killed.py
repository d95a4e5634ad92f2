"""Killed at any moment, a backup or a restore leaves nothing half done, and a run completes."""

from __future__ import annotations

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
