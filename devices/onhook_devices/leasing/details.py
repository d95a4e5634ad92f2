"""Write an event as plain values and read it again: what a store keeps of it."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

from onhook_devices.leasing.events import EVENTS, Event

_BY_VERB = {kind.verb: kind for kind in EVENTS}
_DAYS = frozenset({"on", "contract_on", "claimed_on", "until"})

Plain = str | int | bool | None


def details_of(event: Event) -> dict[str, Plain]:
    """Return all of an event but its verb and its day, as JSON can hold it."""
    values = {one.name: getattr(event, one.name) for one in fields(event) if one.name != "on"}
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
    }


def read_event(verb: str, on: date, details: dict[str, Plain]) -> Event:
    """Return the event that `details_of` wrote.

    Args:
        verb: Its command.
        on: The day it happened.
        details: What was written; of a field that is not there the default counts.
    """
    values = {
        name: date.fromisoformat(str(value)) if name in _DAYS and value is not None else value
        for name, value in details.items()
    }
    return _BY_VERB[verb](on=on, **values)
