"""Find out from a request's headers what it comes from: platform, version, browser.

Nothing is guessed. Browsers that tell every device the same version are known by name here, with
since when; then the version is what a client hint says, or it stays unknown.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from onhook.delivery.facts import Told
from onhook_devices.levels import Level, LevelOfOtherPlatform, LevelUnreadable, parse_level
from onhook_devices.platforms import Platform

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ua_parser import OS, Parser, PartialResult

HINTS_WANTED: Final = {
    # Chromium tells the version of the system only to a server that asks, over HTTPS. What is
    # critical it tells at once: it repeats the page's first request before it shows anything.
    "Accept-CH": "Sec-CH-UA-Platform-Version",
    "Critical-CH": "Sec-CH-UA-Platform-Version",
}
"""Headers that every page carries. Answers differ by `VARY` too."""

VARY: Final = "Accept, Accept-Language, User-Agent, Sec-CH-UA-Platform-Version"

_LONGEST_AGENT = 1000  # an app's browser with all its marks has 500; beyond it nobody is honest
_LONGEST_HINT = 50

_PHONES = {"iOS": Platform.IOS, "Android": Platform.ANDROID}
_DESKTOPS = re.compile(r"^(?!.*Windows (?:Phone|Mobile|CE)).*(?:Windows|Macintosh|X11|CrOS)")
# An iPad's browser asks for desktop pages and poses as a Mac; those of other makers than Apple
# leave their mark.
_MARKED_AS_IPAD = re.compile(r"Macintosh.*\b(?:CriOS|FxiOS|EdgiOS|OPiOS)/")
_POSING_MAC = re.compile(r"Macintosh.*\bVersion/[0-9.]+.* Safari/")

# Chromium since 110, on whatever Android (chromium.org: User-Agent reduction).
_FROZEN_CHROMIUM = re.compile(r"\bAndroid 10; K[;)]")
# Firefox tells no Android below these: 4.4 (since 41) and 10 (since 122, Mozilla bug 1865766).
_FIREFOX_FLOORS = re.compile(r"\bAndroid (?:4\.4|10); .*\bFirefox/")
# WebKit since iOS 26 tells the last version before it (webkit.org/blog/17333, WebKit bugs 298473
# and 298673): 18.6, and 18.7 when that came out. Real ones look the same, so both prove 18.6.
_FROZEN_WEBKIT = re.compile(r"\bOS 18_[67](?:_[0-9]+)? like Mac OS X\b")
_PROVEN_BY_WEBKIT = Level((18, 6))
# Apple's own browser is part of the system and has its number.
_SAFARI = re.compile(r"\bVersion/([0-9]{2}(?:\.[0-9]+){1,2}) Mobile/[0-9A-Z]+ Safari/[0-9.]+$")
# Firefox tells 18.7 on every iPhone, older ones too (mozilla-mobile/firefox-ios 29548).
_FIREFOX_ON_IOS = re.compile(r"\bFxiOS/")
_FROZEN_DESKTOP = re.compile(r"\bWindows NT 10\.0\b|\bMac OS X 10[_.]15(?:[_.]7)?\b")


def told_by(headers: Mapping[str, str]) -> Told:
    """Return what a request tells of the device it comes from.

    Args:
        headers: By lower-case name.
    """
    agent = headers.get("user-agent", "")
    if not agent or len(agent) > _LONGEST_AGENT:
        return Told()
    parsed = _parsed(agent)
    browser = parsed.user_agent.family if parsed.user_agent else ""
    platform, is_desktop = _platform(agent, parsed.os)
    hinted = _hinted(headers, platform)
    if hinted is not None:
        return Told(platform, hinted, browser=browser)
    if platform is None or is_desktop:
        is_frozen = is_desktop and _FROZEN_DESKTOP.search(agent) is not None
        return Told(platform, is_frozen=is_frozen, browser=browser, is_desktop=is_desktop)
    if platform is Platform.IOS and _FROZEN_WEBKIT.search(agent):
        return _told_by_webkit(agent, browser)
    if _FROZEN_CHROMIUM.search(agent) or _FIREFOX_FLOORS.search(agent):
        return Told(platform, is_frozen=True, browser=browser)
    return Told(platform, _level(agent, parsed.os, platform), browser=browser)


def _platform(agent: str, system: OS | None) -> tuple[Platform | None, bool]:
    """Return the platform, and whether it is a desktop: one that poses as a Mac may be an iPad."""
    family = system.family if system else ""
    if family in _PHONES:
        return _PHONES[family], False
    if _MARKED_AS_IPAD.search(agent):
        return Platform.IOS, False
    if _POSING_MAC.search(agent) and "Chrome/" not in agent:
        return None, True
    if family and _DESKTOPS.search(agent):
        return Platform.PC, True
    return None, False


def _told_by_webkit(agent: str, browser: str) -> Told:
    if _FIREFOX_ON_IOS.search(agent):
        return Told(Platform.IOS, is_frozen=True, browser=browser)
    safari = _SAFARI.search(agent)
    if safari is None:
        return Told(Platform.IOS, is_frozen=True, browser=browser, at_least=_PROVEN_BY_WEBKIT)
    return Told(Platform.IOS, _read(safari[1], Platform.IOS), browser=browser)


def _hinted(headers: Mapping[str, str], platform: Platform | None) -> Level | None:
    """Return the version that Chromium tells when asked; a PC's system is no matter of ours."""
    named = _unquoted(headers.get("sec-ch-ua-platform", ""))
    if platform is not Platform.ANDROID or named != "Android":
        return None
    return _read(_unquoted(headers.get("sec-ch-ua-platform-version", "")), platform)


def _unquoted(hint: str) -> str:
    """Return the text of a hint, which is a structured field (RFC 9651)."""
    return hint[:_LONGEST_HINT].strip().strip('"')


def _level(agent: str, system: OS | None, platform: Platform) -> Level | None:
    """Return the system's version. An app's own (``Linphone-iOS/5.2``) only looks like one."""
    if system is None or not agent.startswith("Mozilla/5.0 ("):
        return None
    numbers = (system.major, system.minor, system.patch)
    return _read(".".join(number for number in numbers if number), platform)


def _read(text: str, platform: Platform) -> Level | None:
    try:
        level = parse_level(text, platform)
    except (LevelUnreadable, LevelOfOtherPlatform):
        return None
    return level if level.value[0] else None


def _parsed(agent: str) -> PartialResult:
    from ua_parser import Domain  # noqa: PLC0415 - start-up time: pages alone need it

    return _parser().resolver(agent, Domain.OS | Domain.USER_AGENT)


@cache
def _parser() -> Parser:
    """Return the parser, without the thousand expressions that tell models apart: 14 MB, not 33.

    Its expressions are Rust's, which take time in proportion to the text: no header can make
    them run away.
    """
    from ua_parser import Parser  # noqa: PLC0415 - start-up time
    from ua_parser.loaders import load_builtins  # noqa: PLC0415 - start-up time
    from ua_parser.regex import Resolver  # noqa: PLC0415 - start-up time

    browsers, systems, _ = load_builtins()
    return Parser(Resolver((browsers, systems, [])))
