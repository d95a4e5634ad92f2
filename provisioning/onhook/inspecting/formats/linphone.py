"""Linphone: lpconfig XML, fetched over the link. Every trap was met with the real client."""

from __future__ import annotations

import re
from collections import defaultdict
from hashlib import md5
from typing import TYPE_CHECKING, Final, NamedTuple

from onhook.inspecting.findings import Finding, error, listed, warning
from onhook.inspecting.formats.common import (
    TRANSPORTS,
    one_account,
    sip_address,
    transport_in,
    transport_known,
    unquoted,
    values_there,
    well_formed,
)
from onhook.inspecting.reading import Profile, Reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onhook.inspecting.markup import Node
    from onhook.inspecting.source import Source

NAMESPACE: Final = "http://www.linphone.org/xsds/lpconfig.xsd"
_NUMBERED: Final = re.compile(r"(proxy|auth_info)_([0-9]{1,6})")
_LOOKS: Final = re.compile(r"<config[\s>].*?<section\s", re.DOTALL)


class _Entry(NamedTuple):
    """An ``<entry>`` with the section it is in."""

    section: str
    name: str
    value: str
    line: int
    overwrites: bool

    @property
    def place(self) -> str:
        return f"{self.section}/{self.name}"


class _Config(NamedTuple):
    """The whole file: its sections, and their entries by section and name."""

    sections: list[Node]
    entries: list[_Entry]

    def get(self, section: str, name: str) -> _Entry | None:
        """Return the entry that counts: the last one."""
        found = (one for one in self.entries if (one.section, one.name) == (section, name))
        return next(reversed(list(found)), None)

    def value(self, section: str, name: str) -> str:
        found = self.get(section, name)
        return "" if found is None else found.value.strip()

    def numbers(self, kind: str) -> list[int]:
        """Return the numbers of the sections ``kind_N``, in order."""
        names = (_NUMBERED.fullmatch(one.attributes.get("name", "")) for one in self.sections)
        return sorted({int(found[2]) for found in names if found and found[1] == kind})

    def line(self, section: str) -> int:
        """Return where a section begins."""
        named = (one for one in self.sections if one.attributes.get("name") == section)
        return next((one.line for one in named), 1)


def fits(source: Source) -> bool:
    """Tell whether `source` is lpconfig XML, however broken."""
    root = source.markup.root
    if root is not None:
        return root.namespace == NAMESPACE or (root.tag == "config" and bool(root.all("section")))
    return source.markup.is_likely and _LOOKS.search(source.text) is not None


def read(source: Source) -> Reading:
    """Read lpconfig XML as Linphone does."""
    findings = list(well_formed(source))
    root = source.markup.root
    if root is None:
        return Reading("linphone", (), tuple(findings))
    config = _config(root)
    profiles = tuple(_profiles(config))
    if not root.namespace:
        findings.append(warning("namespace-missing", "config", root.line, namespace=NAMESPACE))
    for check in _CHECKS:
        findings.extend(check(config))
    findings += one_account(profiles)
    findings += values_there(profiles, ("extension", "registrar"))
    findings += _secret_there(profiles)
    findings += transport_known(profiles, TRANSPORTS)
    return Reading("linphone", profiles, tuple(findings))


def _config(root: Node) -> _Config:
    sections = root.all("section")
    entries = [
        _Entry(
            section.attributes.get("name", ""),
            entry.attributes.get("name", ""),
            entry.text,
            entry.line,
            entry.attributes.get("overwrite") == "true",
        )
        for section in sections
        for entry in section.all("entry")
    ]
    return _Config(sections, entries)


# --- accounts -------------------------------------------------------------------------------

_AUTH_FIELDS: Final = {"password": "passwd", "ha1": "ha1", "realm": "realm", "username": "username"}


def _profiles(config: _Config) -> Iterator[Profile]:
    """Yield an account for each proxy, with the auth_info of its own user, else of its number."""
    proxies = config.numbers("proxy") or config.numbers("auth_info")
    for number in proxies:
        yield _profile(config, f"proxy_{number}", _auth_of(config, number))


def _auth_of(config: _Config, number: int) -> str:
    named = sip_address(config.value(f"proxy_{number}", "reg_identity"))
    user = (named and named["user"]) or ""
    for other in config.numbers("auth_info"):
        if user and config.value(f"auth_info_{other}", "username") == user:
            return f"auth_info_{other}"
    return f"auth_info_{number}"


def _profile(config: _Config, proxy: str, auth: str) -> Profile:
    values: dict[str, str] = {}
    lines: dict[str, int] = {}
    for field, name in _AUTH_FIELDS.items():
        if (entry := config.get(auth, name)) is not None:
            values[field], lines[field] = entry.value.strip(), entry.line
    identity, server = config.get(proxy, "reg_identity"), config.get(proxy, "reg_proxy")
    if identity and (named := sip_address(identity.value)):
        values |= {
            "extension": named["user"] or "",
            "sip_domain": named["host"],
            "display_name": unquoted(named["name"]),
        }
        lines |= dict.fromkeys(("extension", "sip_domain", "display_name"), identity.line)
    if server and (named := sip_address(server.value)):
        values["registrar"] = named["host"] + (named["port"] or "")
        values["transport"] = transport_in(named["parameters"]) or "udp"
        lines |= dict.fromkeys(("registrar", "transport"), server.line)
    values.setdefault("extension", values.get("username", ""))
    user_id = config.get(auth, "userid") or config.get(auth, "username")
    if user_id is not None:
        values["auth_id"], lines["auth_id"] = user_id.value.strip(), user_id.line
    if srtp := _srtp(config):
        values["srtp"] = srtp
    begin = config.line(proxy)
    return Profile(f"{proxy}, {auth}", begin, values, lines)


