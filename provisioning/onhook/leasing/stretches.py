"""Tell the events of a device's leases apart: which of them belong to which time it was out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from onhook_devices.leasing.events import Event, Return, Start

if TYPE_CHECKING:
    from onhook_devices.leasing.history import History


@dataclass(slots=True)
class Stretch:
    """One time that a device was out.

    Attributes:
        number: Of the entry that began it.
        start: How it began.
        events: What happened since, by day.
    """

    number: int
    start: Start
    events: list[Event] = field(default_factory=list)


def stretches(history: History) -> list[Stretch]:
    """Return a device's leases, the earliest first, with what happened from one to the next.

    On the day on which it goes out again it has come back from the time before. What was settled
    late for a lease that was over stands with the later one.
    """
    events = sorted(history.events.items(), key=lambda pair: (pair[1].on, pair[0]))
    found = [Stretch(number, event) for number, event in events if isinstance(event, Start)]
    for _, event in events:
        if not isinstance(event, Start) and found:
            _place(found, event).events.append(event)
    return found


def _place(found: list[Stretch], event: Event) -> Stretch:
    """Return where an event belongs."""
    begun = [one for one in found if one.start.on <= event.on] or found[:1]
    is_back = isinstance(event, Return) and begun[-1].start.on == event.on
    return begun[-2] if is_back and len(begun) > 1 else begun[-1]
