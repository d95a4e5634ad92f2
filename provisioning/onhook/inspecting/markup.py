"""Read XML with the line of everything, and harmlessly.

The parser is expat with a document type refused as soon as it begins: without one there are no
entities to expand and nothing outside to load, which are all the ways small XML has of becoming
large. Depth needs no bound: nothing here calls itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_NODES: Final = 100_000
# A & that begins no reference, outside comments and CDATA.
_STRAY: Final = re.compile(
    r"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|(&)(?!(?:#[0-9]+|#x[0-9A-Fa-f]+|amp|lt|gt|quot|apos);)",
    re.DOTALL,
)
_BEGIN: Final = re.compile(r"\s*<[?!A-Za-z_]")


class DoctypeFound(Exception):
    """The text declares a document type."""


class TooManyNodes(Exception):
    """The text has more elements than any config."""


@dataclass(slots=True)
class Node:
    """An element.

    Attributes:
        tag: Its name, without the namespace.
        namespace: The namespace, or ''.
        attributes: By name.
        line: Where it begins.
        children: The elements in it.
        text: What stands in it, its children's text left out.
    """

    tag: str
    namespace: str
    attributes: dict[str, str] = field(repr=False)
    line: int
    children: list[Node] = field(default_factory=list, repr=False)
    text: str = field(default="", repr=False)

    def walk(self) -> Iterator[Node]:
        """Yield this element and all in it, in the order of the text."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))

    def all(self, tag: str) -> list[Node]:
        """Return the children named `tag`."""
        return [child for child in self.children if child.tag == tag]

    def child(self, tag: str) -> Node | None:
        """Return the first child named `tag`."""
        return next(iter(self.all(tag)), None)

    def value(self, tag: str) -> str:
        """Return the text of the first child named `tag`, '' where there is none."""
        found = self.child(tag)
        return "" if found is None else found.text.strip()


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a text is no XML: a finding's code, and the place."""

    code: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Markup:
    """A text read as XML.

    Attributes:
        root: Its outermost element; None where it cannot be read.
        fault: What is wrong with it. With a stray ``&`` there is a root all the same: the text was
            read as if the sign stood there as ``&amp;``.
        is_likely: Whether it begins as XML does.
    """

    root: Node | None
    fault: Fault | None
    is_likely: bool

    @classmethod
    def of(cls, text: str) -> Markup:
        """Read `text`."""
        if not _BEGIN.match(text):
            return cls(None, None, is_likely=False)
        root, fault = _parsed(text)
        if fault is None or fault.code != "xml-broken":
            return cls(root, fault, is_likely=True)
        stray = next((found for found in _STRAY.finditer(text) if found[1]), None)
        if stray is None:
            return cls(None, fault, is_likely=True)
        mended = _STRAY.sub(lambda found: "&amp;" if found[1] else found[0], text)
        return cls(_parsed(mended)[0], _at(text, stray.start()), is_likely=True)


def _at(text: str, place: int) -> Fault:
    line = text.count("\n", 0, place) + 1
    return Fault("xml-ampersand", line, place - text.rfind("\n", 0, place))


def _parsed(text: str) -> tuple[Node | None, Fault | None]:
    plain = text.lstrip()  # a blank line before the declaration: told apart, see the formats
    builder = _Builder(lines_above=text[: len(text) - len(plain)].count("\n"))
    parser = builder.parser
    try:
        # The text was decoded already, whatever encoding it declares.
        parser.Parse(plain.encode("utf-8", "surrogatepass"), True)  # noqa: FBT003 - its signature
    except DoctypeFound:
        return None, Fault("doctype", builder.line, parser.CurrentColumnNumber + 1)
    except (TooManyNodes, expat.ExpatError):
        return None, Fault("xml-broken", builder.line, parser.CurrentColumnNumber + 1)
    return builder.root, None


class _Builder:
    """Hears what the parser finds and keeps it as nodes."""

    def __init__(self, lines_above: int) -> None:
        self.parser = expat.ParserCreate("utf-8", namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.buffer_size = 1 << 20  # long texts come in few pieces
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.root: Node | None = None
        self._open: list[Node] = []
        self._count = 0
        self._lines_above = lines_above

    @property
    def line(self) -> int:
        """The line that the parser is in."""
        return self.parser.CurrentLineNumber + self._lines_above

    def _doctype(self, *_told: object) -> None:
        raise DoctypeFound

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > _MOST_NODES:
            raise TooManyNodes
        namespace, _, tag = name.rpartition(" ")
        node = Node(tag, namespace, attributes, self.line)
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.root = node
        self._open.append(node)

    def _end(self, _name: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        node = self._open[-1]
        node.text += text
