"""Name the platforms a softphone runs on, as people write them in device lists."""

from __future__ import annotations

import re
from enum import StrEnum
from unicodedata import normalize

from onhook_devices.errors import InvalidInput


class Platform(StrEnum):
    """What a device runs.

    Any desktop is a ``pc``, a Mac and a Linux machine too: the minimum of a PC is the build of
    its softphone, not the version of its system (J-A2).
    """

    IOS = "ios"
    ANDROID = "android"
    PC = "pc"

    @property
    def label(self) -> str:
        """Return the name people read."""
        return _LABELS[self]


_LABELS = {Platform.IOS: "iOS", Platform.ANDROID: "Android", Platform.PC: "PC"}

# What is written is compared without blanks, hyphens and case, full-width made half-width.
_WRITTEN: dict[Platform, str] = {
    Platform.IOS: "ios ipados iphoneos iphone ipad アイフォン アイフォーン アイパッド",
    Platform.ANDROID: "android androidos アンドロイド",
    Platform.PC: (
        "pc パソコン デスクトップ デスクトップpc desktop ノートパソコン ノートpc laptop notebook "
        "windows windowspc win windows10 windows11 win10 win11 ウィンドウズ "
        "mac macos macosx osx macbook imac マック linux"
    ),
}
_NAMES = {name: platform for platform, names in _WRITTEN.items() for name in names.split()}
_FILLER = re.compile(r"[\s_-]+")


class PlatformUnreadable(InvalidInput):
    """The text names no platform.

    Attributes:
        where: What the text was read for: an option, a file's line and column.
        platform: The text.
    """

    where: str
    platform: str


def parse_platform(text: str, *, where: str = "platform") -> Platform:
    """Return the platform that `text` names.

    Args:
        text: Such as ``iOS``, ``iPhone``, ``Android``, ``アンドロイド``, ``Windows 11``,
            ``パソコン``. A model (``iPhone 14``) is no platform.
        where: What it is read for; stands in the error.

    Raises:
        PlatformUnreadable: It names none.
    """
    platform = platform_named(text)
    if platform is None:
        raise PlatformUnreadable(where, text)
    return platform


def platform_named(text: str) -> Platform | None:
    """Return the platform that `text` names, or None."""
    return _NAMES.get(_FILLER.sub("", normalize("NFKC", text).casefold()))
