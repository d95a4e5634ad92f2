"""MicroSIP for Windows: ``MicroSIP.ini``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from onhook.inspecting.findings import Finding, error, warning
from onhook.inspecting.formats.common import (
    TRANSPORTS,
    edges,
    nothing_twice,
    one_account,
    transport_known,
    values_there,
)
from onhook.inspecting.reading import Profile, Reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onhook.inspecting.sections import Section
    from onhook.inspecting.source import Source

MOST_UNITS: Final = 255  # the client reads a value into 256 UTF-16 units, the last of them 0

_FIELDS: Final = {
    "extension": "username",
    "auth_id": "authID",
    "password": "password",
    "display_name": "displayName",
    "sip_domain": "domain",
    "registrar": "server",
    "outbound_proxy": "proxy",
    "transport": "transport",
    "voicemail_number": "voicemailNumber",
    "dial_plan": "dialPlan",
}
_NAME: Final = re.compile(r"Account([0-9]{1,6})", re.IGNORECASE)
_SRTP: Final = {"": "disabled", "optional": "preferred", "mandatory": "required"}


def fits(source: Source) -> bool:
    """Tell whether `source` is this client's file."""
    return any(_NAME.fullmatch(one.name) and one.get("username") for one in source.sections)


def read(source: Source) -> Reading:
    """Read the file as the client does."""
    sections = [one for one in source.sections if _NAME.fullmatch(one.name)]
    profiles = tuple(map(_profile, sections))
    findings = list(_encoding(source))
    findings += one_account(profiles)
    findings += values_there(profiles, ("extension", "password", "registrar"))
    findings += transport_known(profiles, TRANSPORTS)
    findings += _chosen(source, sections)
    for section in sections:
        for check in (edges, nothing_twice, _lengths, _auth_id):
            findings.extend(check(section))
    return Reading("microsip", profiles, tuple(findings))


def _profile(section: Section) -> Profile:
    there = {name: entry for name, key in _FIELDS.items() if (entry := section.get(key))}
    values = {name: entry.value.strip() for name, entry in there.items()}
    values["transport"] = values.get("transport") or "udp"
    if not values.get("auth_id"):  # the client takes the user name then
        values["auth_id"] = values.get("extension", "")
    if section.value("SRTP") in _SRTP and section.get("SRTP"):
        values["srtp"] = _SRTP[section.value("SRTP")]
    lines = {name: entry.line for name, entry in there.items()}
    return Profile(f"[{section.name}]", section.line, values, lines)


def _encoding(source: Source) -> Iterator[Finding]:
    """Without UTF-16 the client reads the file in Windows' own code page."""
    if source.encoding == "utf-16-le-bom":
        return
    finding = warning if source.text.isascii() and source.encoding == "utf-8" else error
    yield finding("wrong-encoding", found=source.encoding, wanted="utf-16-le-bom")


def _chosen(source: Source, sections: list[Section]) -> Iterator[Finding]:
    """The account in use is the one that ``accountId`` numbers."""
    settings = next((one for one in source.sections if one.name.casefold() == "settings"), None)
    chosen = "" if settings is None else settings.value("accountId")
    if f"account{chosen}" not in {one.name.casefold() for one in sections}:
        entry = None if settings is None else settings.get("accountId")
        yield error("not-enabled", "[Settings] accountId", entry.line if entry else None)


def _lengths(section: Section) -> Iterator[Finding]:
    for entry in section.entries:
        if len(entry.value.strip().encode("utf-16-le", "surrogatepass")) // 2 > MOST_UNITS:
            place = f"[{section.name}] {entry.key}"
            yield error("value-too-long", place, entry.line, most=str(MOST_UNITS))


def _auth_id(section: Section) -> Iterator[Finding]:
    if not section.value("authID"):
        place = f"[{section.name}] authID"
        yield warning("key-missing", place, section.line, name="authID")
