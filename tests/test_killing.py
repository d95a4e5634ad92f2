"""The installed program, killed once it has opened its database; the next run completes."""

from __future__ import annotations

import random
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.workspaces import PROGRAM

if TYPE_CHECKING:
    from tests.workspaces import Office

pytestmark = pytest.mark.in_ci

MANY = 100


def kill(office: Office, *words: object) -> int:
    """Start the program, kill it some milliseconds into its work and return how it ended."""
    with subprocess.Popen(
        [PROGRAM, *map(str, words)],
        env=office.environment,
        cwd=office.home,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        while process.poll() is None and not has_database(process.pid):
            time.sleep(0.001)
        time.sleep(random.uniform(0, 0.03))  # noqa: S311 - a moment, no secret
        process.kill()
    return process.returncode


def has_database(pid: int) -> bool:
    files = (path.readlink().name for path in Path(f"/proc/{pid}/fd").iterdir())
    try:
        return any(name.endswith((".db", ".zip")) for name in files)
    except OSError:  # a file was closed, or the process ended, as we looked
        return False


@pytest.mark.slow
def test_a_killed_program_is_run_again_and_completes(acme: Office) -> None:
    people = [(str(1000 + n), f"a{n}", f"Pw-{n:06}") for n in range(MANY)]
    file = acme.table("people.csv", ("extension", "auth_id", "password"), *people)
    restored = acme.home / "restored"
    backup = acme.home / "office.zip"
    ends = []
    for words in (
        ("account", "import", file),
        ("issue", "--all", "--without-device", "--out", acme.home / "kits"),
        ("key", "rotate", "--reseal"),
        ("backup", backup),
        ("restore", backup, "--workspace", restored, "--keys", acme.folder / "keys.json"),
    ):
        ends.append(kill(acme, *words))
        if not (restored / "onhook.toml").exists():
            acme.do(*words)

    rows = acme.rows()
    assert [len(rows[name]) for name in ("account", "kit", "issue")] == [MANY] * 3
    assert len(list((acme.home / "kits").glob("acme/*/manifest.json"))) == MANY
    acme.do("audit", "--verify")
    again = acme.ask("issue", "--all", "--without-device", "--workspace", restored)
    assert again.data["counts"]["unchanged"] == MANY
    assert -9 in ends
