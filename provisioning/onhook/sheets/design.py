"""How sheets look: onhook's own design, and an operator's files that go before it.

The design is a few files: `sheet.toml` (logo, colour, fonts, words), `sheet.typ` (the page on
paper), `sheet.html.j2` (the same as HTML). Each may stand in the workspace's folder `sheets`; what
is not there is onhook's own, so that a logo needs one line and not a copy of everything.
"""

from __future__ import annotations

import string
from importlib.resources import files
from typing import TYPE_CHECKING, Annotated, NamedTuple

from onhook.families.errors import (
    FamilyFileMissing,
    FamilyUnreadable,
    ManifestKeyUnknown,
    ManifestValueWrong,
)
from onhook.families.folder import Folder
from onhook.families.manifest import nearest, read, read_toml
from onhook.sheets.errors import SheetPictureUnusable
from onhook.words import Words, catalogue
from onhook_devices.schema import Form, Place
from onhook_devices.terms.common import Bilingual

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from importlib.resources.abc import Traversable
    from pathlib import Path

    from onhook.words import Language

DESIGN_FOLDER = "sheets"  # of the workspace
_LOOK = "sheet.toml"
_WORDED = "sheet-"  # how the texts begin that may be worded anew

_Colour = Annotated[str, Form("#[0-9a-fA-F]{6}", '"#1f4e79"')]
_Picture = Annotated[
    str, Form(r"[^/\\\0.][^/\\\0]{0,99}\.(?i:png|jpe?g|svg|gif|webp)", '"logo.svg"')
]
_Font = Annotated[str, Form(r"[^/\\\0.][^/\\\0]{0,99}\.(?i:ttf|otf|ttc|otc)", '"font.ttf"')]


class Look(NamedTuple):
    """What `sheet.toml` states beside words.

    Attributes:
        accent: The colour of headings and lines.
        logo: A picture in the same folder; None: the service's name stands there alone.
        fonts: Font files in the same folder, tried before onhook's own.
    """

    accent: _Colour
    logo: _Picture | None = None
    fonts: tuple[_Font, ...] = ()


class Design:
    """The design of a workspace's sheets; each file is read once, when it is first used.

    Args:
        operator_dir: The operator's folder, ``<workspace>/sheets``; it need not exist.

    Attributes:
        look: Logo, colour and fonts.

    Raises:
        OnhookError: `sheet.toml` is not what it should be; file and key are named.
    """

    def __init__(self, operator_dir: Path | None = None) -> None:
        self._own = files("onhook_templates") / "sheets"
        self._operator = operator_dir
        table = read_toml(Folder(self._own), _LOOK)
        place, words = Folder(self._own).place(_LOOK), {}
        if operator_dir is not None and (operator_dir / _LOOK).is_file():
            place = str(operator_dir / _LOOK)
            changes = read_toml(Folder(operator_dir), _LOOK)
            words = _read_words(changes.pop("words", {}), Place(place, "words"))
            table |= changes
        self.look = read(Look, table, Place(place))
        self._words: Mapping[str, Bilingual] = words

    @property
    def folder(self) -> Path | None:
        """Return the operator's folder, if there is one: templates may show pictures in it."""
        return self._operator if self._operator is not None and self._operator.is_dir() else None

    def text(self, name: str) -> tuple[str, str]:
        """Return the file `name`, the operator's before onhook's own, and where it stands.

        Raises:
            FamilyUnreadable: It is no UTF-8, or may not be read.
        """
        folder = self._folder_of(name)
        return folder.text(name), folder.place(name)

    def logo(self) -> tuple[str, bytes] | None:
        """Return the logo's file name and bytes, None where there is none.

        Raises:
            FamilyFileMissing: It is not where it should be.
            SheetPictureUnusable: It may not be read, or is too large.
        """
        name = self.look.logo
        if name is None:
            return None
        folder = self._folder_of(name)
        try:
            return name, folder.read(name)
        except FamilyUnreadable as fault:
            raise SheetPictureUnusable(fault.file, fault.reason) from None

    def fonts(self) -> list[Path]:
        """Return the operator's font files.

        Raises:
            FamilyFileMissing: One is not where it should be.
        """
        found = []
        for name in self.look.fonts:
            file = None if self._operator is None else self._operator / name
            if file is None or not file.is_file():
                raise FamilyFileMissing(str(file or name))
            found.append(file)
        return found

    def say(self, language: Language) -> Callable[..., str]:
        """Return what tells a text in a language: the operator's words before onhook's."""
        words = Words(language)

        def say(key: str, **data: object) -> str:
            own = self._words.get(key)
            if own is None:
                return words(key, **data)
            text = own.ja if language == "ja" else own.en
            return text.format_map({name: str(value) for name, value in data.items()})

        return say

    def _folder_of(self, name: str) -> Folder:
        if self._operator is not None and (self._operator / name).is_file():
            return Folder(self._operator)
        return Folder(self._own)


def own_fonts() -> list[Traversable]:
    """Return the fonts that onhook brings, both under the SIL Open Font License.

    BIZ UDPGothic is for all; Noto Sans has letters that it lacks, such as those of Vietnamese.
    """
    folder = files("onhook_templates") / "fonts"
    return [folder / "BIZUDPGothic-Regular.ttf", folder / "NotoSans-Regular.ttf"]


def _read_words(table: object, at: Place) -> dict[str, Bilingual]:
    """Return an operator's words by key.

    Raises:
        ManifestKeyUnknown: No sheet says such a thing.
        ManifestValueWrong: A text has a variable that is not known there.
    """
    if not isinstance(table, dict):
        raise ManifestValueWrong(at.file, at.key, str(table), "[words]")
    known = {key: text for key, text in catalogue()["text"].items() if key.startswith(_WORDED)}
    found = {}
    for key, texts in table.items():
        if key not in known:
            raise ManifestKeyUnknown(
                at.file, at.under(key).key, nearest(key, known), "docs/sheets.md"
            )
        found[key] = read(Bilingual, texts, at.under(key))
        _check_variables(found[key], known[key]["en"], at.under(key))
    return found


def _check_variables(texts: Bilingual, known: str, at: Place) -> None:
    allowed = _variables(known)
    for text in texts:
        try:
            used = _variables(text)
        except ValueError:  # a brace that is not closed
            used = {text}
        if not used <= allowed:
            names = " ".join(f"{{{name}}}" for name in sorted(allowed)) or "no {variable}"
            raise ManifestValueWrong(at.file, at.key, text, names)


def _variables(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
