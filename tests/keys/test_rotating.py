"""`onhook key rotate` adds keys, loses none, and tells what each still holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from onhook import workspace
from onhook.keys.rotating import rotate
from onhook.keys.sources import read_source
from onhook.sealing import PURPOSES
from tests.keys.conftest import ring_of
from tests.keys.opening import opened
from tests.killing import run_together

if TYPE_CHECKING:
    from subprocess import Popen

    from onhook.keys.sources import KeySource
    from onhook.sealing import KeyRing
    from tests.workspaces import Office


def keys(office: Office) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = office.ask("key", "list").data["keys"]
    return found


def test_list_tells_what_each_key_holds(office: Office) -> None:
    found = {key["purpose"]: key for key in keys(office)}

    assert set(found) == set(PURPOSES)
    assert all(key["is_newest"] and key["is_there"] for key in found.values())
    assert found["accounts"]["holds"] == 2 + 1 + 1  # passwords, MSISDN, tunnel
    assert found["delivery"]["holds"] == 2 * 2 + 1  # a config and a link for each, a short code
    entries = len(office.rows()["audit"])
    assert found["audit"]["holds"] == entries + 1  # and the head


def test_the_list_is_a_table_for_people(office: Office) -> None:
    said = office.do("key", "list").out

    for key in ring_of(office).keys:
        assert key.id.hex() in said
        assert key.purpose in said


def test_rotate_adds_a_key_of_each_purpose_and_keeps_the_old(office: Office) -> None:
    before, sealed = ring_of(office), opened(office.open())

    ran = office.ask("key", "rotate")

    after = ring_of(office)
    assert after.keys[:3] == before.keys
    assert [key.purpose for key in after.keys[3:]] == list(PURPOSES)
    assert [key["id"] for key in ran.data["new"]] == [key.id.hex() for key in after.keys[3:]]
    assert (office.folder / "keys.json").stat().st_mode & 0o777 == 0o600
    assert opened(office.open()) == sealed


@pytest.mark.parametrize("purpose", PURPOSES)
def test_rotate_can_be_for_one_purpose(office: Office, purpose: str) -> None:
    office.do("key", "rotate", "--purpose", purpose)

    assert [key.purpose for key in ring_of(office).keys[3:]] == [purpose]


def test_rotate_knows_its_purposes(office: Office) -> None:
    ran = office.ask("key", "rotate", "--purpose", "passwords")

    assert (ran.code, ran.codes) == (3, ["bad-setting"])
    assert len(ring_of(office).keys) == 3


def test_after_a_rotation_new_values_and_entries_are_under_new_keys(office: Office) -> None:
    office.do("key", "rotate")
    first = {key["id"]: key["holds"] for key in keys(office)}
    office.accounts("103")

    new = ring_of(office).newest
    holds = {key["id"]: key["holds"] for key in keys(office)}
    assert holds[new["accounts"].id.hex()] == 1
    # The rotation itself is signed with the new key, and what came after it.
    assert first[new["audit"].id.hex()] == 1 + 1
    assert holds[new["audit"].id.hex()] > 1 + 1
    assert {key["id"]: key["is_newest"] for key in keys(office)} == {
        key.id.hex(): key in new.values() for key in ring_of(office).keys
    }


def test_rotations_at_once_lose_no_key(office: Office, forker: Popen[str]) -> None:
    many = 5
    rotate_one = ("key", "rotate", "--purpose", "accounts")
    ended = run_together(forker, [rotate_one] * many, environment=office.environment)

    assert [one["code"] for one in ended] == [0] * many, ended
    assert len(ring_of(office).keys) == 3 + many


def test_a_ring_behind_a_link_is_written_where_it_is(office: Office) -> None:
    link, real = office.folder / "keys.json", office.home / "real.json"
    link.rename(real)
    link.symlink_to(real)

    office.do("key", "rotate")

    assert link.is_symlink()
    assert len(ring_of(office).keys) == 6


def test_a_key_that_the_ring_lacks_is_listed_as_missing(office: Office) -> None:
    old = ring_of(office).newest["accounts"].id
    office.do("key", "rotate")
    ring = ring_of(office).without([old])
    (office.folder / "keys.json").write_text(ring.dumps(), encoding="ascii")

    (missing,) = (key for key in keys(office) if not key["is_there"])
    assert (missing["id"], missing["holds"]) == (old.hex(), 4)
    assert "MISSING" in office.do("key", "list").out


def test_a_rotation_is_recorded(office: Office) -> None:
    office.do("key", "rotate", "--purpose", "delivery")

    last = office.rows()["audit"][-1]
    assert last[3] == "key.rotate"
    assert ring_of(office).newest["delivery"].id.hex() in last[5]


def test_a_rotation_after_the_ring_was_read_makes_no_foreign_ring_of_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = office.open()

    def read_before_a_rotation(source: KeySource) -> KeyRing:
        found = read_source(source)
        monkeypatch.undo()
        rotate(other, PURPOSES)
        return found

    monkeypatch.setattr(workspace, "read_source", read_before_a_rotation)

    assert office.open().keys.ids == ring_of(office).ids > other.keys.ids
