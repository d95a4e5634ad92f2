"""Killed at any moment of rotating or resealing, everything opens, and a run completes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.keys.conftest import ring_of
from tests.keys.opening import key_ids, opened
from tests.killing import Killer

if TYPE_CHECKING:
    from subprocess import Popen

    from tests.workspaces import Office, Prepared

pytestmark = [pytest.mark.each_database, pytest.mark.slow]

PEOPLE = 40
SMALL_CHUNKS = {"onhook.keys.resealing:CHUNK": 5}  # some twenty transactions
RUNS = [("rotate",), ("rotate", "--reseal"), ("rotate", "--only-reseal", "--retire")]


def fill(acme: Office) -> None:
    numbers = [str(n) for n in range(1001, 1001 + PEOPLE)]
    people = [(n, f"auth{n}", f"Secret-{n}") for n in numbers]
    acme.do("account", "import", acme.table("p.csv", ("extension", "auth_id", "password"), *people))
    phones = [(f"D-{n}", "ios", "17.2", n) for n in numbers]
    header = ("device", "platform", "level", "extension")
    acme.do("device", "import", acme.table("d.csv", header, *phones))
    acme.do("issue", "--all")


@pytest.fixture
def office(prepared: Prepared) -> Office:
    """Return an office of some dozen accounts and kits."""
    return prepared(fill)


def held(office: Office) -> dict[str, bytes]:
    workspace = office.open()
    try:
        return opened(workspace)
    finally:
        workspace.close()


def used(office: Office) -> set[bytes]:
    workspace = office.open()
    try:
        return key_ids(workspace)
    finally:
        workspace.close()


@pytest.mark.parametrize("words", RUNS, ids=" ".join)
def test_killed_at_any_moment_everything_opens_and_a_run_completes(
    office: Office, forker: Popen[str], words: tuple[str, ...]
) -> None:
    before = held(office)
    assert len(before) == 3 * PEOPLE  # password, config and link
    killer = Killer(forker, office.environment, office.home, SMALL_CHUNKS)
    for _ in killer.rounds():
        if "--only-reseal" in words:
            office.do("key", "rotate")  # so that there is something to do
        killer.kill("key", *words)
        assert held(office) == before

    ran = office.ask("key", "rotate", "--only-reseal", "--retire")
    assert (ran.code, ran.codes) == (0, [])
    newest = ring_of(office).newest
    assert used(office) == {newest["accounts"].id, newest["delivery"].id}
    left = [key.purpose for key in ring_of(office).keys if key.purpose != "audit"]
    assert left == ["accounts", "delivery"]
    assert held(office) == before
    office.do("audit", "--verify")
    strays = [path.name for path in office.folder.iterdir() if path.name.startswith(".keys")]
    assert len(strays) <= killer.hits
