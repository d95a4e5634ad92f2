"""A reissue that is cut off, or finds no room, has either happened or not."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from onhook.store.schema import kit, link, pbx_change
from tests.killing import Killer
from tests.kits.disk import disk
from tests.kits.office import is_whole, manifests

if TYPE_CHECKING:
    from sqlalchemy import Table

    from tests.workspaces import Office

WHY = ("--reason", "lost", "--new-password")


def rows(office: Office, table: Table) -> list[dict[str, object]]:
    names = [column.name for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in office.rows()[table.name]]


def state(office: Office) -> tuple[object, str]:
    """Return the current issue of 101, the only one with a live link, and the password."""
    (mine,) = [one for one in rows(office, kit) if one["device_id"] == "D-1"]
    ours = [one for one in rows(office, link) if one["kit_id"] == mine["id"]]
    live = [one["number"] for one in ours if one["revoked_at"] is None]
    assert live == [mine["current_issue"]]
    assert max(int(str(one["number"])) for one in ours) == mine["current_issue"]
    return mine["current_issue"], str(office.account("101", "--reveal")["password"])


@pytest.mark.slow
def test_killed_at_any_moment_it_has_happened_or_not(
    office: Office, forker: subprocess.Popen[str]
) -> None:
    killer, kits = Killer(forker, office.environment, office.home), office.home / "kits"
    office.do("issue", "--all", "--out", kits)
    for _ in killer.rounds():
        before = state(office)
        office.run("pbx", "done", "101")
        killer.kill("reissue", "101", *WHY, "--out", kits)
        after = state(office)
        is_queued = any(one["done_at"] is None for one in rows(office, pbx_change))
        happened = after[0] != before[0]
        assert (after[1] != before[1]) is happened is is_queued
        office.do("issue", "--all", "--out", kits)  # what was cut off is completed
        found = {one["account"]: place for place, one in manifests(kits) if is_whole(place, one)}
        assert state(office) == after
        config = found["acme/101"] / "3cxprov_101.3cxconfig"
        assert after[1].encode() in config.read_bytes()


def test_a_full_disk_leaves_the_old_link_alive(office: Office) -> None:
    before = office.rows()
    with disk(office.home / "kits", "8k") as small:
        command = [*small.inside, "onhook", "reissue", "101", *WHY, "--out", str(small.place)]
        ran = subprocess.run(command, env=office.environment, capture_output=True, check=False)
        assert ran.returncode == 7
        assert b"make room" in ran.stderr
        assert not list(small.seen.glob("*/*/*"))
    assert office.rows() == before
