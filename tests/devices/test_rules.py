from __future__ import annotations

import pytest

from onhook_devices.errors import Exit
from onhook_devices.levels import parse_level
from onhook_devices.platforms import Platform
from onhook_devices.rules import (
    BelowMinimum,
    DeviceTaken,
    LevelUnknown,
    SeveralAccounts,
    may_be_assigned,
    minimum_level,
    one_account_per_device,
)
from onhook_devices.service import Service, Services

IOS, ANDROID, PC = Platform.IOS, Platform.ANDROID, Platform.PC


@pytest.fixture(scope="module")
def jiyu() -> Service:
    return Services().get("jiyu-hodai")


@pytest.mark.parametrize(
    ("platform", "level"),
    [
        (IOS, "8.1"),  # exactly the minimum passes
        (IOS, "8.1.0"),
        (IOS, "8.10"),
        (IOS, "iOS 17.2.1"),
        (ANDROID, "4.0.3"),
        (ANDROID, "4.1"),
        (ANDROID, "Android 14"),
        (PC, "14,0,47020,0"),
        (PC, "15"),
    ],
)
def test_a_level_at_or_above_the_minimum_passes(
    jiyu: Service, platform: Platform, level: str
) -> None:
    assert minimum_level("D-0001", platform, parse_level(level, platform), jiyu) is None


@pytest.mark.parametrize(
    ("platform", "level", "minimum"),
    [
        (IOS, "8", "8.1"),
        (IOS, "8.0.2", "8.1"),
        (IOS, "7.99", "8.1"),
        (ANDROID, "4", "4.0.3"),
        (ANDROID, "4.0.2.9", "4.0.3"),
        (PC, "14,0,47019,0", "14.0.47020"),
        (PC, "12.5", "14.0.47020"),
    ],
)
def test_a_level_below_the_minimum_is_refused(
    jiyu: Service, platform: Platform, level: str, minimum: str
) -> None:
    refusal = minimum_level("D-0001", platform, parse_level(level, platform), jiyu)

    assert isinstance(refusal, BelowMinimum)
    assert refusal.exit_code is Exit.REFUSED
    assert refusal.rule == "J-A2"
    assert refusal.data == {
        "device": "D-0001",
        "platform": platform.label,
        "level": str(parse_level(level, platform)),
        "minimum": minimum,
        "service": "jiyu-hodai",
    }


def test_an_unrecorded_level_is_refused_where_there_is_a_minimum(jiyu: Service) -> None:
    refusal = minimum_level("D-0001", IOS, None, jiyu)

    assert isinstance(refusal, LevelUnknown)
    assert refusal.exit_code is Exit.REFUSED
    assert refusal.rule == "J-A2"


def test_without_a_minimum_any_level_passes(jiyu: Service) -> None:
    biglobe = Services().get("biglobe-mobile")
    minimums = jiyu.minimum_levels
    assert minimums is not None
    phones_only = jiyu._replace(minimum_levels=minimums._replace(pc=None))

    assert minimum_level("D-0001", IOS, None, biglobe) is None
    assert minimum_level("D-0001", IOS, parse_level("1.0"), biglobe) is None
    assert minimum_level("D-0001", PC, None, phones_only) is None
    assert minimum_level("D-0001", IOS, None, phones_only) is not None


@pytest.mark.parametrize("accounts", [[], ["101"]])
def test_a_device_with_at_most_one_account_is_in_order(jiyu: Service, accounts: list[str]) -> None:
    assert one_account_per_device("D-0001", accounts, jiyu.accounts) is None


def test_a_device_with_two_accounts_is_a_fault_and_any_one_may_be_kept(jiyu: Service) -> None:
    fault = one_account_per_device("D-0007", ["111", "112"], jiyu.accounts)

    assert isinstance(fault, SeveralAccounts)
    assert fault.exit_code is Exit.CONFLICT
    assert fault.rule == "J-A1"
    assert fault.data == {"device": "D-0007", "accounts": "111, 112", "keep": "111"}


def test_a_taken_device_takes_no_second_account(jiyu: Service) -> None:
    conflict = may_be_assigned("D-0007", "112", ["111"], jiyu.accounts)

    assert isinstance(conflict, DeviceTaken)
    assert conflict.exit_code is Exit.CONFLICT
    assert conflict.rule == "J-A1"
    assert conflict.data == {"device": "D-0007", "account": "111", "wanted": "112"}


def test_a_free_device_or_the_same_account_again_is_in_order(jiyu: Service) -> None:
    assert may_be_assigned("D-0007", "111", [], jiyu.accounts) is None
    assert may_be_assigned("D-0007", "111", ["111"], jiyu.accounts) is None
