"""The register of leases: what is entered is stored whole, and shown as the rules make it."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from onhook.leasing.register import enter, recorded
from onhook.store.schema import lease
from onhook_devices.leasing.details import details_of, read_event
from onhook_devices.leasing.errors import StepNotAllowed
from onhook_devices.leasing.events import Event, Fault, Return, ServiceEnd, Shipping
from tests.leasing.exploring import JIYU, events_on

if TYPE_CHECKING:
    from tests.workspaces import Office

pytestmark = pytest.mark.each_database
START = ("lease", "start", "D-1", "--price", "39,800", "--on", "2025-01-15")
WARRANTY = ("--warranty-months", "12")


@pytest.fixture
def office(acme: Office) -> Office:
    """Return an office whose contract is old enough, and a device."""
    acme.do("contract", "start", "--on", "2025-01-15")
    acme.do("device", "add", "D-1", "--platform", "ios", "--level", "17.2", "--model", "iPhone 15")
    return acme


def happened(office: Office, *events: Event) -> None:
    for event in events:
        with office.open().writing() as work:
            enter(work, recorded(work, "D-1"), event, JIYU)


def leases(office: Office) -> list[tuple[str, int, str, int, bool]]:
    """Return the table of leases: device, number, state, price, whether it was bought."""
    kept = (lease.c.device_id, lease.c.number, lease.c.state, lease.c.price_yen, lease.c.is_bought)
    with office.open().reading() as work:
        rows = work.connection.execute(select(*kept).order_by(*kept[:2]))
        return [tuple(row) for row in rows]


@given(
    st.dates(date(2000, 1, 1), date(2090, 1, 1)).flatmap(lambda d: st.sampled_from([*events_on(d)]))
)
def test_an_event_is_read_as_it_was_written(event: Event) -> None:
    assert read_event(event.verb, event.on, details_of(event)) == event


def test_a_device_that_went_out_is_leased(office: Office) -> None:
    ran = office.ask(*START, *WARRANTY)

    assert ran.data == {"device": "D-1", "state": "leased", "on": "2025-01-15"}
    assert office.ask("device", "show", "D-1").data["devices"][0]["ownership"] == "leased"
    assert leases(office) == [("D-1", 1, "leased", 39_800, False)]


def test_the_whole_life_is_shown(office: Office) -> None:
    office.do(*START, *WARRANTY)
    happened(
        office,
        Fault(on=date(2025, 10, 1), cause="normal"),
        Shipping(on=date(2025, 10, 2), replacement="D-2"),
    )

    shown = office.do("lease", "show", "D-1", "--today", "2025-10-20").out
    said, header, *lines = shown.splitlines()
    assert said == "device D-1: return due on 2025-10-20"
    assert header.split() == ["entry", "day", "what", "happened", "entered"]
    assert [re.split(r" +\d{4}-\d\d-\d\d \w+ *$", line)[0] for line in lines[:3]] == [
        "1      2025-01-15  went out: acme, 39,800 JPY, warranty 12 months",
        "2      2025-10-01  fault reported: used as prescribed",
        "3      2025-10-02  replacement shipped: D-2",
    ]
    assert lines[3:] == [
        "by 2025-10-16: the broken device is sent back (J-L2), else 43,780 JPY",
        "sale price 39,800",
        "tax 10 % 3,980",
        "penalty of 2025-10-17: 43,780 JPY, open (J-L3)",
    ]
    data = office.ask("lease", "show", "D-1", "--today", "2025-10-20").data
    assert [one["step"] for one in data["entries"]] == ["start", "fault", "ship"]
    assert [one["amount_if_missed"] for one in data["due"]] == [43_780]
    assert [one["yen"] for one in data["charges"]] == [43_780]


def test_the_state_of_a_day_is_without_what_came_later(office: Office) -> None:
    office.do(*START, *WARRANTY)
    happened(office, ServiceEnd(on=date(2025, 2, 28)))

    def state(today: str) -> str:
        return str(office.ask("lease", "show", "D-1", "--today", today).data["state"])

    assert [state("2025-02-27"), state("2025-02-28")] == ["leased", "return-due"]


def test_the_list_tells_what_is_due_and_overdue(office: Office) -> None:
    office.do(*START, *WARRANTY)
    happened(office, ServiceEnd(on=date(2025, 2, 28)))

    def listed(*words: str) -> list[tuple[str, str, bool]]:
        found = office.ask("lease", "list", *words).data["leases"]
        return [(one["device"], one["due_on"], one["overdue"]) for one in found]

    assert listed("--today", "2025-03-31") == [("D-1", "2025-03-31", False)]
    assert listed("--today", "2025-04-01") == [("D-1", "2025-03-31", True)]
    assert listed("--state", "leased") == []
    assert "2025-03-31 !" in office.do("lease", "list", "--today", "2025-04-01").out
    assert office.run("lease", "list", "--state", "gone").code == 3


def test_what_does_not_fit_stores_nothing(office: Office) -> None:
    office.do(*START, *WARRANTY)
    before = office.rows()

    again = office.ask(*START, *WARRANTY)
    assert (again.code, again.codes) == (5, ["already-entered"])
    other = office.ask(*START[:-1], "2025-01-16", *WARRANTY)
    assert (other.code, other.codes) == (5, ["step-not-allowed"])
    with pytest.raises(StepNotAllowed):
        happened(office, Shipping(on=date(2025, 10, 2), replacement="D-2"))
    assert office.rows() == before


def test_a_device_sent_back_goes_out_again_under_a_number_of_its_own(office: Office) -> None:
    office.do(*START, *WARRANTY)
    happened(office, Return(on=date(2025, 3, 1)))
    office.do("lease", "start", "D-1", "--price", "1", "--on", "2025-04-01", *WARRANTY)

    assert leases(office) == [
        ("D-1", 1, "returned", 39_800, False),
        ("D-1", 2, "leased", 1, False),
    ]
    assert len(office.rows()["lease_event"]) == 3


@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        (START, 3, "warranty-unknown"),
        ((*START[:-1], "2999-01-01", *WARRANTY), 3, "day-unreadable"),
        ((*START[:-1], "2099-01-01", *WARRANTY), 3, "in-the-future"),
        ((*START[:2], "D-9", *START[3:], *WARRANTY), 4, "no-such-device"),
        (("lease", "show", "D-1"), 4, "never-leased"),
    ],
)
@pytest.mark.sqlite_alone
def test_what_cannot_be_is_told(
    office: Office, words: tuple[str, ...], code: int, error: str
) -> None:
    ran = office.ask(*words)

    assert (ran.code, ran.codes) == (code, [error])


@pytest.mark.sqlite_alone
def test_a_device_went_out_before_its_customers_contract_was_entered(office: Office) -> None:
    office.do(*START[:-1], "2019-12-31", *WARRANTY)

    assert office.ask("contract", "list").data["contracts"][0]["started_on"] == "2025-01-15"
    (lease,) = office.ask("lease", "list").data["leases"]
    assert (lease["device"], lease["started_on"]) == ("D-1", "2019-12-31")


@pytest.mark.sqlite_alone
def test_a_device_does_not_go_out_after_the_last_contract(office: Office) -> None:
    office.do("contract", "end", "1", "--on", "2025-06-30")

    ran = office.ask(*START[:-1], "2025-07-01", *WARRANTY)
    assert (ran.code, ran.codes) == (4, ["no-contract-then"])


@pytest.mark.sqlite_alone
def test_a_service_that_leases_nothing_says_so(mobile: Office) -> None:
    mobile.do("contract", "start", "--on", "2025-01-15")
    mobile.do("device", "add", "D-1", "--platform", "ios")

    assert mobile.ask(*START, *WARRANTY).codes == ["not-agreed"]


@pytest.mark.sqlite_alone
def test_a_device_may_be_sold_or_lent_by_a_partner(office: Office) -> None:
    office.do(*START, *WARRANTY, "--bought")
    office.do("device", "add", "D-2", "--platform", "ios")
    office.do("lease", "start", "D-2", *START[3:], *WARRANTY, "--lessor", "青山通信")

    assert [(state, is_bought) for _, _, state, _, is_bought in leases(office)] == [
        ("bought", True),
        ("leased", False),
    ]
    details = office.ask("lease", "show", "D-2").data["entries"][0]["details"]
    assert (details["lessor"], details["lessor_name"]) == ("partner", "青山通信")
    assert office.ask("device", "show", "D-1").data["devices"][0]["ownership"] == "own"
