"""A full disk, at backup and at restore: told, nothing half done, and a second run completes."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from onhook.backups.reading import open_backup
from tests.kits.disk import disk
from tests.thoroughness import thorough
from tests.workspaces import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.kits.disk import Disk
    from tests.workspaces import Office


pytestmark = pytest.mark.in_ci


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Disk]:
    with disk(tmp_path / "small", "2m") as found:
        yield found


def onhook(office: Office, where: Disk, *words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*where.inside, PROGRAM, *map(str, words)],
        env=office.environment,
        cwd=office.home,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("left", thorough([0, 1000, 5000, 9000], [0, 5000]))
def test_a_full_disk_at_backup_leaves_the_earlier_one(
    office: Office, small: Disk, left: int
) -> None:
    file = small.place / "office.zip"
    assert onhook(office, small, "backup", file).returncode == 0
    before, rows = (small.seen / "office.zip").read_bytes(), office.rows()
    filler = small.fill(left)
    ran = onhook(office, small, "backup", file)

    assert ran.returncode == 7
    assert f"no room is left on the disk of {file}" in ran.stderr
    assert sorted(path.name for path in small.seen.iterdir()) == ["filler", "office.zip"]
    assert (small.seen / "office.zip").read_bytes() == before
    assert office.rows() == rows
    filler.unlink()
    assert onhook(office, small, "backup", file).returncode == 0
    with open_backup(small.seen / "office.zip") as found:
        assert found.manifest.rows > 0


@pytest.mark.parametrize("left", thorough([0, 8_000, 40_000, 200_000], [8_000]))
def test_a_full_disk_at_restore_leaves_nothing(office: Office, small: Disk, left: int) -> None:
    file, folder = office.home / "office.zip", small.place / "new"
    office.do("backup", file)
    filler = small.fill(left)
    words = ("restore", file, "--workspace", folder, "--keys", office.folder / "keys.json")
    ran = onhook(office, small, *words)

    assert ran.returncode == 7, ran.stderr
    assert [path.name for path in small.seen.iterdir()] == ["filler"]
    filler.unlink()
    assert onhook(office, small, *words).returncode == 0
    assert onhook(office, small, "account", "list", "--workspace", folder).returncode == 0


def test_a_disk_that_may_only_be_read_is_told(office: Office, small: Disk) -> None:
    small.remount("ro")
    for words in (("backup", small.place / "office.zip"),):
        ran = onhook(office, small, *words)
        assert ran.returncode == 7
        assert "Read-only file system" in ran.stderr
