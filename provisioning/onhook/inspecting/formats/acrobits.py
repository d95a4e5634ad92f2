"""Acrobits: the ``<account>`` XML of external provisioning. onhook does not make it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from onhook.inspecting.findings import note
from onhook.inspecting.formats.common import split_port, values_there, well_formed
from onhook.inspecting.reading import Profile, Reading

if TYPE_CHECKING:
    from onhook.inspecting.source import Source

_FIELDS: Final = {
    "extension": "username",
    "password": "password",
    "auth_id": "authUsername",
    "sip_domain": "host",
    "outbound_proxy": "proxy",
    "transport": "transport",
    "display_name": "userDisplayName",
    "voicemail_number": "voiceMailNumber",
}


def fits(source: Source) -> bool:
    """Tell whether `source` is such XML."""
    root = source.markup.root
    return root is not None and root.tag == "account" and root.child("username") is not None


def read(source: Source) -> Reading:
    """Read it as the app does."""
    findings = list(well_formed(source))
    root = source.markup.root
    if root is None:
        return Reading("", (), tuple(findings))
    there = {name: node for name, tag in _FIELDS.items() if (node := root.child(tag))}
    values = {name: node.text.strip() for name, node in there.items()}
    values.setdefault("auth_id", values.get("extension", ""))
    values["registrar"] = values.get("sip_domain", "")
    values["sip_domain"] = split_port(values["registrar"])[0]
    lines = {name: node.line for name, node in there.items()}
    profiles = (Profile("account", root.line, values, lines),)
    findings.append(note("form-of-app", title="Acrobits"))
    findings += values_there(profiles, ("extension", "password", "sip_domain"))
    return Reading("", profiles, tuple(findings))
