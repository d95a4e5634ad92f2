"""Formats within formats: a URL in XML, JSON in a text, a quoted name in a SIP address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_to_bytes

from onhook.learning.json_regions import is_json, json_regions
from onhook.learning.regions import decoder
from onhook.learning.xml_regions import is_xml, xml_regions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onhook.learning.regions import Layer, Region

# One percent-encoded character (RFC 3629 section 4): one to four bytes.
_PERCENT: Final = re.compile(
    "%[0-7][0-9A-Fa-f]|%[C-Dc-d][0-9A-Fa-f]%[89ABab][0-9A-Fa-f]"
    "|%[Ee][0-9A-Fa-f](?:%[89ABab][0-9A-Fa-f]){2}|%[Ff][0-7](?:%[89ABab][0-9A-Fa-f]){3}"
)
_URI: Final = r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]"
_URL: Final = re.compile(
    rf"(?:\b[a-z][a-z0-9.-]{{0,30}}://|\b(?:sips?|tel|mailto):){_URI}+", re.IGNORECASE
)
_FORM: Final = re.compile(
    r"[A-Za-z0-9._~%+*\[\]-]+=[^=&\s<>\"]*(?:&[A-Za-z0-9._~%+*\[\]-]+=[^=&\s<>\"]*)+"
)
_URI_LINE: Final = re.compile(rf"{_URI}+")
# RFC 3261 section 25.1, name-addr
_SIP_NAME: Final = re.compile(r'"(?P<inner>(?:[^"\\\n]|\\.){0,300})"(?=\s{0,9}<sips?:)')
_QUOTED: Final = re.compile(r'"(?P<inner>[^"\\\n]+)"(?!\s{0,9}<sips?:)')

URI: Final[Layer] = (
    *("host", "uri", "uri-lower", "uri-component", "uri-path", "uri-at", "form", "form-lower"),
    "number",
)
_WITH_BLANKS: Final[Layer] = ("form", "form-lower")
_QUOTED_LAYER: Final[Layer] = ("quoted",)
_SIP_LAYER: Final[Layer] = ("sip-name",)
_DEEPEST: Final = 6


def is_uris(text: str) -> bool:
    """Tell whether every line of `text` is a URL, or form fields."""
    lines = text.split()
    return bool(lines) and all(
        _URI_LINE.fullmatch(line) and (_URL.match(line) or _FORM.fullmatch(line)) for line in lines
    )


def uri_regions(document: Region) -> Iterator[Region]:
    """Yield each line of a list of URLs or of form fields."""
    for line in _URI_LINE.finditer(document.text):
        yield from _percent_encoded(document, line.span(), own_layer=False)


def inner_regions(region: Region) -> Iterator[Region]:
    """Yield the parts of `region` in which another format is spoken, and the parts of those."""
    if len(region.layers) >= _DEEPEST or region.kind == "name":
        return
    for part in _parts(region):
        yield part
        yield from inner_regions(part)


def _parts(region: Region) -> Iterator[Region]:
    text = region.text
    if is_json(text):
        yield from json_regions(region, ascii_only=False)
        return
    if is_xml(text):
        yield from xml_regions(region, ascii_only=False)
        return
    if not (region.layers and "uri" in region.layers[0]):
        if _FORM.fullmatch(text):
            yield from _percent_encoded(region, (0, len(text)))
            return
        for found in _URL.finditer(text):
            yield from _percent_encoded(region, found.span())
        if _PERCENT.search(text):
            yield region.part((0, len(text)), URI, decode=_unquoted)
    for found in _SIP_NAME.finditer(text):
        yield region.part(found.span("inner"), _SIP_LAYER, decode=_unslashed)
    for found in _QUOTED.finditer(text):
        yield region.part(found.span("inner"), _QUOTED_LAYER)


def _percent_encoded(
    region: Region, span: tuple[int, int], *, own_layer: bool = True
) -> Iterator[Region]:
    yield region.part(span, URI if own_layer else None, decode=_unquoted)
    if "+" in region.text[slice(*span)]:
        yield region.part(span, _WITH_BLANKS if own_layer else None, decode=_unplussed)


def url_around(text: str, at: int) -> tuple[int, int] | None:
    """Return the span of the URL in `text` that covers `at`, None where there is none."""
    spans = (found.span() for found in _URL.finditer(text))
    return next((span for span in spans if span[0] <= at < span[1]), None)


def _character(escape: str) -> str | None:
    if escape == "+":
        return " "
    try:
        return unquote_to_bytes(escape).decode()
    except UnicodeDecodeError:
        return None


_unquoted: Final = decoder(_PERCENT, _character)
_unplussed: Final = decoder(re.compile(rf"\+|{_PERCENT.pattern}"), _character)
_unslashed: Final = decoder(re.compile(r"\\."), lambda found: found[1])
