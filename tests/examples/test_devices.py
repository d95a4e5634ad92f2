from __future__ import annotations

import unicodedata
from collections import defaultdict

from tests.examples.files import DEVICES, Row, accounts, rows

COLUMNS = ["device", "platform", "model", "serial", "level", "extension", "ownership"]
MINIMUM = {"ios": (8, 1), "android": (4, 0, 3), "pc": (14, 0, 47020, 0)}  # J-A2


def _level(row: Row) -> tuple[int, ...]:
    plain = unicodedata.normalize("NFKC", row["level"]).replace(",", ".")
    return tuple(int(part) for part in plain.split()[-1].split("."))


def _devices_by_extension() -> dict[str, set[str]]:
    found = defaultdict(set)
    for row in rows(DEVICES, "utf-8"):
        found[row["extension"]].add(row["device"])
    return found


def test_columns_are_onhooks_own() -> None:
    assert all(list(row) == COLUMNS for row in rows(DEVICES, "utf-8"))


def test_ids_count_up_from_1() -> None:
    ids = list(dict.fromkeys(row["device"] for row in rows(DEVICES, "utf-8")))

    assert ids == [f"D-{number:04d}" for number in range(1, 45)]


def test_platforms_and_ownership_are_known_words() -> None:
    devices = rows(DEVICES, "utf-8")

    assert {row["platform"] for row in devices} == {"ios", "android", "pc"}
    assert {row["ownership"] for row in devices} == {"own", "leased"}


def test_one_device_of_each_platform_is_below_the_minimum() -> None:
    below = [row for row in rows(DEVICES, "utf-8") if _level(row) < MINIMUM[row["platform"]]]

    assert [(row["device"], row["platform"], row["level"]) for row in below] == [
        ("D-0006", "ios", "8.0.2"),
        ("D-0012", "android", "4.0.2"),
        ("D-0018", "pc", "14,0,47019,0"),
    ]


def test_one_device_of_each_platform_is_exactly_at_the_minimum() -> None:
    exact = [row for row in rows(DEVICES, "utf-8") if _level(row) == MINIMUM[row["platform"]]]

    assert [(row["device"], row["platform"], row["level"]) for row in exact] == [
        ("D-0008", "ios", "8.1"),
        ("D-0014", "android", "4.0.3"),
        ("D-0019", "pc", "14,0,47020,0"),
    ]


def test_one_device_has_two_accounts() -> None:
    twice = defaultdict(list)
    for row in rows(DEVICES, "utf-8"):
        twice[row["device"]].append(row["extension"])

    assert {d: e for d, e in twice.items() if len(e) > 1} == {"D-0021": ["121", "122"]}


def test_one_account_has_a_phone_and_a_pc() -> None:
    several = {e: d for e, d in _devices_by_extension().items() if len(d) > 1}

    assert several == {"102": {"D-0002", "D-0044"}}
    assert {row["platform"] for row in rows(DEVICES, "utf-8") if row["extension"] == "102"} == {
        "android",
        "pc",
    }


def test_every_extension_is_known_and_one_account_has_no_device() -> None:
    assert accounts().keys() - _devices_by_extension().keys() == {"131"}
    assert _devices_by_extension().keys() <= accounts().keys()


def test_one_level_is_in_full_width_digits() -> None:
    wide = [row["device"] for row in rows(DEVICES, "utf-8") if not row["level"].isascii()]

    assert wide == ["D-0022"]


def test_some_levels_name_their_platform() -> None:
    named = {row["level"] for row in rows(DEVICES, "utf-8") if " " in row["level"]}

    assert named == {"iOS 17.2.1", "Android 14"}


def test_serials_name_one_device_each() -> None:
    serials = {row["device"]: row["serial"] for row in rows(DEVICES, "utf-8") if row["serial"]}

    assert len(set(serials.values())) == len(serials)
