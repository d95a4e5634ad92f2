"""The proxies that are believed when they tell whom they speak for."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

from onhook.web.errors import ProxyUnreadable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from ipaddress import IPv4Network, IPv6Network


class Proxies:
    """Addresses and networks of proxies.

    Args:
        named: As typed: ``192.0.2.7`` or ``10.0.0.0/24``.

    Raises:
        ProxyUnreadable: One is neither.
    """

    def __init__(self, named: Sequence[str]) -> None:
        self.named = tuple(named)
        self._networks = [_network(one) for one in named]

    def __contains__(self, address: object) -> bool:
        try:
            one = ip_address(str(address))
        except ValueError:
            return False
        return any(one in network for network in self._networks)


def _network(text: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(text)
    except ValueError:
        raise ProxyUnreadable(text) from None
