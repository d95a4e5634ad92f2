"""3CX: onhook's own 3CX-style XML, and what is known of the PBX's own file.

The vendor's form is not public: of such a file only two elements are known. A family learnt from a
sample reads it whole; see `onhook.inspecting.slots`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from onhook.inspecting.findings import Finding, error, note, warning
from onhook.inspecting.formats.common import (
    TRANSPORTS,
    one_account,
    transport_known,
    values_there,
    well_formed,
)
from onhook.inspecting.reading import Profile, Reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onhook.inspecting.markup import Node
    from onhook.inspecting.source import Source

_OWN_FORM: Final = "onhook-3cx-style"
_FIELDS: Final = {
    "extension": "Extension",
    "auth_id": "AuthID",
    "password": "AuthPassword",
    "first_name": "FirstName",
    "last_name": "LastName",
    "display_name": "DisplayName",
    "mail": "EmailAddress",
    "mobile": "MobileNumber",
    "caller_id": "OutboundCallerID",
    "pbx_host": "PBXPublicAddress",
    "pbx_local_host": "PBXLocalAddress",
    "sip_domain": "SIPDomain",
    "sip_port": "SIPPort",
    "transport": "SIPTransport",
    "srtp": "SRTP",
    "outbound_proxy": "OutboundProxy",
    "provisioning_url": "ProvLinkExternal",
}
_TUNNEL: Final = {
    "tunnel_host": "Address",
    "tunnel_port": "Port",
    "tunnel_password": "Password",
}
_NEEDED: Final = ("extension", "auth_id", "password", "pbx_host", "sip_domain")


def fits(source: Source) -> bool:
    """Tell whether `source` is onhook's 3CX-style XML, however broken."""
    root = source.markup.root
    if root is not None:
        return root.tag == "Provisioning" and root.attributes.get("format") == _OWN_FORM
    return source.markup.is_likely and f'format="{_OWN_FORM}"' in source.text


def read(source: Source) -> Reading:
    """Read onhook's 3CX-style XML."""
    findings = list(well_formed(source))
    root = source.markup.root
    if root is None:
        return Reading("3cx", (), tuple(findings))
    profiles = tuple(_profile(root, extension) for extension in root.all("Extension") or [root])
    findings += one_account(profiles)
    findings += values_there(profiles[:1], _NEEDED)
    findings += transport_known(profiles[:1], TRANSPORTS)
    findings += _twice(root)
    findings += _white_space(root)
    findings += _tunnel(root)
    return Reading("3cx", profiles, tuple(findings))


def _profile(root: Node, extension: Node) -> Profile:
    tunnel = root.child("Tunnel")
    there = {name: node for name, tag in _FIELDS.items() if (node := root.child(tag))}
    if tunnel is not None:
        there |= {name: node for name, tag in _TUNNEL.items() if (node := tunnel.child(tag))}
    if extension is not root:
        there["extension"] = extension
    values = {name: node.text.strip() for name, node in there.items()}
    values["use_tunnel"] = "false" if tunnel is None else "true"
    if values.get("pbx_host"):
        port = values.get("sip_port", "")
        values["registrar"] = values["pbx_host"] + (f":{port}" if port else "")
    lines = {name: node.line for name, node in there.items()}
    lines["registrar"] = lines.get("pbx_host", root.line)
    return Profile(f"Extension {values.get('extension', '')}", extension.line, values, lines)


def _twice(root: Node) -> Iterator[Finding]:
    seen: set[str] = set()
    for node in root.children:
        if node.tag in seen and node.tag != "Extension":
            yield warning("key-twice", node.tag, node.line)
        seen.add(node.tag)


def _white_space(root: Node) -> Iterator[Finding]:
    for node in root.walk():
        if not node.children and node.text != node.text.strip():
            yield warning("white-space-at-edge", node.tag, node.line)


def _tunnel(root: Node) -> Iterator[Finding]:
    tunnel = root.child("Tunnel")
    if tunnel is None:
        return
    for tag in _TUNNEL.values():
        if not tunnel.value(tag):
            yield error("tunnel-incomplete", f"Tunnel/{tag}", tunnel.line, name=tag)


def is_vendors(source: Source) -> bool:
    """Tell whether `source` looks like the file a 3CX PBX makes."""
    root = source.markup.root
    named = source.name.lower().endswith(".3cxconfig")
    if root is None:
        return named
    tags = {node.tag for node in root.walk()}
    return "Extension" in tags and (named or "ProvLinkExternal" in tags)


def read_vendors(source: Source) -> Reading:
    """Read what is known of the PBX's own file: the extension."""
    findings = list(well_formed(source)) if source.markup.is_likely else []
    root = source.markup.root
    nodes = [] if root is None else [n for n in root.walk() if n.tag == "Extension" and n.text]
    profiles = tuple(
        Profile(f"Extension {node.text.strip()}", node.line, {"extension": node.text.strip()})
        for node in nodes
    )
    findings.append(note("format-unread", title="3CX"))
    findings += one_account(profiles)
    return Reading("", profiles, tuple(findings))
