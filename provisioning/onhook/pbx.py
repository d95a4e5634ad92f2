"""The PBX an account registers at: its addresses, ports and ways in."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal, Self

Transport = Literal["udp", "tcp", "tls"]
Srtp = Literal["disabled", "preferred", "required"]

SIP_PORT = 5060  # RFC 3261 section 19.1.2
SIPS_PORT = 5061  # the same, for TLS
TUNNEL_PORT = 5090  # the 3CX tunnel's default


@dataclass(frozen=True, slots=True)
class Pbx:
    """What is known of a PBX; ``None`` means "as the level below says".

    A contract's PBX lies over the workspace's, and that over `DEFAULTS`.

    Attributes:
        host: Public host name or address, as phones outside the office reach it.
        local_host: Address inside the office's network.
        sip_domain: Domain in SIP addresses; the host where nothing is said.
        sip_port: Port of the registrar.
        transport: How SIP travels.
        srtp: Whether voice is encrypted.
        tunnel: Whether clients use the 3CX tunnel.
        tunnel_port: Its port, TCP and UDP.
        tunnel_password: Its password; a secret.
    """

    host: str | None = None
    local_host: str | None = None
    sip_domain: str | None = None
    sip_port: int | None = None
    transport: Transport | None = None
    srtp: Srtp | None = None
    tunnel: bool | None = None
    tunnel_port: int | None = None
    tunnel_password: str | None = field(default=None, repr=False)

    def over(self, base: Pbx) -> Pbx:
        """Return `base` with everything this one states laid over it."""
        return replace(base, **self.stated())

    def stated(self) -> dict[str, Any]:
        """Return what is stated, by field name."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        return {name: value for name, value in values.items() if value is not None}

    @classmethod
    def at(cls, address: str) -> Self:
        """Return the PBX at ``HOST`` or ``HOST:PORT``, as given to ``--pbx``.

        Raises:
            ValueError: The port is no number from 1 to 65535.
        """
        host, colon, port = address.strip().rpartition(":")
        if not colon or port.endswith("]"):
            return cls(host=checked_host(address.strip()))
        return cls(host=checked_host(host), sip_port=checked_port(port))


DEFAULTS = Pbx(transport="udp", srtp="disabled", tunnel=False, tunnel_port=TUNNEL_PORT)


def checked_port(text: str) -> int:
    """Return `text` as a port number.

    Raises:
        ValueError: It is no number from 1 to 65535.
    """
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):  # noqa: PLR2004 - TCP's range
        raise ValueError(f"{text!r} is no port (1 to 65535)")
    return int(text)


def checked_host(text: str) -> str:
    """Return `text` if it can be a host name or address.

    Raises:
        ValueError: It is empty, too long or has characters no host has.
    """
    allowed = text.isascii() and all(sign.isalnum() or sign in "-._:[]" for sign in text)
    if not allowed or not 0 < len(text) < 254:  # noqa: PLR2004 - RFC 1035 section 2.3.4
        raise ValueError(f"{text!r} is no host name")
    return text.lower()
