"""The flow is walked in a real terminal, key by key: answers, back, leave, go on, issue again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.repair.phone import Phone, Terminal
from tests.workspaces import PROGRAM

if TYPE_CHECKING:
    from tests.workspaces import Office

pytestmark = pytest.mark.in_ci


def last(office: Office) -> dict[str, Any]:
    walk: dict[str, Any] = office.ask("walk", "list").data["walks"][-1]
    return walk


def said(walk: dict[str, Any]) -> str:
    return " ".join(f"{one['id']}={'yes' if one['yes'] else 'no'}" for one in walk["answers"])


@pytest.mark.parametrize(
    ("language", "solved", "acts"),
    [("en", "It works", "the provider acts"), ("ja", "動作が回復しました", "弊社対応")],
)
def test_each_customers_step_is_told_until_one_helps(
    office: Office, language: str, solved: str, acts: str
) -> None:
    phone = Phone(office, "101", "--lang", language)
    for key in "nyn":  # Q1 no, Q2 yes, it does not work
        phone.press(key)
    phone.press("n")  # Q4; Q3 is known
    phone.press("n", "[y/n/q]")  # not issued again
    for key in "nnnnnnnnnn":  # it does not work; Q5 to Q8 no, which does not help either; Q10 no
        phone.press(key)
    phone.press("n", "[y/n/q]")
    phone.press("n")  # the re-installed app does not work
    phone.press("n")  # Q11
    phone.press("n")  # the microphone does not help
    screen = phone.end()
    assert acts in screen
    assert solved not in screen
    walk = last(office)
    assert said(walk) == (
        "q1=no q2=yes environment=no q3=yes q4=no read-config=no q5=no restart-app=no "
        "q6=no restart-device=no q7=no device-network=no q8=no carrier=no q9=yes q10=no "
        "reinstall=no q11=no microphone=no"
    )
    assert (walk["state"], walk["stands_at"]) == ("ended", "contact")

    phone = Phone(office, "101", "--lang", language)
    for key in "nnyyyyyyn":  # Q1, Q2, Q4 ... Q8, Q10 (Q9 is known), Q11 no
        phone.press(key)
    phone.press("y")
    assert solved in phone.end()
    assert (last(office)["state"], last(office)["stands_at"]) == ("solved", "microphone")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_mobile_flow_is_walked(mobile: Office, language: str) -> None:
    mobile.accounts("101")
    phone = Phone(mobile, "101", "--lang", language)
    for key in "nn":  # not updated; that does not help
        phone.press(key)
    phone.press("n")  # no login entered
    phone.press("n", "[y/n/q]")
    for key in "nynnn":  # that does not help, one number, not a barred one, no browser, no help
        phone.press(key)
    phone.end()
    assert said(last(mobile)) == (
        "q1=yes q2=no update-app=no q3=no enter-login=no q4=yes q5=no q6=no line=no"
    )
    phone = Phone(mobile, "101", "--lang", language)
    for key in "yyyy":  # updated, entered, one number, a barred one
        phone.press(key)
    assert "110" in phone.end()
    assert last(mobile)["stands_at"] == "barred"


def test_one_step_back_leave_and_go_on(office: Office) -> None:
    phone = Phone(office, "101")
    phone.press("b")  # there is nothing before
    phone.press("y")  # Q1 yes by mistake
    assert "Q11" in phone.press("b")
    phone.press("xｎ")  # x means nothing; Q1 no, the input method is on
    phone.press("n")  # Q2
    assert "Q4" in phone.press("\x03")  # Ctrl-C
    screen = phone.end()
    assert "waits at Q4. To go on: onhook troubleshoot acme/101 --device D-1" in screen
    assert said(last(office)) == "q1=no q2=no q3=yes"

    phone = Phone(office, "101")
    phone.press("y", "Go on with it? [y/n/q]")
    assert "D-1 has acme/101 alone" in phone.press("y")  # Q4; what was said is shown again
    phone.press("q")
    assert "waits at Q5" in phone.end()
    assert len(office.ask("walk", "list").data["walks"]) == 1

    phone = Phone(office, "101")
    phone.press("n", "Go on with it? [y/n/q]")
    phone.press("q")
    phone.end()
    assert len(office.ask("walk", "list").data["walks"]) == 2


@pytest.mark.parametrize("key", ["q", "\x03"])
def test_who_leaves_at_the_offer_to_go_on_begins_nothing(office: Office, key: str) -> None:
    office.do("troubleshoot", "101", "--answers", "q1=no")
    phone = Phone(office, "101")
    phone.press(key, "Go on with it? [y/n/q]")
    assert "walk 1 waits at Q2" in phone.end()
    assert len(office.ask("walk", "list").data["walks"]) == 1


def test_who_leaves_where_something_is_offered_is_asked_no_more(office: Office) -> None:
    phone = Phone(office, "101")
    for key in "nnn":
        phone.press(key)
    phone.press("q", "QR code? The old link dies. [y/n/q]")
    assert "waits at READ-CONFIG" in phone.end()


def test_the_config_is_issued_again_and_its_code_shown_there_and_then(office: Office) -> None:
    phone = Phone(office, "101")
    for key in "nnn":
        phone.press(key)
    phone.press("y", "[y/n/q]")
    shown = phone.press("y", "Does it work now? [y/n/b/q]")
    assert "acme/101 D-1  issued again (issue 2, 3cx)" in shown
    assert shown.count("▀") > 50
    assert "scan it with the app" in shown
    assert "short code " in shown
    assert "typed at https://phone.acme.example" in shown
    assert "It works" in phone.end()
    links = office.ask("link", "list").data["links"]
    states = {(o["issue"], o["state"]) for o in links if o["account"] == "acme/101"}
    assert states == {(1, "revoked"), (2, "live")}


def test_a_device_with_two_accounts_is_cured_there_and_then(acme: Office) -> None:
    acme.accounts("101", "102")
    head = ("device", "platform", "level", "extension")
    rows = [("D-1", "ios", "17.2", "101"), ("D-1", "ios", "17.2", "102")]
    acme.do("device", "import", acme.table("devices.csv", head, *rows))
    phone = Phone(acme, "101")
    phone.press("n")
    shown = phone.press("y", "take acme/102 off it? [y/n/q]")
    assert "D-1 has acme/101, acme/102" in shown
    assert "device D-1 keeps acme/101; taken off: acme/102" in phone.press("y")
    assert "It works" in phone.end()
    (device,) = acme.ask("device", "list").data["devices"]
    assert device["accounts"] == ["acme/101"]


def test_a_refusal_is_told_and_the_walk_goes_on(office: Office) -> None:
    office.do("account", "disable", "101")
    phone = Phone(office, "101")
    for key in "nnn":
        phone.press(key)
    phone.press("y", "[y/n/q]")
    assert "acme/101 is disabled" in phone.press("n")
    phone.press("q")
    assert "waits at Q5" in phone.end()


@pytest.mark.parametrize(("columns", "is_drawn"), [(100, True), (30, False)])
def test_reissue_draws_the_code_where_the_screen_is_wide_enough(
    office: Office, columns: int, *, is_drawn: bool
) -> None:
    words = ("reissue", "101", "--reason", "new phone")
    shown = Terminal(office, PROGRAM, *words, columns=columns).end()
    assert (shown.count("▀") > 50) is is_drawn
