"""A disk without room for SQLite's own small files is told as what it is."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.kits.disk import disk
from tests.workspaces import PROGRAM

if TYPE_CHECKING:
    from pathlib import Path

    from tests.workspaces import Office


@pytest.mark.parametrize("words", [("customer", "list"), ("customer", "add", "sakura")])
def test_no_room_for_the_index_beside_the_database_is_a_full_disk(
    acme: Office, tmp_path: Path, words: tuple[str, ...]
) -> None:
    with disk(tmp_path / "small", "4m") as found:
        shutil.copytree(acme.folder, found.seen / "workspace")
        found.fill(left=0)
        place = str(found.place / "workspace")
        command = [*found.inside, str(PROGRAM), *words, "--workspace", place]
        ended = subprocess.run(
            command, env=acme.environment, capture_output=True, text=True, check=False
        )

    assert ended.returncode == 7
    assert "no room is left on the disk of the database" in ended.stderr
    assert "make room" in ended.stderr
