"""Grandstream Wave: the XML that stands in the QR code itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from onhook.inspecting.findings import Finding, error, warning
from onhook.inspecting.formats.common import (
    one_account,
    split_port,
    values_there,
    well_formed,
)
from onhook.inspecting.reading import Profile, Reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onhook.inspecting.markup import Node
    from onhook.inspecting.source import Source

_FIELDS: Final = {
    "extension": "UserID",
    "auth_id": "AuthID",
    "password": "AuthPass",
    "display_name": "DisplayName",
    "sip_domain": "RegisterServer",
    "outbound_proxy": "OutboundServer",
    "voicemail_number": "Voicemail",
    "dial_plan": "Dialplan",
}


def fits(source: Source) -> bool:
    """Tell whether `source` is AccountConfig XML, however broken."""
    root = source.markup.root
    if root is not None:
        return root.tag == "AccountConfig"
    return source.markup.is_likely and "<AccountConfig" in source.text


def read(source: Source) -> Reading:
    """Read the XML as the app does."""
    findings = list(well_formed(source))
    root = source.markup.root
    accounts = [] if root is None else root.all("Account")
    profiles = tuple(_profile(number, account) for number, account in enumerate(accounts, 1))
    if root is not None and not accounts:
        findings.append(error("key-missing", "Account", root.line, name="Account"))
    findings += one_account(profiles)
    findings += values_there(profiles, ("extension", "auth_id", "password", "sip_domain"))
    findings += _white_space(accounts)
    findings += _in_picture(source, profiles)
    return Reading("gswave", profiles, tuple(findings))


def _profile(number: int, account: Node) -> Profile:
    there = {name: node for name, tag in _FIELDS.items() if (node := account.child(tag))}
    values = {name: node.text.strip() for name, node in there.items()}
    values["registrar"] = values.get("outbound_proxy") or values.get("sip_domain", "")
    values["sip_domain"] = split_port(values.get("sip_domain", ""))[0]
    lines = {name: node.line for name, node in there.items()}
    return Profile(f"Account {number}", account.line, values, lines)


def _white_space(accounts: list[Node]) -> Iterator[Finding]:
    for account in accounts:
        for node in account.children:
            if node.text != node.text.strip():
                yield warning("white-space-at-edge", node.tag, node.line)


def _in_picture(source: Source, profiles: tuple[Profile, ...]) -> Iterator[Finding]:
    """The password stands in the picture; a photograph of it lasts for ever."""
    if source.from_picture and any(one.get("password") for one in profiles):
        yield warning("secret-in-picture")
