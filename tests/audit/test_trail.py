"""Every command that changes something leaves an entry, and a dry run leaves none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from onhook.audit.trail import NOTHING, Head, covered, read_head
from onhook.store.schema import audit

if TYPE_CHECKING:
    from typing import Any

    from tests.workspaces import Office


def entries(office: Office) -> list[dict[str, Any]]:
    with office.open().reading() as work:
        rows = work.connection.execute(select(audit).order_by(audit.c.number))
        return [dict(row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name


def told(office: Office) -> list[tuple[str, str]]:
    return [(entry["action"], entry["subject"]) for entry in entries(office)]


@pytest.mark.each_database
def test_what_is_done_is_recorded_in_its_order(acme: Office) -> None:
    before = len(entries(acme))
    acme.accounts("101")
    acme.do("device", "add", "D-1", "--platform", "ios", "--level", "17.2")
    acme.do("device", "assign", "D-1", "101")
    acme.do("issue", "101")
    acme.do("account", "show", "101", "--reveal")
    acme.do("account", "disable", "101")
    acme.do("account", "disable", "101")  # is disabled already: nothing was done
    assert told(acme)[before:] == [
        ("contract.start", "acme"),
        ("account.add", "acme/101"),
        ("device.add", "D-1"),
        ("device.assign", "D-1"),
        ("kit.issue", "acme"),
        ("account.reveal", "acme/101"),
        ("account.disable", "acme/101"),
    ]
    last = entries(acme)[-1]
    assert last["actor"] == "tester"
    assert json.loads(last["details"]) == {"links_revoked": 1}


def test_an_import_is_one_entry_that_names_all(acme: Office) -> None:
    acme.accounts("101")
    rows = (("extension", "mail"), ("101", "a@acme.example"), ("102", "b@acme.example"))
    acme.do("account", "import", acme.table("people.csv", *rows))
    last = entries(acme)[-1]
    assert (last["action"], last["subject"]) == ("account.import", "acme")
    said = json.loads(last["details"])
    assert said == {"file": "people.csv", "new": ["102"], "changed": {"101": ["mail"]}}


def test_a_dry_run_and_a_refusal_leave_nothing(acme: Office) -> None:
    before = entries(acme)
    file = acme.table("people.csv", ("extension",), ("101",))
    acme.do("account", "import", file, "--dry-run")
    assert acme.run("account", "disable", "999").code == 4
    assert entries(acme) == before


def test_codes_make_a_chain_up_to_the_head(acme: Office) -> None:
    acme.accounts("101", "102")
    workspace, mac = acme.open(), NOTHING
    for number, entry in enumerate(entries(acme), start=1):
        assert entry["number"] == number
        mac = workspace.keys.audit.sign(entry["key_id"], covered(mac, entry))
        assert entry["mac"] == mac
    with workspace.reading() as work:
        assert read_head(work.connection) == Head(0, NOTHING, number, mac)


def test_no_secret_is_in_the_trail(acme: Office) -> None:
    acme.accounts("101")
    acme.do("account", "set", "101", "--password-file", "-", typed="Neues-Geheimnis")
    acme.do("account", "list", "--reveal")
    assert "Geheim" not in str(entries(acme))
    assert "Secret-101" not in str(entries(acme))
