"""Hold what a file states against what the workspace knows of the account."""

from __future__ import annotations

import base64
import binascii
import html
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from onhook.inspecting.findings import Finding, error, note, warning
from onhook.inspecting.formats.common import split_port
from onhook.inspecting.formats.linphone import ha1_of
from onhook.pbx import SIP_PORT, SIPS_PORT

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from onhook.families import Values
    from onhook.inspecting.reading import Profile

_PERCENT: Final = re.compile(r"%[0-9A-Fa-f]{2}")
# In what a writer may have wrapped a value that the softphone then takes literally.
_WRAPPINGS: Final[dict[str, Callable[[str], str]]] = {
    "percent": unquote,
    "xml": html.unescape,
}


def against_account(
    profile: Profile, values: Values, not_held: Collection[str]
) -> Iterator[Finding]:
    """Yield every difference between a file's account and the workspace's.

    Args:
        profile: The account as the file states it.
        values: What a template would see of the account.
        not_held: Variables that the softphone has no place for.
    """
    yield from _extension(profile, values)
    yield from _auth_id(profile, values)
    yield from _password(profile, values)
    yield from _server(profile, values)
    for name in ("sip_domain", "transport", "srtp", "use_tunnel", "tunnel_host", "tunnel_port"):
        if name not in not_held:
            yield from _plain(profile, values, name)
    yield from _tunnel_password(profile, values)
    if profile.get("display_name") not in ("", values.display_name, values.extension):
        yield _at(note, "name-differs", profile, "display_name", expected=values.display_name)


def without_account(profile: Profile) -> Iterator[Finding]:
    """Yield what looks odd in a file whose account nobody knows."""
    if profile.get("auth_id") and profile.get("auth_id") == profile.get("extension"):
        found = profile.get("auth_id")
        yield _at(note, "auth-id-same", profile, "auth_id", found=found)
    for name in ("auth_id", "password"):
        if _PERCENT.search(profile.get(name)):
            yield _at(warning, "percent-sign", profile, name, field=name)


def _at(
    kind: Callable[..., Finding], code: str, profile: Profile, name: str, **data: str
) -> Finding:
    line = profile.lines.get(name, profile.line)
    return kind(code, profile.place, line, **data)


def _extension(profile: Profile, values: Values) -> Iterator[Finding]:
    found = profile.get("extension")
    if found and found != values.extension:
        told = {"found": found, "expected": values.extension}
        yield _at(error, "extension-differs", profile, "extension", **told)


def _auth_id(profile: Profile, values: Values) -> Iterator[Finding]:
    found, expected = profile.get("auth_id"), values.auth_id
    if not found or not expected or found == expected:
        return
    if how := _wrapped(found, expected):
        yield _at(error, "value-encoded", profile, "auth_id", field="auth_id", how=how)
    elif found == values.extension:
        told = {"found": found, "expected": expected}
        yield _at(error, "auth-id-is-extension", profile, "auth_id", **told)
    else:
        told = {"found": found, "expected": expected}
        yield _at(error, "auth-id-differs", profile, "auth_id", **told)


def _password(profile: Profile, values: Values) -> Iterator[Finding]:
    expected = values.password
    if not expected:
        return
    if profile.get("ha1"):  # it goes before a password
        yield from _ha1(profile, values)
        return
    found = profile.get("password")
    if not found or found == expected:
        return
    if how := _wrapped(found, expected):
        yield _at(error, "value-encoded", profile, "password", field="password", how=how)
    else:
        yield _at(error, "password-differs", profile, "password")


def _ha1(profile: Profile, values: Values) -> Iterator[Finding]:
    found, realm = profile.get("ha1").lower(), profile.get("realm")
    if not realm or found == ha1_of(values.auth_id, realm, values.password):
        return
    if found == ha1_of(values.extension, realm, values.password):
        yield _at(error, "ha1-of-extension", profile, "ha1", expected=values.auth_id)
    else:
        yield _at(error, "ha1-differs", profile, "ha1")


def _tunnel_password(profile: Profile, values: Values) -> Iterator[Finding]:
    found = profile.get("tunnel_password")
    if found and values.use_tunnel and found != values.tunnel_password:
        yield _at(error, "password-differs", profile, "tunnel_password")


def _wrapped(found: str, expected: str) -> str:
    """Return in what `found` wraps the expected value, '' where it is another."""
    for how, unwrap in _WRAPPINGS.items():
        if unwrap(found) == expected:
            return how
    try:
        plain = base64.b64decode(found, validate=True)
    except (binascii.Error, ValueError):
        return ""
    return "base64" if plain == expected.encode() else ""


def _server(profile: Profile, values: Values) -> Iterator[Finding]:
    """The registrar may be the PBX's address outside or inside the office, or the proxy."""
    found = profile.get("registrar")
    known = (values.registrar, values.pbx_local_host, values.outbound_proxy)
    if not found or not values.pbx_host:
        return
    port = SIPS_PORT if profile.get("transport") == "tls" else SIP_PORT
    addresses = {_complete(one, values.sip_port) for one in known if one}
    if _complete(found, port) not in addresses:
        told = {"field": "registrar", "found": found, "expected": values.registrar}
        yield _at(error, "value-differs", profile, "registrar", **told)


def _complete(address: str, port: int) -> tuple[str, str]:
    host, named = split_port(address)
    return host.lower(), named or str(port)


def _plain(profile: Profile, values: Values, name: str) -> Iterator[Finding]:
    found, expected = profile.get(name).lower(), _written(getattr(values, name)).lower()
    if not found or not expected or found == expected or (name, found) == ("transport", "auto"):
        return
    yield _at(error, "value-differs", profile, name, field=name, found=found, expected=expected)


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
