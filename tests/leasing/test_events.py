"""What happens to a leased device is entered by a command each, and ends what it must end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.leasing.desk import begin, due, history, lease, links, on, pending

if TYPE_CHECKING:
    from tests.workspaces import Office, Prepared

BROKE = ("fault", "D-1", "--on", "2023-06-10", "--cause", "normal")
SHIPPED = ("ship", "D-1", "--replacement", "D-2", "--on", "2023-06-12")
WARRANTY = ("--warranty-months", "36")
LOST = ("lost", "D-1", "--on", "2025-02-01")


@pytest.fixture
def office(prepared: Prepared) -> Office:
    return prepared(begin)


def test_a_charge_tells_its_reasoning_line_by_line(office: Office) -> None:  # J-L5
    said = office.do("lease", *LOST).out.splitlines()

    assert said[:6] == [
        "device D-1, entry 2: 2025-02-01 lost",
        "device D-1 is now: lost",
        "sale price 39,800",
        "year 3: less 40 % = 23,880",
        "tax 10 % 2,388",
        "damage-and-loss charge of 2025-02-01: 26,268 JPY, open (J-L5)",
    ]
    assert any(line.startswith("links of D-1 that died: 1") for line in said)


def test_the_same_is_said_in_japanese(office: Office) -> None:
    said = office.do("lease", *LOST, "--lang", "ja").out.splitlines()

    assert said[:2] == ["端末 D-1 記録 2：2025-02-01 紛失", "端末 D-1 の現在の状態：紛失"]
    assert "破損・紛失負担金(2025-02-01)：26,268円、未払い (J-L5)" in said


@pytest.mark.each_database
@pytest.mark.parametrize(("step", "why"), [("lost", "device-lost"), ("return", "device-returned")])
def test_a_lost_or_returned_device_has_nothing_left(office: Office, step: str, why: str) -> None:
    before = office.ask("account", "show", "101", "--reveal").data["account"]["password"]
    told = lease(office, step, "D-1", "--on", "2025-02-01")

    assert told["withdrawn"]["why"] == why
    assert told["withdrawn"]["accounts"][0] == {
        "account": "acme/101",
        "new_password": True,
        "pbx_pending": True,
        "msisdn_stays": False,
        "devices_left": [],
    }
    assert (links(office), on(office)["D-1"]) == ({"D-1": "revoked"}, [])
    assert pending(office) == [("password", why)]
    found = office.ask("link", "list").data["links"][0]
    assert found["why"] == why
    after = office.ask("account", "show", "101", "--reveal").data["account"]["password"]
    assert after != before


def test_other_devices_of_the_account_are_named(office: Office) -> None:
    office.do("device", "assign", "D-3", "101")

    told = lease(office, *LOST)
    assert told["withdrawn"]["accounts"][0]["devices_left"] == ["D-3"]
    assert on(office)["D-3"] == ["acme/101"]


def test_a_device_out_of_use_gets_no_kit(office: Office) -> None:
    lease(office, *LOST)
    office.do("device", "assign", "D-1", "101")

    for command in ("check", "issue"):
        ran = office.ask(command, "101")
        assert ran.code == 6
        assert "lease-over" in ran.out
    assert "device-lost" in office.run("check", "101").out
    lease(office, "correct", "D-1", "2", "--nothing", "--reason", "in the car")
    assert office.ask("issue", "101").code == 0


def test_an_end_to_come_takes_nothing_away_yet(office: Office) -> None:
    office.do("contract", "end", "1", "--on", "2999-12-31")

    assert office.ask("check", "101").code == 0
    assert (links(office), on(office)["D-1"]) == ({"D-1": "live"}, ["acme/101"])
    assert lease(office, "show", "D-1")["state"] == "leased"


def test_a_replacement_whose_kit_cannot_be_made_is_shipped_all_the_same(office: Office) -> None:
    office.do("device", "add", "D-9", "--platform", "ios", "--level", "7.0")
    lease(office, *BROKE)

    ran = office.ask("lease", "ship", "D-1", "--replacement", "D-9", "--on", "2023-06-12")
    assert (ran.code, ran.codes) == (6, ["below-minimum"])
    assert (ran.data["state"], on(office)["D-9"]) == ("return-due", ["acme/101"])
    office.do("device", "set", "D-9", "--level", "17.2")
    assert office.ask("issue", "101").code == 0


def test_the_fresh_kit_lies_in_a_folder_if_one_is_named(office: Office) -> None:
    lease(office, *BROKE)
    lease(office, *SHIPPED, "--out", str(office.home / "kits"))

    made = office.home / "kits" / "acme" / "101-D-2"
    assert (made / "manifest.json").is_file()
    assert (made / "qr.png").is_file()


def test_the_account_may_keep_its_password(office: Office) -> None:
    lease(office, *BROKE)
    told = lease(office, *SHIPPED, "--keep-password")

    assert told["withdrawn"]["accounts"][0]["new_password"] is False
    assert (pending(office), links(office)["D-1"]) == ([], "revoked")


def test_a_lost_device_has_its_account_moved_to_the_replacement(office: Office) -> None:
    lease(office, *LOST)
    lease(office, "waive", "D-1", "--reason", "our courier lost it", "--on", "2025-02-03")
    told = lease(office, "ship", "D-1", "--replacement", "D-2", "--on", "2025-02-04")

    assert (told["state"], told["moved"]) == ("closed", ["acme/101"])
    assert on(office)["D-2"] == ["acme/101"]


def test_a_replacement_may_have_a_warranty_of_its_own_but_no_price(office: Office) -> None:
    lease(office, *BROKE)
    assert office.ask("lease", *SHIPPED, "--price", "1").codes == ["price-inherited"]

    told = lease(office, *SHIPPED, "--warranty-months", "6")["replacement"]
    assert (told["details"]["warranty_months"], told["details"]["price_yen"]) == (6, 39_800)


def test_no_replacement_wanted_says_what_that_means(office: Office) -> None:  # J-L8
    lease(office, *LOST)
    ran = office.ask("lease", "decline", "D-1", "--on", "2025-02-10")

    assert ran.data["state"] == "undecided"
    assert (ran.data["contract"], ran.data["fees_until"]) == (1, "2025-02-28")
    assert due(ran.data) == [("penalty-decision", "2025-02-10", None)]
    told = lease(office, "waive", "D-1", "--reason", "goodwill", "--on", "2025-02-12")
    assert told["state"] == "closed"


def test_late_entry_gives_what_entry_in_time_gives(office: Office) -> None:
    lease(office, *BROKE)
    lease(office, "return", "D-1", "--on", "2023-06-20")
    told = lease(office, *SHIPPED)

    assert (told["state"], told["due"], told["moved"]) == ("returned", [], ["acme/101"])
    assert history(office, "D-1")[-1] == (4, "ship", "2023-06-12", None)


REFUSED: list[tuple[tuple[str, ...], int, str]] = [
    (("fault", "D-9", "--cause", "normal"), 4, "no-such-device"),
    (("fault", "D-2", "--cause", "normal"), 4, "never-leased"),
    (("fault", "D-1", "--cause", "rain"), 3, "bad-setting"),
    (("fault", "D-1", "--cause", "normal", "--on", "2150-01-01"), 3, "in-the-future"),
    (("lost", "D-1", "--on", "2023-06-31"), 3, "day-unreadable"),
    (("lost", "D-1", "--on", "2025-02-01", "--claimed", "2025-01-31"), 3, "claimed-before"),
    (("lost", "D-1", "--on", "2025-02-01", "--claimed", "2150-01-01"), 3, "in-the-future"),
    (("pay", "D-1"), 5, "step-not-allowed"),
    (("waive", "D-1", "--reason", " "), 2, "lease-reason-missing"),
    (("decline", "D-1"), 5, "step-not-allowed"),
    (("extend", "D-1", "--until", "2150-01-01", "--reason", "x"), 5, "step-not-allowed"),
    (("ship", "D-1", "--replacement", "D-1"), 5, "replaces-itself"),
    (("ship", "D-1", "--replacement", "D-9"), 4, "no-such-device"),
    (("ship", "D-1", "--replacement", "D-2"), 5, "step-not-allowed"),
    (("return", "D-1", "--on", "2023-01-14"), 5, "step-not-allowed"),
]


def test_what_cannot_be_is_refused_and_stores_nothing(office: Office) -> None:
    before = office.rows()
    found = [office.ask("lease", *words) for words, _, _ in REFUSED]

    assert [(ran.code, *ran.codes) for ran in found] == [
        (code, error) for _, code, error in REFUSED
    ]
    assert office.rows() == before


def test_one_account_a_device_holds_for_replacements_too(office: Office) -> None:  # J-A1
    office.accounts("102")
    office.do("device", "assign", "D-2", "102")
    lease(office, *BROKE)
    before = office.rows()
    assert office.ask("lease", *SHIPPED).codes == ["device-taken"]
    assert office.rows() == before


def test_a_device_that_two_accounts_claim_is_settled_before_it_is_replaced(office: Office) -> None:
    office.accounts("102")
    claims = [("D-9", "ios", one) for one in ("101", "102")]
    header = ("device", "platform", "extension")
    office.run("device", "import", office.table("shared.csv", header, *claims))
    office.do("lease", "start", "D-9", "--price", "1", "--on", "2023-01-15", *WARRANTY)
    lease(office, "fault", "D-9", "--on", "2023-06-10", "--cause", "normal")
    shipped = ("ship", "D-9", "--replacement", "D-2", "--on", "2023-06-12")

    assert office.ask("lease", *shipped).codes == ["several-accounts"]
    office.do("device", "keep", "D-9", "102")
    assert lease(office, *shipped)["moved"] == ["acme/102"]


def test_a_refused_step_tells_what_is_possible(office: Office) -> None:
    said = office.run("lease", "pay", "D-1", "--on", "2023-02-01").err

    assert "was leased on 2023-02-01: pay was not possible then" in said
    assert "possible on that day: fault, lost, end, return" in said


def test_what_is_entered_twice_counts_once(office: Office) -> None:
    lease(office, *BROKE)
    lease(office, *SHIPPED)
    again = [office.ask("lease", *words).codes for words in (BROKE, SHIPPED)]
    assert again == [["already-entered"], ["already-entered"]]

    more = ("extend", "D-1", "--until", "2023-07-10", "--reason", "x", "--on", "2023-06-20")
    lease(office, *more)
    assert office.ask("lease", *more).codes == ["extends-nothing"]
    lease(office, "lost", "D-1", "--on", "2023-06-21")
    assert office.ask("lease", "lost", "D-1", "--on", "2023-06-22").codes == ["step-not-allowed"]


def test_with_both_charges_open_one_must_be_named(office: Office) -> None:
    lease(office, *BROKE)
    lease(office, *SHIPPED)
    lease(office, "return", "D-1", "--on", "2023-07-15")
    again = ("--price", "20,000", "--on", "2024-01-15", "--warranty-months", "0")
    office.do("lease", "start", "D-1", *again)
    lease(office, "lost", "D-1", "--on", "2024-02-01")

    assert office.ask("lease", "pay", "D-1", "--on", "2024-02-02").codes == ["which-charge"]
    lease(office, "pay", "D-1", "--on", "2024-02-02", "--of", "penalty")
    told = lease(office, "pay", "D-1", "--on", "2024-02-02")
    assert [(one["kind"], one["yen"], one["settled"]) for one in told["charges"]] == [
        ("penalty", 43_780, "paid"),
        ("damage", 22_000, "paid"),
    ]


def test_a_device_shipped_before_an_end_that_is_over_is_out_of_use_too(office: Office) -> None:
    office.do("contract", "end", "1", "--on", "2025-03-31")
    lease(office, "fault", "D-1", "--on", "2023-06-10", "--cause", "normal")

    told = lease(office, *SHIPPED)
    assert (told["replacement"]["state"], told["moved"]) == ("return-due", [])
    assert due(told["replacement"]) == [("end-return", "2025-04-30", 43_780)]
    assert on(office)["D-2"] == []
