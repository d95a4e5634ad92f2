"""`onhook audit` as people type it."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from onhook.store.schema import audit
from onhook.workspace import TOKYO
from tests.audit.trails import aged, note

if TYPE_CHECKING:
    from tests.workspaces import Office, Ran


def meddle(office: Office, number: int) -> None:
    with office.open().writing() as work:
        work.connection.execute(
            update(audit).where(audit.c.number == number).values(subject="acme/999")
        )


def lose_audit_key(office: Office) -> str:
    """Take the audit key out of the ring, have a new one made, and return the lost one's id."""
    path = office.folder / "keys.json"
    ring = json.loads(path.read_text("ascii"))
    (lost,) = (key for key in ring["keys"] if key["purpose"] == "audit")
    ring["keys"].remove(lost)
    path.write_text(json.dumps(ring), "ascii")
    office.run("init")
    return str(lost["id"])


def test_the_newest_is_last_and_said_in_words(acme: Office) -> None:
    acme.accounts("101")
    acme.do("account", "disable", "101")
    lines = acme.do("audit", "--lang", "ja").out.splitlines()
    assert lines[0].split() == ["番号", "日時", "実行者", "操作", "対象", "内容"]
    assert lines[-1].split()[4:] == [
        "tester",
        "アカウントを無効化",
        "acme/101",
        "停止したリンク",
        "0",
    ]
    assert "account disabled" in acme.do("audit").out.splitlines()[-1]
    assert "links killed: 0" in acme.do("audit").out
    assert re.search(r" \d{4}-\d\d-\d\d \d\d:\d\d [+-]\d{4} ", lines[-1])


def test_details_are_said_in_words(acme: Office) -> None:
    acme.accounts("101", *map(str, range(201, 213)))
    acme.do("device", "add", "D-1", "--platform", "ios", "--level", "17.2")
    acme.do("device", "assign", "D-1", "101")
    acme.do("issue", "101")
    rows = [("extension", "mail"), *((str(n), f"a{n}@acme.example") for n in range(201, 213))]
    acme.do("account", "import", acme.table("people.csv", *rows))
    said = acme.do("audit", "--action", "kit").out
    assert "kits: 101 (1 3cx new D-1)" in said
    said = acme.do("audit", "--action", "account.import").out
    assert "changed: 201 (mail), 202 (mail)" in said
    assert "208 (mail) … +4; file: people.csv" in said


def test_an_action_of_a_later_onhook_is_shown_as_it_is_written(acme: Office) -> None:
    note(acme.open(), "acme/101", action="account.teleport")
    assert "account.teleport" in acme.do("audit").out


def test_only_the_newest_are_shown_and_the_rest_is_counted(acme: Office) -> None:
    note(acme.open(), *(f"acme/{number}" for number in range(100, 160)))
    ran = acme.do("audit", "--action", "account")
    assert "10 earlier ones" in ran.out
    assert len(ran.out.splitlines()) == 1 + 1 + 50
    data = acme.ask("audit", "--action", "account", "--limit", "3").data
    assert data["more"] == 57
    assert [one["subject"] for one in data["entries"]] == ["acme/157", "acme/158", "acme/159"]
    assert data["entries"][0]["details"]["links_revoked"] == 1
    assert datetime.fromisoformat(data["entries"][0]["at"]).tzinfo is not None


def test_a_whole_trail_is_0_and_says_where_it_ends(acme: Office) -> None:
    acme.accounts("101")
    ran = acme.do("audit", "--verify")
    end = acme.ask("audit", "--verify").data["end"]
    mark = f"{end['number']}:{end['code'][:32]}"
    assert f"--expect {mark}" in ran.out
    assert "is whole" in ran.out
    assert acme.run("audit", "--verify", "--expect", mark).code == 0
    acme.do("account", "disable", "101")
    assert acme.run("audit", "--verify", "--expect", mark).code == 0


def test_a_trail_that_was_changed_is_7_and_names_the_entry(acme: Office) -> None:
    acme.accounts("101", "102")
    meddle(acme, 2)
    ran = acme.run("audit", "--verify")
    assert ran.code == 7
    assert "CANNOT BE TRUSTED: 1 finding" in ran.out
    assert "entry 2 of the audit trail" in ran.err
    ran = acme.ask("audit", "--verify")
    assert (ran.code, ran.codes) == (7, ["audit-entry-changed"])
    assert ran.data["whole"] is False
    assert "2 番" in acme.run("audit", "--verify", "--lang", "ja").err


