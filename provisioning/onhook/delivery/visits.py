"""What is kept of a phone at a link: when, what it did, what it told of itself, roughly where."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

    from onhook.delivery.facts import Told

VisitKind = Literal["opened", "fetched", "file"]
_KEPT_BITS = {4: 24, 6: 48}
_MOST_AGENT = 40


class Visit(NamedTuple):
    """One visit: a page opened, a config fetched by an app, or as a file by a browser."""

    at: datetime
    kind: VisitKind
    platform: str
    level: str
    agent: str
    address: str


def visit(at: datetime, kind: VisitKind, told: Told, address: str) -> Visit:
    """Return what is kept of a visit from the network address `address`."""
    platform = "" if told.platform is None else str(told.platform)
    level = "" if told.level is None else str(told.level)
    return Visit(at, kind, platform, level, told.browser[:_MOST_AGENT], shortened(address))


@lru_cache(1024)
def shortened(address: str) -> str:
    """Return the network that an address is in, ``203.0.113.0/24`` or ``2001:db8::/48``.

    An address names a household, this a neighbourhood. What is no address comes back as ''.
    """
    try:
        full = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if full.version == 6 and full.ipv4_mapped is not None:  # noqa: PLR2004 - IPv6
        full = full.ipv4_mapped
    return str(ip_network((full, _KEPT_BITS[full.version]), strict=False))
