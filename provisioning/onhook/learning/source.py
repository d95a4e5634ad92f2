"""Read a sample: bytes that become text, and how they became it."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

from onhook.families.encoding import ENCODINGS, EncodingName
from onhook.families.folder import MOST_BYTES
from onhook.learning.errors import (
    SampleBinary,
    SampleEmpty,
    SampleEncodingUnknown,
    SampleTooBig,
    SampleUnreadable,
)

if TYPE_CHECKING:
    from pathlib import Path

    from onhook.families.encoding import LineEndName

_MARKED: Final[tuple[EncodingName, ...]] = ("utf-8-bom", "utf-16-le-bom", "utf-16-be-bom")
_NO_TEXT: Final = re.compile("[\x00-\x08\x0b\x0e-\x1f]")
_NO_TEXT_BYTE: Final = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_MOST_NAME: Final = 80


@dataclass(frozen=True)
class Source:
    """A sample's text with everything needed to write the same bytes again.

    Attributes:
        file: Its path, for people.
        name: Its own name.
        content: Its bytes.
        text: Its text, line ends as they are.
        encoding: How the bytes became the text.
    """

    file: str
    name: str
    content: bytes = field(repr=False)
    text: str = field(repr=False)
    encoding: EncodingName

    @property
    def line_ends(self) -> LineEndName:
        """Return the line end that most lines have."""
        windows = self.text.count("\r\n")
        return "crlf" if windows * 2 > self.text.count("\n") else "lf"

    @property
    def is_ascii(self) -> bool:
        """Tell whether no byte gives the encoding away."""
        return self.encoding == "utf-8" and self.text.isascii()

    def place(self, offset: int) -> str:
        """Return where `offset` is as people count: ``line:column``, both from 1."""
        line = bisect_right(self._starts, offset)
        return f"{line}:{offset - self._starts[line - 1] + 1}"

    def line(self, offset: int) -> int:
        """Return the line of `offset`, counted from 1."""
        return bisect_right(self._starts, offset)

    def offset(self, line: int, column: int) -> int | None:
        """Return the offset of a place, None where the text has none such."""
        if not 1 <= line <= len(self._starts) or column < 1:
            return None
        found = self._starts[line - 1] + column - 1
        return found if found < len(self.text) else None

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(found.end() for found in re.finditer("\n", self.text))]


def read_sample(path: Path) -> Source:
    """Return the sample at `path`.

    Raises:
        SampleUnreadable: The system does not let us.
        SampleEmpty, SampleTooBig, SampleBinary, SampleEncodingUnknown: It is no text that could
            be issued.
    """
    shown = str(path)
    try:
        with path.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise SampleUnreadable(shown, error.strerror or type(error).__name__) from None
    return as_source(content, shown, path.name)


def as_source(content: bytes, file: str, name: str) -> Source:
    """Return `content` as a sample; raises as `read_sample`."""
    if len(content) > MOST_BYTES:
        raise SampleTooBig(file, MOST_BYTES)
    encoding = _encoding(content)
    text = None if encoding is None else _decoded(content, encoding)
    if text is None or encoding is None:
        if _NO_TEXT_BYTE.search(content):
            raise SampleBinary(file)
        raise SampleEncodingUnknown(file, ", ".join(ENCODINGS))
    if not text.strip():
        raise SampleEmpty(file)
    if _NO_TEXT.search(text):
        raise SampleBinary(file)
    return Source(file, name[:_MOST_NAME], content, text, encoding)


def _encoding(content: bytes) -> EncodingName | None:
    for name in _MARKED:
        if content.startswith(ENCODINGS[name].mark):
            is_utf_32 = content.startswith(b"\xff\xfe\0\0")
            return None if is_utf_32 else name
    # Latin letters in UTF-16 have a NUL behind each.
    if len(content) % 2 == 0 and content[1::2].count(0) * 2 > len(content) // 2:
        return "utf-16-le"
    return "utf-8"


def _decoded(content: bytes, encoding: EncodingName) -> str | None:
    how = ENCODINGS[encoding]
    try:
        return content[len(how.mark) :].decode(how.codec)
    except UnicodeDecodeError:
        return None
