"""The end of a contract starts the return clock of its devices, or does not (J-L10 to J-L12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.leasing.desk import begin, due, history, lease, links, on, pending

if TYPE_CHECKING:
    from tests.workspaces import Office, Prepared


@pytest.fixture
def office(prepared: Prepared) -> Office:
    return prepared(begin)


@pytest.mark.each_database
def test_a_cancellation_ends_the_month_after_and_devices_are_due_the_next(office: Office) -> None:
    ran = office.ask("contract", "cancel", "1", "--on", "2998-01-10")  # J-L11

    assert ran.data["ends_on"] == "2998-02-28"
    assert [(one["device"], due(one)) for one in ran.data["devices"]] == [
        ("D-1", [("end-return", "2998-03-31", 43_780)])
    ]
    assert (links(office), on(office)["D-1"], pending(office)) == (
        {"D-1": "live"},
        ["acme/101"],
        [],
    )
    again = office.ask("contract", "cancel", "1", "--on", "2998-01-10")
    assert (again.code, again.codes) == (5, ["contract-ended"])
    assert history(office, "D-1")[1:] == [(2, "end", "2998-02-28", None)]


def test_the_same_is_said_in_words(office: Office) -> None:
    said = office.do("contract", "cancel", "1", "--on", "2026-01-10").out
    assert "D-1: return due; by 2026-03-31 it is to be sent back (J-L10, J-L13)" in said

    said = office.run("contract", "show", "1", "--lang", "ja").out
    assert "2026-02-28" in said


def test_a_disqualification_ends_at_once_and_all_debts_fall_due(office: Office) -> None:  # J-L12
    lease(office, "fault", "D-1", "--on", "2025-02-01", "--cause", "misuse")
    ran = office.ask("contract", "end", "1", "--on", "2025-03-10", "--disqualified")

    assert due(ran.data["devices"][0]) == [("end-return", "2025-04-30", 43_780)]
    assert [(one["kind"], one["yen"]) for one in ran.data["debts"]] == [("penalty", 43_780)]
    assert (links(office), pending(office)) == (
        {"D-1": "revoked"},
        [("disable", "contract-ended")],
    )
    entries = lease(office, "show", "D-1")["entries"]
    assert entries[-1]["details"] == {"by": "disqualified"}


def test_a_suspension_shuts_off_and_no_clock_runs(office: Office) -> None:  # J-L12
    ran = office.ask("contract", "end", "1", "--suspended")

    assert ran.data["ends_on"] is None
    assert (ran.data["disabled"], ran.data["devices"]) == (["acme/101"], [])
    assert (links(office), pending(office)) == ({"D-1": "revoked"}, [("disable", "suspended")])
    assert lease(office, "show", "D-1")["state"] == "leased"
    assert office.ask("issue", "101").codes == ["account-disabled"]
    office.do("account", "enable", "101")
    assert office.ask("issue", "101").code == 0


def test_what_is_said_of_an_end_must_fit_together(office: Office) -> None:
    both = office.ask("contract", "end", "1", "--suspended", "--disqualified")
    assert (both.code, both.codes) == (2, ["endings-apart"])
    later = office.ask("contract", "end", "1", "--suspended", "--on", "2998-01-01")
    assert (later.code, later.codes) == (3, ["in-the-future"])


def test_an_end_that_is_moved_moves_the_deadline(office: Office) -> None:
    office.do("contract", "cancel", "1", "--on", "2998-01-10")
    ran = office.ask("contract", "end", "1", "--on", "2998-04-15")

    assert due(ran.data["devices"][0]) == [("end-return", "2998-05-31", 43_780)]
    assert history(office, "D-1")[1:] == [
        (2, "end", "2998-02-28", None),
        (3, "end", "2998-04-15", 2),
    ]
    again = office.ask("contract", "end", "1", "--on", "2998-04-15")
    assert (again.code, again.data["devices"]) == (0, [])


def test_a_device_that_was_back_before_is_not_asked_for(office: Office) -> None:
    lease(office, "return", "D-1", "--on", "2025-02-01")

    assert office.ask("contract", "end", "1", "--on", "2025-03-31").data["devices"] == []


def test_a_device_sent_back_after_an_end_that_is_entered_late_was_late(office: Office) -> None:
    lease(office, "return", "D-1", "--on", "2025-06-01")
    ran = office.ask("contract", "end", "1", "--on", "2025-03-31")  # due back on 2025-04-30

    assert [(one["kind"], one["arises_on"]) for one in ran.data["devices"][0]["charges"]] == [
        ("penalty", "2025-05-01")
    ]


def test_an_end_that_does_not_fit_a_life_ends_nothing(office: Office) -> None:
    office.do("contract", "cancel", "1", "--on", "2025-01-10")  # to 2025-02-28: due 2025-03-31
    before = office.rows()
    ran = office.ask("contract", "end", "1", "--on", "2025-04-30")

    assert ran.code == 5
    assert office.rows() == before


def test_a_lease_entered_late_ends_with_its_contract(office: Office) -> None:
    office.do("contract", "end", "1", "--on", "2025-03-31")
    started = ("--price", "10,000", "--on", "2024-05-01", "--warranty-months", "0")
    office.do("lease", "start", "D-2", *started)

    assert due(lease(office, "show", "D-2")) == [("end-return", "2025-04-30", 11_000)]


def test_the_service_may_end_for_one_device_alone(office: Office) -> None:  # J-L11
    assert office.ask("lease", "end", "D-1").codes == ["which-end"]
    told = lease(office, "end", "D-1", "--asked", "2025-01-10")

    assert (told["on"], told["details"]) == ("2025-02-28", {"by": "cancelled"})
    assert due(told) == [("end-return", "2025-03-31", 43_780)]
    assert (on(office)["D-1"], pending(office)) == ([], [("password", "service-ended")])
    assert office.ask("lease", "end", "D-1", "--asked", "2025-01-10").code == 5


def test_a_contract_whose_service_leases_nothing_ends_as_ever(office: Office) -> None:
    office.do("init", "--service", "biglobe-mobile")
    office.do("contract", "start", "--on", "2025-01-01")

    ran = office.ask("contract", "end", "2")
    assert (ran.code, ran.data["devices"]) == (0, [])
    office.do("contract", "start")
    ran = office.ask("contract", "end", "3", "--suspended")
    assert (ran.code, ran.codes) == (6, ["not-agreed"])
