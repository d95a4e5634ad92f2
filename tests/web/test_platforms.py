"""What a request tells of its device is believed where it can be, and never guessed."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onhook.web.platforms import told_by
from onhook_devices.levels import Level
from onhook_devices.platforms import Platform
from tests.web import agents
from tests.web.agents import chromium, iphone, safari

if TYPE_CHECKING:
    from onhook.delivery.facts import Told

IOS, ANDROID, PC = Platform.IOS, Platform.ANDROID, Platform.PC


def told(agent: str, **hints: str) -> Told:
    return told_by({"user-agent": agent, **{key.replace("_", "-"): hints[key] for key in hints}})


@pytest.mark.parametrize(
    ("agent", "platform", "level"),
    [
        (agents.IPHONE_8_0_2, IOS, (8, 0, 2)),
        (iphone("8_1", safari("8.0")), IOS, (8, 1)),
        (agents.IPHONE_17, IOS, (17, 5, 1)),
        (agents.LINE_17, IOS, (17, 5)),
        (iphone("18_5", "CriOS/145.0.7 Mobile/15E148 Safari/604.1"), IOS, (18, 5)),
        (agents.IPAD_12, IOS, (12, 5, 7)),
        (agents.ANDROID_4_0_3, ANDROID, (4, 0, 3)),
        (chromium("Linux; Android 8.1.0; SHV42"), ANDROID, (8, 1)),
        (chromium("Linux; Android 13; Pixel 7 Build/TQ3A; wv"), ANDROID, (13,)),
        ("Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0", ANDROID, (14,)),
    ],
)
def test_a_version_that_a_phone_tells_is_read(
    agent: str, platform: Platform, level: tuple[int, ...]
) -> None:
    found = told(agent)

    assert (found.platform, found.level) == (platform, Level(level))
    assert not found.is_frozen
    assert not found.is_desktop


@pytest.mark.parametrize(
    "agent",
    [
        agents.PIXEL,
        chromium("Linux; Android 10; K; wv"),
        "Mozilla/5.0 (Android 10; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0",
        "Mozilla/5.0 (Android 4.4; Mobile; rv:48.0) Gecko/48.0 Firefox/48.0",
    ],
)
def test_an_android_version_that_every_phone_is_given_is_no_version(agent: str) -> None:
    found = told(agent)

    assert (found.platform, found.level, found.at_least) == (ANDROID, None, None)
    assert found.is_frozen


def test_a_real_android_10_is_believed() -> None:
    assert told(chromium("Linux; Android 10; SO-51A")).level == Level((10,))


def test_safari_26_tells_the_system_by_its_own_number() -> None:
    found = told(agents.IPHONE_26)

    assert (found.level, found.is_frozen) == (Level((26, 2)), False)


@pytest.mark.parametrize("system", ["18_6", "18_6_2", "18_7"])
def test_an_app_on_ios_26_proves_what_its_frozen_version_says_and_no_more(system: str) -> None:
    found = told(agents.LINE_26.replace("18_7", system))

    assert (found.level, found.is_frozen, found.at_least) == (None, True, Level((18, 6)))


def test_firefox_tells_old_iphones_the_same_and_proves_nothing() -> None:
    found = told(iphone("18_7", "FxiOS/144.0 Mobile/15E148 Safari/605.1.15"))

    assert (found.platform, found.level, found.at_least) == (IOS, None, None)


def test_a_hint_tells_what_the_browser_freezes() -> None:
    hints = {"sec_ch_ua_platform": '"Android"', "sec_ch_ua_platform_version": '"14.0.0"'}

    found = told(agents.PIXEL, **hints)

    assert (found.level, found.is_frozen) == (Level((14,)), False)


@pytest.mark.parametrize("version", ['""', '"0.0.0"', "x", '"14.0.0" or so', "9" * 4000])
def test_a_hint_that_is_no_version_leaves_it_unknown(version: str) -> None:
    found = told(agents.PIXEL, sec_ch_ua_platform='"Android"', sec_ch_ua_platform_version=version)

    assert (found.level, found.is_frozen) == (None, True)


def test_a_windows_hint_is_no_level_for_it_is_not_the_softphones_build() -> None:
    hints = {"sec_ch_ua_platform": '"Windows"', "sec_ch_ua_platform_version": '"15.0.0"'}

    found = told(agents.WINDOWS, **hints)

    assert (found.platform, found.level, found.is_desktop) == (PC, None, True)


@pytest.mark.parametrize(
    "agent", [agents.WINDOWS, agents.MAC_CHROME, agents.LINUX, agents.CHROMEBOOK]
)
def test_a_desktop_is_a_pc_without_a_level(agent: str) -> None:
    found = told(agent)

    assert (found.platform, found.level, found.is_desktop) == (PC, None, True)


def test_safari_that_calls_itself_a_mac_may_be_an_ipad() -> None:
    found = told(agents.MAC_OR_IPAD)

    assert (found.platform, found.level, found.is_desktop) == (None, None, True)


def test_chrome_on_an_ipad_leaves_its_mark() -> None:
    found = told(agents.MAC_OR_IPAD.replace("Version/17.5", "CriOS/140.0 Version/17.5"))

    assert (found.platform, found.is_desktop) == (IOS, False)


@pytest.mark.parametrize(
    "agent",
    [
        agents.LINPHONE,
        "",
        "curl/8.1",
        "Mozilla/5.0 (Mobile; rv:48.0) Gecko/48.0 Firefox/48.0 KAIOS/2.5",
        agents.WINDOWS_PHONE,
        "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
        iphone("17_5", "x" * 1000),
    ],
)
def test_what_tells_nothing_known_is_taken_for_nothing(agent: str) -> None:
    found = told(agent)

    assert (found.platform, found.level, found.is_desktop) == (None, None, False)


@pytest.mark.parametrize(
    ("agent", "platform"),
    [
        ("Linphone-iOS/5.2 (iPhone)", IOS),
        ("LinphoneAndroid/5.2.0 (Pixel 8) LinphoneSDK/5.3", ANDROID),
    ],
)
def test_an_apps_own_version_is_not_the_systems(agent: str, platform: Platform) -> None:
    found = told(agent)

    assert (found.platform, found.level) == (platform, None)


@given(st.text(max_size=1200), st.text(max_size=80))
def test_any_header_is_answered_and_no_pc_ever_has_a_level(agent: str, hint: str) -> None:
    found = told(agent, sec_ch_ua_platform=hint, sec_ch_ua_platform_version=hint)

    assert found.level is None or found.platform in (IOS, ANDROID)


def test_no_header_takes_long() -> None:
    told(agents.PIXEL)  # the expressions are compiled
    awkward = [
        "Mozilla/5.0 (Linux; Android " + "1." * 480,
        "Mozilla/5.0 (Macintosh" + " Version/1 CriOS" * 60,
        "a" * 1000,
        ("Mozilla/5.0 (" + ";" * 900)[:1000],
    ]
    began = time.process_time()

    for agent in awkward:
        told(agent)

    assert time.process_time() - began < 0.1  # 40 us each is usual


def test_a_start_does_not_pay_for_what_only_pages_need() -> None:
    script = "import onhook.web.platforms, sys; sys.exit('ua_parser' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
