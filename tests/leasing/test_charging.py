"""`lease charges` and `lease report`: what is owed, at risk, and who is punctual."""

from __future__ import annotations

import csv
import stat
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from onhook.store.schema import lease
from onhook_devices.leasing.debts import debts
from onhook_devices.leasing.events import (
    Decline,
    Event,
    Fault,
    Loss,
    Payment,
    Return,
    ServiceEnd,
    Shipping,
    Waiver,
)
from onhook_devices.leasing.exposure import exposure
from onhook_devices.leasing.lease import State
from onhook_devices.leasing.life import live
from onhook_devices.leasing.warranty import leases_of
from tests.leasing.exploring import CONTRACT, JIYU, PRICE, start
from tests.leasing.registers import fill, happens, years_later

if TYPE_CHECKING:
    from tests.workspaces import Office, Prepared

pytestmark = pytest.mark.each_database
ENDED = ServiceEnd(on=date(2027, 2, 28))
PAID = Payment(on=date(2027, 6, 1), of="penalty")
LOST = Loss(on=date(2027, 5, 1))
FAR = date(2099, 1, 1)


def with_charges(acme: Office) -> None:
    """Make charges of each kind, open and settled, and devices that owe nothing."""
    acme.do("contract", "start", "--on", "2025-01-15")
    phones: dict[str, tuple[Event, ...]] = {
        "D-1": (start(), LOST),
        "D-2": (start(), ENDED, Return(on=date(2027, 4, 10))),  # 10 days late
        "D-3": (start(), ENDED, Return(on=date(2027, 3, 31))),  # the last day in time
        "D-4": (start(), ENDED, Return(on=date(2027, 4, 5)), PAID),
        "D-5": (start(), Loss(on=date(2025, 5, 1)), Waiver(on=date(2025, 5, 2), of="damage")),
        "D-6": (start(),),
    }
    tablets: dict[str, tuple[Event, ...]] = {
        "T-1": (start(date(2026, 12, 1), contract_on=date(2026, 12, 1), price_yen=19_800),),
        "T-2": (start(), ServiceEnd(on=date(2027, 4, 30))),  # due back on 31 May
        "T-3": (start(date(2027, 5, 1), is_bought=True),),
    }
    fill(acme, phones, model="Phone")
    fill(acme, tablets, model="Tablet")


@pytest.fixture
def office(prepared: Prepared) -> Office:
    return prepared(with_charges)


def owed(office: Office, *words: str) -> list[tuple[str, str, str, int, str | None]]:
    found = office.ask("lease", "charges", *words).data["charges"]
    names = ("device", "kind", "arises_on", "yen", "settled")
    return [tuple(one[name] for name in names) for one in found]


def test_a_charge_prints_its_reasoning_line_by_line(office: Office) -> None:
    said = office.do("lease", "charges", "--today", "2027-05-01").out
    japanese = office.do("lease", "charges", "--today", "2027-05-01", "--lang", "ja").out

    assert said.splitlines()[-7:] == [
        "D-1 (acme): damage-and-loss charge of 2027-05-01 (J-L7), open",
        "  sale price 39,800",
        "  year 3: less 40 % = 23,880",
        "  tax 10 % 2,388",
        "  26,268 JPY (J-L5)",
        "",
        "open charges on 2027-05-01: 3, 113,828 JPY",
    ]
    assert "  3年目：40 % 減額 = 23,880円\n  消費税 10 % 2,388円\n  26,268円 (J-L5)" in japanese


def test_charges_are_those_of_the_day_and_open_unless_all_are_asked_for(office: Office) -> None:
    late = [("D-2", "penalty", "2027-04-01", 43_780, None)]
    paid_later = ("D-4", "penalty", "2027-04-01", 43_780, None)

    assert owed(office, "--today", "2027-03-31") == []
    assert owed(office, "--today", "2027-04-01") == [*late, paid_later]
    assert owed(office, "--today", "2027-06-01", "--open") == [
        *late,
        ("D-1", "damage", "2027-05-01", 26_268, None),
        ("T-2", "penalty", "2027-06-01", 43_780, None),
    ]
    assert owed(office, "--today", "2027-05-31", "--all") == [
        ("D-5", "damage", "2025-05-01", 43_780, "waived"),
        *late,
        paid_later,
        ("D-1", "damage", "2027-05-01", 26_268, None),
    ]