def _srtp(config: _Config) -> str:
    encryption = config.value("sip", "media_encryption").lower()
    if not encryption:
        return ""
    if encryption == "none":
        return "disabled"
    is_mandatory = config.value("sip", "media_encryption_mandatory") == "1"
    return "required" if is_mandatory else "preferred"


def ha1_of(user: str, realm: str, password: str) -> str:
    """Return the digest that stands for a password (RFC 2617 section 3.2.2.2)."""
    return md5(f"{user}:{realm}:{password}".encode(), usedforsecurity=False).hexdigest()


def _secret_there(profiles: tuple[Profile, ...]) -> Iterator[Finding]:
    without = [one for one in profiles if not one.get("ha1")]
    yield from values_there(without, ("password",))


# --- traps ----------------------------------------------------------------------------------


def _overwrites(config: _Config) -> Iterator[Finding]:
    """Without it, a file read again changes nothing: the old password stays."""
    silent = [entry for entry in config.entries if not entry.overwrites]
    if silent:
        names = listed(entry.place for entry in silent)
        yield error("overwrite-missing", line=silent[0].line, names=names)


def _overwrite_on_sections(config: _Config) -> Iterator[Finding]:
    for section in config.sections:
        if "overwrite" in section.attributes:
            yield warning("attribute-on-section", section.attributes.get("name", ""), section.line)


def _transient(config: _Config) -> Iterator[Finding]:
    """Else the client fetches the link again at every start, until it is used up."""
    entry = config.get("misc", "transient_provisioning")
    if entry is None or entry.value.strip() != "1":
        line = None if entry is None else entry.line
        yield warning("transient-missing", "misc/transient_provisioning", line)


def _gaps(config: _Config) -> Iterator[Finding]:
    """The client counts from 0 and stops at the first number that is missing."""
    for kind in ("proxy", "auth_info"):
        numbers = config.numbers(kind)
        if numbers != list(range(len(numbers))):
            stray = next(n for n, there in enumerate(numbers) if n != there)
            line = config.line(f"{kind}_{numbers[stray]}")
            yield error("section-gap", f"{kind}_{numbers[stray]}", line, expected=f"{kind}_{stray}")


def _white_space(config: _Config) -> Iterator[Finding]:
    """The client takes it for a part of the value."""
    spoilt = [e for e in config.entries if e.value != e.value.strip() or "\n" in e.value]
    if spoilt:
        names = listed(entry.place for entry in spoilt)
        yield error("white-space-inside", line=spoilt[0].line, names=names)


def _twice(config: _Config) -> Iterator[Finding]:
    places: defaultdict[str, list[int]] = defaultdict(list)
    for entry in config.entries:
        places[entry.place].append(entry.line)
    for place, lines in places.items():
        if len(lines) > 1:
            yield warning("key-twice", place, lines[1])


def _auth_info(config: _Config) -> Iterator[Finding]:
    for number in config.numbers("auth_info"):
        section = f"auth_info_{number}"
        if not config.value(section, "domain"):
            yield error("auth-info-without-domain", section, config.line(section))
        if not config.value(section, "userid"):
            yield warning("key-missing", f"{section}/userid", config.line(section), name="userid")
        yield from _ha1(config, section)


def _ha1(config: _Config, section: str) -> Iterator[Finding]:
    """The client keeps the ha1 of its first registration and drops passwd; ha1 goes first."""
    ha1, password = config.get(section, "ha1"), config.value(section, "passwd")
    if ha1 is None and password:
        yield error("ha1-not-cleared", section, config.line(section))
    if ha1 is not None and ha1.value.strip():
        if not config.value(section, "realm"):
            yield error("ha1-without-realm", f"{section}/ha1", ha1.line)
        if password:
            yield warning("ha1-hides-password", f"{section}/ha1", ha1.line)


def _proxies(config: _Config) -> Iterator[Finding]:
    if not config.numbers("proxy"):
        yield error("key-missing", "proxy_0", name="proxy_0")
    for number in config.numbers("proxy"):
        section = f"proxy_{number}"
        if config.value(section, "reg_sendregister") == "0":
            line = config.line(section)
            yield warning("not-registering", f"{section}/reg_sendregister", line)
        identity = config.get(section, "reg_identity")
        if identity and "@" not in identity.value:
            yield error("sip-address-wrong", f"{section}/reg_identity", identity.line)
    default = config.get("sip", "default_proxy")
    if default is None or default.value.strip() not in map(str, config.numbers("proxy")):
        place = None if default is None else default.line
        yield warning("key-missing", "sip/default_proxy", place, name="default_proxy")


_CHECKS: Final = (
    _overwrites,
    _overwrite_on_sections,
    _transient,
    _gaps,
    _white_space,
    _twice,
    _auth_info,
    _proxies,
)
