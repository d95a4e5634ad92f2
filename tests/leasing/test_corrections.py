"""A wrong entry is corrected and never deleted; what followed from it is put right, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.leasing.desk import begin, due, history, lease, links, on

if TYPE_CHECKING:
    from tests.workspaces import Office, Prepared

WHY = ("--reason", "misread")


def replace(acme: Office) -> None:
    begin(acme)
    acme.do("lease", "fault", "D-1", "--on", "2023-06-10", "--cause", "normal")
    acme.do("lease", "ship", "D-1", "--replacement", "D-2", "--on", "2023-06-12")


@pytest.fixture
def office(prepared: Prepared) -> Office:
    """Return an office where D-2 took the place of D-1."""
    return prepared(replace)


def start_of(office: Office, device: str) -> dict[str, object]:
    """Return the details of a device's first entry, as they count."""
    entries = lease(office, "show", device)["entries"]
    latest = [one for one in entries if 1 in (one["number"], one["corrects"])][-1]
    return {"on": latest["on"], **latest["details"]}


def test_a_loss_that_was_none_gives_the_account_back(office: Office) -> None:
    lease(office, "lost", "D-2", "--on", "2024-02-01")
    assert on(office)["D-2"] == []

    told = lease(office, "correct", "D-2", "2", "--nothing", *WHY)
    assert (told["state"], told["restored"], told["step"]) == ("leased", ["acme/101"], None)
    assert (on(office)["D-2"], links(office)["D-2"]) == (["acme/101"], "revoked")
    assert history(office, "D-2")[1:] == [(2, "lost", "2024-02-01", None), (3, None, None, 2)]
    assert office.ask("issue", "101").data["kits"][0]["state"] in ("changed", "renewed")


def test_what_somebody_changed_since_is_left_alone(office: Office) -> None:
    lease(office, "lost", "D-2", "--on", "2024-02-01")
    office.accounts("102")
    office.do("device", "assign", "D-2", "102")

    told = lease(office, "correct", "D-2", "2", "--nothing", *WHY)
    assert (told["restored"], on(office)["D-2"]) == ([], ["acme/102"])


def test_another_day_moves_the_deadline(office: Office) -> None:
    told = lease(office, "correct", "D-1", "3", "--on", "2023-06-15", *WHY)

    assert due(told) == [("replacement-return", "2023-06-29", 43_780)]
    assert [(one["device"], one["on"]) for one in told["others"]] == [("D-2", "2023-06-15")]
    assert start_of(office, "D-2")["on"] == "2023-06-15"


def test_another_replacement_takes_the_lease_and_the_account(office: Office) -> None:
    told = lease(office, "correct", "D-1", "3", "--replacement", "D-3", *WHY)

    assert [(one["device"], one["state"]) for one in told["others"]] == [
        ("D-2", "in-stock"),
        ("D-3", "leased"),
    ]
    assert on(office) == {"D-1": [], "D-2": [], "D-3": ["acme/101"]}
    assert links(office)["D-2"] == "revoked"
    assert start_of(office, "D-3")["replaces"] == "D-1"


def test_a_shipping_that_was_none_leaves_the_account_where_it_was(office: Office) -> None:
    told = lease(office, "correct", "D-1", "3", "--nothing", *WHY)

    assert (told["state"], told["restored"]) == ("fault-reported", ["acme/101"])
    assert on(office) == {"D-1": ["acme/101"], "D-2": [], "D-3": []}
    again = lease(office, "ship", "D-1", "--replacement", "D-2", "--on", "2023-06-13")
    assert again["moved"] == ["acme/101"]


def test_a_corrected_price_is_inherited(office: Office) -> None:  # J-L5
    lease(office, "lost", "D-2", "--on", "2024-02-01")
    lease(office, "pay", "D-2", "--on", "2024-02-02")
    lease(office, "ship", "D-2", "--replacement", "D-3", "--on", "2024-02-03")

    told = lease(office, "correct", "D-1", "1", "--price", "49,800", *WHY)
    further = told["others"][0]
    assert [further["device"], told["others"][1]["device"]] == ["D-2", "D-3"]
    assert [start_of(office, one)["price_yen"] for one in ("D-1", "D-2", "D-3")] == [49_800] * 3
    assert further["charges"][0]["yen"] == 43_824  # year 2: 39,840; + 3,984


