from __future__ import annotations

import pytest

from onhook_devices.errors import Exit
from onhook_devices.platforms import Platform, PlatformUnreadable, parse_platform


@pytest.mark.parametrize(
    ("written", "platform"),
    [
        ("ios", Platform.IOS),
        ("iOS", Platform.IOS),
        (" iPhone ", Platform.IOS),
        ("ＩＰＡＤ", Platform.IOS),
        ("アイフォン", Platform.IOS),
        ("ｱｲﾌｫﾝ", Platform.IOS),
        ("Android", Platform.ANDROID),
        ("アンドロイド", Platform.ANDROID),
        ("PC", Platform.PC),
        ("パソコン", Platform.PC),
        ("Windows", Platform.PC),
        ("Windows 11", Platform.PC),
        ("ノートPC", Platform.PC),
    ],
)
def test_a_platform_is_read_as_people_write_it(written: str, platform: Platform) -> None:
    assert parse_platform(written) is platform


@pytest.mark.parametrize("written", ["Mac", "macOS", "Mac OS X", "Linux", "desktop"])
def test_any_desktop_is_a_pc_for_its_minimum_is_the_softphones_build(written: str) -> None:
    assert parse_platform(written) is Platform.PC


@pytest.mark.parametrize("written", ["", " ", "iPhone 14", "ios android", "phone", "ios8", "電話"])
def test_what_names_no_platform_is_refused(written: str) -> None:
    with pytest.raises(PlatformUnreadable) as refusal:
        parse_platform(written, where="devices.csv, line 3")

    assert refusal.value.data == {"where": "devices.csv, line 3", "platform": written}
    assert refusal.value.exit_code is Exit.INVALID
