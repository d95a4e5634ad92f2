"""What the host in an address is."""

from __future__ import annotations

import ipaddress
from typing import Final
from urllib.parse import urlsplit

# RFC 2606 and RFC 6761: names for examples and tests, which never lead anywhere of use.
_RESERVED: Final = ("example", "test", "invalid", "example.com", "example.net", "example.org")


def host_of(url: str) -> str:
    """Return the host of an address as it may be shown, '' where it has none."""
    try:
        return urlsplit(url.strip()).hostname or ""
    except ValueError:
        return ""


def is_ip_address(host: str) -> bool:
    """Tell whether a host is written as an IP address."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches a host: its own name or address."""
    return host in {"localhost", "::1"} or (is_ip_address(host) and host.startswith("127."))


def is_reserved(host: str) -> bool:
    """Tell whether a name is kept for examples and tests."""
    return any(host == name or host.endswith(f".{name}") for name in _RESERVED)
