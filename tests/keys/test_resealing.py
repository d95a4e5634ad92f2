"""`onhook key rotate --reseal`: all under the newest keys, nothing lost; then old keys may go."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from onhook.keys import resealing
from onhook.keys.errors import KeyRingReplaced
from onhook.keys.resealing import reseal
from onhook.keys.rotating import rotate
from onhook.sealing import PURPOSES
from onhook.store.schema import account
from onhook.workspace import open_workspace
from tests.keys.conftest import ring_of
from tests.keys.opening import key_ids, opened

if TYPE_CHECKING:
    from tests.workspaces import Office

pytestmark = pytest.mark.each_database


def test_all_is_under_the_newest_keys_and_holds_what_it_held(office: Office) -> None:
    before = opened(office.open())

    ran = office.ask("key", "rotate", "--reseal")

    assert (ran.code, ran.data["resealed"]) == (0, len(before))
    newest = ring_of(office).newest
    assert key_ids(office.open()) == {newest["accounts"].id, newest["delivery"].id}
    assert opened(office.open()) == before


def test_chunks_come_to_every_value_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    before = opened(office.open())
    monkeypatch.setattr(resealing, "CHUNK", 1)
    rotate(office.open(), PURPOSES)
    told: list[int] = []

    done = reseal(office.open(), told.append)

    assert done.count == sum(told) == len(before)
    assert max(told) == 1
    assert opened(office.open()) == before
    assert reseal(office.open()).count == 0


def test_what_was_interrupted_is_completed_without_more_keys(office: Office) -> None:
    before = opened(office.open())
    rotate(office.open(), PURPOSES)
    ring = ring_of(office)

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reseal(office.open(), stop)
    ran = office.ask("key", "rotate", "--only-reseal")

    assert ran.code == 0
    assert ran.data["new"] == []
    assert ring_of(office).keys == ring.keys
    assert opened(office.open()) == before
    assert not key_ids(office.open()) & {key.id for key in ring.keys[:3]}


def test_kits_stay_what_they_were(office: Office) -> None:
    link = office.do("qr", "101").out
    office.do("key", "rotate", "--reseal")

    assert office.do("qr", "101").out == link
    kits = office.ask("issue", "--all").data["kits"]
    assert {kit["state"] for kit in kits} == {"unchanged"}
    assert office.account("101", "--reveal")["password"] == "Secret-101"


def test_old_keys_are_named_and_only_removed_when_asked(office: Office) -> None:
    old = {key.purpose: key.id.hex() for key in ring_of(office).keys}

    idle = office.ask("key", "rotate", "--reseal").data["idle"]
    assert {key["id"] for key in idle} == {old["accounts"], old["delivery"]}
    assert len(ring_of(office).keys) == 6

    gone = office.ask("key", "rotate", "--only-reseal", "--retire").data["retired"]
    assert {key["id"] for key in gone} == {old["accounts"], old["delivery"]}
    left = {key.id.hex() for key in ring_of(office).keys}
    assert old["audit"] in left  # entries are signed with it
    assert len(left) == 4
    assert office.rows()["audit"][-1][3] == "key.retire"


def test_people_are_told_that_backups_still_need_the_old_keys(office: Office) -> None:
    assert "Backups of the database made until now still need the old keys" in (
        office.do("key", "rotate", "--reseal").out
    )
    assert "keep the backup of the key ring" in (
        office.do("key", "rotate", "--only-reseal", "--retire").out
    )


def test_a_key_in_use_is_never_removed(office: Office) -> None:
    sealed = opened(office.open())
    ran = office.ask("key", "rotate", "--retire")  # and nothing sealed again

    assert (ran.code, ran.data["retired"]) == (0, [])
    assert opened(office.open()) == sealed


def test_who_began_with_removed_keys_seals_nothing_more_with_them(office: Office) -> None:
    early = open_workspace(office.folder, {})
    try:
        office.do("key", "rotate", "--reseal", "--retire")
        with pytest.raises(KeyRingReplaced), early.writing():
            pass
    finally:
        early.close()


def test_who_began_before_a_rotation_goes_on(office: Office) -> None:
    early = open_workspace(office.folder, {})
    try:
        office.do("key", "rotate")
        with early.writing() as work:
            work.record("test", "")
    finally:
        early.close()
    assert office.run("account", "list").code == 0


def spoil(office: Office, extension: str, value: bytes) -> None:
    with office.open().writing() as work:
        of_one = update(account).where(account.c.extension == extension)
        work.connection.execute(of_one.values(password_sealed=value))


def test_a_value_that_does_not_open_is_told_and_stops_no_other(office: Office) -> None:
    workspace = office.open()
    misplaced = workspace.keys.accounts.seal(b"Secret-misplaced", "account acme/999 password")
    spoil(office, "102", misplaced)

    ran = office.ask("key", "rotate", "--reseal")

    assert (ran.code, ran.codes) == (7, ["seal-broken"])
    assert ran.json["errors"][0]["subject"] == "account acme/102 password"
    assert "Secret" not in ran.said
    assert ran.data["resealed"] == 8
    # Its key still holds it and stays, whatever is asked for.
    ran = office.ask("key", "rotate", "--only-reseal", "--retire")
    assert [key["purpose"] for key in ran.data["retired"]] == ["delivery"]


def test_values_that_do_not_open_are_passed_by_between_chunks(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.accounts("103")
    before = opened(office.open())
    keys = office.open().keys.accounts
    spoiled = {f"account acme/{one} password" for one in ("101", "102")}
    for one in ("101", "102"):  # the first two of three
        spoil(office, one, keys.seal(b"Secret-misplaced", "account acme/999 password"))
    rotate(office.open(), PURPOSES)
    monkeypatch.setattr(resealing, "CHUNK", 1)

    done = reseal(office.open())

    assert {error.subject for error in done.errors} == spoiled
    assert done.count == len(before) - len(spoiled)
    for one in ("101", "102"):  # put right, they are what is left to do
        spoil(office, one, keys.seal(f"Secret-{one}".encode(), f"account acme/{one} password"))
    again = reseal(office.open())
    assert (again.count, again.errors) == (len(spoiled), [])
    assert opened(office.open()) == before


def test_a_value_whose_key_is_lost_is_told_with_the_key(office: Office) -> None:
    old = ring_of(office).newest["accounts"].id
    rotate(office.open(), ["accounts"])
    ring = ring_of(office).without([old])
    (office.folder / "keys.json").write_text(ring.dumps(), encoding="ascii")

    ran = office.ask("key", "rotate", "--only-reseal")

    assert (ran.code, ran.codes) == (7, ["sealed-key-lost"] * 4)
    assert {error["subject"] for error in ran.json["errors"]} == {
        "account acme/101 password",
        "account acme/102 password",
        "account acme/101 msisdn",
        "contract 1 tunnel password",
    }
    assert all(old.hex() in error["message"] for error in ran.json["errors"])


def test_what_another_sealed_meanwhile_under_a_newer_key_is_not_called_lost(
    office: Office,
) -> None:
    early = office.open()
    office.do("key", "rotate", "--reseal")

    done = reseal(early)

    assert (done.count, done.errors) == (0, [])


@pytest.mark.sqlite_alone
def test_resealing_is_recorded_with_its_count(office: Office) -> None:
    office.do("key", "rotate", "--reseal")

    last = office.rows()["audit"][-1]
    assert (last[3], json.loads(last[5])) == ("key.reseal", {"resealed": 9, "unopened": 0})