def test_a_trail_put_back_is_found_by_what_was_noted_down(acme: Office) -> None:
    acme.accounts("101")
    end = acme.ask("audit", "--verify").data["end"]
    ran = acme.ask("audit", "--verify", "--expect", f"{end['number'] + 1}:{'0' * 32}")
    assert (ran.code, ran.codes) == (7, ["audit-put-back"])
    ran = acme.ask("audit", "--verify", "--expect", f"{end['number']}:{'0' * 32}")
    assert (ran.code, ran.codes) == (7, ["audit-not-as-noted"])


def test_what_is_old_is_exported_cut_off_and_shown_to_belong(acme: Office) -> None:
    aged(acme)
    day = datetime.now(UTC).astimezone(TOKYO).date()
    file = acme.home / "old.jsonl"
    assert acme.ask("audit", "--cut-before", day).codes == ["audit-cut-unkept"]
    ran = acme.do("audit", "--cut-before", day, "--export", file)
    assert "6 entries removed" in ran.out
    ran = acme.do("audit", "--verify", "--file", file)
    assert "6 entries, 5 to 10" in ran.out
    assert "begins behind entry 10" in ran.out
    assert "old audit entries cut off" in acme.do("audit").out
    assert "nothing was removed" in acme.do("audit", "--cut-before", day, "--without-export").out
    file.write_text(file.read_text("utf-8").replace("acme/106", "acme/999"), "utf-8")
    ran = acme.run("audit", "--verify", "--file", file)
    assert ran.code == 7
    assert "old.jsonl: entry 7 of the audit trail" in ran.err


def test_a_trail_that_nobody_can_read_any_longer_is_shown_all_the_same(acme: Office) -> None:
    acme.accounts("101")
    with acme.open().writing() as work:
        work.connection.exec_driver_sql(
            "UPDATE audit SET at = 'whenever', details = '[', mac = 'x' WHERE number = 2"
        )
    assert "?" in acme.do("audit").out
    assert acme.ask("audit").data["entries"][1]["at"] is None
    assert acme.run("audit", "--verify").code == 7


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--verify", "--cut-before", "2026-01-01"), "audit-options-apart"),
        (("--verify", "--actor", "x"), "audit-options-apart"),
        (("--verify", "--export", "x.jsonl"), "audit-options-apart"),
        (("--cut-before", "2026-01-01", "--subject", "acme"), "audit-options-apart"),
        (
            ("--cut-before", "2026-01-01", "--export", "x.jsonl", "--without-export"),
            "audit-options-apart",
        ),
        (("--expect", "1:" + "0" * 32), "audit-option-missing"),
        (("--file", "x.jsonl"), "audit-option-missing"),
        (("--without-export",), "audit-option-missing"),
        (("--cut-before", "2026-01-01"), "audit-cut-unkept"),
        (("--export", "x.txt"), "audit-export-kind"),
    ],
)
def test_options_that_make_no_sense_are_2(acme: Office, words: tuple[str, ...], code: str) -> None:
    ran = acme.ask("audit", *words)
    assert (ran.code, ran.codes) == (2, [code])


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--verify", "--expect", "abc"), "bad-audit-mark"),
        (("--subject", "acme/x"), "bad-extension"),
        (("--cut-before", "2999-01-01", "--without-export"), "audit-cut-too-late"),
    ],
)
def test_what_cannot_be_read_is_3(acme: Office, words: tuple[str, ...], code: str) -> None:
    ran = acme.ask("audit", *words)
    assert (ran.code, ran.codes) == (3, [code])


def test_a_missing_audit_key_is_told_by_its_id(acme: Office) -> None:
    lost = lose_audit_key(acme)
    ran: Ran = acme.run("audit", "--verify")
    assert ran.code == 7
    assert ran.err.count(lost) == 2  # the head's and the entries'


def test_work_goes_on_after_a_lost_audit_key_only_when_somebody_says_so(acme: Office) -> None:
    lost = lose_audit_key(acme)
    ran = acme.ask("account", "add", "101")
    assert (ran.code, ran.codes) == (7, ["key-ring-of-another"])
    assert lost in ran.json["errors"][0]["message"]
    assert "--accept-lost-key" in ran.json["errors"][0]["mend"]
    acme.do("audit", "--accept-lost-key")
    acme.do("account", "add", "101")
    ran = acme.ask("audit", "--verify")
    assert ran.codes == ["audit-key-missing", "audit-distrusted"]
    assert "signed with a lost key" in acme.do("audit").out
    assert "was not lost" in acme.do("audit", "--accept-lost-key").out
