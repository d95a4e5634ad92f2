"""All families: the shipped ones, and an operator's that shadow or join them."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING

from onhook.families.errors import FamilyUnknown
from onhook.families.family import Family
from onhook.families.folder import Folder
from onhook.families.manifest import FAMILY_NAME, MANIFEST, nearest

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable
    from pathlib import Path


class Families:
    """Find families by name. Each is read at most once.

    Args:
        operator_dir: Folder of an operator's families, each in a folder of its name, such as
            ``<workspace>/templates``; it need not exist. A family there replaces the shipped one
            as a whole.
    """

    def __init__(self, operator_dir: Path | None = None) -> None:
        shipped = files("onhook_templates").joinpath("families")
        self._places: tuple[Traversable, ...] = (shipped,)
        if operator_dir is not None:
            self._places = (operator_dir, shipped)
        self._read: dict[str, Family] = {}

    def names(self) -> tuple[str, ...]:
        """Return all names, sorted. No manifest is read: one broken family hides no other."""
        return tuple(sorted({name for place in self._places for name in _families_in(place)}))

    def get(self, name: str) -> Family:
        """Return the family `name`.

        Raises:
            FamilyUnknown: There is none of that name; the nearest one is named.
            OnhookError: Its manifest is not what it should be; see `Family`.
        """
        if name not in self._read:
            self._read[name] = Family(Folder(self._find(name), is_shipped=self.is_shipped(name)))
        return self._read[name]

    def is_shipped(self, name: str) -> bool:
        """Tell whether `name` is onhook's own family, not an operator's."""
        return self._find(name).joinpath(MANIFEST) == self._places[-1].joinpath(name, MANIFEST)

    def _find(self, name: str) -> Traversable:
        if FAMILY_NAME.allows(name):
            for place in self._places:
                if place.joinpath(name, MANIFEST).is_file():
                    return place.joinpath(name)
        known = self.names()
        raise FamilyUnknown(name, nearest(name, known), ", ".join(known))


def _families_in(place: Traversable) -> list[str]:
    if not place.is_dir():
        return []
    return [
        child.name
        for child in place.iterdir()
        if re.fullmatch(FAMILY_NAME.pattern, child.name) and child.joinpath(MANIFEST).is_file()
    ]
