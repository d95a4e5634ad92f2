"""Who is done: what phones have done so far at the links, and what they told of themselves.

A phone's *observed* level is what it tells a page, the *recorded* one a person typed; both stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sqlalchemy import select

from onhook.store.schema import visit
from onhook_devices.levels import LevelUnreadable, parse_level

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.engine import Connection

Progress = Literal["issued", "opened", "fetched"]


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of the phones at an issue's link.

    Attributes:
        opened_at: When its page was last opened, None if never.
        fetched_at: When its config was last fetched, by an app or as a file; None if never.
        platform: What the last that told one told; ''.
        level: Its version, as told; ''.
    """

    opened_at: datetime | None = None
    fetched_at: datetime | None = None
    platform: str = ""
    level: str = ""

    @property
    def progress(self) -> Progress:
        """Return how far its person has come."""
        if self.fetched_at is not None:
            return "fetched"
        return "issued" if self.opened_at is None else "opened"


NOTHING_SEEN = Seen()


def seen_at_issues(connection: Connection, kits: Select[tuple[int]]) -> dict[tuple[int, int], Seen]:
    """Return what was seen at the issues of `kits`, by kit and issue, but for the never visited."""
    found: dict[tuple[int, int], Seen] = {}
    columns = (visit.c.kit_id, visit.c.number, visit.c.at, visit.c.kind)
    query = select(*columns, visit.c.platform, visit.c.level).where(visit.c.kit_id.in_(kits))
    ordered = query.order_by(*visit.primary_key)
    for kit_id, number, at, kind, platform, level in connection.execute(ordered):
        before = found.get((kit_id, number), NOTHING_SEEN)
        is_opened = kind == "opened"
        found[kit_id, number] = Seen(
            opened_at=at if is_opened else before.opened_at,
            fetched_at=before.fetched_at if is_opened else at,
            platform=platform or before.platform,
            level=level if platform else before.level,
        )
    return found


def disagrees(recorded_platform: str, recorded: str, seen: Seen) -> bool:
    """Tell whether what a phone told is not what is recorded of the device.

    A browser may tell fewer numbers than a person wrote: those both have are compared.
    """
    if not seen.platform or not recorded_platform:
        return False
    if seen.platform != recorded_platform:
        return True
    if not seen.level or not recorded:
        return False
    try:
        one, other = parse_level(seen.level).value, parse_level(recorded).value
    except LevelUnreadable:
        return False
    shared = min(len(one), len(other))
    return one[:shared] != other[:shared]
