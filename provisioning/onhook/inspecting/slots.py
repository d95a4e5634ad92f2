"""Read a file in an operator's own format, with the family's templates as the only description.

The family is rendered for an invented account whose values occur nowhere else. What is rendered
then shows for each line what is fixed and where which value stands; a real file's lines are held
against that.
"""

from __future__ import annotations

import html
import itertools
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import quote, unquote

from onhook.families.values import EXAMPLE
from onhook.inspecting.reading import Profile, Reading
from onhook_devices.errors import OnhookError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onhook.families import Families, Family, Values
    from onhook.inspecting.source import Source

_ENOUGH: Final = 0.6  # of a template's lines must be in the file
_MOST_LINES: Final = 20_000

# Signs that every escaping leaves as they are, but percent-encoding, which has its own pattern.
_MARKS: Final[dict[str, Any]] = {
    "extension": "70817263",
    "auth_id": "qzAuthId4",
    "password": "qzPassword5",
    "msisdn": "09070817264",
    "display_name": "qzDisplay6",
    "first_name": "qzFirst7",
    "last_name": "qzLast8",
    "mail": "qzmail9@qz.example",
    "caller_id": "0370817265",
    "mobile": "08070817266",
    "registrar": "qzregistrar.example:50817",
    "pbx_host": "qzpbxhost.example",
    "pbx_local_host": "qzlocal.example",
    "sip_domain": "qzdomain.example",
    "sip_port": 50818,
    "outbound_proxy": "qzproxy.example:50819",
    "tunnel_host": "qztunnel.example",
    "tunnel_port": 50820,
    "tunnel_password": "qzTunnelPass2",
    "provisioning_url": "https://qzlink.example/k/QZ",
    "voicemail_number": "70817267",
    "customer": "qz-customer",
    "customer_name": "qzCustomer3",
    "device": "QZ-DEVICE",
}
# What changes the fixed text itself is tried in every way it can be.
_CHOICES: Final[dict[str, tuple[Any, ...]]] = {
    "transport": ("udp", "tcp", "tls"),
    "srtp": ("disabled", "preferred", "required"),
    "use_tunnel": (False, True),
    "language": ("ja", "en"),
}
_MARKED: Final = re.compile(
    "|".join(
        f"(?P<{name}>{re.escape(str(mark))}|{re.escape(quote(str(mark), safe=''))})"
        for name, mark in sorted(_MARKS.items(), key=lambda item: -len(str(item[1])))
    )
)


class _Line(NamedTuple):
    """A rendered line: fixed texts, and between them the values' names."""

    fixed: tuple[str, ...]
    names: tuple[str, ...]

    def values(self, line: str) -> dict[str, str] | None:
        """Return what stands in `line` where values stand; None where the rest differs.

        Fixed texts are looked for from left to right, so that no line takes long.
        """
        head, last = self.fixed[0], len(self.names)
        if not self.names:
            return {} if line == head else None
        if not line.startswith(head) or not line.endswith(self.fixed[last]):
            return None
        place, found = len(head), dict[str, str]()
        for number, (name, text) in enumerate(zip(self.names, self.fixed[1:], strict=True), 1):
            end = len(line) - len(text) if number == last else line.find(text, place)
            if end < place:
                return None
            found.setdefault(name, line[place:end])
            place = end + len(text)
        return found


class _Match(NamedTuple):
    share: float
    profile: Profile
    choice: dict[str, Any]


def read_by_families(source: Source, families: Families) -> Reading | None:
    """Return `source` read by the operator's family it fits best, None where it fits none."""
    best: tuple[float, Reading] | None = None
    for family in _operators(families):
        match = _best(source, family)
        if match is None or match.share < _ENOUGH or (best and best[0] >= match.share):
            continue
        best = match.share, Reading(family.name, (match.profile,))
    return None if best is None else best[1]