def test_json_tells_sum_tax_and_rule(office: Office) -> None:
    data = office.ask("lease", "charges", "--today", "2027-05-01").data

    assert data["open_yen"] == 2 * 43_780 + 26_268
    assert data["charges"][-1] == {
        "device": "D-1",
        "customer": "acme",
        "kind": "damage",
        "arises_on": "2027-05-01",
        "due_on": None,
        "why": "J-L7",
        "net_yen": 23_880,
        "tax_yen": 2_388,
        "yen": 26_268,
        "settled": None,
        "rule": "J-L5",
        "steps": ["sale price 39,800", "year 3: less 40 % = 23,880", "tax 10 % 2,388"],
    }


def test_all_debts_are_due_at_once_when_a_customer_is_disqualified(office: Office) -> None:
    happens(office, "D-6", ServiceEnd(on=date(2027, 4, 20), by="disqualified"))  # J-L12

    def due(today: str) -> dict[str, str | None]:
        found = office.ask("lease", "charges", "--today", today).data["charges"]
        return {one["device"]: one["due_on"] for one in found}

    assert due("2027-04-19") == {"D-2": None, "D-4": None}
    assert due("2027-05-01") == {"D-2": "2027-04-20", "D-4": "2027-04-20", "D-1": "2027-05-01"}
    said = office.do("lease", "charges", "--today", "2027-05-01").out
    assert "  43,780 JPY (J-L3)\n  to be paid at once since 2027-04-20 (J-L12)\n" in said


@pytest.mark.sqlite_alone
def test_another_customer_owes_nothing(office: Office) -> None:
    office.do("customer", "add", "sakura")

    assert owed(office, "--customer", "sakura", "--all") == []
    assert len(owed(office, "--customer", "acme", "--today", "2027-05-31")) == 3
    said = office.do("lease", "report", "--customer", "sakura", "--today", "2027-05-01").out
    assert said.splitlines()[0] == "2027-05-01: 0 devices out, 0 of them overdue"


# The report


def figures(office: Office, today: str) -> dict[str, dict[str, Any]]:
    found = office.ask("lease", "report", "--today", today).data
    return {one["model"]: one for one in found["models"]} | {"all": found["total"]}


