"""Checks that several formats share, each a small function that yields findings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from onhook.inspecting.findings import Finding, error, listed, warning

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from onhook.inspecting.reading import Profile
    from onhook.inspecting.sections import Section
    from onhook.inspecting.source import Source

TRANSPORTS: Final = frozenset({"udp", "tcp", "tls"})
_SIP_ADDRESS: Final = re.compile(
    r"""(?P<name>"(?:[^"\\]|\\.)*"\s*|[^<"]*)
    <sips?:(?:(?P<user>[^@>;]*)@)?(?P<host>\[[^\]>]*\]|[^:;>\s]*)(?P<port>:[0-9]+)?
    (?P<parameters>(?:;[^>]*)?)>""",
    re.VERBOSE,
)
_BARE_ADDRESS: Final = re.compile(
    r"(?P<name>)(?:sips?:)?(?:(?P<user>[^@>;]*)@)?(?P<host>\[[^\]>]*\]|[^:;>\s]*)"
    r"(?P<port>:[0-9]+)?(?P<parameters>(?:;[^>]*)?)"
)


def sip_address(text: str) -> re.Match[str] | None:
    """Return name, user, host, port and parameters of ``"Name" <sip:user@host:port;...>``."""
    plain = text.strip()
    return _SIP_ADDRESS.match(plain) or _BARE_ADDRESS.match(plain)


def unquoted(name: str) -> str:
    """Return a display name without SIP's quotation marks (RFC 3261 section 25.1)."""
    plain = name.strip()
    if plain.startswith('"'):
        return re.sub(r"\\(.)", r"\1", plain[1:-1])
    return plain


def transport_in(parameters: str) -> str:
    """Return the transport that a SIP address's parameters name, '' where they name none."""
    found = re.search(r";transport=([^;\s>\"]*)", parameters, re.IGNORECASE)
    return found[1].lower() if found else ""


def one_account(profiles: Sequence[Profile]) -> Iterator[Finding]:
    """Find more accounts in one file than a device may have (J-A1)."""
    if len(profiles) > 1:
        places = listed(one.place for one in profiles)
        yield error("several-accounts-inside", line=profiles[1].line, names=places)


def values_there(profiles: Iterable[Profile], names: Sequence[str]) -> Iterator[Finding]:
    """Find what an account needs and is missing or blank."""
    for profile in profiles:
        for name in names:
            if not profile.get(name).strip():
                line = profile.lines.get(name, profile.line)
                yield error("value-missing", profile.place, line, field=name)


def transport_known(profiles: Iterable[Profile], known: frozenset[str]) -> Iterator[Finding]:
    """Find a transport that the softphone does not know."""
    for profile in profiles:
        if profile.get("transport") and profile.get("transport") not in known:
            line = profile.lines.get("transport", profile.line)
            yield error("transport-unknown", profile.place, line, names=", ".join(sorted(known)))


def edges(section: Section) -> Iterator[Finding]:
    """Find white space around values: some softphones keep it, others do not."""
    for entry in section.entries:
        if entry.value != entry.value.strip():
            yield warning("white-space-at-edge", entry.key, entry.line)


def nothing_twice(
    section: Section, *, may_repeat: frozenset[str] = frozenset()
) -> Iterator[Finding]:
    """Find keys that stand twice: which one counts differs."""
    for entry in section.twice():
        if entry.key not in may_repeat:
            yield warning("key-twice", entry.key, entry.line)


def encoded_as(source: Source, *allowed: str) -> Iterator[Finding]:
    """Find an encoding that the softphone does not read; plain ASCII passes as UTF-8."""
    if source.encoding not in allowed:
        yield error("wrong-encoding", found=source.encoding, wanted=" | ".join(allowed))


def well_formed(source: Source) -> Iterator[Finding]:
    """Find what is wrong with the file as XML."""
    markup = source.markup
    if markup.fault is not None:
        fault = markup.fault
        yield error(fault.code, line=fault.line, column=str(fault.column))
    elif source.text[:1].isspace() and source.text.lstrip().startswith("<?xml"):
        yield error("xml-broken", line=1, column="1")  # XML 1.0 section 2.8: nothing before it
    yield from encoded_as(source, "utf-8", "utf-8-bom", "utf-16-le-bom", "utf-16-be-bom")


def split_port(address: str) -> tuple[str, str]:
    """Return host and port of ``host[:port]``; the port is '' where none is named."""
    host, colon, port = address.rpartition(":")
    if not colon or port.endswith("]"):  # an IPv6 address stands in brackets
        return address, ""
    return host, port
