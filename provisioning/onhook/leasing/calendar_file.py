"""Write what falls due as an iCalendar file (RFC 5545) that calendars take, again and again.

One event a deadline. Its UID is made of the device and the kind of deadline, so that a calendar
which has read an earlier file changes its event and adds none; SEQUENCE counts the entries in the
device's history, so that it takes the later day for the newer one. Days are all-day events, which
have no time zone: they are days in Japan, wherever the calendar is opened.

The file holds what is due now. A deadline that was met is not in it any more: a calendar that
*subscribes* to the file drops it, one that imported it once keeps it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID, uuid5

from sqlalchemy import func, select

from onhook.files import appearing, disk_faults, require_file
from onhook.imports import chunks
from onhook.leasing.falling_due import FallsDue, missed
from onhook.store.schema import customer, device, lease_event

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from icalendar import Alarm, Calendar, Event

    from onhook.words import Words
    from onhook.workspace import UnitOfWork

_SPACE = UUID("5b0a1f5e-6f0b-4b57-9f3a-0f6a2b9d7c11")
"""Where the UIDs are named; another would make all of them anew, and every event double."""
_AT_ONCE = 500
_DAY = timedelta(days=1)
_NINE = timedelta(hours=9)
# At nine in the morning, a week before and on the day; some calendars keep the first alone.
_ALARMS = (_NINE - 7 * _DAY, _NINE)


class Stamp(NamedTuple):
    """What tells one device's events from another's, and an old one from a new one.

    Attributes:
        made_at: When the device was entered, to the microsecond: no other workspace's was then.
        sequence: How many entries its history has.
        changed_at: When the last of them was made.
    """

    made_at: datetime
    sequence: int
    changed_at: datetime


def write_calendar(work: UnitOfWork, path: Path, found: Sequence[FallsDue], words: Words) -> None:
    """Write an event for each deadline to `path`, which appears whole, for its owner only.

    Args:
        work: Where the deadlines were found.
        path: Replaced if it exists.
        found: The deadlines.
        words: In whose language the events are.

    Raises:
        StorageFault: The disk is full, the folder may not be written to, or `path` is no file.
    """
    require_file(path)
    head, end = _empty(words).to_ical().partition(b"END:VCALENDAR")[::2]
    stamps = _stamps(work, [one.device for one in found])
    rows = work.connection.execute(select(customer.c.id, customer.c.name))
    names = {row.id: row.name for row in rows}
    with disk_faults(path), appearing(path) as file:
        file.write(head)
        for one in found:  # an event at a time: the library's calendar would hold all, and slowly
            whose = names.get(one.customer) or one.customer
            file.write(_event(one, stamps[one.device], whose, words, work.now).to_ical())
        file.write(b"END:VCALENDAR" + end)


def _empty(words: Words) -> Calendar:
    from icalendar import Calendar  # noqa: PLC0415 - start-up time

    made = Calendar()
    made.add("prodid", "-//onhook//lease due//EN")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", words("ics-name"))
    made.add("x-wr-timezone", "Asia/Tokyo")  # P0
    return made


def _event(one: FallsDue, stamp: Stamp, whose: str, words: Words, now: datetime) -> Event:
    from icalendar import Event  # noqa: PLC0415 - start-up time

    what = words(f"lease-due-{one.kind}")
    title = words("ics-title", what=what, device=one.device, customer=whose)
    made = Event()
    made.add("uid", _uid(one, stamp))
    made.add("sequence", stamp.sequence)
    made.add("dtstamp", now)
    made.add("last-modified", stamp.changed_at)
    made.add("dtstart", one.due_on)
    made.add("dtend", one.due_on + _DAY)
    made.add("transp", "TRANSPARENT")
    made.add("summary", title)
    made.add("description", words("ics-details", missed=missed(one, words), rule=one.rule))
    made.add("categories", [words("ics-category")])
    for before in _ALARMS:
        made.add_component(_alarm(title, before))
    return made


def _uid(one: FallsDue, stamp: Stamp) -> str:
    which = f"{one.kind}/{one.due_on}" if one.kind == "minimum-level" else one.kind
    return str(uuid5(_SPACE, f"{stamp.made_at.isoformat()}/{one.device}/{which}"))


def _alarm(title: str, before: timedelta) -> Alarm:
    from icalendar import Alarm  # noqa: PLC0415 - start-up time

    made = Alarm()
    made.add("action", "DISPLAY")
    made.add("trigger", before)
    made.add("description", title)
    return made


def _stamps(work: UnitOfWork, devices: Sequence[str]) -> dict[str, Stamp]:
    return {name: stamp for few in chunks(devices, _AT_ONCE) for name, stamp in _some(work, few)}


def _some(work: UnitOfWork, devices: Sequence[str]) -> Iterator[tuple[str, Stamp]]:
    query = (
        select(
            device.c.id,
            device.c.created_at,
            func.max(lease_event.c.number).label("entries"),
            func.max(lease_event.c.recorded_at).label("changed_at"),
        )
        .outerjoin(lease_event, lease_event.c.device_id == device.c.id)
        .where(device.c.id.in_(devices))
        .group_by(device.c.id, device.c.created_at)
    )
    for row in work.connection.execute(query):
        changed_at = row.changed_at or row.created_at
        yield row.id, Stamp(row.created_at, row.entries or 0, changed_at)
