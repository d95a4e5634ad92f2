"""Killed at any moment, a backup or a restore leaves nothing half done, and a run completes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from onhook.backups.reading import open_backup
from tests.killing import Killer

if TYPE_CHECKING:
    from pathlib import Path
    from subprocess import Popen

    from tests.backups.conftest import Elsewhere
    from tests.workspaces import Office

pytestmark = [pytest.mark.each_database, pytest.mark.slow]

CHAIN = ("audit", "audit_head", "backup")


def contents(office: Office) -> dict[str, list[tuple[object, ...]]]:
    return {name: rows for name, rows in office.rows().items() if name not in CHAIN}


@pytest.fixture
def killer(office: Office, forker: Popen[str]) -> Killer:
    return Killer(forker, office.environment, office.home)


def test_a_killed_backup_leaves_the_earlier_one_or_the_new_one(
    office: Office, killer: Killer, tmp_path: Path
) -> None:
    file, before = tmp_path / "office.zip", contents(office)
    office.do("backup", file)
    for _ in killer.rounds():
        killer.kill("backup", file)
        with open_backup(file) as found:
            assert found.manifest.rows > 0
        assert contents(office) == before
    office.do("backup", file)

    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_killed_restore_makes_no_workspace_or_a_whole_one(
    office: Office, killer: Killer, elsewhere: Elsewhere, tmp_path: Path, backend: str
) -> None:
    file, before = tmp_path / "office.zip", contents(office)
    office.do("backup", file)
    for _ in killer.rounds():
        place = elsewhere(backend)
        words = ("restore", file, "--keys", office.folder / "keys.json", *place.database)
        killer.kill(*words, "--workspace", place.folder)
        if (place.folder / "onhook.toml").exists():
            assert place.ask(*words).codes == ["workspace-there"]
        else:
            assert place.ask("account", "list").codes == ["no-workspace"]
            place.do(*words)
        assert contents(place) == before
        files = {path.name for path in place.folder.iterdir()}
        assert files == {"keys.json", "onhook.toml", "services", "templates"}
        assert (place.folder / "templates/own/page.bin").stat().st_size == 5120
        assert place.ask("issue", "101").data["counts"]["unchanged"] == 1


def test_a_killed_replacement_leaves_the_old_rows_or_the_new_ones(
    office: Office, killer: Killer, tmp_path: Path
) -> None:
    file = tmp_path / "office.zip"
    office.do("backup", file)
    restored = contents(office)
    office.accounts("199")
    changed = contents(office)
    for _ in killer.rounds():
        if contents(office) == restored:
            office.do("restore", min(office.folder.glob("before-restore-*")), "--replace")
        assert contents(office) == changed
        killer.kill("restore", file, "--replace")
        assert contents(office) in (restored, changed)
    office.do("restore", file, "--replace")

    assert contents(office) == restored
