"""Every command that changes what is stored leaves an entry, and no entry tells a secret.

A new command must be put into one of the tables below.
"""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

import onhook
from onhook.audit.verifying import verify_trail
from onhook.links import open_token
from onhook.store.schema import account, kit, link
from onhook.words import catalogue
from tests.audit.trails import stored
from tests.cli.commands import paths

if TYPE_CHECKING:
    from tests.workspaces import Office, Prepared

PASSWORD, NEW_PASSWORD = "Geheim-w0rt-101", "Neues-w0rt-102"
MSISDN, TUNNEL = "09077776666", "Tunnel-w0rt-1"

LENT = ("--price", "39800", "--warranty-months", "12")

# What to type so that something changes (or a secret shows), and the action that tells of it.
WRITES: dict[tuple[str, ...], tuple[str, ...]] = {
    ("init", "--public-url", "https://other.example"): ("workspace.init",),
    ("init", "--customer", "new"): ("customer.add",),
    ("customer", "add", "sakura"): ("customer.add",),
    ("customer", "set", "acme", "--name", "ACME"): ("customer.set",),
    ("contract", "start"): ("contract.start",),
    ("contract", "cancel", "1"): ("contract.cancel",),
    ("contract", "end", "1"): ("contract.end",),
    ("account", "import", "{home}/accounts.csv"): ("account.import",),
    ("account", "add", "104"): ("account.add",),
    ("account", "set", "101", "--mail", "sato@acme.example"): ("account.set",),
    ("account", "set", "101", "--password-file", "{home}/secret"): ("account.set",),
    ("account", "disable", "101"): ("account.disable",),
    ("account", "enable", "109"): ("account.enable",),
    ("account", "list", "--reveal"): ("account.reveal",),
    ("account", "show", "101", "--reveal"): ("account.reveal",),
    ("account", "export", "{home}/out.csv", "--reveal"): ("account.reveal",),
    ("device", "import", "{home}/devices.csv"): ("device.import",),
    ("device", "add", "D-9", "--platform", "ios"): ("device.add",),
    ("device", "set", "D-1", "--level", "17.4"): ("device.set",),
    ("device", "assign", "D-2", "102"): ("device.assign",),
    ("device", "unassign", "D-1"): ("device.unassign",),
    ("device", "keep", "D-1", "101"): ("device.keep",),
    ("device", "retire", "D-1"): ("device.retire",),
    ("issue", "102", "--without-device"): ("kit.issue",),
    ("reissue", "101", "--reason", "new phone"): ("kit.reissue",),
    ("reissue", "101", "--reason", "lost", "--compromised"): ("account.set", "kit.reissue"),
    ("troubleshoot", "101", "--answers", "q1=no"): ("walk.start", "walk.answer"),
    ("troubleshoot", "101", "--answers", "q1=yes,q11=yes"): ("walk.start", "walk.end"),
    ("link", "revoke", "101"): ("link.revoke",),
    ("link", "revoke", "--all"): ("link.revoke",),
    ("qr", "101", "--code"): ("link.code",),
    ("link", "purge"): ("link.purge",),
    ("sheet", "101", "--out", "{home}/sheets.pdf"): ("sheet.make",),
    ("sheet", "101", "--code", "--out", "{home}/sheets"): ("link.code", "sheet.make"),
    ("sheet", "109", "--leaving", "--out", "{home}/leaving.pdf"): ("sheet.leaving",),
    ("pbx", "export", "{home}/pbx.csv"): ("pbx.export",),
    ("pbx", "done", "--all"): ("pbx.done",),
    ("backup", "{home}/all.backup"): ("backup.make",),
    ("key", "rotate"): ("key.rotate",),
    ("key", "rotate", "--reseal"): ("key.rotate", "key.reseal"),
    ("key", "backup", "{home}/keys.backup"): ("key.backup",),
    ("key", "export", "--server", "{home}/server-keys.json"): ("key.export",),
    ("lease", "start", "D-2", "--price", "1", "--on", "{today}", "--warranty-months", "0"): (
        "lease.start",
    ),
    ("lease", "import", "{home}/register.csv"): ("lease.import",),
    ("contract", "end", "1", "--disqualified"): ("contract.end", "lease.end"),
    ("contract", "end", "1", "--suspended"): ("account.disable", "contract.suspend"),
    ("lease", "fault", "D-1", "--cause", "normal"): ("lease.fault",),
    ("lease", "ship", "D-3", "--replacement", "D-2"): ("lease.ship", "lease.start"),
    ("lease", "return", "D-1"): ("lease.return", "account.set"),
    ("lease", "lost", "D-1"): ("lease.lost", "account.set"),
    ("lease", "decline", "D-3"): ("lease.decline",),
    ("lease", "end", "D-1", "--on", "{today}"): ("lease.end", "account.set"),
    ("lease", "extend", "D-4", "--until", "2099-12-31", "--reason", "asked"): ("lease.extend",),
    ("lease", "pay", "D-5"): ("lease.pay",),
    ("lease", "waive", "D-5", "--reason", "our mistake"): ("lease.waive",),
    ("lease", "correct", "D-5", "2", "--nothing", "--reason", "found"): ("lease.correct",),
    ("audit", "--cut-before", "{today}", "--without-export"): (),
    (
        "template",
        "learn",
        "{home}/sample.xml",
        "--account",
        "101",
        "--family",
        "office",
    ): ("family.learn",),
}

