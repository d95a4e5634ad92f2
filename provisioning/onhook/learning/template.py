"""Write what was learned as a family's files: template, manifest, and a sample."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from onhook.families import EXAMPLE
from onhook.families.encoding import LINE_ENDS
from onhook.families.escaping import ESCAPERS, EscapingName, Uncarriable
from onhook.families.family import is_safe_name
from onhook.learning.pieces import expression, is_kept, leaves, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from onhook.families import Values
    from onhook.families.encoding import LineEndName
    from onhook.learning.pieces import Choices, Piece

TEMPLATE: Final = "learned.j2"

# What jinja2 would read as its own, or turn into another line end.
_NOT_LITERAL: Final = re.compile(r"\A\ufeff|\{(?=[{%#]|\Z)|\r\n|\r|\n")
_SAFE_PART: Final = re.compile(r"[A-Za-z0-9._+-]*")
_REQUIRED: Final = ("extension", "auth_id", "password")

# What the invented account leaves empty, so that a sample shows where it stands.
_INVENTED: Final = {
    "msisdn": "09000000000",
    "mobile": "09011111111",
    "tunnel_password": "battery-staple-9",
    "outbound_proxy": "proxy.acme.example",
}
# Where only some texts can stand, an invented one that can.
_STRICT: Final = {"json-number": "4711", "word": "word-4711"}
_MANIFEST: Final = """\
# Learned from a sample by `onhook template learn`. What it writes is the sample's own text; what
# belongs to an account is a variable. Change what you know better: docs/families.md.
manifest = 1
name = {name}
title = {title}
version = "1"
platforms = ["ios", "android", "pc"] # the sample does not tell

[certainty]
level = "seen"
evidence = {evidence}

[qr]
payload = "url"

[[files]]
name = {file}
template = {template}
media_type = {media_type}
encoding = {encoding}
line_ends = {line_ends}
escaping = {escaping}
"""


def template_text(
    text: str,
    pieces: Sequence[Piece],
    choices: Choices,
    escaping: EscapingName,
    line_ends: LineEndName,
) -> str:
    """Return the template of which a rendering is `text` with its pieces written anew."""
    parts: list[str] = []
    literal, at = "", 0
    for piece in pieces:
        literal += text[at : piece.start]
        at = piece.end
        if is_kept(piece, choices):
            literal += piece.spelled
            continue
        parts += _literally(literal, escaping, line_ends)
        parts += ("{{ ", expression(piece, choices, escaping), " }}")
        literal = ""
    parts += _literally(literal + text[at:], escaping, line_ends)
    return "".join(parts)


def _literally(text: str, escaping: EscapingName, line_ends: LineEndName) -> Iterator[str]:
    at = 0
    for found in _NOT_LITERAL.finditer(text):
        yield text[at : found.start()]
        is_usual = found[0] == LINE_ENDS[line_ends]
        yield "\n" if is_usual else _as_expression(found[0], escaping)
        at = found.end()
    yield text[at:]


def _as_expression(text: str, escaping: EscapingName) -> str:
    try:
        is_unchanged = ESCAPERS[escaping].write(text) == text
    except Uncarriable:
        is_unchanged = False
    ending = "" if is_unchanged else '|written("none")'
    return f"{{{{ {quoted(text)}{ending} }}}}"


def manifest_text(stated: Mapping[str, str], used: Iterable[str]) -> str:
    """Return the manifest of a learned family.

    Args:
        stated: What it states, by key; ``file`` is the file's name.
        used: The variables its template uses.
    """
    shown = {key: _toml(value) for key, value in {**stated, "template": TEMPLATE}.items()}
    required = (variable for variable in _REQUIRED if variable in set(used))
    rules = "".join(f"\n[values.{variable}]\nrequired = true\n" for variable in required)
    return _MANIFEST.format_map(shown) + rules


def example_values(pieces: Sequence[Piece], choices: Choices) -> tuple[Values, str]:
    """Return the invented account a sample is made of, and the TOML file that states it."""
    used = [(choices[leaf.place], leaf) for leaf in leaves(pieces) if not is_kept(leaf, choices)]
    invented: dict[str, Any] = {name: _INVENTED[name] for name, _ in used if name in _INVENTED}
    for name, leaf in used:
        strict = next((way for way in leaf.ways(name) or () if way in _STRICT), None)
        if strict is not None and isinstance(getattr(EXAMPLE, name), str):
            invented[name] = _STRICT[strict]
    values = replace(EXAMPLE, **invented)
    names = sorted({name for name, _ in used})
    lines = [f"{name} = {_toml(getattr(values, name))}\n" for name in names]
    return values, "# An invented account.\n" + "".join(lines)


def file_name(sample: str, family: str, extension: str) -> str:
    """Return the name kits' files get: the sample's, with the extension as a variable.

    Args:
        sample: The sample's own name.
        family: What the file is called where the sample's name is fit for no kit.
        extension: The sample account's.
    """
    parts = re.split(rf"(?<![0-9]){re.escape(extension)}(?![0-9])", sample)
    is_safe = all(_SAFE_PART.fullmatch(part) for part in parts) and is_safe_name("1".join(parts))
    if is_safe:
        return "{{ extension }}".join(parts)
    ending = re.search(r"\.[A-Za-z0-9]{1,12}\Z", sample)
    return f"{family}-{{{{ extension }}}}{ending[0] if ending else '.txt'}"


def _toml(value: object) -> str:
    # A basic string of TOML and a text of JSON are escaped alike (TOML 1.0, section String).
    return json.dumps(value, ensure_ascii=False)
