"""Say why a candidate cannot have a kit: every reason at once."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from onhook.devices.assignments import DeviceRetired
from onhook.families.errors import AccountValueMissing, PbxValueMissing
from onhook_devices.errors import Refused
from onhook_devices.levels import parse_level
from onhook_devices.platforms import Platform
from onhook_devices.rules import minimum_level, one_account_per_device

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from onhook.families import Family
    from onhook.families.values import Values
    from onhook.kits.candidates import Candidate
    from onhook_devices.errors import OnhookError


class NoCredential(Refused):
    """The account has nothing to sign in with."""

    account: str
    missing: str


class AccountDisabled(Refused):
    """The account is disabled."""

    account: str


class ContractOver(Refused):
    """The account's contract has ended."""

    account: str
    contract: str
    ended_on: str


class NoDevice(Refused):
    """The account is on no device."""

    account: str


class LeaseOver(Refused):
    """The device's lease is over: it was lost, sent back or replaced, or its service has ended."""

    account: str
    device: str
    why: str


class NoPbx(Refused):
    """Nobody said which PBX the account is on."""

    account: str
    contract: str


class FamilyNotForPlatform(Refused):
    """The softphone does not run on the device."""

    account: str
    device: str
    family: str
    platform: str


def reasons(
    candidate: Candidate, values: Values, family: Family, today: date, *, needs_device: bool
) -> list[OnhookError]:
    """Return why `candidate` cannot have a kit of `family`; empty where it can.

    What the family's format cannot carry is not among them; see `format_reasons`.

    Args:
        candidate: An account on a device.
        values: What templates would see of it.
        family: Whose kit.
        today: The day in Japan.
        needs_device: False for people with their own phone.
    """
    found = [*_account_reasons(candidate, values, today), *_device_reasons(candidate, family)]
    if candidate.device is None and needs_device:
        rule = candidate.terms.service.accounts.rule
        found.append(NoDevice(candidate.name, rule=rule))
    if not values.pbx_host:
        found.append(NoPbx(candidate.name, str(candidate.terms.contract.id)))
    return found


def format_reasons(
    found: Sequence[OnhookError], values: Values, family: Family
) -> list[OnhookError]:
    """Return what `family` cannot carry, leaving out what `found` says in plainer words."""
    told: list[type[OnhookError]] = []
    if any(isinstance(reason, NoCredential) for reason in found):
        told.append(AccountValueMissing)
    if any(isinstance(reason, NoPbx) for reason in found):
        told.append(PbxValueMissing)
    return [error for error in family.refusals(values) if not isinstance(error, tuple(told))]


def _account_reasons(candidate: Candidate, values: Values, today: date) -> list[OnhookError]:
    found: list[OnhookError] = []
    contract = candidate.terms.contract
    if candidate.account.disabled_at is not None:
        found.append(AccountDisabled(candidate.name))
    if not contract.runs_on(today):
        found.append(ContractOver(candidate.name, str(contract.id), str(contract.ends_on)))
    credentials = candidate.terms.service.credentials
    missing = [name for name in ("auth_id", "password") if not getattr(values, name)]
    if missing and not ("msisdn" in credentials.kinds and values.msisdn):
        found.append(NoCredential(candidate.name, ", ".join(missing), rule=credentials.rule))
    return found


_recorded = cache(parse_level)  # an office has few different levels, and reading one is slow


def _device_reasons(candidate: Candidate, family: Family) -> list[OnhookError]:
    device, service = candidate.device, candidate.terms.service
    if device is None:
        return []
    platform = Platform(device.platform)
    level = _recorded(device.level, platform) if device.level else None
    shared = candidate.shared_with or (candidate.name,)
    faults = [
        one_account_per_device(device.id, shared, service.accounts),
        minimum_level(device.id, platform, level, service),
    ]
    found: list[OnhookError] = [fault for fault in faults if fault is not None]
    if device.retired_at is not None:
        found.append(DeviceRetired(device.id))
    if candidate.gone is not None:
        found.append(LeaseOver(candidate.name, device.id, candidate.gone))
    if platform not in family.manifest.platforms:
        names = (candidate.name, device.id, family.name, platform.label)
        found.append(FamilyNotForPlatform(*names))
    return found