# What changes nothing that is stored, with the reason where it writes all the same.
READS: dict[tuple[str, ...], str] = {
    ("account", "export", "{home}/out.csv"): "a file without secrets",
    ("account", "list"): "",
    ("account", "show", "101"): "",
    ("audit",): "",
    ("audit", "--verify"): "",
    ("audit", "--export", "{home}/trail.jsonl"): "a file without secrets",
    ("check", "--all"): "",
    ("contract", "list"): "",
    ("contract", "show", "1"): "",
    ("customer", "list"): "",
    ("customer", "show", "acme"): "",
    ("device", "export", "{home}/out.csv"): "a file without secrets",
    ("device", "list"): "",
    ("device", "show", "D-1"): "",
    ("doctor",): "",
    ("init",): "all is made already",
    ("inspect", "{home}/sample.xml"): "",
    ("issue", "101"): "its kit is live and unchanged",
    ("key", "list"): "",
    ("lease", "export", "{home}/out.csv"): "a file without secrets",
    ("lease", "list"): "",
    ("lease", "due"): "",
    ("lease", "charges"): "",
    ("lease", "report"): "",
    ("lease", "show", "D-1"): "",
    ("link", "list"): "",
    ("notify", "--due"): "nobody is set who is to be told",
    ("mail", "101", "--dry-run", "--out", "{home}/mails"): "no sender is set: nothing is written",
    ("pbx", "pending"): "",
    ("qr", "101"): "draws what was issued, and issuing was recorded",
    ("template", "check"): "",
    ("walk", "export", "{home}/out.csv"): "a file without secrets",
    ("walk", "list"): "",
    ("walk", "show", "1"): "",
    ("walk", "stats"): "",
    ("template", "list"): "",
    ("template", "show", "linphone"): "",
    ("terms", "outage-credit", "--from", "2026-11-3T9", "--to", "2026-11-3T10", "--fee", "1"): "",
    ("terms", "late-interest", "1", "--due", "2027-1-1", "--paid", "2027-1-2"): "not agreed here",
    ("terms", "evasion", "1", "--on", "2027-1-1"): "as above",
    ("terms", "debit-date", "2026-11"): "as above",
    ("terms", "cancel-date", "2027-1-1"): "",
    ("terms", "claim-by", "2027-1-1"): "",
    ("terms", "deposit-return", "2027-1-1", "--deposit", "1"): "",
}
ELSEWHERE = {
    ("serve",): "has no key that signs; what phones do is kept in `visit`, see tests of delivery",
    ("restore",): "into a workspace that is not there yet; tests of backups look at its entry",
}


def fill(acme: Office) -> None:
    words = ("--tunnel-port", "5090", "--tunnel-password-file", "-")
    acme.do("contract", "start", *words, typed=TUNNEL + "\n")
    for extension in ("101", "102", "109"):
        secrets = ("--password-file", "-", "--auth-id", f"auth{extension}")
        acme.do("account", "add", extension, *secrets, typed=PASSWORD)
    acme.do("init", "--service", "biglobe-mobile")
    service = ("--service", "biglobe-mobile")
    acme.do("account", "add", "103", *service, "--msisdn-file", "-", typed=MSISDN)
    acme.do("init", "--service", "jiyu-hodai")
    for device in ("D-1", "D-2"):
        acme.do("device", "add", device, "--platform", "ios", "--level", "17.2")
    lent = ("--price", "1", "--warranty-months", "0", "--on", acme.open().today)
    acme.do("lease", "start", "D-1", *lent)
    for device in ("D-3", "D-4", "D-5"):
        acme.do("device", "add", device, "--platform", "ios", "--level", "17.2")
        acme.do("lease", "start", device, *LENT, "--on", acme.open().today)
    acme.do("lease", "fault", "D-3", "--cause", "normal")
    acme.do("lease", "fault", "D-4", "--cause", "normal")
    acme.do("lease", "decline", "D-4")
    acme.do("lease", "lost", "D-5")
    acme.do("device", "assign", "D-1", "101")
    acme.do("issue", "101")
    acme.do("account", "set", "101", "--display-name", "Sato")
    acme.do("issue", "101")  # the first link is dead now
    acme.do("account", "disable", "109")
    acme.do("troubleshoot", "101", "--answers", "q1=yes,q11=yes")
    acme.table("accounts.csv", ("extension", "password"), ("101", NEW_PASSWORD), ("105", PASSWORD))
    acme.table("devices.csv", ("device", "platform"), ("D-50", "ios"))
    header = ("device", "platform", "price", "start", "warranty_months")
    acme.table("register.csv", header, ("D-6", "ios", "1", str(acme.open().today), "0"))
    acme.file("secret", NEW_PASSWORD)
    acme.file("sample.xml", f"<phone><user>auth101</user><pass>{PASSWORD}</pass></phone>\n")


