"""Who is meant, who is refused and why, and how the command ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.kits.office import Office, assert_agrees, manifests

if TYPE_CHECKING:
    from pathlib import Path

    from tests.kits.office import Ended

pytestmark = pytest.mark.each_database


def codes(ended: Ended) -> dict[str, list[str]]:
    """Return the codes of the refusals by account and device."""
    return {
        f"{kit['account']} {kit['device']}".rstrip(): [error["code"] for error in kit["errors"]]
        for kit in ended.json["data"]["kits"]
        if kit["state"] == "refused"
    }


def test_each_reason_is_told_by_its_code_and_nothing_is_written(office: Office) -> None:
    shared = office.root / "shared.csv"
    shared.write_text(
        "device,platform,level,extension\nD-00003,ios,17.2,1003\nD-00003,ios,17.2,1004\n"
    )
    office.onhook("device", "unassign", "D-00003")
    office.onhook("device", "import", shared)
    office.onhook("device", "set", "D-00005", "--level", "8.0.9")
    office.onhook("device", "set", "D-00006", "--level", "8.1")
    office.onhook("account", "disable", "1007")
    office.sql("UPDATE account SET auth_id = '', password_sealed = NULL WHERE extension = '1008'")
    office.onhook("device", "unassign", "D-00009")
    ended = office.onhook("issue", "--all", "--out", office.kits, "--json", code=5)
    assert codes(ended) == {
        "acme/1003 D-00003": ["several-accounts"],
        "acme/1004 D-00003": ["several-accounts"],
        "acme/1005 D-00005": ["below-minimum"],
        "acme/1007 D-00007": ["account-disabled"],
        "acme/1008 D-00008": ["no-credential"],
        "acme/1009": ["no-device"],
    }
    assert ended.json["data"]["counts"]["new"] == 7
    assert assert_agrees(office, office.kits, complete=True) == 7
    assert len(list(office.kits.glob("*/*"))) == 7
    assert office.sql("SELECT count(*) FROM kit") == [(7,)]


def test_reasons_come_together(office: Office) -> None:
    office.onhook("device", "set", "D-00001", "--level", "8.0")
    office.onhook("account", "disable", "1001")
    ended = office.onhook("issue", "1001", "--json", code=6)
    assert codes(ended) == {"acme/1001 D-00001": ["account-disabled", "below-minimum"]}


def test_cured_the_kit_is_made(office: Office) -> None:
    office.onhook("device", "set", "D-00001", "--level", "8.0")
    office.onhook("issue", "1001", "--out", office.kits, code=6)
    assert not list(office.kits.glob("*/*"))
    office.onhook("device", "set", "D-00001", "--level", "8.1")
    office.onhook("issue", "1001", "--out", office.kits)
    assert assert_agrees(office, office.kits, complete=True) == 1


def test_extensions_are_named_short_or_whole_and_once(office: Office) -> None:
    made = office.issue("1003", "acme/1001", "1003", "１００２")
    assert list(made) == ["acme/1003 D-00003", "acme/1001 D-00001", "acme/1002 D-00002"]


def test_customer_narrows_to_its_own(office: Office, tmp_path: Path) -> None:
    office.onhook("customer", "add", "beta", "--name", "Beta")
    secret = tmp_path / "secret"
    secret.write_text("a-secret-of-beta\n")
    auth = ("--auth-id", "someone", "--password-file", secret)
    office.onhook("account", "add", "1001", "--customer", "beta", *auth)
    both = office.issue(needs_device=False, nowhere=True)
    assert len(both) == 13
    assert list(office.issue(customer="beta", needs_device=False)) == ["beta/1001"]
    assert [manifest["account"] for _, manifest in manifests(office.kits)] == ["beta/1001"]
    assert list(office.issue("1001", customer="beta", needs_device=False)) == ["beta/1001"]
    office.onhook("issue", "1001", code=2)  # whose?
    office.onhook("issue", "beta/1001", "--without-device")


def test_without_device_makes_kits_for_own_phones(office: Office) -> None:
    office.onhook("device", "unassign", "D-00009")
    assert office.states("1009") == ["refused"]
    assert office.states("1009", needs_device=False) == ["new"]
    assert (office.kits / "acme/1009/manifest.json").is_file()


def test_exit_code_is_that_of_the_first_refusal(office: Office) -> None:
    office.onhook("device", "set", "D-00003", "--level", "8.0")
    office.sql("UPDATE account SET password_sealed = x'00' WHERE extension = '1002'")
    office.onhook("issue", "1001", "1002", "1003", code=7)
    office.onhook("issue", "1001", "1003", "1002", code=6)
    office.onhook("issue", "1001")
    office.onhook("issue", "1001", "9999", code=4)
    office.onhook("issue", code=2)
    office.onhook("issue", "--all", "--out", "a", "--archive", "b.zip", code=2)


def test_name_that_stands_for_nobody_stops_no_other(office: Office) -> None:
    ended = office.onhook("issue", "1001", "9999", "1002", "--json", code=4)
    kits = [(kit["account"], kit["state"]) for kit in ended.json["data"]["kits"]]
    assert kits == [("acme/1001", "new"), ("acme/9999", "refused"), ("acme/1002", "new")]
    assert [error["code"] for error in ended.json["errors"]] == ["no-such-account"]


def test_first_refusal_in_the_order_typed_gives_the_exit_code(office: Office) -> None:
    office.onhook("account", "disable", "1002")
    office.onhook("issue", "1001", "1002", "9999", code=6)
    office.onhook("check", "1001", "9999", "1002", code=4)
