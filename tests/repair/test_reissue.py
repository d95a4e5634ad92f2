"""A kit is issued again: the old link dies, a new one works, and nothing else is touched."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from onhook.kits.symbols import current_symbol
from onhook.store.schema import link
from tests.kits.office import is_whole, manifests
from tests.repair.untouched import audit_grew, one_row, others

if TYPE_CHECKING:
    from tests.workspaces import Office

WHY = ("--reason", "new phone")


def links(office: Office) -> dict[tuple[str, str, int], tuple[str, str]]:
    found = office.ask("link", "list").data["links"]
    return {(o["account"][5:], o["device"], o["issue"]): (o["state"], o["why"]) for o in found}


def qr_text(office: Office, account: str, device: str) -> str:
    with office.open().reading() as work:
        return current_symbol(work, account, None, device).text


def password(office: Office, extension: str) -> str:
    return str(office.account(extension, "--reveal")["password"])


def pending(office: Office) -> list[tuple[str, str, str]]:
    found = office.ask("pbx", "pending").data["changes"]
    return [(one["account"], one["change"], one["reason"]) for one in found]


def trail(office: Office) -> list[dict[str, Any]]:
    found = office.ask("audit", "--subject", "acme/101").data["entries"]
    return sorted(found, key=lambda one: int(one["number"]))


def fetched(office: Office, times: int) -> None:
    with office.open().writing() as work:
        work.connection.execute(update(link).values(fetches=times))


@pytest.mark.each_database
def test_the_old_link_dies_and_a_new_one_works(office: Office) -> None:
    before = qr_text(office, "101", "D-1")
    ran = office.do("reissue", "101", *WHY)

    assert "acme/101 D-1  issued again (issue 2, 3cx)" in ran.out
    assert "was never fetched" in ran.out
    assert "its link worked until now and is dead" in ran.out
    assert "password: unchanged" in ran.out
    assert links(office)["101", "D-1", 1] == ("revoked", "replaced")
    assert links(office)["101", "D-1", 2] == ("live", "")
    assert qr_text(office, "101", "D-1") != before
    assert office.ask("issue", "101").data["counts"]["unchanged"] == 1
    assert pending(office) == []


def test_it_says_how_often_the_old_one_was_fetched(office: Office) -> None:
    fetched(office, 2)
    (kit,) = office.ask("reissue", "101", *WHY).data["kits"]
    assert kit["former"]["fetches"] == 2
    assert kit["former"]["was_live"] is True
    fetched(office, 5)
    assert "was fetched 5 times" in (said := office.do("reissue", "101", *WHY).out)
    assert "worked until now" not in said


def test_it_says_what_differs_and_of_secrets_only_whether(office: Office) -> None:
    office.do("account", "set", "101", "--display-name", "Sato", "--auth-id", "login-7")
    office.do("account", "set", "101", "--password-file", "-", typed="Another-secret-9\n")
    ran = office.do("reissue", "101", *WHY)

    assert "auth_id: auth101 -> login-7" in ran.out
    assert "display_name: 101 -> Sato" in ran.out
    assert "    password: changed" in ran.out
    assert "transport" not in ran.out
    assert "Another-secret-9" not in ran.said
    assert "Secret-101" not in ran.said


def test_what_cannot_be_read_is_told_as_changed_or_not(office: Office) -> None:
    (changes,) = [kit["changes"] for kit in office.ask("reissue", "101", *WHY).data["kits"]]
    assert [(one["field"], one["is_changed"]) for one in changes] == [("password", False)]


@pytest.mark.each_database
def test_nothing_of_another_account_or_device_is_touched(office: Office) -> None:
    before = office.rows()
    office.do("reissue", "102", "--device", "D-2", *WHY, "--new-password")
    after = office.rows()

    account = one_row(before, "account", extension="102")["id"]
    mine = [one_row(before, "kit", device_id="D-2")["id"]]
    assert others(after, account, mine) == others(before, account, mine)
    assert {entry["subject"] for entry in audit_grew(before, after)} == {"acme/102"}


def test_one_of_several_devices_must_be_named(office: Office) -> None:
    ran = office.ask("reissue", "102", *WHY)
    assert (ran.code, ran.codes) == (2, ["several-devices"])
    assert "D-2, D-3" in ran.json["errors"][0]["message"]
    assert office.ask("reissue", "102", *WHY, "--device", "D-1").codes == ["not-assigned"]
    assert office.ask("reissue", "102", *WHY, "--device", "D-9").codes == ["no-such-device"]
    assert all(state == ("live", "") for state in links(office).values())


@pytest.mark.each_database
def test_a_new_password_waits_for_the_pbx_and_says_so(office: Office) -> None:
    ran = office.do("reissue", "101", *WHY, "--new-password")

    new = password(office, "101")
    assert len(new) == 20
    assert new != "Secret-101"
    assert new not in ran.said
    assert "until then the old one works" in ran.out
    assert "password: changed" in ran.out
    assert pending(office) == [("acme/101", "password", "new-password")]
    assert office.account("101")["pbx_pending"] == ["password"]
    office.do("pbx", "done", "101")
    assert pending(office) == []


def test_a_new_password_names_the_devices_that_still_have_the_old_one(office: Office) -> None:
    ran = office.do("reissue", "102", "--device", "D-2", *WHY, "--new-password")
    assert "acme/102 is also on D-3, with the old password" in ran.out
    states = [(k["device"], k["state"]) for k in office.ask("issue", "102").data["kits"]]
    assert states == [("D-2", "unchanged"), ("D-3", "changed")]


def test_the_row_for_the_pbx_is_of_this_account_alone(office: Office) -> None:
    office.do("account", "disable", "103")
    path = office.home / "row.csv"
    ran = office.do("reissue", "101", *WHY, "--new-password", "--pbx-file", path)

    with path.open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["Number"], row["AuthPassword"]) == ("101", password(office, "101"))
    assert path.stat().st_mode & 0o777 == 0o600
    assert str(path) in ran.out
    assert len(pending(office)) == 2


def test_a_row_that_cannot_be_written_takes_nothing_back(office: Office) -> None:
    path = office.home / "nowhere" / "row.csv"
    ran = office.run("reissue", "101", *WHY, "--new-password", "--pbx-file", path)
    assert ran.code == 7
    assert "issued again (issue 2" in ran.out
    assert pending(office) == [("acme/101", "password", "new-password")]


@pytest.mark.each_database
def test_compromised_kills_every_link_and_makes_every_kit_anew(office: Office) -> None:
    ran = office.do("reissue", "102", *WHY, "--compromised")

    assert "acme/102: 2 links are dead" in ran.out
    found = links(office)
    assert found["102", "D-2", 1] == found["102", "D-3", 1] == ("revoked", "compromised")
    assert found["102", "D-2", 2] == found["102", "D-3", 2] == ("live", "")
    assert found["101", "D-1", 1] == ("live", "")
    assert password(office, "102") != "Secret-102"
    assert pending(office) == [("acme/102", "password", "compromised")]
    assert [line for line in ran.out.splitlines() if "onhook qr" in line] == [
        "its QR code: onhook qr acme/102 --device D-2",
        "its QR code: onhook qr acme/102 --device D-3",
    ]


def test_compromised_kills_the_links_even_where_no_kit_can_be_made(office: Office) -> None:
    office.do("device", "set", "D-1", "--level", "8.0")
    ran = office.ask("reissue", "101", *WHY, "--compromised")

    assert (ran.code, ran.codes) == (6, ["below-minimum"])
    assert links(office) | {("101", "D-1", 1): ("revoked", "compromised")} == links(office)
    assert pending(office) == [("acme/101", "password", "compromised")]
    assert [one["action"] for one in trail(office)][-2:] == [
        "account.set",
        "kit.reissue",
    ]


@pytest.mark.each_database
def test_where_no_kit_can_be_made_nothing_at_all_is_done(office: Office) -> None:
    office.do("device", "set", "D-1", "--level", "8.0")
    before = office.rows()
    ran = office.ask("reissue", "101", *WHY, "--new-password", "--out", office.home / "kits")

    assert (ran.code, ran.codes) == (6, ["below-minimum"])
    assert office.rows() == before


def test_a_kit_that_never_was_is_made(office: Office) -> None:
    office.accounts("104")
    assert office.ask("reissue", "104", *WHY).codes == ["no-device"]
    assert "nothing was issued" in office.do("reissue", "104", *WHY, "--without-device").out
    assert "issued again (issue 2" in office.do("reissue", "104", *WHY).out  # it needs none now


def test_files_are_written_as_by_issue(office: Office) -> None:
    kits = office.home / "kits"
    office.do("issue", "--all", "--out", kits)
    ran = office.do("reissue", "101", *WHY, "--out", kits)

    assert f"{kits}/index.html" in ran.out
    found = {manifest["account"]: (place, manifest) for place, manifest in manifests(kits)}
    place, manifest = found["acme/101"]
    assert manifest["issue"] == 2
    assert is_whole(place, manifest)
    assert (place / "qr.png").exists()
    assert office.ask("issue", "--all", "--out", kits).data["counts"]["unchanged"] == 4


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((), "reason-missing"),
        (("--reason", " "), "reason-missing"),
        (("--reason", "x", "--compromised", "--device", "D-1"), "compromised-is-all"),
        (("--reason", "x", "--pbx-file", "row.csv"), "nothing-for-the-pbx"),
    ],
)
def test_words_that_do_not_go_together_are_refused(
    office: Office, words: tuple[str, ...], code: str
) -> None:
    ran = office.ask("reissue", "101", *words)
    assert (ran.code, ran.codes) == (2, [code])


def test_an_msisdn_stays_and_that_is_said(mobile: Office) -> None:
    mobile.do("account", "add", "101", "--msisdn-file", "-", typed="09011112222\n")
    assert mobile.ask("reissue", "101", *WHY, "--new-password").codes == ["no-password-to-replace"]
    ran = mobile.run("reissue", "101", *WHY, "--compromised", "--without-device")
    assert ran.code == 6  # no softphone that is shipped signs in with it
    assert "only the carrier can change that" in ran.out
    assert "09011112222" not in ran.said
    assert pending(mobile) == []


def test_a_service_may_only_revoke(office: Office) -> None:
    folder = office.folder / "services"
    folder.mkdir()
    shipped = office.open().services.file("jiyu-hodai").read_text(encoding="utf-8")
    text = shipped.replace('on_misuse = "revoke-and-reissue"', 'on_misuse = "revoke"')
    (folder / "jiyu-hodai.toml").write_text(text, encoding="utf-8")
    assert office.ask("reissue", "101", *WHY, "--compromised").data["kits"] == []
    assert links(office)["101", "D-1", 1] == ("revoked", "compromised")
    assert pending(office) == [("acme/101", "password", "compromised")]


def test_the_record_tells_why_and_no_secret(office: Office) -> None:
    office.do("reissue", "101", "--reason", "dropped it in the sea", "--new-password")
    last = trail(office)[-1]
    assert last["action"] == "kit.reissue"
    assert last["details"]["reason"] == "dropped it in the sea"
    assert last["details"]["kits"] == {"101": [[2, "3cx", "renewed", "D-1"]]}
    assert password(office, "101") not in json.dumps(last)
