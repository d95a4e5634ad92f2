"""Read and compare levels: the version numbers that a minimum is set for (J-A2)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import total_ordering
from unicodedata import decomposition, normalize

from onhook_devices.errors import InvalidInput
from onhook_devices.platforms import Platform, platform_named


@total_ordering
@dataclass(frozen=True, slots=True)
class Level:
    """A version, compared number by number.

    Missing parts are 0 (J-A2), so zeros at the end say nothing and are dropped: 8.1 and 8.1.0
    are one level with one text.

    Attributes:
        value: The numbers, the most significant first.

    Raises:
        ValueError: There is no number, or a negative one.
    """

    value: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.value or min(self.value) < 0:
            raise ValueError(f"no level: {self.value}")
        kept = len(self.value)
        while kept > 1 and self.value[kept - 1] == 0:
            kept -= 1
        object.__setattr__(self, "value", self.value[:kept])

    def __lt__(self, other: Level) -> bool:
        return self.value < other.value

    def __str__(self) -> str:
        return ".".join(map(str, self.value))


class LevelUnreadable(InvalidInput):
    """The text is no version, or could be more than one.

    Attributes:
        where: What the text was read for: an option, a device, a file's line and column.
        level: The text.
        platform: The platform it was read for, as people read it; `version` where none is known.
    """

    where: str
    level: str
    platform: str


class LevelOfOtherPlatform(InvalidInput):
    """The text names another platform than the device's.

    Attributes:
        where: What the text was read for.
        level: The text.
        platform: The device's platform, as people read it.
        named: The platform that the text names.
    """

    where: str
    level: str
    platform: str
    named: str


# The system's name only: `iPhone 14` is a model, `Windows 11` is not the softphone's build.
_SYSTEM_NAMES = {
    Platform.IOS: frozenset({"ios", "ipados", "iphoneos"}),
    Platform.ANDROID: frozenset({"android", "androidos", "アンドロイド"}),
    Platform.PC: frozenset({"pc", "パソコン"}),
}
# A phone's 45231 is a date that a spreadsheet mangled; a PC's softphone may count by years.
_HIGHEST_FIRST_PART = {Platform.IOS: 99, Platform.ANDROID: 99, Platform.PC: 9999}
_HIGHEST_PART = 999_999

_FORM = re.compile(
    r"""
    (?P<name>[^\W\d_]+?(?:\ os)?)??                           # iOS, Android OS
    [\ :]*
    (?:(?:version|ver\.?|v\.?|バージョン)[\ :]*)?
    (?P<number>[0-9]{1,6}(?:(?P<point>[.,])[0-9]{1,6}(?:(?P=point)[0-9]{1,6}){0,2})?)
    """,
    re.VERBOSE | re.IGNORECASE,
)
# 14,047 may be a version or a number with its thousands marked.
_THOUSANDS = re.compile(r"[0-9]{1,3}(,[0-9]{3})+")
_SAME_SIGN = ("<wide>", "<narrow>", "<noBreak>")


def parse_level(text: str, platform: Platform | None = None, *, where: str | None = None) -> Level:
    """Return the level that a person wrote, or refuse: a wrong guess would let a device pass.

    Args:
        text: Such as ``8.1``, ``14,0,47020,0``, ``iOS 17.2.1``, ``Ver. 4.0.3``, ``バージョン 8.1``;
            one to four numbers, half- or full-width.
        platform: The device's; it alone may be named in `text`. None: no name is accepted.
        where: What it is read for; stands in the error. Default: the platform.

    Raises:
        LevelOfOtherPlatform: It names another platform.
        LevelUnreadable: Anything else that is not plainly one version: ``14以上``, ``8.x``,
            ``17.2 beta``, ``2026/11``, ``6.37702E+15``, ``iPhone 14``.
    """
    label = platform.label if platform else "version"
    unreadable = LevelUnreadable(where or label, text, label)
    form = _FORM.fullmatch(_half_width(text, unreadable))
    if form is None or _THOUSANDS.fullmatch(form["number"]):
        raise unreadable
    if form["name"]:
        _check_name(form["name"], platform, unreadable)
    return _level(form["number"], platform, unreadable)


def _half_width(text: str, unreadable: LevelUnreadable) -> str:
    """Return `text` in half-width signs; ``8²`` is refused, for NFKC would make it 82."""
    for sign in text:
        compatible = decomposition(sign)
        if compatible.startswith("<") and not compatible.startswith(_SAME_SIGN):
            raise unreadable
    return " ".join(normalize("NFKC", text).split())


def _check_name(name: str, platform: Platform | None, unreadable: LevelUnreadable) -> None:
    key = name.casefold().replace(" ", "")
    if platform is not None and key in _SYSTEM_NAMES[platform]:
        return
    named = platform_named(name)
    if platform is None or named is None or named is platform:
        raise unreadable
    raise LevelOfOtherPlatform(unreadable.where, unreadable.level, platform.label, named.label)


def _level(number: str, platform: Platform | None, unreadable: LevelUnreadable) -> Level:
    parts = tuple(map(int, re.split("[.,]", number)))
    highest = _HIGHEST_FIRST_PART[platform or Platform.PC]
    if parts[0] > highest or max(parts) > _HIGHEST_PART:
        raise unreadable
    return Level(parts)
