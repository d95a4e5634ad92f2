"""`kill -9` at any moment of resealing: everything opens, and a run completes.

Moments are drawn at random within the time a run takes. A failure prints the seed; set
ONHOOK_KILL_SEED to it to draw the same moments again.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from onhook.workspace import open_workspace
from tests.keys.conftest import ring_of
from tests.keys.opening import key_ids, opened
from tests.workspaces import PBX, PUBLIC_URL, Office

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

KILLS = 40 if os.environ.get("CI") else 10
PEOPLE = 300

# The command as it is, but for the size of its chunks: a hundred transactions.
SMALL_CHUNKS = """
from onhook.keys import resealing
from onhook_cli.main import run
resealing.CHUNK = 10
run()
"""


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Return an office of some hundred accounts and kits; only to be copied."""
    home = tmp_path_factory.mktemp("large")
    office = Office(home / "workspace", home)
    office.do("init", "--customer", "acme", "--pbx", PBX, "--public-url", PUBLIC_URL)
    rows = [(str(1001 + n), f"auth{n}", f"Secret-{n:05}", f"D-{n:05}") for n in range(PEOPLE)]
    head = ("extension", "auth_id", "password", "device")
    people = office.table("people.csv", head[:3], *(row[:3] for row in rows))
    office.do("account", "import", people)
    devices = [(row[3], "ios", "17.2", row[0]) for row in rows]
    head = ("device", "platform", "level", "extension")
    office.do("device", "import", office.table("devices.csv", head, *devices))
    office.do("issue", "--all")
    return office


@pytest.fixture
def office(large: Office, tmp_path: Path) -> Office:
    shutil.copytree(large.folder, tmp_path / "workspace")
    return Office(tmp_path / "workspace", tmp_path)


def held(office: Office) -> dict[str, bytes]:
    workspace = open_workspace(office.folder, {})
    try:
        return opened(workspace)
    finally:
        workspace.close()


def used(office: Office) -> set[bytes]:
    workspace = open_workspace(office.folder, {})
    try:
        return key_ids(workspace)
    finally:
        workspace.close()


def start(office: Office, *words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", SMALL_CHUNKS, "key", "rotate", *words],
        env=office.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def test_killed_at_any_moment_everything_opens_and_a_run_completes(office: Office) -> None:
    seed = os.environ.get("ONHOOK_KILL_SEED") or os.urandom(4).hex()
    print(f"ONHOOK_KILL_SEED={seed}")  # noqa: T201 - pytest shows it with a failure
    moments = random.Random(seed)  # noqa: S311 - moments, not secrets
    before = held(office)
    assert len(before) == 3 * PEOPLE  # password, config and link
    began = time.perf_counter()
    assert start(office, "--reseal").wait() == 0
    duration_s = time.perf_counter() - began

    hits = 0
    for kill in range(KILLS):
        words = ("--reseal", "--retire") if kill % 2 else ("--only-reseal", "--retire")
        office.do("key", "rotate")  # always something to do
        process = start(office, *words)
        moment_s = duration_s * moments.uniform(0.2, 1.1)
        try:
            process.wait(timeout=moment_s)
        except subprocess.TimeoutExpired:
            process.kill()
        hits += process.wait() != 0
        assert held(office) == before, f"after a kill at {moment_s:.3f} s"

    assert hits
    ran = office.ask("key", "rotate", "--only-reseal", "--retire")
    assert (ran.code, ran.codes) == (0, [])
    newest = ring_of(office).newest
    assert used(office) == {newest["accounts"].id, newest["delivery"].id}
    assert [key.purpose for key in ring_of(office).keys if key.purpose != "audit"] == [
        "accounts",
        "delivery",
    ]
    assert held(office) == before
    strays = [path.name for path in office.folder.iterdir() if path.name.startswith(".keys")]
    assert len(strays) <= hits
