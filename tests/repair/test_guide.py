"""docs/repair.md shows what really comes out, and its flow works."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from onhook_devices.flow import VARIABLES, End, Question, read_flow
from onhook_devices.schema import expected, keys

if TYPE_CHECKING:
    from tests.workspaces import Office

GUIDE = (Path(__file__).parents[2] / "docs/repair.md").read_text(encoding="utf-8")
SESSION = re.findall(r"```console\n\$ onhook ([^\n]*)\n(.*?)```", GUIDE, re.DOTALL)
FLOW = GUIDE.partition("```toml\n")[2].partition("```")[0]


def test_who_follows_the_guide_sees_what_it_shows(office: Office) -> None:
    assert len(SESSION) == 3
    for typed, shown in SESSION:
        out = office.do(*shlex.split(typed)).out
        assert re.sub(r" +$", "", out, flags=re.MULTILINE) == shown


def test_the_guides_flow_goes_before_the_shipped_one(office: Office) -> None:
    assert len(read_flow(FLOW, "").end) == 2
    (office.folder / "flows").mkdir()
    (office.folder / "flows/jiyu-hodai.toml").write_text(FLOW, encoding="utf-8")
    ran = office.do("troubleshoot", "101", "--answers", "q1=no,restart=no")
    assert "Restart the app 3CX." in ran.out
    assert "the provider acts: Contact Jiyu Hodai Business Phone support." in ran.out


def test_a_flow_with_a_fault_is_told_with_its_place(office: Office) -> None:
    (office.folder / "flows").mkdir()
    path = office.folder / "flows/jiyu-hodai.toml"
    path.write_text(FLOW.replace('then = "contact"', 'then = "q1"'), encoding="utf-8")
    ran = office.run("troubleshoot", "101", "--answers", "q1=no")
    assert ran.code == 3
    assert str(path) in ran.err
    assert "q1 -> restart -> q1" in ran.err


@pytest.mark.parametrize("kind", [Question, End])
def test_the_guide_names_every_key_and_word_of_a_flow(kind: type[object]) -> None:
    section = GUIDE.partition("## A flow of your own")[2]
    for name, hint in keys(kind).items():
        assert f"`{name}`" in section, name
        if name in ("known", "acts", "offers"):
            for word in re.findall(r'"[a-z-]+"', expected(hint)):
                assert f"`{word}`" in section
    for variable in VARIABLES:
        assert f"`{{{variable}}}`" in section
