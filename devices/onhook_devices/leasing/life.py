"""A device's life: its leases one after another, as its events, sorted by day, have made them.

Events of one day have no order of their own. They are tried in the order of `EVENTS`, and the first
order in which all of them fit counts; so what comes out depends on the events alone and never on
when each was entered.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from onhook_devices.leasing.events import (
    EVENTS,
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
from onhook_devices.leasing.lease import Lease, State
from onhook_devices.leasing.steps import begin, follow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from onhook_devices.service import Service

_RANK = {kind: rank for rank, kind in enumerate(EVENTS)}
_FREE = (State.IN_STOCK, State.RETURNED)


@dataclass(frozen=True, slots=True)
class Life:
    """A device's leases, the latest last; none while it has always been in stock."""

    leases: tuple[Lease, ...] = ()

    @property
    def lease(self) -> Lease | None:
        """The latest lease."""
        return self.leases[-1] if self.leases else None

    @property
    def state(self) -> State:
        """What the device is."""
        return self.leases[-1].state if self.leases else State.IN_STOCK


class Stuck(Exception):
    """An event does not fit the life before it.

    Attributes:
        life: The life before it.
        event: The event.
    """

    def __init__(self, life: Life, event: Event) -> None:
        super().__init__(life, event)
        self.life = life
        self.event = event


def live(events: Iterable[Event], service: Service) -> Life:
    """Return the life that the events make, in whatever order they are given.

    Raises:
        Stuck: They make none; it holds the event that was got to and does not fit.
        NotAgreed: The service leases nothing.
    """
    ordered = sorted(events, key=_place)
    days = tuple(tuple(same) for _, same in groupby(ordered, attrgetter("on")))
    found = _Search(service).go(Life(), days)
    if isinstance(found, Stuck):
        raise found
    return found


def allowed(life: Life, on: date, service: Service) -> tuple[str, ...]:
    """Return the commands of the events that may follow on a day, in the order of `EVENTS`."""
    possible = {probe.verb for probe in _probes(on) if _after(life, probe, service) is not None}
    starts = {Start.verb} if life.state in _FREE else set()
    return tuple(kind.verb for kind in EVENTS if kind.verb in possible | starts)


@dataclass
class _Search:
    """Looks for an order of each day's events that makes a life."""

    service: Service
    dead_ends: dict[tuple[Life, tuple[tuple[Event, ...], ...]], Stuck] = field(default_factory=dict)

    def go(self, life: Life, days: tuple[tuple[Event, ...], ...]) -> Life | Stuck:
        """Return the life after all days, or the place on the latest day that was got to."""
        while days and len(days[0]) == 1:  # the usual day; recursion is for the others
            after = _after(life, days[0][0], self.service)
            if after is None:
                return Stuck(life, days[0][0])
            life, days = after, days[1:]
        if not days:
            return life
        if (life, days) not in self.dead_ends:
            found = self._try(life, days)
            if isinstance(found, Life):
                return found
            self.dead_ends[life, days] = found
        return self.dead_ends[life, days]

    def _try(self, life: Life, days: tuple[tuple[Event, ...], ...]) -> Life | Stuck:
        today, later = days[0], days[1:]
        furthest: Stuck | None = None
        for number, event in enumerate(today):
            left = today[:number] + today[number + 1 :]
            after = _after(life, event, self.service)
            found = Stuck(life, event) if after is None else self.go(after, _left(left, later))
            if isinstance(found, Life):
                return found
            furthest = found if furthest is None or furthest.event.on < found.event.on else furthest
        assert furthest is not None  # noqa: S101 - no day is empty
        return furthest


def _left(
    today: tuple[Event, ...], later: tuple[tuple[Event, ...], ...]
) -> tuple[tuple[Event, ...], ...]:
    return (today, *later) if today else later


def _after(life: Life, event: Event, service: Service) -> Life | None:
    """Return the life after `event`, None where it cannot have happened."""
    if isinstance(event, Start):
        is_free = life.state in _FREE
        return Life((*life.leases, begin(event, service))) if is_free else None
    if isinstance(event, Payment | Waiver):
        return _settled(life, event, service)
    if life.lease is None:
        return None
    after = follow(life.lease, event, service)
    return None if after is None else Life((*life.leases[:-1], after))


def _settled(life: Life, event: Event, service: Service) -> Life | None:
    """Settle a charge of the latest lease that has one open: a device may be out again by then."""
    for place in reversed(range(len(life.leases))):
        after = follow(life.leases[place], event, service)
        if after is not None:
            return Life((*life.leases[:place], after, *life.leases[place + 1 :]))
    return None


def _place(event: Event) -> tuple[date, int, str]:
    return event.on, _RANK[type(event)], repr(event)


def _probes(on: date) -> Iterator[Event]:
    """Yield an event of each kind, as it would be if nothing but its kind were in the way."""
    yield Fault(on=on, cause="normal")
    yield Loss(on=on)
    for kind in ("damage", "penalty"):
        yield from (Payment(on=on, of=kind), Waiver(on=on, of=kind))
    yield Shipping(on=on, replacement="?")
    yield Extension(on=on, until=date.max)
    yield from (Decline(on=on), ServiceEnd(on=on), Return(on=on))
