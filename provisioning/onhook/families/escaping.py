"""Write a value so that its format reads it back unchanged, or say that it cannot be done.

An escaper belongs to a file, not to a place in a template: everything between ``{{`` and ``}}``
passes through it, so no template can forget it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from json import dumps
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import quote

from onhook.families.characters import KINDS, Kind, any_of

if TYPE_CHECKING:
    from collections.abc import Callable

EscapingName = Literal[
    "xml", "xml-ascii", "json", "json-ascii", "ini", "key-value", "quoted", "csv", "uri", "none"
]


class Escaped(str):
    """Text that is written as it has to be: no escaper touches it again."""

    __slots__ = ()


class Uncarriable(Exception):
    """A value on its way into the file holds what the format cannot write."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind.notation)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Escaper:
    """How one format writes values.

    Attributes:
        write: Returns a value as it stands in the file; raises `Uncarriable`.
        refuses: The kinds of text it cannot write.
        writes_ascii: Whatever it is given, it writes ASCII.
    """

    write: Callable[[str], str]
    refuses: tuple[Kind, ...]
    writes_ascii: bool = False


# In text and in attributes of both quotes. Line ends and tabs as references, or the reader would
# turn them into other white space (XML 1.0 sections 2.11 and 3.3.3).
_XML: Final = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
    "\t": "&#9;",
    "\n": "&#10;",
    "\r": "&#13;",
}
_XML_MARKED: Final = re.compile("[&<>\"'\t\n\r]|" + KINDS["non-xml"].pattern.pattern)


def _xml(value: str) -> str:
    return _XML_MARKED.sub(_reference, value) if _XML_MARKED.search(value) else value


def _reference(found: re.Match[str]) -> str:
    try:
        return _XML[found[0]]
    except KeyError:
        raise Uncarriable(KINDS["non-xml"]) from None


def _xml_ascii(value: str) -> str:
    return _xml(value).encode("ascii", "xmlcharrefreplace").decode("ascii")


def _uri(value: str) -> str:
    try:
        return quote(value, safe="")  # RFC 3986 section 2.3: only unreserved characters stay
    except UnicodeEncodeError:
        raise Uncarriable(KINDS["surrogate"]) from None


def _json(value: str, *, ascii_only: bool = False) -> str:
    if KINDS["surrogate"].pattern.search(value):
        raise Uncarriable(KINDS["surrogate"])
    return dumps(value, ensure_ascii=ascii_only)[1:-1]  # the template writes the quotes


def _json_ascii(value: str) -> str:
    return _json(value, ascii_only=True)


_CELL_MARKED: Final = re.compile('[,;\t"\r\n]|\\A\\s|\\s\\Z')


def _cell(value: str) -> str:
    # RFC 4180 section 2: a whole cell, in quotation marks only where it needs them.
    if _CELL_MARKED.search(value) is None:
        return value
    doubled = value.replace('"', '""')
    return f'"{doubled}"'


def _raw(*refused: str) -> Escaper:
    kinds = tuple(KINDS[word] if word in KINDS else _sign(word) for word in refused)
    if not kinds:
        return Escaper(str, ())
    search = any_of(kinds).search

    def write(value: str) -> str:
        if search(value):
            raise Uncarriable(next(kind for kind in kinds if kind.pattern.search(value)))
        return value

    return Escaper(write, kinds)


def _sign(character: str) -> Kind:
    return Kind(character, re.compile(re.escape(character)))


ESCAPERS: Final[dict[EscapingName, Escaper]] = {
    "xml": Escaper(_xml, (KINDS["non-xml"],)),
    "xml-ascii": Escaper(_xml_ascii, (KINDS["non-xml"],), writes_ascii=True),
    "json": Escaper(_json, (KINDS["surrogate"],)),
    "json-ascii": Escaper(_json_ascii, (KINDS["surrogate"],), writes_ascii=True),
    "ini": _raw("line-break", "control", "edge-space", "wrapping-quotes"),
    "key-value": _raw("line-break", "control", "edge-space"),
    "quoted": _raw("line-break", "control", '"'),
    "csv": Escaper(_cell, ()),
    "uri": Escaper(_uri, (KINDS["surrogate"],), writes_ascii=True),
    "none": _raw(),
}
