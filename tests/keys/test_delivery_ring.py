"""With the delivery keys alone a server delivers, and says what it lacks for all else."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from onhook.sealing import KeyRing
from onhook.store.schema import link
from onhook.workspace import open_workspace
from tests.keys.conftest import ring_of

if TYPE_CHECKING:
    from tests.workspaces import Office


@pytest.fixture
def server(office: Office) -> Office:
    """Return an office whose ring is a public server's; it was rotated once before."""
    office.do("key", "rotate", "--purpose", "delivery")
    office.do("issue", "101")
    exported = office.home / "server-keys.json"
    office.do("key", "export", "--server", exported)
    exported.replace(office.folder / "keys.json")
    return office


def test_the_exported_ring_has_all_delivery_keys_and_no_other(office: Office) -> None:
    office.do("key", "rotate")
    file = office.home / "server-keys.json"
    ran = office.ask("key", "export", "--server", file)

    ring = KeyRing.loads(file.read_text(encoding="ascii"), str(file))
    assert [key.purpose for key in ring.keys] == ["delivery"] * 2
    assert ring.keys == tuple(k for k in ring_of(office).keys if k.purpose == "delivery")
    assert file.stat().st_mode & 0o777 == 0o600
    assert [key["id"] for key in ran.data["keys"]] == [key.id.hex() for key in ring.keys]
    assert office.rows()["audit"][-1][3] == "key.export"


def test_nothing_is_overwritten(office: Office) -> None:
    ran = office.ask("key", "export", "--server", office.folder / "keys.json")

    assert (ran.code, ran.codes) == (5, ["key-file-in-the-way"])
    assert len(ring_of(office).keys) == 3


@pytest.mark.parametrize(
    "words", [("link", "list"), ("qr", "101"), ("key", "list"), ("account", "list")], ids=" ".join
)
def test_what_needs_delivery_only_works(server: Office, words: tuple[str, ...]) -> None:
    assert server.run(*words).code == 0


@pytest.mark.parametrize(
    ("words", "purpose"),
    [
        (("issue", "--all", "--family", "linphone"), "accounts"),
        (("account", "show", "101", "--reveal"), "accounts"),
        (("account", "list", "--reveal"), "audit"),
        (("account", "add", "109", "--password-file", "-"), "audit"),
        (("key", "rotate"), "accounts"),
        (("key", "rotate", "--only-reseal"), "accounts"),
        (("key", "rotate", "--purpose", "delivery"), "audit"),
        (("link", "revoke", "101"), "audit"),
        (("account", "disable", "101"), "audit"),
        (("device", "add", "D-9", "--platform", "ios"), "audit"),
        (("customer", "set", "acme", "--name", "ACME"), "audit"),
    ],
    ids=str,
)
def test_what_needs_another_key_says_which_and_changes_nothing(
    server: Office, words: tuple[str, ...], purpose: str
) -> None:
    before, ring = server.rows(), ring_of(server)
    ran = server.ask(*words, typed="Secret-109\n")

    assert (ran.code, set(ran.codes)) == (7, {"purpose-missing"})
    (subject,) = {error["subject"] for error in ran.json["errors"]}
    assert subject == purpose
    assert f"no key for {purpose}" in ran.json["errors"][0]["message"]
    assert "Secret" not in ran.said
    assert server.rows() == before
    assert ring_of(server).keys == ring.keys


def test_a_fetch_can_be_counted_without_an_audit_key(server: Office) -> None:
    workspace = open_workspace(server.folder, {})
    try:
        with workspace.writing() as work:
            work.connection.execute(update(link).values(fetches=link.c.fetches + 1))
        with workspace.reading() as work:
            assert set(work.connection.scalars(select(link.c.fetches))) == {1}
    finally:
        workspace.close()


def test_init_on_the_server_makes_no_keys_that_others_lack(server: Office) -> None:
    ring = ring_of(server)
    made = {one["what"]: one["state"] for one in server.ask("init").data["made"]}

    assert made["keys"] == "kept"
    assert ring_of(server).keys == ring.keys


def test_the_ring_of_another_server_is_refused_at_once(server: Office) -> None:

    foreign = KeyRing.fresh(datetime.now(UTC)).of("delivery")
    (server.folder / "keys.json").write_text(foreign.dumps(), encoding="ascii")

    ran = server.ask("qr", "101")
    assert (ran.code, ran.codes) == (7, ["key-ring-of-another"])


def test_a_server_that_has_not_got_the_newest_key_yet_still_delivers_the_rest(
    server: Office,
) -> None:
    first = ring_of(server).keys[:1]
    (server.folder / "keys.json").write_text(KeyRing(first).dumps(), encoding="ascii")

    assert server.run("qr", "102").code == 0
