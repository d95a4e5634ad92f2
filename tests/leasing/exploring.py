"""Every step that a leased device can take, found by trying all of them from everywhere."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from onhook_devices.leasing.events import (
    Decline,
    Event,
    Extension,
    Fault,
    Loss,
    Payment,
    Return,
    ServiceEnd,
    Shipping,
    Start,
    Waiver,
)
from onhook_devices.leasing.life import Life, Stuck, live
from onhook_devices.service import Service, Services

if TYPE_CHECKING:
    from collections.abc import Iterator

JIYU = Services().get("jiyu-hodai")
CONTRACT = date(2025, 1, 15)
PRICE = 39_800
# A day later, after every deadline of a month or two, after the warranty, after the last charge.
GAPS = (1, 70, 400, 2000)
DEPTH = 5


def start(on: date = CONTRACT, **values: object) -> Start:
    usual: dict[str, object] = {
        "customer": "acme",
        "price_yen": PRICE,
        "contract_on": CONTRACT,
        "warranty_months": 12,
    }
    return Start(on=on, **(usual | values))  # type: ignore[arg-type] # as a test says it


def events_on(on: date) -> Iterator[Event]:
    """Yield an event of each kind, with all that matters of each."""
    yield from (start(on), start(on, is_bought=True))
    yield from (Fault(on=on, cause="normal"), Fault(on=on, cause="misuse"), Loss(on=on))
    yield from (Payment(on=on, of="damage"), Payment(on=on, of="penalty"))
    yield from (Waiver(on=on, of="damage"), Waiver(on=on, of="penalty"))
    yield from (Shipping(on=on, replacement="D-2"), Extension(on=on, until=on + timedelta(days=90)))
    yield from (Decline(on=on), ServiceEnd(on=on), Return(on=on))


def after(history: tuple[Event, ...], by: Service = JIYU) -> Life | None:
    try:
        return live(history, by)
    except Stuck:
        return None


@cache
def explored(by: Service = JIYU) -> frozenset[tuple[str, str, str]]:
    """Return every step there is: the state before, the command, the state after."""
    found: set[tuple[str, str, str]] = set()
    seen: set[object] = set()
    border: list[tuple[Event, ...]] = [()]
    for _ in range(DEPTH):
        further: list[tuple[Event, ...]] = []
        for history in border:
            before = live(history, by).state
            for event in following(history):
                life = after((*history, event), by)
                if life is None:
                    continue
                found.add((str(before), event.verb, str(life.state)))
                if looks(life, event.on) not in seen:
                    seen.add(looks(life, event.on))
                    further.append((*history, event))
        border = further
    return frozenset(found)


def following(history: tuple[Event, ...]) -> Iterator[Event]:
    """Yield what might happen next, soon and late."""
    if not history:
        yield from events_on(CONTRACT)
    for gap in GAPS if history else ():
        yield from events_on(history[-1].on + timedelta(days=gap))


def looks(life: Life, on: date) -> object:
    """Return what a life looks like to the next step; two that look alike go on alike."""
    lease = life.lease
    if lease is None:
        return None
    age = (on - lease.start.on).days
    settled = (lease.damage, lease.penalty, lease.owes_penalty(on))
    about = (
        lease.is_lost,
        lease.price,
        lease.due_kind,
        lease.returned_on is None,
        lease.start.is_bought,
    )
    return lease.state, settled, about, tuple(age > gap for gap in GAPS)
