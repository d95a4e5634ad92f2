"""Read a file whole, and its text in whatever encoding it has."""

from __future__ import annotations

import codecs
import os
import stat
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

from onhook.inspecting.errors import (
    InspectEmpty,
    InspectMissing,
    InspectNoFile,
    InspectTooLarge,
    InspectUnreadable,
)
from onhook.inspecting.markup import Markup
from onhook.inspecting.pictures import is_picture, other_kind
from onhook.inspecting.sections import Section, read_sections

if TYPE_CHECKING:
    from pathlib import Path

MOST_BYTES: Final = 4 << 20  # of a config; the largest real one has some 100 kB
MOST_PICTURE_BYTES: Final = 64 << 20

# Signs that stand in no text: control characters but tab, line ends and form feed.
_NO_TEXT: Final = frozenset(map(chr, [*range(9), 11, *range(14, 32), 127]))


@dataclass(frozen=True)
class Source:
    """What is to be inspected, as it was found.

    Attributes:
        name: The file's own name, or what stands for it.
        content: Its bytes.
        text: Them as text, line ends as LF; '' for what is no text.
        encoding: ``utf-8``, ``utf-8-bom``, ``utf-16-le-bom``, ``utf-16-le``, ``utf-16-be-bom``,
            ``utf-16-be``, ``cp932``, or ``binary``.
        line_ends: ``lf``, ``crlf``, ``cr``, ``mixed``; '' for one line.
        from_picture: Whether a picture holds it.
    """

    name: str
    content: bytes = field(repr=False)
    text: str = field(repr=False)
    encoding: str
    line_ends: str
    from_picture: bool = False

    @cached_property
    def markup(self) -> Markup:
        """The text read as XML."""
        return Markup.of(self.text)

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """The text read as lines of ``key=value`` in sections."""
        return read_sections(self.text)


def read_file(path: Path) -> bytes:
    """Return what the file at `path` holds.

    Raises:
        InspectMissing: There is none.
        InspectNoFile: It is a folder, a device, a pipe.
        InspectEmpty: It holds nothing.
        InspectTooLarge: It holds more than a config or a picture can; it was not read on.
        InspectUnreadable: The operating system refuses.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise InspectNoFile(str(path))
        with path.open("rb", buffering=0) as file:
            content = file.read(MOST_BYTES + 1)
            if len(content) > MOST_BYTES and (is_picture(content) or other_kind(content)):
                content += _rest(file.fileno(), MOST_PICTURE_BYTES + 1 - len(content))
    except (FileNotFoundError, NotADirectoryError, ValueError):  # a NUL in the name
        raise InspectMissing(str(path)) from None
    except OSError as error:
        raise InspectUnreadable(str(path), error.strerror or str(error)) from None
    most = MOST_PICTURE_BYTES if is_picture(content) or other_kind(content) else MOST_BYTES
    if len(content) > most:
        raise InspectTooLarge(str(path), f"{most >> 20} MiB")
    if not content.strip():
        raise InspectEmpty(str(path))
    return content


def _rest(descriptor: int, most: int) -> bytes:
    parts = []
    while most > 0 and (part := os.read(descriptor, min(most, 1 << 20))):
        parts.append(part)
        most -= len(part)
    return b"".join(parts)


def source_of(name: str, content: bytes, *, from_picture: bool = False) -> Source:
    """Return `content` with its text, if it is any."""
    text, encoding = _decoded(content)
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return Source(name, content, plain, encoding, _line_ends(text), from_picture)


def _decoded(content: bytes) -> tuple[str, str]:
    for encoding, mark, codec in _candidates(content):
        try:
            text = content[len(mark) :].decode(codec)
        except UnicodeDecodeError:
            continue
        if _NO_TEXT.isdisjoint(text):
            return text, encoding
    return "", "binary"


def _candidates(content: bytes) -> tuple[tuple[str, bytes, str], ...]:
    """Return encodings to try with their mark; a mark decides, NUL bytes speak for UTF-16."""
    for name, mark, codec in _MARKED:
        if content.startswith(mark):
            return ((name, mark, codec),)
    if b"\0" in content[:4096]:
        return (("utf-16-le", b"", "utf-16-le"), ("utf-16-be", b"", "utf-16-be"))
    return (("utf-8", b"", "utf-8"), ("cp932", b"", "cp932"))


_MARKED: Final = (
    ("utf-8-bom", codecs.BOM_UTF8, "utf-8"),
    ("utf-16-le-bom", codecs.BOM_UTF16_LE, "utf-16-le"),
    ("utf-16-be-bom", codecs.BOM_UTF16_BE, "utf-16-be"),
)


def _line_ends(text: str) -> str:
    crlf = text.count("\r\n")
    lf, cr = text.count("\n") - crlf, text.count("\r") - crlf
    kinds = [kind for kind, count in (("crlf", crlf), ("lf", lf), ("cr", cr)) if count]
    return "mixed" if len(kinds) > 1 else "".join(kinds)
