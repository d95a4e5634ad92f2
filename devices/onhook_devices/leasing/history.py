"""A device's history: what was entered, when and by whom, and what was corrected.

Nothing is ever deleted. An entry may be corrected: it gets another event in its place, or none.
What counts is the last correction of each. Entries are accepted if all that counts, sorted by the
day it happened, is a valid life; when something was entered plays no part in it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from onhook_devices.leasing.errors import (
    AlreadyCorrected,
    AlreadyEntered,
    LaterStepImpossible,
    NoSuchEvent,
    StepNotAllowed,
)
from onhook_devices.leasing.events import Payment, Waiver
from onhook_devices.leasing.life import Life, Stuck, allowed, live

if TYPE_CHECKING:
    from datetime import date, datetime

    from onhook_devices.leasing.events import Event
    from onhook_devices.service import Service


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An event as it was entered.

    Attributes:
        number: Of the entry; none is given twice within a device's history.
        event: What happened; of a correction, what really did; None: nothing.
        recorded_at: When it was entered.
        recorded_by: Who entered it.
        corrects: Number of the entry that it corrects; None: it is a new one.
        reason: Why it corrects.
    """

    number: int
    event: Event | None
    recorded_at: datetime
    recorded_by: str
    corrects: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """All that was entered about a device, in the order of the numbers.

    Attributes:
        device: Its id.
        entries: What was entered.
    """

    device: str
    entries: tuple[Entry, ...] = ()

    @property
    def events(self) -> dict[int, Event]:
        """What counts: each entry's event, as it was last corrected, by the entry's number."""
        latest: dict[int, Event | None] = {}
        for entry in self.entries:
            latest[entry.corrects or entry.number] = entry.event
        return {number: event for number, event in latest.items() if event is not None}

    def said(self, number: int) -> Event:
        """Return the event of an entry as it was last corrected, even if it was taken back since.

        Raises:
            NoSuchEvent: There is no such entry.
        """
        self._require(number)
        chain = (one for one in self.entries if number in (one.number, one.corrects))
        return [one.event for one in chain if one.event is not None][-1]

    def life(self, service: Service) -> Life:
        """Return the device's life, with what is known to come."""
        return live(self.events.values(), service)

    def life_on(self, day: date, service: Service) -> Life:
        """Return the device's life up to a day: what happened on it counts."""
        return live((event for event in self.events.values() if event.on <= day), service)

    def with_entry(self, entry: Entry, service: Service) -> History:
        """Return the history with one more entry, which may correct an earlier one.

        Raises:
            StepNotAllowed: Its event does not fit the life up to its day.
            LaterStepImpossible: It makes an event of a later day, or its being taken back makes
                another, impossible.
            AlreadyEntered: The very same counts already.
            AlreadyCorrected: It corrects an entry to what that says.
            NoSuchEvent: It corrects an entry that is not there.
            NotAgreed: The service leases nothing.
        """
        if entry.corrects is not None:
            self._require(entry.corrects)
        self._refuse_again(entry)
        return self.grown((entry,), service)[0]

    def grown(self, entries: tuple[Entry, ...], service: Service) -> tuple[History, Life]:
        """Return the history with new entries, all at once, and the life that it makes.

        Args:
            entries: At least one; in the order of their days the first that does not fit is told.
            service: Whose rules decide.

        Raises:
            StepNotAllowed, LaterStepImpossible, NotAgreed: As `with_entry`.
        """
        longer = replace(self, entries=(*self.entries, *entries))
        try:
            return longer, longer.life(service)
        except Stuck as stuck:
            blamed = next((one for one in entries if one.event == stuck.event), entries[-1])
            raise self._refusal(blamed, stuck, service) from None

    def _require(self, number: int) -> None:
        known = [entry.number for entry in self.entries if entry.corrects is None]
        if number not in known:
            raise NoSuchEvent(self.device, number, ", ".join(map(str, known)))

    def _refuse_again(self, entry: Entry) -> None:
        """Refuse what is recorded already; charges are left to the life: it knows what is open."""
        event, known = entry.event, self.events
        if entry.corrects is not None and known.get(entry.corrects) == event:
            raise AlreadyCorrected(self.device, entry.corrects)
        if event is None or isinstance(event, Payment | Waiver):
            return
        for number, other in known.items():
            if other == event:
                raise AlreadyEntered(self.device, event.verb, event.on, number)

    def _refusal(
        self, entry: Entry, stuck: Stuck, service: Service
    ) -> StepNotAllowed | LaterStepImpossible:
        blocked, on = stuck.event, stuck.event.on
        possible = ", ".join(allowed(stuck.life, on, service))
        told = {"state": str(stuck.life.state), "allowed": possible}
        if blocked == entry.event:
            return StepNotAllowed(self.device, blocked.verb, on, **told)
        step = entry.event or self.events.get(entry.corrects or 0, blocked)
        return LaterStepImpossible(self.device, step.verb, step.on, blocked.verb, on, **told)