@pytest.mark.parametrize("kept", [True, False], ids=["kept", "of an earlier onhook"])
def test_the_report_against_figures_made_by_hand(
    office: Office,
    kept: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    if not kept:
        with office.open(years_later).writing() as work:
            work.connection.execute(update(lease).values(due_rule=None, returned_on=None))
    found = figures(office, "2027-05-31")

    phone, tablet = found["Phone"], found["Tablet"]
    # Out are D-1, lost with its charge; D-5, whose charge was waived and whose replacement is
    # still to ship; and D-6 in its third year: 23,880 and tax.
    assert (phone["devices"], phone["by_year"]["3"], phone["exposure_yen"]) == (3, 3, 26_268)
    assert (phone["open_charges"], phone["open_yen"]) == (3, 2 * 43_780 + 26_268)
    assert (phone["returns"], phone["in_time"], phone["days_late"]) == (3, 1, 15)
    assert (phone["percent_in_time"], phone["mean_days_late"]) == (33.3, 7.5)
    # T-1 in its first year, 19,800 and tax; T-2 due back that day, the penalty; T-3 was bought.
    assert (tablet["devices"], tablet["exposure_yen"]) == (2, 21_780 + 43_780)
    assert (tablet["by_year"]["1"], tablet["by_year"]["3"]) == (1, 1)
    assert (tablet["overdue"], tablet["returns"], tablet["percent_in_time"]) == (0, 0, None)
    for name in ("devices", "exposure_yen", "open_yen", "returns", "days_late"):
        assert found["all"][name] == phone[name] + tablet[name]


def test_what_is_overdue_is_owed_and_no_more_at_risk(office: Office) -> None:
    tablet = figures(office, "2027-06-01")["Tablet"]

    assert (tablet["devices"], tablet["overdue"], tablet["exposure_yen"]) == (2, 1, 21_780)
    assert (tablet["open_charges"], tablet["open_yen"]) == (1, 43_780)


def test_a_day_that_is_over_is_reported_as_it_was(office: Office) -> None:
    found = figures(office, "2027-02-28")

    assert found["Phone"]["devices"] == 6
    assert found["Phone"]["returns"] == 0
    assert found["Tablet"]["devices"] == 2


@pytest.mark.sqlite_alone
def test_the_csv_is_a_row_for_each_model(office: Office) -> None:
    path = office.home / "report.csv"
    office.do("lease", "report", "--csv", path, "--today", "2027-05-31")
    printed = office.do("lease", "report", "--csv", "-", "--today", "2027-05-31").out

    rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
    assert [(row["model"], row["devices"], row["year_3"]) for row in rows] == [
        ("Phone", "3", "3"),
        ("Tablet", "2", "1"),
    ]
    assert rows[0]["mean_days_late"] == "7.5"
    assert rows[1]["percent_in_time"] == ""
    assert list(csv.DictReader(printed.splitlines())) == rows
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert office.ask("lease", "report", "--csv", "/proc/no.csv").code == 7


@pytest.mark.sqlite_alone
def test_people_read_the_report(office: Office) -> None:
    said = office.do("lease", "report", "--today", "2027-05-31").out.splitlines()
    japanese = office.do("lease", "report", "--today", "2027-05-31", "--lang", "ja").out

    assert said[3].split() == ["all", "5", "1", "4", "91,828", "113,828", "33.3", "%", "(1/3)"]
    assert said[-1] == "late returns were 7.5 days late on average"
    assert "同日にすべて紛失した場合の負担金・違約金：91,828円" in japanese


# What a loss would cost


def cost_of_loss(*events: Event, on: date) -> int:
    """Return what the loss of a device adds to what is owed for it in the end."""
    before = sum(one.reckoning.result.total_yen for one in debts(live(events, JIYU), JIYU, on))
    after = live((*events, Loss(on=on)), JIYU)
    return sum(one.reckoning.result.total_yen for one in debts(after, JIYU, FAR)) - before


@settings(deadline=None)
@given(st.integers(1, 4000))
def test_exposure_is_what_a_loss_would_be_charged(age: int) -> None:
    day = CONTRACT + timedelta(days=age)
    broken = Fault(on=min(day, date(2026, 1, 1)), cause="normal")
    for events in ((start(),), (start(), broken)):
        state = live(events, JIYU).state
        found = exposure(JIYU, state, PRICE, contract_on=CONTRACT, today=day)
        assert found is not None
        assert found.result.total_yen == cost_of_loss(*events, on=day)


def test_exposure_of_a_device_that_is_due_back_is_the_penalty() -> None:
    day = date(2025, 10, 5)
    shipped = (
        Fault(on=date(2025, 10, 1), cause="normal"),
        Shipping(on=date(2025, 10, 2), replacement="D-2"),
    )
    found = exposure(JIYU, State.RETURN_DUE, PRICE, contract_on=CONTRACT, today=day)

    assert found is not None
    assert found.result.total_yen == 43_780 == cost_of_loss(start(), *shipped, on=day)


@pytest.mark.parametrize("state", sorted(set(State)))
def test_what_is_lost_or_back_is_at_no_risk(state: State) -> None:
    found = exposure(JIYU, state, PRICE, contract_on=CONTRACT, today=CONTRACT)

    at_risk = {State.LEASED, State.FAULT_REPORTED, State.REPLACED, State.RETURN_DUE}
    assert (found is not None) == (state in at_risk)


def test_a_service_may_charge_the_whole_price_for_a_loss() -> None:
    terms = leases_of(JIYU)
    whole = terms._replace(out_of_warranty=terms.out_of_warranty._replace(charge="penalty"))
    by, day = JIYU._replace(leases=whole), date(2029, 5, 1)

    found = exposure(by, State.LEASED, PRICE, contract_on=CONTRACT, today=day)
    assert found is not None
    assert found.result.total_yen == 43_780


def test_a_lost_device_whose_penalty_a_person_must_decide_owes_nothing_yet() -> None:
    life = live((start(), LOST, Decline(on=date(2027, 5, 2))), JIYU)

    assert exposure(JIYU, life.state, PRICE, contract_on=CONTRACT, today=FAR) is None
