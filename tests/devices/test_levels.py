from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onhook_devices.errors import Exit
from onhook_devices.levels import Level, LevelOfOtherPlatform, LevelUnreadable, parse_level
from onhook_devices.platforms import Platform

IOS, ANDROID, PC = Platform.IOS, Platform.ANDROID, Platform.PC

parts = st.lists(st.integers(0, 99), min_size=1, max_size=4).map(tuple)
levels = parts.map(Level)


@pytest.mark.parametrize(
    ("written", "platform", "value"),
    [
        ("8.1", IOS, (8, 1)),
        ("8", IOS, (8,)),
        (" 8.1\u3000", IOS, (8, 1)),
        ("８．１", IOS, (8, 1)),
        ("08.01", IOS, (8, 1)),
        ("14,0,47020,0", PC, (14, 0, 47020)),
        ("１４，０，４７０２０，０", PC, (14, 0, 47020)),
        ("14.0.47020.0", PC, (14, 0, 47020)),
        ("PC 14,0,47020,0", PC, (14, 0, 47020)),
        ("2024.1.2", PC, (2024, 1, 2)),
        ("iOS 17.2.1", IOS, (17, 2, 1)),
        ("iOS17.2", IOS, (17, 2)),
        ("ｉＯＳ　１７．２", IOS, (17, 2)),
        ("iPadOS 17", IOS, (17,)),
        ("iPhone OS 3.1", IOS, (3, 1)),
        ("Android 14", ANDROID, (14,)),
        ("アンドロイド 14", ANDROID, (14,)),
        ("アンドロイドバージョン14", ANDROID, (14,)),
        ("Ver. 4.0.3", ANDROID, (4, 0, 3)),
        ("ver4.0.3", ANDROID, (4, 0, 3)),
        ("version 8.1", IOS, (8, 1)),
        ("v8.1", IOS, (8, 1)),
        ("iOS version 8.1", IOS, (8, 1)),
        ("バージョン 8.1", IOS, (8, 1)),
        ("バージョン：8.1", IOS, (8, 1)),
        ("ﾊﾞｰｼﾞｮﾝ8.1", IOS, (8, 1)),
    ],
)
def test_a_level_is_read_as_people_write_it(
    written: str, platform: Platform, value: tuple[int, ...]
) -> None:
    assert parse_level(written, platform).value == value


@pytest.mark.parametrize(
    ("written", "platform"),
    [
        ("", IOS),
        (" ", IOS),
        ("14以上", ANDROID),
        ("8.x", IOS),
        ("1O.2", IOS),  # the letter O
        ("17.2 beta", IOS),
        ("17.2.1 (21C66)", IOS),
        ("2026/11", IOS),
        ("8月1日", IOS),  # what a spreadsheet makes of 8.1
        ("6.37702E+15", IOS),
        ("45231", IOS),  # a spreadsheet's day number
        ("1.2.3.4.5", PC),
        ("8.", IOS),
        (".8", IOS),
        ("8..1", IOS),
        ("8.1,2", IOS),
        ("8 1", IOS),
        ("-8.1", IOS),
        ("+8.1", IOS),
        ("14,047", PC),  # one number with its thousands marked?
        ("8.9999999", PC),
        ("99999999", PC),
        ("iPhone 14", IOS),  # a model
        ("Windows 11", PC),  # the system, not the softphone's build
        ("vv8", IOS),
        ("8²", IOS),
        ("⑧", IOS),
        ("٨.١", IOS),  # Arabic-Indic digits
        ("8.1\0", IOS),
        ("unknown", IOS),
        ("不明", IOS),
    ],
)
def test_what_is_not_plainly_one_version_is_refused(written: str, platform: Platform) -> None:
    with pytest.raises(LevelUnreadable) as refusal:
        parse_level(written, platform, where="device D-0001")

    assert refusal.value.exit_code is Exit.INVALID
    assert refusal.value.where == "device D-0001"
    assert refusal.value.level == written


@pytest.mark.parametrize(
    ("written", "platform", "named"),
    [
        ("Android 14", IOS, "Android"),
        ("iOS 17.2", ANDROID, "iOS"),
        ("iPhone 14", ANDROID, "iOS"),
        ("Windows 11", IOS, "PC"),
        ("macOS 14.1", IOS, "PC"),
    ],
)
def test_a_version_of_another_platform_is_refused(
    written: str, platform: Platform, named: str
) -> None:
    with pytest.raises(LevelOfOtherPlatform) as refusal:
        parse_level(written, platform)

    assert (refusal.value.platform, refusal.value.named) == (platform.label, named)


def test_without_a_platform_no_name_is_accepted() -> None:
    assert parse_level("8.1") == Level((8, 1))
    with pytest.raises(LevelUnreadable):
        parse_level("iOS 8.1")


# J-A2, each example
@pytest.mark.parametrize(
    ("higher", "lower"),
    [("8.10", "8.9"), ("10", "8.1"), ("4.1", "4.0.3"), ("14.0.47020.0", "14.0.47019.9")],
)
def test_levels_are_compared_number_by_number(higher: str, lower: str) -> None:
    assert parse_level(higher) > parse_level(lower)
    assert not parse_level(lower) >= parse_level(higher)


def test_missing_parts_are_zero() -> None:
    assert parse_level("8.1") == parse_level("8.1.0") == parse_level("8.1.0.0")
    assert parse_level("8.1.0") >= parse_level("8.1")
    assert len({parse_level("8.1"), parse_level("8.1.0")}) == 1


@pytest.mark.parametrize("value", [(), (8, -1)])
def test_a_level_cannot_hold_a_wrong_value(value: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="no level"):
        Level(value)


@given(levels)
def test_a_level_is_read_back_from_its_text(level: Level) -> None:
    assert parse_level(str(level), IOS) == level


@given(levels, levels)
def test_equal_levels_have_one_text_and_others_one_order(one: Level, other: Level) -> None:
    assert (one == other) == (str(one) == str(other))
    assert [one < other, one == other, one > other].count(True) == 1


@given(parts, parts)
def test_the_order_is_that_of_the_numbers_padded_with_zeros(
    one: tuple[int, ...], other: tuple[int, ...]
) -> None:
    def padded(numbers: tuple[int, ...]) -> tuple[int, ...]:
        return numbers + (0,) * (4 - len(numbers))

    assert (Level(one) < Level(other)) == (padded(one) < padded(other))


@given(st.text(max_size=40), st.sampled_from(Platform))
def test_any_text_is_read_or_refused(written: str, platform: Platform) -> None:
    try:
        level = parse_level(written, platform)
    except (LevelUnreadable, LevelOfOtherPlatform):
        return
    assert parse_level(str(level), platform) == level
