"""Say whether a device may be used and for whom: each rule is one function that cites its id.

A rule returns None where it is kept, or the error as a value, so that a check can collect every
reason at once; whoever wants to stop at it raises it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from onhook_devices.errors import Conflict, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onhook_devices.levels import Level
    from onhook_devices.platforms import Platform
    from onhook_devices.service import Service
    from onhook_devices.terms.accounts import Accounts, MinimumLevels


class BelowMinimum(Refused):
    """The device's level is below the service's minimum (J-A2).

    Attributes:
        device: Its id.
        platform: Its platform, as people read it.
        level: What it runs.
        minimum: What the service needs.
        service: The service's id.
    """

    device: str
    platform: str
    level: Level
    minimum: Level
    service: str


class LevelUnknown(Refused):
    """The service has a minimum, and nobody has recorded the device's level (J-A2).

    Attributes:
        device: Its id.
        platform: Its platform, as people read it.
        minimum: What the service needs.
        service: The service's id.
    """

    device: str
    platform: str
    minimum: Level
    service: str


class SeveralAccounts(Conflict):
    """More accounts are on the device than may be (J-A1).

    Attributes:
        device: Its id.
        accounts: All that are on it.
        keep: The first of them, as an example of the one to keep; any will do.
    """

    device: str
    accounts: str
    keep: str


class DeviceTaken(Conflict):
    """The device has an account already, and another was to be put on it (J-A1).

    Attributes:
        device: Its id.
        account: The account that is on it.
        wanted: The account that was to be put on it.
    """

    device: str
    account: str
    wanted: str


def minimum_level(
    device: str, platform: Platform, level: Level | None, service: Service
) -> BelowMinimum | LevelUnknown | None:
    """Check the device's level against the service's minimum for its platform (J-A2).

    Exactly the minimum passes. Without a minimum any level passes, an unknown one too.

    Args:
        device: The device's id.
        platform: The device's platform.
        level: The recorded level, or None where nobody recorded one.
        service: Its minimums are what counts.
    """
    minimums = service.minimum_levels
    minimum = minimums.of(platform) if minimums else None
    if minimums is None or minimum is None:
        return None
    if level is None:
        return LevelUnknown(device, platform.label, minimum, service.id, rule=minimums.rule)
    if level < minimum:
        return BelowMinimum(device, platform.label, level, minimum, service.id, rule=minimums.rule)
    return None


def will_fall(platform: Platform, level: Level, minimums: MinimumLevels) -> bool:
    """Tell whether a device passes the minimum for now and not the announced one (J-A2)."""
    minimum, announced = minimums.of(platform), minimums.raised().of(platform)
    if announced is None or level >= announced:
        return False
    return minimum is None or level >= minimum


def one_account_per_device(
    device: str, accounts: Sequence[str], rules: Accounts
) -> SeveralAccounts | None:
    """Check that the device has no more accounts than it may: one (J-A1).

    Args:
        device: The device's id.
        accounts: The accounts on it, disputed ones too, in the order people should read them.
        rules: What the service says about accounts.
    """
    if len(accounts) <= rules.per_device:
        return None
    return SeveralAccounts(device, ", ".join(accounts), accounts[0], rule=rules.rule)


def may_be_assigned(
    device: str, wanted: str, accounts: Sequence[str], rules: Accounts
) -> DeviceTaken | None:
    """Check that the account may be put on the device beside those that are on it (J-A1).

    The account that is on it already may be put on it again: nothing changes.
    """
    others = [account for account in accounts if account != wanted]
    if len(others) < rules.per_device:
        return None
    return DeviceTaken(device, ", ".join(others), wanted, rule=rules.rule)
