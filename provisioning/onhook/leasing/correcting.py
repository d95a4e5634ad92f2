"""Correct a wrong entry: it stays in the log, and what really happened counts in its place.

What followed from the wrong entry follows from the right one: see `onhook.leasing.following`, and
the account goes back to the device it was taken off. What cannot be undone stays as it is: a link
that died is dead, and a new password stays new.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from onhook.leasing.ending import ensure_end
from onhook.leasing.following import follow
from onhook.leasing.happening import tell_correction
from onhook.leasing.register import Correction, correct, recorded
from onhook.leasing.restoring import instants_since, move_back
from onhook.subjects import find_device
from onhook_devices.errors import Conflict, UsageError
from onhook_devices.leasing.events import EVENTS, Start

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onhook.leasing.happening import Told
    from onhook.leasing.register import Entered, Recorded
    from onhook.workspace import UnitOfWork
    from onhook_devices.leasing.events import Event
    from onhook_devices.service import Service

_OWN_OF_REPLACEMENT = frozenset({"warranty_months", "lessor", "lessor_name"})


class NotOfThatStep(UsageError):
    """The step of the entry knows no such thing."""

    device: str
    number: int
    step: str
    option: str


class NotEnoughForStep(UsageError):
    """A step of another kind needs more than was told."""

    device: str
    number: int
    step: str
    option: str


class StartStaysStart(UsageError):
    """A start is no other step, and no other step is a start."""

    device: str
    number: int


class FollowsShipping(Conflict):
    """The start of a replacement follows from the shipping that is recorded of another device."""

    device: str
    number: int
    replaced: str


class Right(NamedTuple):
    """What an entry should have said.

    Attributes:
        reason: Why it is corrected, for the record.
        is_nothing: Whether nothing happened at all.
        step: The step that it really was; None: the same.
        values: What is another than the entry says, by the name of the event's field.
    """

    reason: str
    is_nothing: bool = False
    step: str | None = None
    values: Mapping[str, Any] = {}


def correct_entry(work: UnitOfWork, device_name: str, number: int, right: Right) -> Told:
    """Correct an entry of a device, and what followed from it.

    Args:
        work: Where it is recorded.
        device_name: The device.
        number: Of the entry.
        right: What is right.

    Raises:
        NoSuchEvent: There is no such entry.
        NotOfThatStep, NotEnoughForStep, StartStaysStart: It cannot say that.
        FollowsShipping: It follows from an entry of another device.
        AlreadyCorrected: It says so as it is.
        OnhookError: It does not fit what else is recorded, as `enter` says.
    """
    found = find_device(work.connection, device_name)
    known = recorded(work, found.id)
    service = known.service(work)
    said = known.history.said(number)
    event = None if right.is_nothing else _right(found.id, number, said, right)
    _check_own(found.id, number, said, right)
    before = known.history.events.get(number)
    correction = Correction(number, event, right.reason)
    was_gone = _gone(work, known, service)
    entered = correct(work, known, correction, service)
    others = tuple(follow(work, entered, before, correction, service))
    ensured = ensure_end(work, entered, service)
    restored = _restore(work, ensured, service) if was_gone else ()
    withdrawn = entered.withdrawn or ensured.withdrawn
    entered = replace(ensured, number=entered.number, withdrawn=withdrawn)
    return tell_correction(work, entered, correction, restored=restored, others=others)


def _restore(work: UnitOfWork, entered: Entered, service: Service) -> tuple[str, ...]:
    """Put on the device again what a wrong entry took off, if it is in use now."""
    lease = entered.life.lease
    if lease is None or _gone(work, entered.known, service):
        return ()
    history = entered.known.history
    return move_back(work, history.device, instants_since(history, lease.start))


def _gone(work: UnitOfWork, known: Recorded, service: Service) -> bool:
    lease = known.history.life_on(work.today, service).lease
    return lease is not None and lease.gone is not None


def _right(device_id: str, number: int, said: Event, right: Right) -> Event:
    """Return the event that really happened."""
    kind = type(said)
    if right.step is not None and right.step != said.verb:
        kind = next(one for one in EVENTS if one.verb == right.step)
    if (kind is Start) != isinstance(said, Start):
        raise StartStaysStart(device_id, number)
    names = {one.name: one for one in fields(kind)}
    for name in right.values:
        if name not in names:
            raise NotOfThatStep(device_id, number, kind.verb, option_of(name))
    kept = {name: getattr(said, name) for name in names if hasattr(said, name)}
    if isinstance(said, Start) and said.contract_on == said.on and "on" in right.values:
        kept["contract_on"] = right.values["on"]  # it was the same day, and is
    stated = {**kept, **right.values}
    try:
        return kind(**stated)
    except TypeError:
        missing = next(name for name in names if name not in stated and name in _NEEDED)
        raise NotEnoughForStep(device_id, number, kind.verb, option_of(missing)) from None


_NEEDED = ("cause", "of", "replacement", "until")
_OPTIONS = {"claimed_on": "--claimed", "price_yen": "--price", "is_bought": "--bought"}


def option_of(field: str) -> str:
    """Return the option by which a field of an event is told."""
    return _OPTIONS.get(field, "--" + field.replace("_name", "").replace("_", "-"))


def _check_own(device_id: str, number: int, said: Event, right: Right) -> None:
    """Check that what follows from another device's entry is corrected there."""
    if not (isinstance(said, Start) and said.replaces):
        return
    if right.is_nothing or not set(right.values) <= _OWN_OF_REPLACEMENT:
        raise FollowsShipping(device_id, number, said.replaces)
