"""docs/leases.md tells every step of the machine, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from onhook_devices.leasing.events import EVENTS
from onhook_devices.leasing.lease import State
from tests.leasing.exploring import explored

DOC = (Path(__file__).parents[2] / "docs" / "leases.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `([\w-]+)` \| `(\w+)` \| (`[^|]+`) \|$", re.MULTILINE)
ARROW = re.compile(r"^    (\w+) --> (\w+): (\w+)$", re.MULTILINE)


def test_the_table_is_what_the_machine_does() -> None:
    told = {
        (state, verb, then)
        for state, verb, cell in ROW.findall(DOC)
        for then in re.findall(r"`([\w-]+)`", cell)
    }

    assert told == explored()


def test_every_arrow_of_the_picture_is_a_step() -> None:
    drawn = {
        (before.replace("_", "-"), verb, then.replace("_", "-"))
        for before, then, verb in ARROW.findall(DOC)
    }

    assert len(drawn) > 20
    assert drawn <= explored()


def test_every_state_is_told_reached_and_drawn() -> None:
    for state in State:
        assert f"| `{state}` | " in DOC
        assert f"{str(state).replace('-', '_')}" in DOC.partition("```mermaid")[2]
    assert {before for before, _, _ in explored()} == set(map(str, State))


def test_the_order_within_a_day_is_told() -> None:
    assert ", ".join(f"`{kind.verb}`" for kind in EVENTS) in DOC.replace("\n  ", " ")