def as_meant(profile: Profile, family: Family, values: Values) -> Profile:
    """Return `profile` with its values as they were before the family spelled them.

    A template may write a value percent-encoded in one place and plain in another; what is spelled
    as the family spells the account's own value is that value.
    """
    try:
        (file, *_) = family.render(values).files
    except (OnhookError, ValueError):
        return profile
    from onhook.inspecting.source import source_of  # noqa: PLC0415 - it imports this package

    match = _best(source_of("", file.content), family)
    if match is None:
        return profile
    spelled = match.profile.values
    meant = {
        name: str(getattr(values, name)) if text == spelled.get(name) else text
        for name, text in profile.values.items()
    }
    return replace(profile, values=meant)


def named_by_families(name: str, families: Families) -> tuple[str, str]:
    """Return the operator's family whose files are named so, and the extension in the name."""
    for family in _operators(families):
        for spec in family.manifest.files:
            pattern = "(.+)".join(re.escape(part) for part in re.split(r"\{\{.*?\}\}", spec.name))
            found = re.fullmatch(pattern, name)
            if found and "{{" in spec.name:
                only = re.fullmatch(r"[^{]*\{\{ *extension *\}\}[^{]*", spec.name)
                return family.name, found[1] if only else ""
    return "", ""


def _operators(families: Families) -> Iterator[Family]:
    for name in families.names():
        if not families.is_shipped(name):
            try:
                yield families.get(name)
            except OnhookError:
                continue  # a broken family is told by the commands that use it


def _best(source: Source, family: Family) -> _Match | None:
    lines = source.text.split("\n")
    if len(lines) > _MOST_LINES:
        return None
    matches = (
        _matched(skeleton, lines, encoding, choice)
        for skeleton, encoding, choice in _skeletons(family)
        if len(lines) <= 4 * len(skeleton) + 20
    )
    return max(matches, key=lambda match: match.share, default=None)


def _skeletons(family: Family) -> Iterator[tuple[list[_Line], str, dict[str, Any]]]:
    """Yield each file of a family as lines with slots, for every choice its templates make."""
    try:
        used = [name for name in _CHOICES if name in family.uses]
    except OnhookError:
        return
    escaping = [spec.escaping for spec in family.manifest.files]
    for chosen in itertools.product(*(_CHOICES[name] for name in used)):
        choice = dict(zip(used, chosen, strict=True))
        try:
            rendering = family.render(replace(EXAMPLE, **_MARKS | choice))
        except OnhookError:
            continue
        for file, way in zip(rendering.files, escaping, strict=True):
            yield _lines(_text(file.content)), way, choice


def _text(content: bytes) -> str:
    from onhook.inspecting.source import source_of  # noqa: PLC0415 - it imports this package

    return source_of("", content).text


def _lines(text: str) -> list[_Line]:
    return [_line(line) for line in text.split("\n")]


def _line(text: str) -> _Line:
    fixed, names, place = list[str](), list[str](), 0
    for found in _MARKED.finditer(text):
        fixed.append(text[place : found.start()])
        names.append(str(found.lastgroup))
        place = found.end()
    return _Line((*fixed, text[place:]), tuple(names))


def _matched(
    skeleton: list[_Line], lines: list[str], escaping: str, choice: dict[str, Any]
) -> _Match:
    """Hold a file's lines against a family's, both from top to bottom."""
    values: dict[str, str] = {}
    places: dict[str, int] = {}
    at, hits, wanted = 0, 0, 0
    for expected in skeleton:
        if not expected.names and not expected.fixed[0].strip():
            continue
        wanted += 1
        for number in range(at, len(lines)):
            found = expected.values(lines[number])
            if found is not None:
                hits, at = hits + 1, number + 1
                values = {name: _plain(text, escaping) for name, text in found.items()} | values
                places = dict.fromkeys(found, number + 1) | places
                break
    share = hits / wanted if wanted and values else 0.0
    stated = {name: str(value).lower() for name, value in choice.items() if name != "language"}
    return _Match(share, Profile("", 1, stated | values, places), choice)


def _plain(text: str, escaping: str) -> str:
    """Return a value as it was before the family's escaping."""
    if escaping.startswith("xml"):
        return html.unescape(text)
    if escaping == "json":
        return _json(text)
    return unquote(text) if escaping == "uri" else text


def _json(text: str) -> str:
    try:
        return str(json.loads(f'"{text}"'))
    except ValueError:
        return text
