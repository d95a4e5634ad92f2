"""The ways a value may be spelled at one place of a file, beyond the way of the file as a whole.

A file's escaping (`ESCAPERS`) is right everywhere in it, but one program writes ``&apos;`` where
another writes ``&#39;``, a CDATA section and a comment have rules of their own, and a text in JSON
may itself be base64. Templates name a spelling in the filters ``nested`` and ``written``.

Sources: XML 1.0 sections 2.4, 2.5, 2.7; RFC 8259 section 7; RFC 3986 section 2; RFC 4648
sections 4 and 5; RFC 4180 section 2; the form encoding of the URL standard, section 5.
"""

from __future__ import annotations

import re
from base64 import b64encode, urlsafe_b64encode
from json import dumps
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from onhook.families.characters import KINDS, Kind, any_of
from onhook.families.escaping import ESCAPERS, Escaper, Uncarriable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_SURROGATE: Final = KINDS["surrogate"]
_NON_XML: Final = KINDS["non-xml"]


def _refusing(kinds: tuple[Kind, ...], write: Callable[[str], str]) -> Escaper:
    """Return an escaper that refuses `kinds` and writes the rest."""
    search = any_of(kinds).search

    def checked(value: str) -> str:
        if search(value):
            raise Uncarriable(next(kind for kind in kinds if kind.pattern.search(value)))
        return write(value)

    return Escaper(checked, kinds)


def _refuse(notation: str, pattern: str) -> Kind:
    return Kind(notation, re.compile(pattern))


_MARKUP: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_BLANKS: Final = {"\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
_DECIMAL: Final = {sign: f"&#{ord(sign)};" for sign in "&<>\"'\t\n\r"}
_HEXADECIMAL: Final = {sign: f"&#x{ord(sign):X};" for sign in "&<>\"'\t\n\r"}
_XML: Final[dict[str, Mapping[str, str]]] = {
    # libxml2, Python's ElementTree and .NET leave quotation marks alone where they do no harm.
    "xml-text": {**_MARKUP, "\r": "&#13;"},
    "xml-attribute": {**_MARKUP, **_BLANKS, '"': "&quot;"},
    "xml-single": {**_MARKUP, **_BLANKS, "'": "&apos;"},
    "xml-apos": {**_MARKUP, **_BLANKS, '"': "&quot;", "'": "&apos;"},
    "xml-039": {**_MARKUP, **_BLANKS, '"': "&quot;", "'": "&#039;"},  # PHP's htmlspecialchars
    "xml-34": {**_HEXADECIMAL, **_MARKUP, '"': "&#34;", "'": "&#39;"},  # Go's encoding/xml
    "xml-decimal": _DECIMAL,
    "xml-hex": _HEXADECIMAL,
}


def _xml(table: Mapping[str, str]) -> Escaper:
    signs = str.maketrans(dict(table))
    return _refusing((_NON_XML,), lambda value: value.translate(signs))


def _ascii(escaper: Escaper) -> Escaper:
    """Return `escaper` with everything beyond ASCII as decimal references."""

    def write(value: str) -> str:
        return escaper.write(value).encode("ascii", "xmlcharrefreplace").decode("ascii")

    return Escaper(write, escaper.refuses, writes_ascii=True)


def _percent(safe: str, *, blank: str = "%20", lower: bool = False) -> Escaper:
    def write(value: str) -> str:
        text = quote(value, safe=safe).replace("%20", blank)
        return re.sub("%..", lambda found: found[0].lower(), text) if lower else text

    escaper = _refusing((_SURROGATE,), write)
    return Escaper(escaper.write, escaper.refuses, writes_ascii=True)


def _base64(encode: Callable[[bytes], bytes], *, padded: bool = True) -> Escaper:
    def write(value: str) -> str:
        text = encode(value.encode()).decode("ascii")
        return text if padded else text.rstrip("=")

    escaper = _refusing((_SURROGATE,), write)
    return Escaper(escaper.write, escaper.refuses, writes_ascii=True)


def _escaped_quotes(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')


_XML_SPELLINGS: Final = {name: _xml(table) for name, table in _XML.items()}

SPELLINGS: Final[dict[str, Escaper]] = {
    **{str(name): escaper for name, escaper in ESCAPERS.items()},
    **_XML_SPELLINGS,
    **{f"{name}-ascii": _ascii(escaper) for name, escaper in _XML_SPELLINGS.items()},
    "cdata": _refusing((_NON_XML, _refuse("]]", r"\]\]"), KINDS["line-break"]), str),
    "comment": _refusing((_NON_XML, _refuse("--, or - at either end", r"--|\A-|-\Z")), str),
    "word": _refusing((_refuse("anything but A-Z a-z 0-9 . _ -", r"[^A-Za-z0-9._-]|\A\Z"),), str),
    "json-slash": _refusing((_SURROGATE,), lambda value: dumps(value)[1:-1].replace("/", "\\/")),
    "json-number": _refusing(
        (_refuse("anything but a number as JSON writes it", r"\A(?!-?(?:0|[1-9][0-9]*)\Z)"),), str
    ),
    "form": _percent("", blank="+"),
    "form-lower": _percent("", blank="+", lower=True),
    "uri-lower": _percent("", lower=True),
    "uri-component": _percent("!*'()"),  # JavaScript's encodeURIComponent
    "uri-path": _percent("/"),
    "uri-at": _percent("@"),
    "csv-quoted": Escaper(lambda value: value.replace('"', '""'), ()),
    "sip-name": _refusing((KINDS["line-break"],), _escaped_quotes),
    "base64": _base64(b64encode),
    "base64-bare": _base64(b64encode, padded=False),
    "base64url": _base64(urlsafe_b64encode),
    "base64url-bare": _base64(urlsafe_b64encode, padded=False),
}