@pytest.fixture
def office(prepared: Prepared) -> Office:
    """Return an office in which every command has something to do."""
    return prepared(fill)


def words(office: Office, typed: tuple[str, ...]) -> list[str]:
    return [word.format(home=office.home, today=office.open().today) for word in typed]


def data(office: Office) -> dict[str, Any]:
    return {name: rows for name, rows in office.rows().items() if not name.startswith("audit")}


def test_every_command_is_in_a_table() -> None:
    told = {*WRITES, *READS, *ELSEWHERE}
    unknown = [path for path in paths() if not any(one[: len(path)] == path for one in told)]
    assert not unknown


@pytest.mark.parametrize("typed", WRITES, ids=" ".join)
def test_what_changes_something_leaves_an_entry(office: Office, typed: tuple[str, ...]) -> None:
    before = stored(office.open())
    office.do(*words(office, typed))
    added = [row["action"] for row in stored(office.open())[len(before) :]]
    assert set(WRITES[typed]) <= set(added)
    with office.open().reading() as work:
        assert verify_trail(work.connection, work.workspace.keys.audit).findings == ()


@pytest.mark.parametrize("typed", READS, ids=" ".join)
def test_what_leaves_no_entry_changes_nothing(office: Office, typed: tuple[str, ...]) -> None:
    before, trail = data(office), stored(office.open())
    ran = office.run(*words(office, typed))
    assert ran.code in (0, 3, 6), ran.said  # a file of no known format, an account refused
    assert data(office) == before
    assert stored(office.open()) == trail


def secrets(office: Office) -> set[str]:
    """Return every secret there is, the tokens of links among them."""
    query = (
        select(link, kit.c.device_id, account.c.customer_id, account.c.extension)
        .join(kit, kit.c.id == link.c.kit_id)
        .join(account, account.c.id == kit.c.account_id)
    )
    with office.open().reading() as work:
        keys = work.workspace.keys.delivery
        tokens = {
            open_token(keys, f"{row.customer_id}/{row.extension}", row)
            for row in work.connection.execute(query)
        }
    ring = json.loads((office.folder / "keys.json").read_text("ascii"))
    assert tokens
    return {PASSWORD, NEW_PASSWORD, MSISDN, TUNNEL, *tokens, *(key["key"] for key in ring["keys"])}


def test_no_entry_tells_a_secret(office: Office) -> None:
    known = secrets(office)
    for typed in WRITES:
        whose = () if typed[0] in ("init", "customer") else ("--customer", "acme")
        office.run(*words(office, typed), *whose)
        known |= secrets(office)
    office.do("audit", "--export", office.home / "trail.jsonl")
    office.do("audit", "--export", office.home / "trail.csv")
    shown = [
        str(stored(office.open())),
        (office.home / "trail.jsonl").read_text("utf-8"),
        (office.home / "trail.csv").read_text("utf-8"),
        office.do("audit", "--limit", "999").out,
        office.do("audit", "--limit", "999", "--json").out,
    ]
    assert {"account.import", "kit.issue", "pbx.export"} <= set(re.findall(r"\w+\.\w+", shown[-1]))
    for text in shown:
        assert not [secret for secret in known if secret in text]


def actions() -> set[str]:
    """Return every action that onhook's sources write out."""
    found: set[str] = set()
    for file in Path(onhook.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and "record" in ast.unparse(node.func):
                texts = (str(one.value) for one in node.args if isinstance(one, ast.Constant))
                found |= {text for text in texts if re.fullmatch(r"[a-z]+\.[a-z-]+", text)}
    return found


def test_every_action_has_words() -> None:
    keys = {action: f"audit-{action.replace('.', '-')}" for action in actions()}
    assert len(keys) > 20
    assert not [action for action, key in keys.items() if key not in catalogue()["text"]]
