"""Say an entry of the audit trail in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onhook.words import catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onhook.audit.searching import Found
    from onhook.words import Words

_SHOWN = 8
"""Names told of those that an entry names."""


def what(action: str, words: Words) -> str:
    """Return an action in words; one of a later onhook as it is written."""
    return _text("audit-" + action.replace(".", "-"), words) or action


def details(entry: Found, words: Words) -> str:
    """Return the details of an entry in words, without what says nothing."""
    told = (
        (_text(f"audit-of-{key.replace('_', '-')}", words) or key, value)
        for key, value in entry.details.items()
    )
    return words("audit-and").join(
        words("audit-detail", name=name, value=_value(value, words))
        for name, value in told
        if value not in ("", [], {}, None)
    )


def _value(value: object, words: Words) -> str:
    if isinstance(value, dict):
        return _some([f"{name} ({_inner(inner, words)})" for name, inner in value.items()])
    if isinstance(value, list):
        return _some([_inner(one, words) for one in value])
    text = str(value)
    return _text(f"audit-word-{text}", words) or text


def _inner(value: Any, words: Words) -> str:
    """Return what stands within a list: fields of a record, or what was made of one kit."""
    if not isinstance(value, list):
        return _text(f"audit-word-{value}", words) or str(value)
    return " ".join(filter(None, (_inner(one, words) for one in value)))


def _some(told: list[str]) -> str:
    more = len(told) - _SHOWN
    return ", ".join(told[:_SHOWN]) + (f" … +{more}" if more > 0 else "")


def _text(key: str, words: Words) -> str:
    known: Mapping[str, Any] = catalogue()["text"]
    return words(key) if key in known else ""
