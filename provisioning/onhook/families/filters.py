"""The filters a family's template may use: jinja2's harmless ones, and SIP's own quoting.

The file's escaping comes after every filter, so SIP nested in XML is
``{{ display_name|sip_quoted }}`` and nothing more. jinja2's HTML filters (``e``, ``safe``,
``tojson`` ...) are left out: they would escape a second time, or pretend not to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS as JINJA_FILTERS

from onhook.families.characters import KINDS
from onhook.families.dialling import allowed
from onhook.families.escaping import Escaped, Escaper, Uncarriable
from onhook.families.limits import MOST_CHARACTERS

if TYPE_CHECKING:
    from collections.abc import Callable

_PLAIN = (
    *("abs", "count", "d", "default", "first", "int", "join", "last", "length"),
    *("list", "lower", "reverse", "sort", "string", "trim", "unique", "upper"),
)


def sip_quoted(text: str) -> str:
    r"""Return `text` as SIP's quoted-string: ``Taro "T" Y`` becomes ``"Taro \"T\" Y"``.

    Raises:
        Uncarriable: It holds a line break (RFC 3261 section 25.1).
    """
    if KINDS["line-break"].pattern.search(text):
        raise Uncarriable(KINDS["line-break"])
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def sip_user(text: str) -> str:
    """Return `text` as the user part of a SIP address (RFC 3261 section 25.1)."""
    return quote(text, safe="-_.!~*'()&=+$,;?/")


def percent(text: str) -> str:
    """Return `text` percent-encoded for any place in a URI (RFC 3986 section 2.1)."""
    return quote(text, safe="")


def nested(value: object, way: str) -> str:
    """Return `value` spelled the way of an inner format; the file's own escaping follows.

    Raises:
        Uncarriable: It cannot be spelled so.
    """
    return _spelling(way).write(str(value))


def written(value: object, way: str) -> str:
    """Return `value` spelled in this way instead of the file's.

    It is for places with rules of their own, such as a CDATA section.

    Raises:
        Uncarriable: It cannot be spelled so.
    """
    return Escaped(_spelling(way).write(str(value)))


def _spelling(way: str) -> Escaper:
    from onhook.families.spellings import SPELLINGS  # noqa: PLC0415 - few templates spell

    if way not in SPELLINGS:
        raise TypeError(f"no spelling named {way!r}")  # a TypeError's text is shown
    return SPELLINGS[way]


def replace(text: str, old: str, new: str) -> str:
    """Return `text` with every `old` replaced, as long as that stays small."""
    if len(text) * (len(new) + 1) > MOST_CHARACTERS:
        raise SecurityError("replace")
    return text.replace(old, new)


FILTERS: Final[dict[str, Callable[..., object]]] = {
    **{name: JINJA_FILTERS[name] for name in _PLAIN},
    "allowed": allowed,
    "nested": nested,
    "percent": percent,
    "replace": replace,
    "sip_quoted": sip_quoted,
    "sip_user": sip_user,
    "written": written,
}
