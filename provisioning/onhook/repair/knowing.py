"""Answer what onhook knows of itself, and say from what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from onhook.devices.assignments import assigned_to
from onhook.imports import Note
from onhook.store.schema import assignment, device
from onhook_devices.levels import parse_level
from onhook_devices.platforms import Platform
from onhook_devices.rules import LevelUnknown, minimum_level

if TYPE_CHECKING:
    from collections.abc import Callable

    from onhook.kits.candidates import Candidate
    from onhook.workspace import UnitOfWork
    from onhook_devices.flow import Known


@dataclass(frozen=True, slots=True)
class Knowledge:
    """An answer that nobody need give.

    Attributes:
        answer: Yes or no.
        why: From what it is known, as a text of the catalogue.
    """

    answer: bool
    why: Note


def known_answer(work: UnitOfWork, candidate: Candidate, kind: Known) -> Knowledge | None:
    """Return what onhook knows of a question; None where somebody has to look.

    Args:
        work: Where to look.
        candidate: The account on the device that the walk is about.
        kind: What the question may be answered from.
    """
    return _KNOWS[kind](work, candidate)


def _one_device(work: UnitOfWork, candidate: Candidate) -> Knowledge | None:
    """Where no other device of the customer has an account, it works on no other (Q2)."""
    owner = candidate.account.customer_id
    query = (
        select(func.count(device.c.id.distinct()))
        .join(assignment, assignment.c.device_id == device.c.id)
        .where(device.c.customer_id == owner, device.c.retired_at.is_(None))
        .where(assignment.c.status != "ended", device.c.id != candidate.device_id)
    )
    if candidate.device is None or work.connection.scalar(query):
        return None
    data = {"customer": owner, "device": candidate.device_id}
    return Knowledge(answer=False, why=Note("known-one-device", data))


def _one_account(work: UnitOfWork, candidate: Candidate) -> Knowledge | None:
    """Count the accounts assigned to the device (Q3, J-A1)."""
    if candidate.device is None:
        return None
    there = [one.account for one in assigned_to(work, candidate.device_id)]
    data = {"device": candidate.device_id, "accounts": ", ".join(there)}
    if len(there) > 1:
        return Knowledge(answer=False, why=Note("known-several-accounts", data))
    return Knowledge(answer=True, why=Note("known-one-account", data))


def _level(_work: UnitOfWork, candidate: Candidate) -> Knowledge | None:
    """Compare the recorded level with the service's minimum (Q9, J-A2)."""
    found, service = candidate.device, candidate.terms.service
    if found is None or service.minimum_levels is None:
        return None
    platform = Platform(found.platform)
    minimum = service.minimum_levels.of(platform)
    level = parse_level(found.level, platform) if found.level else None
    fault = minimum_level(found.id, platform, level, service)
    if minimum is None or isinstance(fault, LevelUnknown):
        return None
    data = {"device": found.id, "platform": platform.label, "level": str(level)}
    why = Note("known-level", {**data, "minimum": str(minimum)})
    return Knowledge(answer=fault is None, why=why)


def _contract(work: UnitOfWork, candidate: Candidate) -> Knowledge | None:
    """Tell whether the account's contract is over (B-A4)."""
    contract = candidate.terms.contract
    runs = contract.runs_on(work.today)
    key = "known-contract-runs" if runs else "known-contract-over"
    data = {"contract": str(contract.id), "ended_on": str(contract.ends_on or "")}
    return Knowledge(answer=runs, why=Note(key, data))


_KNOWS: dict[Known, Callable[[Any, Candidate], Knowledge | None]] = {
    "one-device": _one_device,
    "one-account": _one_account,
    "level": _level,
    "contract": _contract,
}
