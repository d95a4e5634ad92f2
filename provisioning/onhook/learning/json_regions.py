"""Where values stand in JSON: texts and numbers; keys are names."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from onhook.learning.regions import decoder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onhook.learning.regions import Region

_TOKEN: Final = re.compile(
    r'"(?P<text>(?:[^"\\]|\\.)*+)"(?P<colon>\s*:)?|(?P<number>-?[0-9][0-9.eE+-]*)', re.DOTALL
)
_ESCAPE: Final = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\."
)
_BEYOND_ASCII: Final = re.compile(r"\\u(?!00[0-7])[0-9a-fA-F]{4}")
_SPELLINGS: Final = ("json", "json-ascii", "json-slash")
_ASCII: Final = ("json-ascii", "json-slash")


def is_json(text: str) -> bool:
    """Tell whether `text` is a JSON object or list."""
    if not text.lstrip().startswith(("{", "[")):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def writes_ascii(text: str) -> bool:
    """Tell whether the program that wrote `text` writes ASCII only."""
    return text.isascii() and _BEYOND_ASCII.search(text) is not None


def json_regions(document: Region, *, ascii_only: bool) -> Iterator[Region]:
    """Yield the parts of `document` in which values can stand, and its keys.

    Args:
        document: Valid JSON, undecoded.
        ascii_only: Whether everything beyond ASCII must be escaped.
    """
    layer = _ASCII if ascii_only else _SPELLINGS
    field = ""
    for token in _TOKEN.finditer(document.text):
        if token["number"]:
            yield document.part(token.span("number"), ("json-number",), field=field)
        elif token["colon"]:
            field = token["text"]
            yield document.part(token.span("text"), layer, kind="name", decode=unescape)
        else:
            yield document.part(token.span("text"), layer, field=field, decode=unescape)


def _character(escape: str) -> str | None:
    try:
        found: str = json.loads(f'"{escape}"')
    except ValueError:
        return None
    return found


unescape: Final = decoder(_ESCAPE, _character)
