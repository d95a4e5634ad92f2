"""Read lines of ``key=value`` in ``[sections]``, with the line each stands in.

The standard library's reader tells no lines and refuses what a phone takes, such as a key that
stands twice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD: Final = re.compile(r"\s*\[([^\]\n]*)\]\s*")


@dataclass(frozen=True, slots=True)
class Entry:
    """A key with its value, exactly as it stands behind the ``=``."""

    key: str
    value: str = field(repr=False)
    line: int


@dataclass(frozen=True, slots=True)
class Section:
    """The entries below a ``[name]``; those above the first have the name ''."""

    name: str
    line: int
    entries: tuple[Entry, ...]

    def get(self, key: str) -> Entry | None:
        """Return the first entry `key`, upper and lower case alike, as Windows takes it."""
        wanted = key.casefold()
        return next((one for one in self.entries if one.key.casefold() == wanted), None)

    def value(self, key: str) -> str:
        """Return the value of `key` without white space around it, '' where it is missing."""
        found = self.get(key)
        return "" if found is None else found.value.strip()

    def twice(self) -> Iterator[Entry]:
        """Yield each entry whose key stands above it already."""
        seen: set[str] = set()
        for entry in self.entries:
            if entry.key.casefold() in seen:
                yield entry
            seen.add(entry.key.casefold())


def read_sections(text: str) -> tuple[Section, ...]:
    """Return the sections of `text`; comments and lines without ``=`` are passed over."""
    sections: list[Section] = []
    name, start, entries = "", 1, list[Entry]()
    for number, line in enumerate(text.split("\n"), 1):
        if line.lstrip().startswith((";", "#")):
            continue
        if head := _HEAD.fullmatch(line):
            sections.append(Section(name, start, tuple(entries)))
            name, start, entries = head[1], number, []
        elif "=" in line:
            key, _, value = line.partition("=")
            entries.append(Entry(key.strip(), value, number))
    sections.append(Section(name, start, tuple(entries)))
    return tuple(one for one in sections if one.name or one.entries)
