"""A troubleshooting flow comes to an end whatever is answered, or is not taken."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onhook_devices.flow import End, Flow, Flows, Question, read_flow
from onhook_devices.flow_errors import AnswerUnknown, FlowNotFound
from onhook_devices.platforms import Platform
from onhook_devices.service import Services
from onhook_devices.service_errors import ServiceKeyMissing, ServiceKeyUnknown, ServiceValueWrong
from onhook_devices.walking import parse_answers, position

if TYPE_CHECKING:
    from pathlib import Path

SHIPPED = [Flows().get(service) for service in Flows().ids()]
JIYU = Flows().get("jiyu-hodai")

SMALL = """
service = "small"
first = "q1"

[[question]]
id = "q1"
rule = "A1"
text.en = "Does it ring?"
text.ja = "鳴りますか？"
yes = "call"
no = "plug"

[[end]]
id = "plug"
rule = "A1"
acts = "customer"
fee = true
text.en = "Plug it in."
text.ja = "電源を入れてください。"
then = "call"

[[end]]
id = "call"
rule = "A1"
acts = "provider"
fee = false
text.en = "Call {contact}."
text.ja = "{contact}へご連絡ください。"
"""

# The printed sheet, question by question: what a yes and what a no leads to.
PRINTED = {
    "q1": ("q11", "q2"),
    "q2": ("environment", "q3"),
    "q3": ("q4", "keep-one"),
    "q4": ("q5", "read-config"),
    "q5": ("q6", "restart-app"),
    "q6": ("q7", "restart-device"),
    "q7": ("q8", "device-network"),
    "q8": ("q9", "carrier"),
    "q9": ("q10", "update"),
    "q10": ("q11", "reinstall"),
    "q11": ("contact", "microphone"),
}


def test_every_service_that_is_shipped_has_a_flow() -> None:
    assert Flows().ids() == Services().ids()


def test_the_printed_flow_is_followed() -> None:
    assert {one.id: (one.yes, one.no) for one in JIYU.question} == PRINTED
    assert {one.id: one.rule.split(",")[0] for one in JIYU.question} == {
        id_: id_.upper() for id_ in PRINTED
    }


def test_after_a_customers_step_the_next_question_follows() -> None:
    then = {one.id: one.then for one in JIYU.end}
    numbers = {wrong: int(id_[1:]) for id_, ways in PRINTED.items() for wrong in ways}
    for end, following in then.items():
        if end == "contact":
            assert following is None
        elif end == "microphone":
            assert following == "contact"
        else:
            assert following == f"q{numbers[end] + 1}"


def test_red_and_blue_bands() -> None:
    provider = {one.id for one in JIYU.end if one.acts == "provider"}
    assert provider == {"contact"}
    assert {one.id for one in JIYU.end if not one.fee} == {"contact"}  # J-M3


@pytest.mark.parametrize("flow", SHIPPED, ids=lambda flow: flow.service)
@given(data=st.data())
def test_every_sequence_of_answers_ends(flow: Flow, data: st.DataObject) -> None:
    answers: dict[str, bool] = {}
    while not (where := position(flow, answers)).is_over:
        assert list(where.path) == list(answers)
        assert len(answers) < len(flow.nodes)
        answers[where.node.id] = data.draw(st.booleans())
    assert isinstance(where.node, End)
    assert where.is_solved is (where.node.id in answers)
    assert where.is_solved or where.node.then is None


@pytest.mark.parametrize("flow", SHIPPED, ids=lambda flow: flow.service)
def test_every_question_and_every_end_can_be_come_to(flow: Flow) -> None:
    reached: set[str] = set()
    for bits in product((True, False), repeat=2):
        for turn in range(len(flow.nodes)):
            answers: dict[str, bool] = {}
            while not (where := position(flow, answers)).is_over:
                is_question = isinstance(where.node, Question)
                flipped = len(answers) >= turn
                answers[where.node.id] = is_question and (bits[0] if flipped else bits[1])
            reached |= {*where.path, where.node.id}
    assert reached == set(flow.nodes)


@pytest.mark.parametrize("flow", SHIPPED, ids=lambda flow: flow.service)
def test_every_text_says_what_the_service_can_fill_in(flow: Flow) -> None:
    service = Services().get(flow.service)
    for node in flow.nodes.values():
        texts = node.texts() if isinstance(node, Question) else (node.text,)
        for text in texts:
            assert ("{barred}" not in text.ja + text.en) or service.calls is not None
            assert ("{minimums}" not in text.ja + text.en) or service.minimum_levels is not None
            assert text.en.isascii()
    fees = [one for one in flow.end if one.fee]
    assert not fees or service.money.fault_call is not None


def test_a_question_may_be_asked_otherwise_on_a_pc() -> None:
    (q8,) = [one for one in JIYU.question if one.id == "q8"]
    assert "LAN" in q8.asked_on(Platform.PC).en
    assert "LTE" not in q8.asked_on(Platform.PC).en
    assert q8.asked_on(Platform.IOS) == q8.asked_on(Platform.ANDROID) == q8.on_phone
    assert q8.asked_on(None) == q8.text


@pytest.mark.parametrize(
    ("there", "instead", "key", "found"),
    [
        ('no = "plug"', 'no = "nowhere"', "question[1].no", '"nowhere"'),
        ('first = "q1"', 'first = "q9"', "first", '"q9"'),
        ('first = "q1"', 'first = "plug"', "first", '"plug"'),
        ('no = "plug"', 'no = "call"', "end[1].id", '"plug"'),
        ('no = "plug"', 'no = "q1"', "question[1]", '"q1 -> q1"'),
        ('then = "call"', 'then = "q1"', "question[1]", '"q1 -> plug -> q1"'),
        ('id = "call"', 'id = "plug"', "end[2].id", '"plug"'),
        ('acts = "provider"', 'acts = "provider"\nthen = "q1"', "end[2].then", '"q1"'),
        ('acts = "provider"', 'acts = "nobody"', "end[2].acts", '"nobody"'),
        ("Call {contact}.", "Call {the.secret}.", "end[2].text", '"{the.secret}"'),
        ('rule = "A1"', 'rule = "A1"\nknown = "weather"', "question[1].known", '"weather"'),
    ],
)
def test_a_flow_that_does_not_work_is_refused_with_its_place(
    there: str, instead: str, key: str, found: str
) -> None:
    assert SMALL.count(there) >= 1
    with pytest.raises(ServiceValueWrong) as caught:
        read_flow(SMALL.replace(there, instead, 1), "small.toml")
    assert (caught.value.key, caught.value.found) == (key, found)


@pytest.mark.parametrize("line", ['text.ja = "鳴りますか？"', "fee = true", 'acts = "customer"'])
def test_every_end_says_who_acts_and_both_languages_are_there(line: str) -> None:
    with pytest.raises(ServiceKeyMissing):
        read_flow(SMALL.replace(line, "", 1), "small.toml")
    with pytest.raises(ServiceKeyUnknown):
        read_flow(SMALL.replace(line, f"{line}\nmood = 1", 1), "small.toml")


def test_an_operators_flow_goes_before_the_shipped_one(tmp_path: Path) -> None:
    mine = SMALL.replace('"small"', '"jiyu-hodai"')
    (tmp_path / "jiyu-hodai.toml").write_text(mine, encoding="utf-8")
    (tmp_path / "small.toml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "wrong.toml").write_text(SMALL, encoding="utf-8")
    flows = Flows(tmp_path)

    assert len(flows.get("jiyu-hodai").question) == 1
    assert flows.get("small") == read_flow(SMALL, "")
    assert len(flows.get("biglobe-mobile").question) > 1
    with pytest.raises(ServiceValueWrong):
        flows.get("wrong")
    with pytest.raises(FlowNotFound):
        flows.get("none")


@pytest.mark.parametrize(
    "text",
    [
        " Q1=no, q2=いいえ,q3=Y,read-config=はい,",
        "q1 = no; q2=n q3=yes\nread-config=y",
        "ｑ１＝いいえ、ｑ２＝いいえ，ｑ３＝はい；read-config＝はい　",
    ],
)
def test_answers_are_read_in_both_languages_and_as_any_keyboard_types_them(text: str) -> None:
    found = parse_answers(JIYU, text)
    assert found == {"q1": False, "q2": False, "q3": True, "read-config": True}


@pytest.mark.parametrize("text", ["q1", "q1=", "q1=maybe", "q99=no", "contact=yes", "q1=no,q1=yes"])
def test_answers_that_answer_nothing_are_refused(text: str) -> None:
    with pytest.raises(AnswerUnknown):
        parse_answers(JIYU, text)
