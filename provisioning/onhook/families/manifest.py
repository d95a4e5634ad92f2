"""What a family's `manifest.toml` states."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from difflib import get_close_matches
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple, TypeVar

from onhook.families.characters import KINDS, kind_of
from onhook.families.encoding import EncodingName, LineEndName
from onhook.families.errors import (
    ManifestKeyMissing,
    ManifestKeyUnknown,
    ManifestSyntaxWrong,
    ManifestValueWrong,
)
from onhook.families.escaping import EscapingName
from onhook.families.values import NAMES
from onhook_devices.platforms import Platform
from onhook_devices.schema import Form, Misfit, NotEmpty, Place, Range, read_record
from onhook_devices.service_errors import (
    ServiceKeyMissing,
    ServiceKeyUnknown,
    ServiceValueWrong,
)
from onhook_devices.terms.common import Bilingual

if TYPE_CHECKING:
    from onhook.families.folder import Folder

R = TypeVar("R")

MANIFEST = "manifest.toml"
MOST_QR_BYTES = 2331  # what version 40 holds at level M (ISO/IEC 18004 table 7)
EVERY = "*"  # in [values."*"]: every text the templates use
FAMILY_NAME = Form(r"[a-z0-9][a-z0-9_-]{0,39}", '"softphone-2" (a-z 0-9 _ -)')

_Sentence = Annotated[str, Form(r"(?s).*\S.*", '"text"')]
# An app's own scheme: what a browser itself would run or open is none.
_DEEP_LINK = Form(
    r"(?!(?:about|blob|data|file|https?|javascript|vbscript):)"
    r"[a-z][a-z0-9+.-]{1,39}:[!-z|~]{0,200}\{url\}[!-z|~]{0,200}",
    '"softphone:{url}"',
)
_Path = Annotated[str, Form(r"(?!/)[^\\\0]+", '"file.xml.j2"')]


def _is_pattern(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return True


class Certainty(StrEnum):
    """How surely a format is known."""

    VERIFIED = "verified"  # tried with the real client
    DOCUMENTED = "documented"  # by the vendor, or in the client's source
    SEEN = "seen"  # several independent public generators agree
    OWN = "own"  # onhook's or the operator's own format, not the vendor's


class Grounds(NamedTuple):
    """How surely the format is known, and from what."""

    level: Certainty
    evidence: _Sentence
    clients: tuple[str, ...] = ()


class Qr(NamedTuple):
    """What the QR symbol holds: the link, or (`inline`) the settings themselves.

    Attributes:
        max_bytes: The most settings that people's cameras still read.
    """

    payload: Literal["url", "inline"]
    template: _Path | None = None
    escaping: EscapingName | None = None
    max_bytes: Annotated[int | None, Range(1, MOST_QR_BYTES)] = None

    def misfit(self) -> Misfit | None:
        """Refuse a template where the link is drawn, and its lack where the settings are."""
        inline = self.payload == "inline"
        if inline and (self.template is None or self.escaping is None):
            return Misfit("payload", self.payload, '"inline" + template + escaping')
        if not inline and any(key is not None for key in self[1:]):
            return Misfit("payload", self.payload, '"inline"')
        return None


class FileSpec(NamedTuple):
    """One file of a kit.

    Attributes:
        name: A template over the values, such as ``linphone-{{ extension }}.xml``.
        template: The template's path in the family's folder.
        media_type: As HTTP's Content-Type states it.
        max_bytes: The most the client reads of the file.
    """

    name: _Sentence
    template: _Path
    media_type: Annotated[str, Form(r"[a-z]+/[a-z0-9.+-]+(; ?charset=[a-z0-9-]+)?", '"text/plain"')]
    escaping: EscapingName
    encoding: EncodingName = "utf-8"
    line_ends: LineEndName = "lf"
    max_bytes: Annotated[int | None, Range(1, 1 << 20)] = None


class ValueRule(NamedTuple):
    """What the client asks of one variable, beyond what escaping and encoding ask.

    Attributes:
        required: It may not be empty.
        required_with: It may not be empty where this other variable is set.
        refuses: Kinds of text (`KINDS`) or single characters it may not hold.
        max_length: In the encoding's units: UTF-16's for a UTF-16 file, else characters.
        one_of: The only values the client knows, besides an empty one.
        matches: A regular expression the whole value must match, if it is not empty; instead of
            `one_of`.
    """

    required: bool = False
    required_with: str | None = None
    refuses: tuple[str, ...] = ()
    max_length: Annotated[int | None, Range(1, 65535)] = None
    one_of: tuple[str, ...] = ()
    matches: str | None = None

    def misfit(self) -> Misfit | None:
        """Refuse a word that is no kind of text, and a variable that does not exist."""
        for word in self.refuses:
            if kind_of(word) is None:
                return Misfit("refuses", word, " | ".join([*KINDS, '"x"']))
        if self.required_with is not None and self.required_with not in NAMES:
            return Misfit("required_with", self.required_with, " | ".join(sorted(NAMES)))
        if self.one_of and self.matches is not None:
            return Misfit("matches", self.matches, "one_of | matches")
        if self.matches is not None and not _is_pattern(self.matches):
            return Misfit("matches", self.matches, "[0-9]+")
        return None


class Screen(NamedTuple):
    """What the client shows when it is registered.

    Attributes:
        top: In the upper left corner; the account's name is in the upper right (J, Q1).
        bottom: In the lower left corner.
    """

    top: Bilingual
    bottom: Bilingual | None = None


class Manifest(NamedTuple):
    """A family as its manifest states it.

    Attributes:
        manifest: The version of the manifest's own form.
        version: The version of the family's files, for people.
        platforms: Where the client runs.
        files: The first is what a link delivers.
        deep_link: What opens the client with the link in its hand; ``{url}`` stands for the link.
        screen: What people should see in the end.
    """

    manifest: Annotated[int, Range(1, 1)]
    name: Annotated[str, FAMILY_NAME]
    title: _Sentence
    version: _Sentence
    platforms: Annotated[tuple[Platform, ...], NotEmpty('["ios", "android", "pc"]')]
    certainty: Grounds
    qr: Qr
    files: tuple[FileSpec, ...] = ()
    deep_link: Annotated[str, _DEEP_LINK] | None = None
    screen: Screen | None = None

    def misfit(self) -> Misfit | None:
        """Refuse a family with nothing to deliver."""
        if not self.files and self.qr.payload == "url":
            return Misfit("files", [], "[[files]]")
        return None


class Stated(NamedTuple):
    """A manifest with its two tables by variable."""

    manifest: Manifest
    rules: Mapping[str, ValueRule]
    not_held: Mapping[str, str]


def read_manifest(folder: "Folder") -> Stated:
    """Return what the folder's manifest states.

    Raises:
        FamilyFileMissing, FamilyUnreadable: There is no readable manifest.
        ManifestSyntaxWrong: It is not TOML.
        ManifestKeyMissing, ManifestKeyUnknown, ManifestValueWrong: With file and key.
    """
    table = read_toml(folder, MANIFEST)
    at = Place(folder.place(MANIFEST))
    rules = _by_variable(table.pop("values", {}), at.under("values"), {*NAMES, EVERY})
    not_held = _by_variable(table.pop("not_held", {}), at.under("not_held"), NAMES)
    manifest = read(Manifest, table, at)
    if manifest.name != folder.name:
        raise ManifestValueWrong(at.file, "name", f'"{manifest.name}"', f'"{folder.name}"')
    return Stated(
        manifest,
        {name: read(ValueRule, rule, at.under("values").under(name)) for name, rule in rules},
        {name: _sentence(reason, at.under("not_held").under(name)) for name, reason in not_held},
    )


def _by_variable(table: object, at: Place, names: AbstractSet[str]) -> Iterable[tuple[str, object]]:
    if not isinstance(table, dict):
        raise ManifestValueWrong(at.file, at.key, str(table), "[table]")
    for name in table:
        if name not in names:
            raise ManifestKeyUnknown(
                at.file, at.under(name).key, nearest(name, names), ", ".join(sorted(names))
            )
    return table.items()


def _sentence(found: object, at: Place) -> str:
    if not isinstance(found, str) or not found.strip():
        raise ManifestValueWrong(at.file, at.key, str(found), '"text"')
    return found


def nearest(name: str, names: Iterable[str]) -> str:
    """Return the one of `names` most like `name`; '' where there are none."""
    return next(iter(get_close_matches(name, sorted(names), n=1, cutoff=0.0)), "")


def read_toml(folder: "Folder", name: str) -> dict[str, object]:
    """Return the TOML file `name` of the folder.

    Raises:
        FamilyFileMissing, FamilyUnreadable, ManifestSyntaxWrong: It cannot be read.
    """
    try:
        return dict(tomllib.loads(folder.text(name)))
    except tomllib.TOMLDecodeError as error:
        raise ManifestSyntaxWrong(folder.place(name), str(error)) from None


def read(kind: type[R], table: object, at: Place) -> R:
    """Return the record that `table` holds; the faults speak of families.

    Raises:
        ManifestKeyMissing, ManifestKeyUnknown, ManifestValueWrong: The first fault found.
    """
    try:
        return read_record(kind, table, at)
    except ServiceKeyMissing as fault:
        raise ManifestKeyMissing(fault.file, fault.key, fault.allowed) from None
    except ServiceKeyUnknown as fault:
        raise ManifestKeyUnknown(fault.file, fault.key, fault.nearest, fault.known) from None
    except ServiceValueWrong as fault:
        raise ManifestValueWrong(fault.file, fault.key, fault.found, fault.allowed) from None
