"""Where values stand in XML: texts, attributes, CDATA sections, comments."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Final
from xml.parsers.expat import ExpatError, ParserCreate

from onhook.learning.regions import decoder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onhook.learning.regions import Layer, Region

# XML 1.0 sections 2.4-2.8. What it finds in a well-formed document is right; others are refused.
_TOKEN: Final = re.compile(
    r"""<!--(?P<comment>.*?)-->
    | <!\[CDATA\[(?P<cdata>.*?)\]\]>
    | <\?.*?\?>
    | <!DOCTYPE(?:[^\[>"']|"[^"]*"|'[^']*')*+(?:\[.*?\]\s*)?>
    | </(?P<closed>[^\s>]+)\s*>
    | <(?P<opened>[^\s<>/!?]+)(?P<attributes>(?:[^<>"'/]|/(?!>)|"[^"]*"|'[^']*')*+)(?P<empty>/?)>
    | (?P<text>[^<]+)""",
    re.DOTALL | re.VERBOSE,
)
_ATTRIBUTE: Final = re.compile(r"""([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_REFERENCE: Final = re.compile(r"&(?:#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6}|amp|lt|gt|quot|apos);")
_DECLARED: Final = re.compile(r"""\s*<\?xml\s[^>]*?encoding\s*=\s*["']([^"']+)["']""")
_BEYOND_ASCII: Final = re.compile(r"&#(?:[0-9]{3,7}|x[0-9A-Fa-f]{2,6});")

_BOTH_QUOTES: Final = ("xml", "xml-apos", "xml-039", "xml-34", "xml-decimal", "xml-hex")
_DOUBLE: Final = ("xml", "xml-attribute", *_BOTH_QUOTES[1:])
_SINGLE: Final = ("xml", "xml-single", *_BOTH_QUOTES[1:])
_TEXT: Final = ("xml", "xml-text", "xml-attribute", "xml-single", *_BOTH_QUOTES[1:])

# Elements whose text names the field of the value after them: Apple's property lists, XML-RPC.
_KEYS: Final = frozenset({"key", "name"})
_TYPES: Final = frozenset({"string", "integer", "int", "real", "data", "value"})
_NAMING: Final = ("name", "key", "id")
_VALUES: Final = frozenset({"value", "val"})


def is_xml(text: str) -> bool:
    """Tell whether `text` is a well-formed document."""
    if not text.lstrip().startswith("<"):
        return False
    parser = ParserCreate("utf-8")  # whatever the document declares: it was decoded already
    try:
        parser.Parse(text.encode("utf-8", "surrogatepass"), True)  # noqa: FBT003 - its API
    except ExpatError:
        return False
    return True


def writes_ascii(text: str) -> bool:
    """Tell whether the program that wrote `text` writes ASCII only."""
    if not text.isascii():
        return False
    declared = _DECLARED.match(text)
    is_other = declared is not None and not declared[1].lower().startswith("utf")
    beyond = (html.unescape(found[0]) for found in _BEYOND_ASCII.finditer(text))
    return is_other or any(not character.isascii() for character in beyond)


def xml_regions(document: Region, *, ascii_only: bool) -> Iterator[Region]:
    """Yield the parts of `document` in which values can stand, and its comments.

    Args:
        document: Well-formed XML, undecoded.
        ascii_only: Whether everything beyond ASCII must be a reference.
    """
    names: list[str] = []
    pending = ""
    for token in _TOKEN.finditer(document.text):
        if token["opened"]:
            label = _label(token["opened"], token["attributes"])
            yield from _attributes(document, token, label, ascii_only=ascii_only)
            if not token["empty"]:
                names.append(label)
        elif token["closed"]:
            names = names[:-1]
        elif token["comment"]:
            span = token.span("comment")
            yield document.part(span, ("comment",), kind="comment", field="comment")
        elif token["cdata"]:
            field = names[-1] if names else ""
            yield document.part(token.span("cdata"), ("cdata",), field=field)
        elif token["text"] and token["text"].strip():
            name = names[-1] if names else ""
            field = pending if name in _TYPES and pending else name
            pending = token["text"].strip() if name in _KEYS else ""
            layer = _spellings(_TEXT, ascii_only=ascii_only)
            span = _stripped(token["text"], token.start())
            yield document.part(span, layer, field=field, decode=unescape)


def _attributes(
    document: Region, tag: re.Match[str], label: str, *, ascii_only: bool
) -> Iterator[Region]:
    for found in _ATTRIBUTE.finditer(document.text, *tag.span("attributes")):
        group = 2 if found[2] is not None else 3
        layer = _spellings(_DOUBLE if found[2] is not None else _SINGLE, ascii_only=ascii_only)
        field = label if found[1] in _VALUES else found[1]
        yield document.part(found.span(group), layer, field=field, decode=unescape)


def _label(element: str, attributes: str) -> str:
    """Return what a reader would call the element: its name, or what an attribute names."""
    named = {found[1]: found[2] or found[3] or "" for found in _ATTRIBUTE.finditer(attributes)}
    return next((named[name] for name in _NAMING if named.get(name)), element)


def _stripped(text: str, start: int) -> tuple[int, int]:
    left = len(text) - len(text.lstrip())
    return start + left, start + len(text.rstrip())


def _spellings(names: Layer, *, ascii_only: bool) -> Layer:
    twins = tuple(f"{name}-ascii" for name in names)
    return twins if ascii_only else (*names, *twins)


def _character(reference: str) -> str | None:
    character = html.unescape(reference)
    return character if len(character) == 1 else None


unescape: Final = decoder(_REFERENCE, _character)
