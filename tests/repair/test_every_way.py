"""Every way through every flow is gone: at the keys of a real terminal, and by prepared answers.

Both languages; the record is what was said. The ways are found in the flows' files, so those of a
new flow are gone, too. Outside CI a few ways do, which together go every step.
"""

from __future__ import annotations

import csv
import functools
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from onhook.words import LANGUAGES, Language
from onhook_devices.flow import End, Flow, Flows, Node
from onhook_devices.walking import position
from tests.repair.phone import Desk
from tests.repair.ways import Way, as_typed, every_way, few_ways, steps
from tests.thoroughness import thorough

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.workspaces import Office, Prepare, Prepared

RUNNING, OVER = "101", "102"
END = {"en": "Recorded:", "ja": "記録:"}
ACTS = {
    ("en", "customer"): "=> the customer acts: ",
    ("en", "provider"): "=> the provider acts: ",
    ("ja", "customer"): "⇒ お客様対応: ",
    ("ja", "provider"): "⇒ 弊社対応: ",
}
"""What stands before what is to be done; 弊社対応 and お客様対応 are the printed sheet's words."""

AT_ONCE = 128
"""How many ways are gone in one test, so that several workers share them."""

each_language = pytest.mark.parametrize("language", LANGUAGES)


@functools.cache
def knowing_little(service: str) -> Prepare:
    """Return what makes an account on no device, and one whose contract is over."""

    def prepare(acme: Office) -> None:
        acme.do("init", "--service", service)
        acme.accounts(OVER)
        acme.do("contract", "end", "1")
        acme.accounts(RUNNING)  # which starts a contract of its own

    return prepare


@pytest.fixture
def office(prepared: Prepared, service: str) -> Office:
    """Return an office of which onhook knows no answer but the contract's."""
    return prepared(knowing_little(service))


def ways_of(service: str) -> list[Way]:
    flow = Flows().get(service)
    return thorough(list(every_way(flow)), few_ways(flow))


def parts() -> Iterator[tuple[str, int]]:
    """Yield each flow's service with the number of the first way of each part."""
    for service in Flows().ids():
        for first in range(0, len(ways_of(service)), AT_ONCE):
            yield service, first


each_part = pytest.mark.parametrize(("service", "first"), list(parts()))


def line(node: Node, language: Language) -> re.Pattern[str]:
    """Return what the sheet says there, whatever the service fills in."""
    text = getattr(node.text, language)
    pieces = map(re.escape, re.split(r"\{[a-z]+\}", text))
    head = ACTS[language, node.acts] if isinstance(node, End) else node.id.upper()
    return re.compile(re.escape(head) + r"\s*" + "[^\n]+".join(pieces))


def recorded(office: Office) -> list[dict[str, Any]]:
    walks: list[dict[str, Any]] = office.ask("walk", "list").data["walks"]
    return walks


def check_record(walk: dict[str, Any], flow: Flow, way: Way) -> None:
    where = position(flow, way)
    assert [(one["id"], one["yes"]) for one in walk["answers"]] == list(way.items())
    assert walk["state"] == ("solved" if where.is_solved else "ended")
    assert (walk["stands_at"], walk["acts"]) == (where.node.id, getattr(where.node, "acts", ""))
    assert (walk["service"], walk["started_by"], walk["device"]) == (flow.service, "tester", "")


def check_reports(office: Office, flow: Flow, ways: list[Way]) -> None:
    """Check the walks' export and their counts against what was said."""
    path = office.home / "walks.csv"
    office.do("walk", "export", path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    cells = [row["answers"].replace("*", "").replace(" ", ",") for row in rows]
    assert cells == [as_typed(way) for way in ways]
    stats = office.ask("walk", "stats").data
    assert (stats["walks"], stats["open"]) == (len(ways), 0)
    counted: Counter[str] = Counter()
    for one in stats["ends"]:
        counted[one["end"]] += one["walks"]
    assert counted == Counter(position(flow, way).node.id for way in ways)


@pytest.mark.parametrize("service", Flows().ids())
def test_few_ways_go_every_step_that_every_way_goes(service: str) -> None:
    flow = Flows().get(service)
    every, few = list(every_way(flow)), few_ways(flow)
    assert steps(few) == steps(every)
    assert {id_ for id_, _ in steps(every)} == {id_ for id_, one in flow.nodes.items() if one.ways}
    assert all(way in every for way in few)
    assert len({as_typed(way) for way in every}) == len(every)


@each_language
@each_part
def test_by_prepared_answers(office: Office, service: str, first: int, language: Language) -> None:
    flow, ways = Flows().get(service), ways_of(service)[first : first + AT_ONCE]
    for way in ways:
        answers = as_typed(way)
        ran = office.do("troubleshoot", RUNNING, "--answers", answers, "--lang", language)
        shown = ran.out
        for id_ in (*way, position(flow, way).node.id):
            found = line(flow.nodes[id_], language).search(ran.out)
            assert found, (id_, ran.out)
            assert ran.out.index(found[0]) >= len(ran.out) - len(shown), "in the order of the way"
            shown = ran.out[found.start() :]
        assert END[language] in shown
    for walk, way in zip(recorded(office), ways, strict=True):
        check_record(walk, flow, way)
        assert {one["by"] for one in walk["answers"]} == {"person"}
    check_reports(office, flow, ways)


def known_on_the_way(flow: Flow, way: Way) -> dict[str, bool]:
    """Return the answers of `way` that only the contract gives."""
    nodes = flow.nodes
    return {id_: yes for id_, yes in way.items() if getattr(nodes[id_], "known", "") == "contract"}


def walk_at_the_keys(desk: Desk, flow: Flow, way: Way, language: Language) -> None:
    known = known_on_the_way(flow, way)
    account = OVER if False in known.values() else RUNNING
    desk.command("troubleshoot", account, "--lang", language)
    for id_, yes in way.items():
        if id_ not in known:
            node = flow.nodes[id_]
            offers = isinstance(node, End) and node.offers == "reissue"
            shown = desk.press("n", "[y/n/q]") if offers else ""
            shown += desk.press("y" if yes else "n")
            assert line(node, language).search(shown), id_
    shown = desk.read_to(END[language])
    if not position(flow, way).is_solved:
        assert line(position(flow, way).node, language).search(shown), shown


@pytest.mark.in_ci
@each_language
@each_part
def test_at_the_keys_of_a_terminal(
    office: Office, service: str, first: int, language: Language
) -> None:
    flow, ways = Flows().get(service), ways_of(service)[first : first + AT_ONCE]
    desk = Desk(office)
    for way in ways:
        walk_at_the_keys(desk, flow, way, language)
    desk.leave()
    for walk, way in zip(recorded(office), ways, strict=True):
        check_record(walk, flow, way)
        by_onhook = {one["id"] for one in walk["answers"] if one["by"] == "onhook"}
        assert by_onhook == set(known_on_the_way(flow, way))
    check_reports(office, flow, ways)
