"""Who leaves, and what each has still to do: apps, leased devices, charges, and the PBX's part."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from onhook.accounts.manage import disable_account, enable_account
from onhook.contracts import cancel_contract, end_contract
from onhook.devices.assignments import assign, unassign
from onhook.offboarding.departure import Departure
from onhook.pbx_changes import changes_named, mark_done
from onhook_devices.yen import Sum
from tests.offboarding.conftest import ASKED, leaving, lend, on_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.workspaces import Office

ENDS = date(2027, 2, 28)  # J-L11: asked on 10 January
DUE = date(2027, 3, 31)  # J-L10


def one(office: Office, day: date, name: str = "102") -> Departure:
    (found,) = leaving(office, day, name)
    assert isinstance(found, Departure), found
    return found


def cancel(office: Office, day: date = ASKED) -> None:
    with on_day(office, day) as work:
        cancel_contract(work, 1, asked_on=day)


def disable(office: Office, name: str, day: date = ASKED) -> None:
    with on_day(office, day) as work:
        disable_account(work, name, None)


def codes(found: Sequence[object]) -> list[str]:
    return [type(one).__name__ for one in found]


def test_who_is_in_use_leaves_not(office: Office) -> None:
    assert codes(leaving(office, ASKED, "101", "999")) == ["StillInUse", "NoSuchAccount"]
    assert leaving(office, ASKED) == []


def test_a_disabled_account_leaves_alone(office: Office) -> None:
    disable(office, "101")
    (found,) = leaving(office, ASKED)
    assert isinstance(found, Departure)
    assert (found.account, found.why, found.on) == ("acme/101", "account-disabled", ASKED)
    apps = [(app.name, app.device, app.platform, app.rule) for app in found.apps]
    assert apps == [("3CX", "D-1", "ios", ""), ("3CX", "D-2", "pc", "")]
    assert found.devices == ()


def test_the_pbx_has_shut_it_when_that_is_marked_and_not_before(office: Office) -> None:
    disable(office, "101")
    assert one(office, ASKED, "101").shut == "waiting"
    with on_day(office, ASKED) as work:
        mark_done(work, changes_named(work, ["101"], None)[0])
    assert one(office, ASKED, "101").shut == "done"
    with on_day(office, ASKED) as work:
        enable_account(work, "101", None)
        mark_done(work, changes_named(work, ["101"], None)[0])
        disable_account(work, "101", None)
    assert one(office, ASKED, "101").shut == "waiting"


@pytest.mark.each_database
def test_a_cancelled_contract_says_what_is_due_before_it_ends(office: Office) -> None:
    cancel(office)
    lend(office, "D-3", ASKED)
    found = one(office, ASKED)
    assert (found.why, found.on, found.shut) == ("contract-ends", ENDS, "later")
    (device,) = found.returns
    assert (device.device, device.due_on, device.rule) == ("D-3", DUE, "J-L10, J-L13")
    assert (device.freight, device.returned_to) == ("customer", "provider")
    assert device.days_left(DUE) == 0
    assert device.if_missed is not None
    assert device.if_missed.result == Sum(39_800, 3_980)  # J-L3
    assert [app.device for app in found.apps] == ["D-3"]
    assert [one.account for one in leaving(office, ASKED) if isinstance(one, Departure)] == [
        "acme/101",
        "acme/102",
        "acme/103",
    ]


@pytest.mark.each_database
def test_when_the_last_day_is_over_the_contract_ended_and_the_pbx_must_shut(office: Office) -> None:
    cancel(office)
    lend(office, "D-3", ASKED)
    assert one(office, ENDS).why == "contract-ends"
    found = one(office, ENDS + timedelta(days=1))
    assert (found.why, found.on, found.shut) == ("contract-ended", ENDS, "waiting")
    assert found.returns[0].due_on == DUE
    assert found.charges == ()


def test_a_device_not_sent_back_in_time_is_charged(office: Office) -> None:
    cancel(office)
    lend(office, "D-3", ASKED)
    found = one(office, DUE + timedelta(days=1))
    assert found.returns[0].days_left(DUE + timedelta(days=1)) == -1
    (charge,) = found.charges
    assert (charge.device, charge.debt.kind) == ("D-3", "penalty")
    assert charge.debt.reckoning.result.total_yen == 43_780


def test_a_device_taken_off_by_the_end_is_asked_back_from_whoever_had_it(office: Office) -> None:
    with on_day(office, ASKED) as work:
        end_contract(work, 1, on=ASKED)
    lend(office, "D-3", ASKED)  # entered late: nobody is on it any more
    found = one(office, ASKED)
    assert (found.why, found.on) == ("contract-ended", ASKED)
    assert [device.due_on for device in found.returns] == [date(2027, 2, 28)]
    assert [app.device for app in found.apps] == ["D-3"]
    assert one(office, ASKED, "101").returns == ()


def test_a_device_that_another_has_now_is_not_asked_back_from_who_had_it_before(
    office: Office,
) -> None:
    lend(office, "D-3", ASKED)
    with on_day(office, ASKED) as work:
        unassign(work, "D-3", None, None)
        assign(work, "D-3", "103", None)
        disable_account(work, "102", None)
    assert one(office, ASKED).devices == ()
    cancel(office)
    assert [device.device for device in one(office, ASKED, "103").devices] == ["D-3"]


def test_a_leased_device_of_a_disabled_account_stays_leased(office: Office) -> None:
    lend(office, "D-3", ASKED)
    disable(office, "102")
    (device,) = one(office, ASKED).devices
    assert (device.due_on, device.if_missed, device.rule) == (None, None, "J-L10, J-L13")
    assert one(office, ASKED).returns == ()


def test_who_lent_it_is_told_and_it_goes_to_the_provider(office: Office) -> None:
    cancel(office)
    lend(office, "D-3", ASKED, lessor="パートナー商事")
    (device,) = one(office, ASKED).returns
    assert (device.lessor, device.returned_to) == ("パートナー商事", "provider")  # J-L13


def test_a_leased_device_whose_lease_was_never_entered_is_due_all_the_same(office: Office) -> None:
    head = ("device", "platform", "extension", "ownership")
    office.do("device", "import", office.table("d.csv", head, ("D-4", "ios", "103", "leased")))
    cancel(office)
    (device,) = one(office, ASKED, "103").returns
    assert (device.device, device.due_on, device.if_missed) == ("D-4", DUE, None)


def test_who_has_no_device_removes_the_app_from_a_phone_of_their_own(office: Office) -> None:
    disable(office, "103")
    assert [(app.name, app.device) for app in one(office, ASKED, "103").apps] == [("3CX", "")]


def test_the_app_of_another_family_is_told_by_its_own_name(office: Office) -> None:
    office.do("issue", "103", "--family", "linphone", "--without-device")
    disable(office, "103")
    assert [app.name for app in one(office, ASKED, "103").apps] == ["Linphone"]


def test_the_mobile_app_must_be_removed_at_once(mobile: Office) -> None:
    mobile.accounts("101")
    with on_day(mobile, ASKED) as work:
        end_contract(work, 1, on=ASKED)
    (app,) = one(mobile, ASKED, "101").apps
    assert (app.name, app.rule) == ("BIGLOBEフォン・モバイル", "B-A3, B-A4, B-D2")
    assert one(mobile, ASKED, "101").devices == ()
