"""`--json` prints one object of one shape, whatever happens; exit codes are a promise."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from tests.cli.commands import paths

if TYPE_CHECKING:
    from onhook.settings import Settings
    from tests.workspaces import Office, Prepared, Ran

ENVELOPE = {"schema", "command", "data", "errors"}
ERROR = {"code", "exit_code", "subject", "message", "rule", "mend"}

MOBILE = ("--service", "biglobe-mobile")
LENT = ("--price", "39800", "--warranty-months", "12")

# What to type after each command so that it goes well in `office`.
GOOD: dict[tuple[str, ...], tuple[str, ...]] = {
    ("init",): (),
    ("customer", "add"): ("sakura",),
    ("customer", "set"): ("acme", "--name", "ACME"),
    ("customer", "list"): (),
    ("customer", "show"): ("acme",),
    ("contract", "start"): (),
    ("contract", "cancel"): ("1",),
    ("contract", "end"): ("1",),
    ("contract", "list"): (),
    ("contract", "show"): ("1",),
    ("account", "import"): ("{home}/accounts.csv",),
    ("account", "add"): ("104",),
    ("account", "set"): ("101", "--mail", "sato@acme.example"),
    ("account", "list"): (),
    ("account", "show"): ("101",),
    ("account", "disable"): ("101",),
    ("account", "enable"): ("101",),
    ("account", "export"): ("{home}/out.csv",),
    ("device", "import"): ("{home}/devices.csv",),
    ("device", "add"): ("D-9", "--platform", "ios"),
    ("device", "set"): ("D-1", "--level", "17.4"),
    ("device", "list"): (),
    ("device", "show"): ("D-1",),
    ("device", "assign"): ("D-2", "102"),
    ("device", "unassign"): ("D-1",),
    ("device", "keep"): ("D-1", "101"),
    ("device", "retire"): ("D-1",),
    ("device", "export"): ("{home}/out.csv",),
    ("check",): ("101",),
    ("issue",): ("101", "--out", "{home}/kits"),
    ("reissue",): ("101", "--reason", "new phone"),
    ("qr",): ("101",),
    ("sheet",): ("101", "--out", "{home}/sheets.pdf"),
    ("mail",): ("101", "--dry-run", "--out", "{home}/mails"),
    ("link", "list"): (),
    ("link", "revoke"): ("101",),
    ("link", "purge"): (),
    ("troubleshoot",): ("101", "--answers", "q1=no,q2=no,q4=no"),
    ("walk", "list"): (),
    ("walk", "show"): ("1",),
    ("walk", "stats"): (),
    ("walk", "export"): ("{home}/out.csv",),
    ("template", "list"): (),
    ("template", "show"): ("linphone",),
    ("template", "check"): ("linphone",),
    ("template", "learn"): ("{home}/sample.json", "--account", "101", "--family", "learnt"),
    ("inspect",): ("{home}/made/acme/101-D-1/3cxprov_101.3cxconfig",),
    ("backup",): ("{home}/new.zip",),
    ("restore",): ("{home}/office.zip", "--replace"),
    ("pbx", "pending"): (),
    ("pbx", "export"): ("{home}/out.csv",),
    ("pbx", "done"): ("--all",),
    ("doctor",): (),
    ("audit",): (),
    ("key", "list"): (),
    ("key", "rotate"): ("--reseal",),
    ("key", "export"): ("--server", "{home}/server-keys.json"),
    ("key", "backup"): ("{home}/keys.backup",),
    ("lease", "import"): ("{home}/register.csv",),
    ("lease", "export"): ("{home}/out.csv",),
    ("notify",): ("--due", "--dry-run", "--out", "{home}/mails"),
    ("lease", "start"): ("D-2", *LENT, "--on", "{today}"),
    ("lease", "show"): ("D-1",),
    ("lease", "fault"): ("D-1", "--cause", "normal"),
    ("lease", "ship"): ("D-3", "--replacement", "D-2"),
    ("lease", "return"): ("D-1",),
    ("lease", "lost"): ("D-1",),
    ("lease", "decline"): ("D-3",),
    ("lease", "end"): ("D-1", "--asked", "{today}"),
    ("lease", "extend"): ("D-4", "--until", "2099-12-31", "--reason", "asked for"),
    ("lease", "pay"): ("D-5",),
    ("lease", "waive"): ("D-5", "--reason", "our mistake"),
    ("lease", "correct"): ("D-3", "2", "--cause", "misuse", "--reason", "misheard"),
    ("lease", "list"): (),
    ("lease", "due"): (),
    ("lease", "charges"): (),
    ("lease", "report"): (),
    ("terms", "outage-credit"): (
        "--from",
        "2026-11-3T9:00",
        "--to",
        "2026-11-3T10:00",
        "--fee",
        "1",
    ),
    ("terms", "late-interest"): ("1", "--due", "2027-1-1", "--paid", "2027-1-2", *MOBILE),
    ("terms", "evasion"): ("1", "--on", "2027-1-1", *MOBILE),
    ("terms", "debit-date"): ("2026-11", *MOBILE),
    ("terms", "cancel-date"): ("2027-01-10",),
    ("terms", "claim-by"): ("2027-01-10",),
    ("terms", "deposit-return"): ("2027-02-28", "--deposit", "50000"),
}


ENDLESS = {("serve",)}
"""Ends when it is told to; tests/web looks at it."""


def fill(acme: Office) -> None:
    acme.accounts("101", "102")
    acme.do("account", "set", "101", "--mail", "sato@acme.example")
    with (acme.folder / "onhook.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[mail]\nfrom = "phones@acme.example"\n')
        settings.write('[notify]\nto = "lease@acme.example"\n')
    for device in ("D-1", "D-2"):
        acme.do("device", "add", device, "--platform", "ios", "--level", "17.2")
    acme.do("lease", "start", "D-1", *LENT, "--on", acme.open().today)
    for device in ("D-3", "D-4", "D-5"):
        acme.do("device", "add", device, "--platform", "ios", "--level", "17.2")
        acme.do("lease", "start", device, *LENT, "--on", acme.open().today)
    acme.do("lease", "fault", "D-3", "--cause", "normal")
    acme.do("lease", "fault", "D-4", "--cause", "normal")
    acme.do("lease", "decline", "D-4")
    acme.do("lease", "lost", "D-5")
    acme.do("device", "assign", "D-1", "101")
    acme.do("issue", "101", "--out", str(acme.home / "made"))
    acme.do("backup", str(acme.home / "office.zip"))
    login = {"extension": "101", "user": "auth101", "secret": "Secret-101"}
    acme.file("sample.json", json.dumps(login))
    acme.table("accounts.csv", ("extension",), ("101",))
    acme.table("devices.csv", ("device",), ("D-1",))
    acme.table("register.csv", ("device",), ("D-1",))
    acme.do("troubleshoot", "101", "--answers", "q1=yes,q11=yes")


@pytest.fixture
def office(prepared: Prepared) -> Office:
    """Return an office where 101 has a kit on D-1, and D-2 waits."""
    return prepared(fill)


def envelope(ran: Ran, command: str) -> None:
    assert ran.out.count("\n") == 1
    assert ran.err == ""
    found = ran.json
    assert set(found) == ENVELOPE
    assert found["schema"] == "onhook/1"
    assert found["command"] == command
    assert isinstance(found["data"], dict)
    for error in found["errors"]:
        assert set(error) == ERROR
        assert error["code"]
        assert error["message"]
        assert error["mend"]
    assert ran.code == (found["errors"][0]["exit_code"] if found["errors"] else 0)


def test_every_command_is_tried_below() -> None:
    assert set(GOOD) | ENDLESS == set(paths())


@pytest.mark.parametrize("path", GOOD, ids=" ".join)
def test_a_command_that_goes_well_prints_the_envelope(
    office: Office, path: tuple[str, ...]
) -> None:
    words = (word.format(home=office.home, today=office.open().today) for word in GOOD[path])
    ran = office.ask(*path, *words)

    envelope(ran, " ".join(path))
    assert ran.code == 0
    assert ran.data
    assert "Secret-10" not in ran.out


@pytest.mark.parametrize("path", GOOD, ids=" ".join)
def test_a_command_that_cannot_prints_the_envelope_too(
    nowhere: Office, path: tuple[str, ...]
) -> None:
    nowhere.folder.mkdir()
    (nowhere.folder / "onhook.toml").write_text("service = [", encoding="utf-8")
    words = (word.format(home=nowhere.home, today="2027-01-15") for word in GOOD[path])
    ran = nowhere.ask(*path, *words)

    envelope(ran, " ".join(path))
    assert ran.codes in (["settings-unreadable"], ["key-ring-missing"])


def test_the_command_is_named_alike_however_it_is_started(office: Office) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "onhook_cli", "account", "list", "--json"],
        env=office.environment,
        capture_output=True,
        check=True,
    )

    assert json.loads(ran.stdout)["command"] == "account list"


def test_instants_and_days_are_iso_8601(office: Office) -> None:
    (link,) = office.ask("link", "list").data["links"]
    assert datetime.fromisoformat(link["expires_at"]).utcoffset() is not None
    assert "T" in link["expires_at"]
    (contract,) = office.ask("contract", "list").data["contracts"]
    assert len(contract["started_on"]) == len("2027-01-10")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("check", "101"), 0),
        (("issue",), 2),
        (("issue", "101", "--all"), 2),
        (("issue", "101", "--out", "a", "--archive", "b"), 2),
        (("--no-such-option",), 2),
        (("account", "show", "10 1"), 3),
        (("account", "list", "--lang", "fr"), 3),
        (("account", "show", "999"), 4),
        (("device", "assign", "D-1", "102"), 5),
        (("account", "add", "101"), 5),
        (("issue", "102"), 6),
        (("issue", "101", "--out", "/proc/kits"), 7),
        (("account", "export", "/proc/accounts.csv"), 7),
    ],
)
def test_exit_codes(office: Office, words: tuple[str, ...], code: int) -> None:
    assert office.run(*words).code == code
    if not words[0].startswith("-"):
        envelope(office.ask(*words), " ".join(words[: 1 if words[0] in ("check", "issue") else 2]))


@pytest.fixture
def broken(office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Return an office in which onhook itself fails while it holds a secret."""

    def fail(*_: object) -> Settings:
        raise RuntimeError("Secret-in-a-traceback")

    monkeypatch.setattr("onhook.settings.load", fail)
    return office


