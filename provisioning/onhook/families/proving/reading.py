"""Read a file of a kit back with the readers of the standard library: never with our own writers.

A file becomes its *leaves*: each text that a client would find in it, by its place.
"""

from __future__ import annotations

import csv
import io
import json
from configparser import (
    DuplicateOptionError,
    DuplicateSectionError,
    MissingSectionHeaderError,
    RawConfigParser,
)
from configparser import Error as IniError
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET
from xml.parsers import expat

from onhook.families.encoding import ENCODINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from onhook.families.encoding import EncodingName

    Leaves = dict[str, str]
    Reader = Callable[[bytes, EncodingName], Leaves]


class NotWellFormed(Exception):
    """The reader cannot make sense of the file.

    Attributes:
        line: Where in the file, counted from 1.
        reason: What is wrong, without anything that stands in the file.
    """

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(line, reason)
        self.line = line
        self.reason = reason


def readers(escaping: str, media_type: str) -> tuple[Reader, ...]:
    """Return what can read files of a form, the strictest first.

    The first that reads a file with ordinary values has to read it with any others too.
    """
    kind = media_type.partition(";")[0]
    if kind.endswith(("/xml", "+xml")):
        return (_xml,)
    if kind.endswith(("/json", "+json")):
        return (_json,)
    return _BY_ESCAPING.get(escaping, (_lines,))


def first_that_reads(readers: Sequence[Reader], content: bytes, encoding: EncodingName) -> Reader:
    """Return the first reader that makes sense of a file.

    Raises:
        NotWellFormed: None does; as the first says.
    """
    first, *others = readers
    try:
        first(content, encoding)
    except NotWellFormed:
        if not others:
            raise
        return first_that_reads(others, content, encoding)
    return first


def _text(content: bytes, encoding: EncodingName) -> str:
    known = ENCODINGS[encoding]
    try:
        return content.removeprefix(known.mark).decode(known.codec)
    except UnicodeDecodeError:
        raise NotWellFormed(1, f"not {encoding}") from None


def _whole(content: bytes, encoding: EncodingName) -> Leaves:
    return {"": _text(content, encoding)}


def _lines(content: bytes, encoding: EncodingName) -> Leaves:
    lines = io.StringIO(_text(content, encoding), newline=None)  # any line end ends a line
    return {str(number): line for number, line in enumerate(lines, 1)}


def _xml(content: bytes, _encoding: EncodingName) -> Leaves:
    builder = ET.TreeBuilder(insert_comments=True, insert_pis=True)
    try:
        # Made by our own template from values of our own.
        root = ET.fromstring(content, ET.XMLParser(target=builder))  # noqa: S314
    except ET.ParseError as error:
        raise NotWellFormed(error.position[0], expat.ErrorString(error.code)) from None
    leaves: Leaves = {}
    for number, element in enumerate(root.iter()):
        leaves[f"{number}"] = element.text or ""
        leaves[f"{number}+"] = element.tail or ""
        leaves |= {f"{number}@{name}": value for name, value in element.attrib.items()}
    return leaves


def _ini(content: bytes, encoding: EncodingName) -> Leaves:
    return _sections(_text(content, encoding))


def _key_values(content: bytes, encoding: EncodingName) -> Leaves:
    """Read keys, which may stand repeatedly, as sections' are read; and their lines as a whole."""
    found = _sections("[]\n" + _text(content, encoding), may_repeat=True)
    return found | _lines(content, encoding)


def _sections(text: str, *, may_repeat: bool = False) -> Leaves:
    parser = RawConfigParser(
        delimiters=("=",), default_section="\n", allow_no_value=True, strict=not may_repeat
    )
    parser.optionxform = str  # type: ignore[assignment]  # keys as they stand, as its manual says
    try:
        parser.read_string(text)
    except IniError as error:
        raise NotWellFormed(_line_of(error), _reason_of(error)) from None
    return {
        f"[{section}]{key}": value or ""
        for section in parser.sections()
        for key, value in parser.items(section)
    }


def _line_of(error: IniError) -> int:
    found = getattr(error, "lineno", None) or next(iter(getattr(error, "errors", ())), (1,))[0]
    return int(found)


def _reason_of(error: IniError) -> str:
    """Return what is wrong; the parser's own words would show the line."""
    match error:
        case MissingSectionHeaderError():
            return "no section header"
        case DuplicateSectionError():
            return "a section for the second time"
        case DuplicateOptionError():
            return "a key for the second time"
        case _:
            return "no key = value"


def _csv(content: bytes, encoding: EncodingName) -> Leaves:
    rows = csv.reader(io.StringIO(_text(content, encoding), newline=""), strict=True)
    leaves: Leaves = {}
    try:
        for number, row in enumerate(rows):
            leaves |= {f"{number}.{column}": cell for column, cell in enumerate(row)}
    except csv.Error as error:
        raise NotWellFormed(rows.line_num, str(error)) from None
    return leaves


def _json(content: bytes, encoding: EncodingName) -> Leaves:
    try:
        found = json.loads(
            _text(content, encoding), object_pairs_hook=list, parse_int=str, parse_float=str
        )
    except json.JSONDecodeError as error:
        raise NotWellFormed(error.lineno, error.msg) from None
    except RecursionError:
        raise NotWellFormed(1, "nested too deep") from None
    return dict(_inside(found, ""))


def _inside(found: object, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(found, list | tuple):
        for number, inner in enumerate(found):
            yield from _inside(inner, f"{place}.{number}")
    else:
        yield place, str(found)


_BY_ESCAPING: Final[dict[str, tuple[Reader, ...]]] = {
    "xml": (_xml,),
    "xml-ascii": (_xml,),
    "json": (_json,),
    "json-ascii": (_json,),
    "ini": (_ini,),
    "key-value": (_key_values, _lines),  # its keys and values may be parted by another sign than =
    "csv": (_csv,),
    "none": (_whole,),
}
