"""The flow is walked by prepared answers: what onhook knows it answers, and all is recorded."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import pytest

from onhook.repair.errors import WalkGoneOn
from onhook.repair.walks import answer, begin, open_walk

if TYPE_CHECKING:
    from tests.workspaces import Office

ALL_YES = "q1=no,q2=no,q3=yes,q4=yes,q5=yes,q6=yes,q7=yes,q8=yes,q9=yes,q10=yes,q11=yes"


def walked(office: Office, extension: str, answers: str, *words: str) -> dict[str, Any]:
    ran = office.ask("troubleshoot", extension, "--answers", answers, *words)
    assert ran.code == 0, ran.out
    return ran.data


def said(data: dict[str, Any]) -> dict[str, bool]:
    return {one["id"]: one["yes"] for one in data["walk"]["answers"]}


def by_onhook(data: dict[str, Any]) -> dict[str, str]:
    return {one["id"]: one["why"] for one in data["walk"]["answers"] if one["by"] == "onhook"}


def test_what_onhook_knows_it_answers_and_says_why(office: Office) -> None:
    data = walked(office, "101", "q1=no,q2=no,q4=yes,q5=yes,q6=yes,q7=yes,q8=yes,q10=yes,q11=yes")
    assert said(data)["q3"] is True
    assert said(data)["q9"] is True
    assert by_onhook(data) == {
        "q3": "D-1 has acme/101 alone",
        "q9": "D-1 is recorded with iOS 17.2; the minimum is 8.1",
    }
    assert data["at"]["id"] == "contact"
    assert data["at"]["acts"] == "provider"


def test_one_device_only_goes_to_q3(acme: Office) -> None:
    acme.accounts("101")
    acme.do("device", "add", "D-1", "--platform", "pc", "--level", "14.0.47020.0")
    acme.do("device", "assign", "D-1", "101")
    data = walked(acme, "101", "q1=no")
    assert said(data) == {"q1": False, "q2": False, "q3": True}
    assert by_onhook(data)["q2"] == "of acme, D-1 alone has an account"
    assert data["at"]["id"] == "q4"


def test_several_accounts_on_the_device_are_the_customers_to_mend(acme: Office) -> None:
    acme.accounts("101", "102")
    rows = [("D-1", "ios", "17.2", "101"), ("D-1", "ios", "17.2", "102")]
    head = ("device", "platform", "level", "extension")
    acme.do("device", "import", acme.table("devices.csv", head, *rows))
    data = walked(acme, "101", "q1=no")
    assert by_onhook(data)["q3"] == "D-1 has acme/101, acme/102"
    assert data["at"]["id"] == "keep-one"
    assert data["at"]["offers"] == "device-keep"
    assert data["walk"]["state"] == "open"


@pytest.mark.parametrize(("level", "knows"), [("8.0", False), ("8.1", True)])
def test_the_recorded_level_answers_q9(office: Office, level: str, *, knows: bool) -> None:
    office.do("device", "set", "D-1", "--level", level)
    data = walked(office, "101", "q1=no,q2=no,q4=yes,q5=yes,q6=yes,q7=yes,q8=yes")
    assert said(data)["q9"] is knows
    assert data["at"]["id"] == ("q10" if knows else "update")


def test_a_level_that_nobody_recorded_is_asked_for(acme: Office) -> None:
    acme.accounts("101")
    acme.do("device", "add", "D-1", "--platform", "ios")
    acme.do("device", "assign", "D-1", "101")
    data = walked(acme, "101", "q1=no,q4=yes,q5=yes,q6=yes,q7=yes,q8=yes")
    assert data["at"]["id"] == "q9"
    assert "iOS 8.1, Android 4.0.3, PC 14.0.47020" in data["at"]["text"]


def test_what_a_person_says_goes_before_what_onhook_knows(office: Office) -> None:
    data = walked(office, "101", "q1=no,q2=no,q3=no,keep-one=no,q4=no")
    assert said(data)["q3"] is False
    assert by_onhook(data) == {}


def test_a_contract_that_is_over_ends_the_mobile_flow(mobile: Office) -> None:
    mobile.accounts("101")
    assert walked(mobile, "101", "")["at"]["id"] == "q2"
    mobile.do("contract", "end", "1")
    data = walked(mobile, "101", "")
    assert (data["walk"]["state"], data["walk"]["stands_at"]) == ("ended", "contract-over")


def test_the_fee_is_told(office: Office) -> None:
    typed = ("troubleshoot", "101", "--answers")
    assert "costs JPY 5,000 (J-M3)" in office.do(*typed, "q1=no,q2=no,q4=no").out
    ended = office.do(*typed, ALL_YES)
    assert "the provider acts: Contact" in ended.out
    assert "No fee where the provider's cloud is the cause" in ended.out
    shown = office.do(*typed, "q1=no,q2=yes", "--lang", "ja").out
    assert "お客様対応" in shown
    assert "5,000円" in shown


def test_no_fee_is_stated_where_the_terms_state_none(mobile: Office) -> None:
    mobile.accounts("101")
    ran = mobile.do("troubleshoot", "101", "--answers", "q2=yes,q3=yes,q4=yes,q5=yes")
    assert "three-digit services such as 110 and 119" in ran.out
    assert "states no fee" in ran.out


def test_on_a_pc_another_question_is_asked(acme: Office) -> None:
    acme.accounts("101")
    acme.do("device", "add", "D-1", "--platform", "pc")
    acme.do("device", "assign", "D-1", "101")
    ran = acme.do("troubleshoot", "101", "--answers", "q1=no,q4=yes,q5=yes,q6=yes,q7=yes,q8=no")
    assert "same LAN" in ran.out
    assert "LTE" not in ran.out
    assert "same LAN" in acme.do("walk", "show", "1").out


def test_what_was_left_is_gone_on_with(office: Office) -> None:
    ran = office.do("troubleshoot", "101", "--answers", "q1=no,q2=no,q4=no")
    assert "waits at READ-CONFIG" in ran.out
    data = walked(office, "101", "read-config=no,q5=no,restart-app=yes", "--resume")
    assert data["walk"]["id"] == 1
    assert data["walk"]["state"] == "solved"
    assert list(said(data)) == ["q1", "q2", "q3", "q4", "read-config", "q5", "restart-app"]
    again = office.ask("troubleshoot", "101", "--answers", "q5=no", "--resume")
    assert (again.code, again.codes) == (4, ["no-open-walk"])


def test_a_walk_through_a_flow_that_was_changed_cannot_be_gone_on_with(office: Office) -> None:
    office.do("troubleshoot", "101", "--answers", "q1=no,q2=no,q4=no")
    shipped = office.open().flows.file("jiyu-hodai").read_text(encoding="utf-8")
    (office.folder / "flows").mkdir()
    changed = shipped.replace('then = "q5"', 'then = "q6"').replace(
        'id = "read-config"', 'id = "x"'
    )
    changed = changed.replace('no = "read-config"', 'no = "x"')
    (office.folder / "flows/jiyu-hodai.toml").write_text(changed, encoding="utf-8")
    again = office.ask("troubleshoot", "101", "--answers", "q5=no", "--resume")
    assert again.codes == ["no-open-walk"]
    assert "To go on: onhook troubleshoot acme/101" in office.do("walk", "show", "1").out


def test_an_answer_that_nothing_asked_for_is_told(office: Office) -> None:
    data = walked(office, "101", "q1=yes,q7=no")
    assert data["not_asked"] == ["q7"]
    assert said(data) == {"q1": True}


def test_without_terminal_and_answers_it_says_what_to_do(office: Office) -> None:
    before = office.rows()
    for words in ((), ("--json",), ("--resume",)):
        ran = office.run("troubleshoot", "101", *words)
        assert ran.code == 2
        assert "--answers q1=no,q2=no" in ran.said
    assert office.rows() == before


@pytest.mark.parametrize(
    ("words", "code", "exit_code"),
    [
        (("999", "--answers", "q1=no"), "no-such-account", 4),
        (("102", "--answers", "q1=no"), "several-devices", 2),
        (("101", "--device", "D-2", "--answers", "q1=no"), "not-assigned", 4),
        (("101", "--answers", "q1=perhaps"), "answer-unknown", 3),
    ],
)
def test_what_cannot_be_walked_leaves_no_walk(
    office: Office, words: tuple[str, ...], code: str, exit_code: int
) -> None:
    ran = office.ask("troubleshoot", *words)
    assert (ran.codes, ran.code) == ([code], exit_code)
    assert office.rows()["walk"] == []


@pytest.mark.each_database
def test_walks_are_listed_counted_and_exported(office: Office) -> None:
    for typed in ("q1=no,q2=no,q4=no,read-config=yes", "q1=no,q2=no,q4=no", "q1=no", ALL_YES):
        walked(office, "101", typed)
    walked(office, "103", "q1=no,q2=no,q4=no,read-config=yes")

    assert len(office.ask("walk", "list", "--account", "101").data["walks"]) == 4
    stats = office.ask("walk", "stats").data
    assert (stats["walks"], stats["open"]) == (5, 2)
    assert stats["ends"] == [
        {
            "service": "jiyu-hodai",
            "question": "q4",
            "end": "read-config",
            "walks": 3,
            "solved": 2,
            "open": 1,
        },
        {
            "service": "jiyu-hodai",
            "question": "q11",
            "end": "contact",
            "walks": 1,
            "solved": 0,
            "open": 0,
        },
    ]
    path = office.home / "walks.csv"
    office.do("walk", "export", path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["state"] for row in rows] == ["solved", "open", "open", "ended", "solved"]
    assert rows[1]["answers"] == "q1=no q2=no q3=yes* q4=no"
    assert rows[0]["started_by"] == "tester"
    office.do("troubleshoot", "103", "--answers", "")
    office.do("walk", "export", path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert [*csv.DictReader(file)][-1]["answers"] == ""
    assert office.ask("walk", "show", "99").codes == ["no-such-walk"]


def test_a_file_that_cannot_be_written_is_named_as_it_was_typed(office: Office) -> None:
    ran = office.run("walk", "export", office.home / "none/walks.csv")
    assert ran.code == 7
    assert f"{office.home}/none/walks.csv cannot" in ran.err


def test_two_who_go_on_with_one_walk_do_not_undo_each_other(office: Office) -> None:
    office.do("troubleshoot", "101", "--answers", "q1=no")
    workspace = office.open()
    with workspace.reading() as work:
        mine = theirs = open_walk(work, "101")
    with workspace.writing() as work:
        theirs = answer(work, theirs, yes=False)
    with pytest.raises(WalkGoneOn), workspace.writing() as work:
        answer(work, mine, yes=True)
    with workspace.reading() as work:
        assert open_walk(work, "101").walk == theirs.walk


def test_a_walk_is_in_the_audit_trail(office: Office) -> None:
    walked(office, "101", "q1=no,q2=no,q4=no,read-config=yes")
    entries = office.ask("audit", "--subject", "acme/101", "--action", "walk").data["entries"]
    told = {one["action"]: one["details"] for one in entries}
    assert set(told) == {"walk.start", "walk.end"}
    assert told["walk.end"]["at"] == "read-config"
    assert "q1" not in json.dumps(told["walk.start"])


def test_nothing_but_the_walk_is_touched(office: Office) -> None:
    before = office.rows()
    walked(office, "101", ALL_YES)
    after = office.rows()
    changed = {name for name, rows in before.items() if after[name] != rows}
    assert changed == {"walk", "audit", "audit_head"}


def test_begun_by_one_and_ended_by_another(office: Office) -> None:
    with office.open().writing() as work:
        begin(work, "101")
    office.run("troubleshoot", "101", "--answers", "q1=yes,q11=yes", "--resume", ONHOOK_ACTOR="ito")
    (walk,) = office.ask("walk", "list").data["walks"]
    assert walk["changed_by"] == "ito"
    assert walk["started_by"] != "ito"
