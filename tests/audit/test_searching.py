"""What was done to a subject is found, also where it was done to many at once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from onhook.audit.searching import Wanted, search
from onhook.subjects import BadCustomerId, BadDeviceId, BadExtension
from tests.audit.trails import MONDAY, Clock, aged, note
from tests.workspaces import add_sakura

if TYPE_CHECKING:
    from tests.workspaces import Office, Prepared

pytestmark = pytest.mark.each_database


def fill(office: Office) -> None:
    add_sakura(office)
    for owner in ("acme", "sakura"):
        rows = (("extension", "auth_id", "password"), ("101", "a", "x"), ("1012", "b", "x"))
        office.do("account", "import", office.table("p.csv", *rows), "--customer", owner)
    header = ("device", "platform", "level", "extension")
    devices = (("D-1", "ios", "17.2", "101"), ("101", "ios", "17.2", "1012"))
    office.do("device", "import", office.table("d.csv", header, *devices), "--customer", "acme")
    office.do("issue", "acme/101", "acme/1012")
    office.do("account", "disable", "sakura/101")
    office.do("device", "set", "D-1", "--level", "17.4")
    office.do("device", "unassign", "D-1", "acme/101")


@pytest.fixture
def office(prepared: Prepared) -> Office:
    """Return an office with two customers who both have a 101, and a device called 101."""
    return prepared(fill)


def found(office: Office, **wanted: object) -> list[str]:
    with office.open().reading() as work:
        entries, more = search(work, Wanted(**wanted), limit=100)  # type: ignore[arg-type]  # by name
    assert more == 0
    assert [one.number for one in entries] == sorted(one.number for one in entries)
    return [f"{one.action} {one.subject}" for one in entries]


@pytest.mark.parametrize(
    ("subject", "customer", "expected"),
    [
        (
            "acme/101",
            None,
            ["account.import acme", "kit.issue acme", "device.unassign D-1"],
        ),
        ("101", "acme", ["account.import acme", "device.import acme", "kit.issue acme"]),
        ("sakura/101", None, ["account.import sakura", "account.disable sakura/101"]),
        ("ＡＣＭＥ/１０１２", None, ["account.import acme", "kit.issue acme"]),
        (
            "D-1",
            None,
            ["device.import acme", "kit.issue acme", "device.set D-1", "device.unassign D-1"],
        ),
        ("d-1", "sakura", ["device.import acme", "kit.issue acme"]),
        (
            "sakura",
            None,
            [
                "customer.add sakura",
                "contract.start sakura",
                "account.import sakura",
                "account.disable sakura/101",
            ],
        ),
        ("acme/999", None, []),
        ("D-99", None, []),
    ],
)
def test_a_subject_is_found_in_every_entry_that_concerns_it(
    office: Office, subject: str, customer: str | None, expected: list[str]
) -> None:
    told = found(office, subject=subject, customer=customer)
    assert [one for one in told if one in expected] == expected
    if customer is None:
        assert told == expected


def test_all_that_concerns_a_customer_is_found_with_its_devices(office: Office) -> None:
    told = found(office, customer="acme")
    assert {"device.set D-1", "device.unassign D-1", "kit.issue acme"} <= set(told)
    assert not [one for one in told if "sakura" in one]


@pytest.mark.parametrize(
    ("subject", "fault"),
    [("acme/10x", BadExtension), ("a/b/1", BadCustomerId), ("..", BadDeviceId)],
)
def test_what_can_be_no_subject_is_refused(
    acme: Office, subject: str, fault: type[Exception]
) -> None:
    with pytest.raises(fault):
        found(acme, subject=subject)


def test_who_what_and_when(acme: Office) -> None:
    clock = Clock(MONDAY.replace(hour=14, minute=59))
    workspace = acme.open(clock)
    note(workspace, "acme/101")
    clock.now += timedelta(minutes=1)  # midnight in Japan
    note(workspace, "acme/102", action="account.enable")
    note(workspace, "acme/103", action="accounts.other")
    day = MONDAY.date()
    assert found(acme, until=day, since=day) == ["account.disable acme/101"]
    assert found(acme, since=day + timedelta(days=1), until=day + timedelta(days=1)) == [
        "account.enable acme/102",
        "accounts.other acme/103",
    ]
    assert found(acme, action="account") == ["account.disable acme/101", "account.enable acme/102"]
    assert found(acme, action="account.enable") == ["account.enable acme/102"]
    assert found(acme, actor="nobody") == []
    assert len(found(acme, actor=workspace.actor, until=date(2026, 6, 1))) == 3


@pytest.mark.parametrize("subject", [None, "acme"])
def test_the_newest_come_first_and_the_rest_is_counted(acme: Office, subject: str | None) -> None:
    workspace = aged(acme)[0]
    with workspace.reading() as work:
        wanted = Wanted(subject, action="account.disable")
        entries, more = search(work, wanted, limit=2)
    assert [one.number for one in entries] == ([8, 10] if subject is None else [7, 10])
    assert more == (3 if subject is None else 2)