def test_an_entry_may_be_of_another_step(office: Office) -> None:
    lease(office, "return", "D-1", "--on", "2023-06-20")
    told = lease(office, "correct", "D-1", "4", "--step", "lost", *WHY)

    assert (told["state"], told["step"], told["on"]) == ("return-due", "lost", "2023-06-20")
    assert lease(office, "correct", "D-1", "4", "--step", "return", *WHY)["state"] == "returned"


def test_a_return_that_was_a_shipping_moves_the_account(office: Office) -> None:
    lease(office, "fault", "D-2", "--on", "2024-02-01", "--cause", "normal")
    lease(office, "return", "D-2", "--on", "2024-02-03")
    shipped = ("--step", "ship", "--replacement", "D-3")

    told = lease(office, "correct", "D-2", "3", *shipped, *WHY)
    assert (told["state"], told["others"][0]["restored"]) == ("return-due", ["acme/101"])
    assert on(office) == {"D-1": [], "D-2": [], "D-3": ["acme/101"]}


def test_what_was_taken_back_may_be_put_forward_again(office: Office) -> None:
    lease(office, "lost", "D-2", "--on", "2024-02-01")
    lease(office, "correct", "D-2", "2", "--nothing", *WHY)

    told = lease(office, "correct", "D-2", "2", "--on", "2024-03-01", *WHY)
    assert (told["state"], on(office)["D-2"]) == ("lost", [])


def test_the_timeline_tells_what_was_corrected(office: Office) -> None:
    lease(office, "correct", "D-1", "3", "--on", "2023-06-11", "--reason", "the slip says 11")
    lines = office.do("lease", "show", "D-1").out.splitlines()

    assert lines[1].split() == ["entry", "day", "what", "happened", "entered"]
    assert [line.split()[:2] for line in lines[2:5]] == [
        ["1", "2023-01-15"],
        ["2", "2023-06-10"],
        ["3", "2023-06-11"],
    ]
    assert "entry 4 corrected it: before it said 2023-06-12 replacement shipped: D-2." in lines[5]
    assert "Reason: the slip says 11" in lines[5]
    assert "記録 4 で訂正" in office.do("lease", "show", "D-1", "--lang", "ja").out


def test_a_late_correction_of_the_contracts_end_reaches_the_device(office: Office) -> None:
    lease(office, "return", "D-2", "--on", "2024-02-01")
    office.do("contract", "end", "1", "--on", "2024-03-31")
    assert lease(office, "show", "D-2")["due"] == []

    told = lease(office, "correct", "D-2", "2", "--nothing", *WHY)
    assert (told["state"], told["restored"]) == ("return-due", [])
    assert due(told) == [("end-return", "2024-04-30", 43_780)]


REFUSED: list[tuple[tuple[str, ...], int, str]] = [
    (("D-1", "9", "--nothing"), 4, "no-such-event"),
    (("D-9", "1", "--nothing"), 4, "no-such-device"),
    (("D-3", "1", "--nothing"), 4, "never-leased"),
    (("D-1", "2"), 2, "nothing-right"),
    (("D-1", "2", "--nothing", "--on", "2023-06-11"), 2, "nothing-right"),
    (("D-1", "2", "--until", "2023-06-11"), 2, "not-of-that-step"),
    (("D-1", "2", "--step", "extend"), 2, "not-enough-for-step"),
    (("D-1", "2", "--step", "start"), 2, "start-stays-start"),
    (("D-1", "2", "--step", "sing"), 3, "bad-setting"),
    (("D-1", "2", "--cause", "normal"), 5, "already-corrected"),
    (("D-1", "2", "--cause", "misuse"), 5, "later-step-impossible"),
    (("D-1", "2", "--on", "2150-01-01"), 3, "in-the-future"),
    (("D-1", "3", "--replacement", "D-1"), 5, "replaces-itself"),
    (("D-1", "3", "--replacement", "D-9"), 4, "no-such-device"),
    (("D-2", "1", "--price", "1"), 5, "follows-shipping"),
    (("D-2", "1", "--nothing"), 5, "follows-shipping"),
]


def test_what_cannot_be_right_is_refused_and_stores_nothing(office: Office) -> None:
    before = office.rows()
    found = [office.ask("lease", "correct", *words, *WHY) for words, _, _ in REFUSED]

    assert [(ran.code, *ran.codes) for ran in found] == [
        (code, error) for _, code, error in REFUSED
    ]
    assert office.rows() == before
