"""Say what a file looks like that is in no format known here."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from onhook.inspecting.source import Source

_BINARY: Final = (
    (b"PK\x03\x04", "zip"),
    (b"%PDF-", "pdf"),
    (b"\x1f\x8b", "gzip"),
    (b"SQLite format 3\0", "database"),
    (b"\xd0\xcf\x11\xe0", "office"),
)
_PAIR: Final = re.compile(r"\s*[\w.-]+\s*[=:].*")


def look_of(source: Source) -> str:
    """Return a word for what `source` looks like, in the catalogue as ``looks-WORD``."""
    kind = next((word for sign, word in _BINARY if source.content.startswith(sign)), "")
    if kind or not source.text.strip():
        return kind or "binary"
    return _markup(source) or _json(source) or _lines(source)


def _markup(source: Source) -> str:
    head = source.text[:2000].lower()
    if "<!doctype html" in head or "<html" in head:
        return "kit-page" if "qr.png" in source.text else "web-page"
    if re.search(r"<svg[\s>]", head):
        return "svg"
    return "xml" if source.markup.is_likely else ""


def _json(source: Source) -> str:
    if source.text.lstrip()[:1] not in ("{", "["):
        return ""
    try:
        found = json.loads(source.text)
    except (ValueError, RecursionError):
        return ""
    is_ours = isinstance(found, dict) and str(found.get("schema", "")).startswith("onhook")
    return "kit-manifest" if is_ours else "json"


def _lines(source: Source) -> str:
    lines = [line for line in source.text.split("\n")[:200] if line.strip()]
    if any(one.name for one in source.sections):
        return "ini"
    if lines and all(_PAIR.fullmatch(line) for line in lines):
        return "key-value"
    if len(lines) > 1 and min(line.count(",") for line in lines[:5]) > 1:
        return "csv"
    return "text"
