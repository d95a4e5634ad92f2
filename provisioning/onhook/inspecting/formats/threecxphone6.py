"""3CXPhone 6 for Windows: ``3CXVoipPhone.ini``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from onhook.inspecting.findings import Finding, error, note, warning
from onhook.inspecting.formats.common import (
    edges,
    encoded_as,
    nothing_twice,
    one_account,
    values_there,
)
from onhook.inspecting.reading import Profile, Reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onhook.inspecting.sections import Section
    from onhook.inspecting.source import Source

_FIELDS: Final = {
    "extension": "AuthUser",
    "auth_id": "AuthID",
    "password": "AuthPass",
    "display_name": "CallerID",
    "outbound_proxy": "ServerProxy",
    "voicemail_number": "PBXVoicemail",
    "tunnel_password": "TunnelPass",
    "tunnel_host": "TunnelRemAddr",
    "tunnel_port": "TunnelPort",
}
_NAME: Final = re.compile(r"Profile([0-9]{1,6})", re.IGNORECASE)
_KEYS: Final = frozenset({"authuser", "authpass", "pbxaddr"})


def fits(source: Source) -> bool:
    """Tell whether `source` is this client's file."""
    return any(
        _NAME.fullmatch(one.name) and _KEYS & {entry.key.casefold() for entry in one.entries}
        for one in source.sections
    )


def read(source: Source) -> Reading:
    """Read the file as the client does."""
    sections = [one for one in source.sections if _NAME.fullmatch(one.name)]
    profiles = tuple(map(_profile, sections))
    findings = [*encoded_as(source, "utf-16-le-bom"), *_line_ends(source)]
    findings += one_account(profiles)
    findings += values_there(profiles, ("extension", "auth_id", "password", "registrar"))
    if sections and sections[0].name.casefold() != "profile0":
        first = sections[0]
        findings.append(error("section-gap", f"[{first.name}]", first.line, expected="[Profile0]"))
    for section in sections:
        for check in (edges, nothing_twice, _enabled, _tunnel, _numbers):
            findings.extend(check(section))
    return Reading("3cxphone6", profiles, tuple(findings))


def _profile(section: Section) -> Profile:
    there = {name: entry for name, key in _FIELDS.items() if (entry := section.get(key))}
    values = {name: entry.value.strip() for name, entry in there.items()}
    lines = {name: entry.line for name, entry in there.items()}
    # LocalPBX chooses the address; the other one counts outside the office.
    keys = ("PBXAddr", "PBXRemoteAddr")
    key = next((one for one in keys if section.value(one)), "PBXAddr")
    if (server := section.get(key)) is not None:
        values["registrar"], lines["registrar"] = server.value.strip(), server.line
    if section.value("SipTransport") in ("", "0"):
        values["transport"] = "udp"
    values["use_tunnel"] = "true" if section.value("UseTunnel") == "1" else "false"
    if values["use_tunnel"] == "false":  # the keys stand there all the same
        for name in ("tunnel_password", "tunnel_host", "tunnel_port"):
            values.pop(name, None)
    return Profile(f"[{section.name}]", section.line, values, lines)


def _line_ends(source: Source) -> Iterator[Finding]:
    if source.line_ends not in ("crlf", ""):
        yield error("line-ends-wrong", found=source.line_ends.upper(), wanted="CRLF")


def _enabled(section: Section) -> Iterator[Finding]:
    entry = section.get("Enabled")
    if entry is None or entry.value.strip() != "1":
        yield warning("not-enabled", f"[{section.name}] Enabled", entry.line if entry else None)


def _tunnel(section: Section) -> Iterator[Finding]:
    if section.value("UseTunnel") != "1":
        return
    for key in ("TunnelPass", "TunnelRemAddr", "TunnelPort"):
        if not section.value(key):
            yield error("tunnel-incomplete", f"[{section.name}] {key}", section.line, name=key)


def _numbers(section: Section) -> Iterator[Finding]:
    entry = section.get("SipTransport")
    if entry is not None and entry.value.strip() not in ("", "0"):
        yield note("number-unread", f"[{section.name}] SipTransport", entry.line)
