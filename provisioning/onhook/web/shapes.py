"""Pages rendered once for many people: a mark stands where each has something of their own.

Who opens a page waits for little more than those places. No secret is in a shape.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from markupsafe import escape

if TYPE_CHECKING:
    from collections.abc import Callable

# Private signs of Unicode: no text of ours has them, and escaping leaves them alone. A text of
# somebody else's may, but is put in last and not looked at again.
_MARK = re.compile("\ue000([a-z_]+)\ue001")


def mark(name: str) -> str:
    """Return what stands in a shape for the value `name`."""
    return f"\ue000{name}\ue001"


@dataclass(frozen=True, slots=True)
class Shape:
    """A page without what is one person's own: text and names of values by turns."""

    parts: tuple[str, ...]

    @classmethod
    def of(cls, html: str) -> Self:
        """Return the shape of a page that was rendered with marks."""
        return cls(tuple(_MARK.split(html)))

    def filled(self, own: Callable[[str], str]) -> str:
        """Return the page of one person; `own` returns a value by its name, to be escaped here."""
        parts, names = list(self.parts), self.parts[1::2]
        values = {name: escape(own(name)) for name in set(names)}
        parts[1::2] = [values[name] for name in names]
        return "".join(parts)
