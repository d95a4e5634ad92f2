"""Whose a file is, which issue it is, and what the workspace holds against it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, get_args

import pytest

from onhook.links import Why
from onhook.words import LANGUAGES, Words
from tests.decoders import both_read

if TYPE_CHECKING:
    from pathlib import Path

    from tests.inspecting.desk import Desk


def severities(desk: Desk, path: object, *words: str) -> dict[str, str]:
    return {one["code"]: one["severity"] for one in desk.item(path, *words)["findings"]}


# --- whose ------------------------------------------------------------------------------------


def test_a_file_for_somebody_else_is_told(desk: Desk) -> None:
    path = desk.issue("linphone")
    ran = desk.inspect(path, "--account", "102")
    (item,) = ran.data["items"]

    assert ran.code == 3
    assert item["account"] == "acme/101"
    (found,) = item["findings"]
    assert found["code"] == "other-account"
    assert "acme/101" in found["message"]
    assert "acme/102" in found["message"]


def test_a_file_edited_for_another_extension_is_compared_with_the_account_wanted(
    desk: Desk,
) -> None:
    path = desk.spoil("linphone", ("sip:101@", "sip:199@"), (">101<", ">199<"))

    assert desk.codes(path, "--account", "101") == {"extension-differs"}
    assert desk.item(path)["account"] == "acme/101"  # its auth id tells


def test_a_file_for_nobody_here_is_told(desk: Desk) -> None:
    changes = (("sip:101@", "sip:199@"), (">101<", ">199<"), ("Xq101k", "199"))
    path = desk.spoil("linphone", *changes)

    assert severities(desk, path) == {
        "account-unknown": "warning",
        "auth-id-same": "note",
        "percent-sign": "warning",
    }
    assert desk.inspect(path).code == 0


def test_of_two_customers_the_pbx_tells_whose_it_is(desk: Desk) -> None:
    desk.office.do("customer", "add", "sakura", "--name", "さくら")
    desk.office.do("contract", "start", "--customer", "sakura", "--pbx", "pbx.sakura.example")
    words = ("--customer", "sakura", "--auth-id", "Xq101k", "--password-file", "-")
    desk.office.do("account", "add", "101", *words, typed="Anders-101\n")
    out = desk.office.home / "two"
    desk.office.do("issue", "sakura/101", "--family", "linphone", "--without-device", "--out", out)
    made = out / "sakura" / "101" / "linphone-101.xml"
    edited = desk.office.file("edited.xml", made.read_text() + "\n<!-- kept -->\n")

    assert desk.item(edited)["account"] == "sakura/101"
    both = desk.office.file("both.xml", made.read_text().replace("pbx.sakura", "pbx.other"))
    assert severities(desk, both)["account-ambiguous"] == "warning"
    assert desk.item(both, "--account", "sakura/101")["account"] == "sakura/101"
    assert desk.item(both, "--customer", "acme")["account"] == "acme/101"


def test_an_unknown_account_or_customer_is_no_finding_but_an_error(desk: Desk) -> None:
    path = desk.issue("linphone")

    assert desk.inspect(path, "--account", "999").codes == ["no-such-account"]
    assert desk.inspect(path, "--account", "acme/999").code == 4


# --- which issue ------------------------------------------------------------------------------


def test_an_earlier_issue_is_told_with_the_day_it_was_replaced(desk: Desk) -> None:
    old = desk.issue("linphone")
    desk.office.do("account", "set", "101", "--display-name", "Neu")
    kept = desk.office.file("kept.xml", old.read_bytes())
    desk.issue("linphone")
    item = desk.item(kept)

    assert (item["issue"]["number"], item["issue"]["state"]) == (1, "earlier")
    assert item["issue"]["replaced_at"] is not None
    assert severities(desk, kept) == {"issue-earlier": "warning", "name-differs": "note"}
    assert "replaced on" in desk.office.run("inspect", kept, "--lang", "en").out


def test_a_changed_password_makes_the_file_wrong_though_it_is_current(desk: Desk) -> None:
    path = desk.issue("linphone")
    desk.office.do("account", "set", "101", "--password-file", "-", typed="Neues-Wort-1\n")
    ran = desk.inspect(path)

    assert severities(desk, path) == {"password-differs": "error"}
    assert ran.code == 3
    assert "Neues" not in ran.said


def test_the_lines_that_differ_from_the_issue_are_named(desk: Desk) -> None:
    path = desk.spoil("linphone", (">600<", ">3600<"))
    finding = desk.finding(path, "issue-changed")

    (line,) = (n for n, text in enumerate(path.read_text().splitlines(), 1) if "3600" in text)
    assert finding["line"] == line
    assert f"lines: {line}" in finding["message"]


def test_lines_that_are_missing_only_are_found_too(desk: Desk) -> None:
    text = desk.issue("twinkle").read_text()
    path = desk.office.file("101.cfg", text.replace("registration_time=600\n", ""))

    assert (
        desk.finding(path, "issue-changed")["line"]
        == text.splitlines().index("registration_time=600") + 1
    )


def test_a_file_of_an_account_without_kit_is_told_as_not_ours(desk: Desk) -> None:
    text = desk.issue("linphone").read_text()
    path = desk.office.file("other.xml", text.replace("101", "102"))

    assert "issue-unknown" in severities(desk, path)


# --- account, device, contract ----------------------------------------------------------------


def below_minimum(desk: Desk) -> None:
    desk.office.do("device", "set", "PC-1", "--level", "13.0")


def disabled(desk: Desk) -> None:
    desk.office.do("account", "disable", "101")


def retired(desk: Desk) -> None:
    desk.office.do("device", "retire", "PC-1")


def unassigned(desk: Desk) -> None:
    desk.office.do("device", "unassign", "PC-1", "101")


def pbx_moved(desk: Desk) -> None:
    desk.office.do("init", "--pbx", "pbx.new.example")


@pytest.mark.parametrize(
    ("change", "code", "rule"),
    [
        (below_minimum, "below-minimum", "J-A2"),
        (disabled, "account-disabled", None),
        (retired, "unassigned", None),
        (unassigned, "unassigned", None),
        (pbx_moved, "value-differs", None),
    ],
)
def test_what_happened_since_the_issue_is_told(
    desk: Desk, change: object, code: str, rule: str | None
) -> None:
    path = desk.issue("linphone")
    assert callable(change)
    change(desk)
    found = [one for one in desk.item(path)["findings"] if one["code"] == code]

    assert found, severities(desk, path)
    assert {(one["severity"], one["rule"]) for one in found} == {("error", rule)}
    assert desk.inspect(path).code == 3


def test_a_device_with_two_accounts_is_told(desk: Desk) -> None:
    path = desk.issue("linphone")
    desk.office.do("device", "unassign", "PC-1", "101")
    rows = (("PC-1", "pc", "14.0.47020.0", "101"), ("PC-1", "pc", "14.0.47020.0", "102"))
    table = desk.office.table("devices.csv", ("device", "platform", "level", "extension"), *rows)
    desk.office.do("device", "import", table)

    finding = desk.finding(path, "several-accounts")
    assert (finding["rule"], finding["severity"]) == ("J-A1", "error")
    assert "device keep" in finding["mend"]


# --- links ------------------------------------------------------------------------------------


def symbol(desk: Desk) -> Path:
    """Issue a kit and return a copy of its symbol, which stays when the kit changes."""
    picture = desk.issue("linphone").with_name("qr.png")
    return desk.office.file("scanned.png", picture.read_bytes())


def test_a_revoked_link_is_told_with_why(desk: Desk) -> None:
    scanned = symbol(desk)
    desk.office.do("link", "revoke", "101")
    item = desk.item(scanned)

    assert (item["link"]["state"], item["link"]["why"]) == ("revoked", "revoked")
    assert "revoked" in desk.finding(scanned, "link-dead")["message"]
    assert desk.inspect(scanned).code == 3


def test_a_replaced_link_is_told_with_the_issue_it_led_to(desk: Desk) -> None:
    scanned = symbol(desk)
    desk.office.do("account", "set", "101", "--display-name", "Neu")
    desk.issue("linphone")
    item = desk.item(scanned)

    assert (item["link"]["why"], item["issue"]["number"]) == ("replaced", 1)
    assert desk.codes(scanned) == {"link-dead", "issue-earlier"}


@pytest.mark.parametrize(
    ("column", "value", "state"),
    [("expires_at", "'2020-01-01T00:00:00.000000+00:00'", "expired"), ("fetches", "99", "used-up")],
)
def test_a_link_that_is_worn_out_is_told(desk: Desk, column: str, value: str, state: str) -> None:
    scanned = symbol(desk)
    with closing(sqlite3.connect(desk.office.folder / "onhook.db")) as database, database:
        database.execute(f"UPDATE link SET {column} = {value}")  # noqa: S608 - the test's own words

    assert desk.item(scanned)["link"]["state"] == state
    assert desk.finding(scanned, "link-dead")["severity"] == "error"


def test_a_link_to_an_address_of_yesterday_is_told(desk: Desk) -> None:
    scanned = symbol(desk)
    desk.office.do("init", "--public-url", "https://new.acme.example")

    assert desk.codes(scanned) == {"link-address-other"}


def test_a_link_typed_instead_of_a_file_is_looked_up_and_its_token_not_shown(desk: Desk) -> None:
    url = both_read(symbol(desk))
    ran = desk.inspect(url, "--offline")
    (item,) = ran.data["items"]

    assert (ran.code, item["account"], item["link"]["state"]) == (0, "acme/101", "live")
    assert item["link"]["fetches"] == 0
    token = url.rpartition("/")[2]
    for words in ((url,), (url, "--json"), (url + "?x",)):
        assert token not in desk.office.run("inspect", *words, "--offline").said


def test_a_link_nobody_knows_is_told(desk: Desk) -> None:
    found = desk.inspect("https://phone.acme.example/k/ABCDEFGHIJKLMNOPQRSTUVWXYZ", "--offline")

    assert found.code == 3
    assert found.data["items"][0]["findings"][0]["code"] == "link-unknown"


@pytest.mark.parametrize("why", [*get_args(Why), "expired", "used-up"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_way_a_link_can_die_has_words(why: str, lang: str) -> None:
    assert Words("ja" if lang == "ja" else "en")(f"link-why-{why}")
