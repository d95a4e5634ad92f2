"""An outage: from when the provider knew of it until it was over."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from onhook_devices.calendar import month_after
from onhook_devices.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date


class OutageEndsFirst(InvalidInput):
    """The end of an outage is not after its beginning."""

    began: str
    ended: str


class OutagesOverlap(InvalidInput):
    """Two outages overlap: one of them was probably told twice."""

    began: str
    other_ended: str


class Outage(NamedTuple):
    """A time in which the service could not be used at all, both ends on the wall clock.

    Japan has had one offset since 1952, so that a difference of local times is what passed.

    Attributes:
        began: When the provider knew.
        ended: When it was over.
    """

    began: datetime
    ended: datetime

    @property
    def lasted(self) -> timedelta:
        """How long it lasted."""
        return self.ended - self.began


def in_order(outages: Iterable[Outage]) -> list[Outage]:
    """Return the outages by their beginning.

    Raises:
        OutageEndsFirst: One is over before it began, or lasted no time.
        OutagesOverlap: Two of them overlap.
    """
    ordered = sorted(outages)
    for one in ordered:
        if one.ended <= one.began:
            raise OutageEndsFirst(_told(one.began), _told(one.ended))
    for earlier, later in pairwise(ordered):
        if later.began < earlier.ended:
            raise OutagesOverlap(_told(later.began), _told(earlier.ended))
    return ordered


def split_by_month(outage: Outage) -> Iterator[tuple[date, Outage]]:
    """Yield an outage's part in each month, with the month's first day (J-S1)."""
    began = outage.began
    while began < outage.ended:
        following = month_after(began.date(), 1)
        ended = min(outage.ended, datetime.combine(following, time(), began.tzinfo))
        yield began.date().replace(day=1), Outage(began, ended)
        began = ended


def hours(lasted: timedelta) -> str:
    """Return a duration in hours and minutes, such as 72:05; what is below a minute is cut off."""
    whole, minutes = divmod(lasted // timedelta(minutes=1), 60)
    return f"{whole}:{minutes:02}"


def _told(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%d %H:%M")
