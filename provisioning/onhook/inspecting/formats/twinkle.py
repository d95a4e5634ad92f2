"""Twinkle: a user profile, ``NAME.cfg``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from onhook.inspecting.findings import Finding, warning
from onhook.inspecting.formats.common import (
    edges,
    encoded_as,
    nothing_twice,
    one_account,
    transport_known,
    values_there,
)
from onhook.inspecting.reading import Profile, Reading
from onhook.inspecting.sections import Section

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onhook.inspecting.source import Source

_FIELDS: Final = {
    "extension": "user_name",
    "sip_domain": "user_domain",
    "auth_id": "auth_name",
    "password": "auth_pass",
    "registrar": "registrar",
    "outbound_proxy": "outbound_proxy",
    "transport": "sip_transport",
    "display_name": "user_display",
    "voicemail_number": "mwi_vm_address",
}
_TRANSPORTS: Final = frozenset({"auto", "udp", "tcp"})
_MAY_REPEAT: Final = frozenset({"number_conversion"})
_KEYS: Final = frozenset({"user_name", "user_domain"})


def fits(source: Source) -> bool:
    """Tell whether `source` is this client's file."""
    section = _section(source)
    return section is not None and {entry.key for entry in section.entries} >= _KEYS


def read(source: Source) -> Reading:
    """Read the file as the client does."""
    section = _section(source) or Section("", 1, ())
    profiles = tuple(_profiles(section))
    findings = list(encoded_as(source, "utf-8"))
    findings += one_account(profiles)
    findings += values_there(profiles, ("extension", "auth_id", "password", "sip_domain"))
    findings += transport_known(profiles, _TRANSPORTS)
    findings += edges(section)
    findings += nothing_twice(section, may_repeat=_MAY_REPEAT | _KEYS)
    findings += _registers(section)
    return Reading("twinkle", profiles, tuple(findings))


def _section(source: Source) -> Section | None:
    named = source.sections
    return named[0] if len(named) == 1 and not named[0].name else None


def _profiles(section: Section) -> Iterator[Profile]:
    """Yield an account for each ``user_name``: two files were put into one where there are two."""
    begins = [n for n, entry in enumerate(section.entries) if entry.key == "user_name"]
    for begin, end in zip(begins, [*begins[1:], None], strict=True):
        # What stands above the first name belongs to it.
        entries = section.entries[0 if begin == begins[0] else begin : end]
        part = Section("", entries[0].line, entries)
        there = {name: entry for name, key in _FIELDS.items() if (entry := part.get(key))}
        values = {name: entry.value.strip() for name, entry in there.items()}
        values["registrar"] = values.get("registrar") or values.get("sip_domain", "")
        plan = [entry.value for entry in part.entries if entry.key == "number_conversion"]
        values["dial_plan"] = " ".join(plan)
        lines = {name: entry.line for name, entry in there.items()}
        place = f"user_name {values.get('extension', '')}"
        yield Profile(place, section.entries[begin].line, values, lines)


def _registers(section: Section) -> Iterator[Finding]:
    entry = section.get("register_at_startup")
    if entry is not None and entry.value.strip() == "no":
        yield warning("not-registering", "register_at_startup", entry.line)
