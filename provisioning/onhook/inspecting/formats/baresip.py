"""baresip: the file ``accounts``, a line for each account."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from onhook.inspecting.findings import Finding, error, warning
from onhook.inspecting.formats.common import (
    TRANSPORTS,
    encoded_as,
    one_account,
    sip_address,
    transport_in,
    transport_known,
    unquoted,
    values_there,
)
from onhook.inspecting.reading import Profile, Reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onhook.inspecting.source import Source

MOST_BYTES: Final = 511  # the client drops the rest of a line without a word

_LINE: Final = re.compile(r'(?:"(?:[^"\\]|\\.)*"\s*|[^<"#;=]*)<sips?:[^>]*>')
_SAFE_BARE: Final = re.compile(r"[A-Za-z0-9._~+/=-]*")
_NAMES: Final = (
    *("auth_user", "auth_pass", "outbound", "regint", "answermode", "mediaenc"),
    *("sipnat", "stunserver", "audio_codecs", "ptime", "mwi", "call_transfer", "pubint"),
)


class _Parameter(NamedTuple):
    """A parameter of an account's line.

    Attributes:
        value: Between its quotation marks, if it has them.
        is_quoted: Whether it has.
        is_closed: Whether nothing but the next parameter follows.
    """

    value: str
    is_quoted: bool
    is_closed: bool


def fits(source: Source) -> bool:
    """Tell whether `source` is such a file: each line that says something is an account."""
    lines = [line for _, line in _lines(source)]
    return bool(lines) and all(_LINE.match(line.strip()) for line in lines)


def read(source: Source) -> Reading:
    """Read the file as the client does."""
    lines = list(_lines(source))
    profiles = tuple(_profile(number, line) for number, line in lines)
    findings = list(encoded_as(source, "utf-8"))
    findings += one_account(profiles)
    findings += values_there(profiles, ("extension", "sip_domain", "auth_id", "password"))
    findings += transport_known(profiles, TRANSPORTS)
    for number, line in lines:
        for check in (_length, _quotes, _twice, _outbound, _registers):
            findings.extend(check(number, line))
    return Reading("baresip", profiles, tuple(findings))


def _lines(source: Source) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(source.text.split("\n"), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield number, line


def _parameter(line: str, name: str) -> _Parameter | None:
    """Return a parameter as the client finds it: by its first ``;name=`` in the whole line."""
    begin = line.find(f";{name}=")
    if begin < 0:
        return None
    rest = line[begin + len(name) + 2 :]
    if not rest.startswith('"'):
        bare = re.match(r"[^;\s]*", rest)
        return _Parameter("" if bare is None else bare[0], is_quoted=False, is_closed=True)
    value, mark, behind = rest[1:].partition('"')
    return _Parameter(value, is_quoted=True, is_closed=bool(mark) and behind[:1] in ("", ";", " "))


def _profile(number: int, line: str) -> Profile:
    values: dict[str, str] = {}
    if named := sip_address(line):
        host = named["host"] + (named["port"] or "")
        values |= {
            "extension": named["user"] or "",
            "sip_domain": named["host"],
            "display_name": unquoted(named["name"]),
            "registrar": host,
            "transport": "udp",
        }
    for field, name in (("auth_id", "auth_user"), ("password", "auth_pass")):
        if (found := _parameter(line, name)) is not None:
            values[field] = found.value
    values.setdefault("auth_id", values.get("extension", ""))  # what the client then sends
    outbound = _parameter(line, "outbound")
    if outbound is not None and (server := sip_address(outbound.value)):
        values["registrar"] = server["host"] + (server["port"] or "")
        values["transport"] = transport_in(server["parameters"]) or "udp"
    encryption = _parameter(line, "mediaenc")
    values["srtp"] = "disabled" if encryption is None or not encryption.value else "preferred"
    return Profile(
        f"account {values.get('extension', '')}", number, values, dict.fromkeys(values, number)
    )


def _length(number: int, line: str) -> Iterator[Finding]:
    if len(line.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        yield error("line-too-long", line=number, most=str(MOST_BYTES))


def _quotes(number: int, line: str) -> Iterator[Finding]:
    """An unquoted password ends at the first ``;`` or blank; a quoted one at the first mark."""
    found = _parameter(line, "auth_pass")
    if found is None:
        return
    if not found.is_closed:
        yield error("quote-inside", "auth_pass", number)
    if not found.is_quoted:
        rest = line.partition(";auth_pass=")[2]
        is_whole = _SAFE_BARE.fullmatch(found.value) and _ends_well(rest[len(found.value) :])
        yield (warning if is_whole else error)("quotes-missing", "auth_pass", number)


def _ends_well(rest: str) -> bool:
    return not rest.strip() or any(rest.startswith(f";{name}=") for name in _NAMES)


def _twice(number: int, line: str) -> Iterator[Finding]:
    """The client takes the first ``;name=``, even one that stands within a value."""
    for name in _NAMES:
        if line.count(f";{name}=") > 1:
            yield warning("key-twice", name, number)


def _outbound(number: int, line: str) -> Iterator[Finding]:
    found = _parameter(line, "outbound")
    if found is None or not transport_in(found.value):
        yield warning("outbound-missing", "outbound", number)


def _registers(number: int, line: str) -> Iterator[Finding]:
    found = _parameter(line, "regint")
    if found is not None and found.value == "0":
        yield warning("not-registering", "regint", number)