def test_a_fault_of_our_own_is_1_and_shows_nothing_of_what_was_at_hand(broken: Office) -> None:
    ran = broken.ask("account", "list")
    envelope(ran, "account list")
    assert (ran.code, ran.codes) == (1, ["unexpected"])

    plain = broken.run("account", "list")
    assert plain.code == 1
    assert "RuntimeError" in plain.err
    assert "ONHOOK_DEBUG=1" in plain.err
    for text in (ran.said, plain.said):
        assert "Secret-in-a-traceback" not in text
        assert "Traceback" not in text


def test_a_batch_ends_with_the_code_of_the_first_refusal(office: Office) -> None:
    office.accounts("103")
    office.do("account", "disable", "103")
    ran = office.ask("issue", "101", "103", "102")

    assert [one["state"] for one in ran.data["kits"]] == ["unchanged", "refused", "refused"]
    assert ran.code == ran.json["errors"][0]["exit_code"] == 6


def test_what_is_printed_is_in_one_piece_when_nobody_reads_on(office: Office) -> None:
    rows = [(str(number),) for number in range(1000, 3000)]
    office.do("account", "import", office.table("many.csv", ("extension",), *rows))
    ran = office.spawn("account", "list", "--json")

    assert len(json.loads(ran.stdout)["data"]["accounts"]) == 2002
