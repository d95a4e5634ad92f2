"""Tell what a document is from how it looks, and so how values are escaped in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from onhook.families.escaping import ESCAPERS
from onhook.learning import json_regions, xml_regions
from onhook.learning.inner_regions import URI, inner_regions, is_uris, uri_regions
from onhook.learning.line_regions import (
    csv_regions,
    has_sections,
    is_csv,
    is_pairs,
    pair_regions,
)
from onhook.learning.regions import Region, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from onhook.families.escaping import EscapingName


class Shape(NamedTuple):
    """How a file's values are escaped.

    Attributes:
        escaping: As the manifest states it.
        media_type: As HTTP states it.
        is_self_evident: Whether what is ASCII only is certainly UTF-8 too.
    """

    escaping: EscapingName
    media_type: str
    is_self_evident: bool


_XML: Final = Shape("xml", "application/xml", is_self_evident=True)
_JSON: Final = Shape("json", "application/json", is_self_evident=True)
_INI: Final = Shape("ini", "text/plain", is_self_evident=False)
_PAIRS: Final = Shape("key-value", "text/plain", is_self_evident=False)
_URIS: Final = Shape("uri", "text/plain", is_self_evident=True)
_CSV: Final = Shape("csv", "text/csv", is_self_evident=False)


def shape_of(text: str) -> Shape | None:
    """Return what `text` is; None where nothing tells."""
    if xml_regions.is_xml(text):
        ascii_only = xml_regions.writes_ascii(text)
        return _XML._replace(escaping="xml-ascii") if ascii_only else _XML
    if json_regions.is_json(text):
        ascii_only = json_regions.writes_ascii(text)
        return _JSON._replace(escaping="json-ascii") if ascii_only else _JSON
    if is_uris(text):
        return _URIS
    if is_pairs(text):
        return _INI if has_sections(text) else _PAIRS
    return _CSV if is_csv(text) else None


def shape_asked_for(escaping: EscapingName, text: str) -> Shape | None:
    """Return the shape an installer names; None where the text cannot be of it."""
    fits: dict[EscapingName, Callable[[str], bool]] = {
        "xml": xml_regions.is_xml,
        "xml-ascii": xml_regions.is_xml,
        "json": json_regions.is_json,
        "json-ascii": json_regions.is_json,
    }
    if escaping in fits and not fits[escaping](text):
        return None
    found = shape_of(text)
    media_type = found.media_type if found is not None else "text/plain"
    return Shape(escaping, media_type, is_self_evident=ESCAPERS[escaping].writes_ascii)


def regions_of(text: str, shape: Shape | None) -> Iterator[Region]:
    """Yield every part of a document in which values can stand; at last the document itself.

    Args:
        text: The document.
        shape: What it is; None: nobody knows, and values stand in it as they are.
    """
    for region in _outer(text, shape):
        yield region
        yield from inner_regions(region)
    if shape is not None:  # what stands nowhere else stands in markup
        yield whole(text, (("word",),), "name")


def _outer(text: str, shape: Shape | None) -> Iterator[Region]:
    if shape is None:
        yield whole(text, (("none",),), "unknown")
        return
    match shape.escaping:
        case "xml" | "xml-ascii":
            ascii_only = shape.escaping == "xml-ascii"
            yield from xml_regions.xml_regions(whole(text, (), "value"), ascii_only=ascii_only)
        case "json" | "json-ascii":
            ascii_only = shape.escaping == "json-ascii"
            yield from json_regions.json_regions(whole(text, (), "value"), ascii_only=ascii_only)
        case "uri":
            yield from uri_regions(whole(text, (URI,), "value"))
        case "csv":
            yield from csv_regions(whole(text, (), "value"))
        case "ini" | "key-value" if is_pairs(text):
            yield from pair_regions(whole(text, (), "value"), (shape.escaping,))
        case other:
            yield whole(text, ((other,),), "value")
