"""What a corrected entry changes in the lives of other devices.

A replacement's lease begins with the shipping that is recorded of the device it replaces, at its
price: where that is corrected, so is this. Each such correction is an entry of its own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from onhook.devices.assignments import assign
from onhook.leasing.happening import tell_correction
from onhook.leasing.over import gone_devices
from onhook.leasing.register import Correction, correct, recorded
from onhook.leasing.replacing import Own, begin, check_replacement, inherits
from onhook.leasing.restoring import instants_of, instants_since, take_away, taken_off
from onhook.subjects import find_device
from onhook_devices.leasing.events import ServiceEnd, Shipping, Start

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onhook.leasing.happening import Told
    from onhook.leasing.register import Entered, Recorded
    from onhook.workspace import UnitOfWork
    from onhook_devices.leasing.events import Event
    from onhook_devices.service import Service


def follow(
    work: UnitOfWork,
    entered: Entered,
    before: Event | None,
    correction: Correction,
    service: Service,
) -> Iterator[Told]:
    """Correct what followed from an entry, and yield what came of it for other devices.

    Args:
        work: Where it is recorded.
        entered: The correction, entered.
        before: What the entry said before; None: nothing.
        correction: What it says now.
        service: Whose rules decide.
    """
    after = correction.event
    if isinstance(before, Start) and isinstance(after, Start):
        yield from _pass_on(work, entered, correction, service)
        return
    old = before if isinstance(before, Shipping) else None
    new = after if isinstance(after, Shipping) else None
    if old is None and new is None:
        return
    if old is not None and new is not None and old.replacement == new.replacement:
        yield _begin_on(work, entered, new, correction, service)
        return
    yield from _exchange(work, entered, (old, new), correction, service)


def _pass_on(
    work: UnitOfWork, entered: Entered, correction: Correction, service: Service
) -> Iterator[Told]:
    """Let a replacement inherit the price and contract date that were corrected (J-L5)."""
    leases = entered.life.leases
    lease = next(one for one in leases if one.start == correction.event)
    if not (lease.replacement and inherits(service)):
        return
    known = recorded(work, lease.replacement)
    number, start = _start_of(known, entered.known.history.device)
    right = replace(start, price_yen=lease.start.price_yen, contract_on=lease.start.contract_on)
    if right == start:
        return
    passed = Correction(number, right, correction.reason)
    further = correct(work, known, passed, service)
    yield tell_correction(work, further, passed)
    yield from follow(work, further, start, passed, service)


def _begin_on(
    work: UnitOfWork, entered: Entered, new: Shipping, correction: Correction, service: Service
) -> Told:
    """Let the lease of the same replacement begin on another day."""
    known = recorded(work, new.replacement)
    number, start = _start_of(known, entered.known.history.device)
    contract_on = start.contract_on if inherits(service) else new.on
    moved = Correction(
        number, replace(start, on=new.on, contract_on=contract_on), correction.reason
    )
    return tell_correction(work, correct(work, known, moved, service), moved)


def _exchange(
    work: UnitOfWork,
    entered: Entered,
    shippings: tuple[Shipping | None, Shipping | None],
    correction: Correction,
    service: Service,
) -> Iterator[Told]:
    """Take back that one device was shipped, let another's lease begin, and move the account."""
    old, new = shippings
    history = entered.known.history
    moved: dict[int, str] = {}
    own = Own()
    if old is not None:
        known = recorded(work, old.replacement)
        own = _own_of(_start_of(known, history.device)[1], service)
        moved = take_away(work, old.replacement, instants_of(history, correction.number))
        yield _take_back(work, known, history.device, correction, service)
    elif entered.life.lease is not None:
        since = instants_since(history, entered.life.lease.start)
        moved = taken_off(work, history.device, since)
    if new is not None:
        at = work.connection
        check_replacement(find_device(at, history.device), find_device(at, new.replacement))
        begun = begin(work, entered, new, service, own)
        if new.replacement in gone_devices(work, [new.replacement]):
            moved = {}
        names = tuple(assign(work, new.replacement, name, None) for name in moved.values())
        yield replace(begun, restored=names)


def _own_of(start: Start, service: Service) -> Own:
    return Own(None if inherits(service) else start.price_yen, start.warranty_months)


def _take_back(
    work: UnitOfWork, known: Recorded, replaced: str, correction: Correction, service: Service
) -> Told:
    """Take back the start of a replacement, and before it the end that came with it."""
    number, start = _start_of(known, replaced)
    events = known.history.events.items()
    ends = [n for n, one in events if isinstance(one, ServiceEnd) and one.on >= start.on]
    for place in ends:
        known = correct(work, known, Correction(place, None, correction.reason), service).known
    nothing = Correction(number, None, correction.reason)
    return tell_correction(work, correct(work, known, nothing, service), nothing)


def _start_of(known: Recorded, replaced: str) -> tuple[int, Start]:
    """Return the entry with which a replacement's latest lease in the place of a device began."""
    starts = [
        (event.on, number, event)
        for number, event in known.history.events.items()
        if isinstance(event, Start) and event.replaces == replaced
    ]
    _, number, start = max(starts, key=lambda one: one[:2])
    return number, start
