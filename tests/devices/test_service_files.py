from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from onhook_devices.errors import Exit, OnhookError
from onhook_devices.levels import Level
from onhook_devices.platforms import Platform
from onhook_devices.service import Service, Services, load_service, read_service
from onhook_devices.service_errors import (
    ServiceFileFault,
    ServiceFileNotText,
    ServiceKeyMissing,
    ServiceKeyUnknown,
    ServiceNotFound,
    ServiceSyntaxWrong,
    ServiceValueWrong,
)

if TYPE_CHECKING:
    from pathlib import Path

SHIPPED = Services()
JIYU = SHIPPED.file("jiyu-hodai").read_text(encoding="utf-8")
BIGLOBE = SHIPPED.file("biglobe-mobile").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def jiyu() -> Service:
    return SHIPPED.get("jiyu-hodai")


@pytest.fixture(scope="module")
def biglobe() -> Service:
    return SHIPPED.get("biglobe-mobile")


# What the documents rule, by rule id


def test_two_services_are_shipped() -> None:
    assert SHIPPED.ids() == ("biglobe-mobile", "jiyu-hodai")


def test_names_and_default_families(jiyu: Service, biglobe: Service) -> None:
    assert (jiyu.name.ja, jiyu.family) == ("自由放題ビジネスフォン", "3cx")
    assert (biglobe.name.ja, biglobe.family) == ("BIGLOBEフォン・モバイル", "linphone")


def test_minimum_levels(jiyu: Service, biglobe: Service) -> None:
    minimums = jiyu.minimum_levels
    assert minimums is not None
    assert minimums.rule == "J-A2"
    assert [minimums.of(platform) for platform in Platform] == [
        Level((8, 1)),
        Level((4, 0, 3)),
        Level((14, 0, 47020)),
    ]
    assert biglobe.minimum_levels is None
    assert biglobe.app.minimum_version is None  # B-D2: none announced


def test_contracts_accounts_and_credentials(jiyu: Service, biglobe: Service) -> None:
    assert jiyu.accounts.per_device == biglobe.accounts.per_device == 1  # J-A1
    assert jiyu.contracts[1:] == (None, None)
    assert biglobe.contracts[1:] == (3, 1)  # B-A1
    assert jiyu.credentials.kinds == ("password",)
    assert biglobe.credentials.kinds == ("password", "msisdn")  # B-A3


def test_links_live_72_hours_and_5_fetches(jiyu: Service, biglobe: Service) -> None:
    assert jiyu.links[1:3] == biglobe.links[1:3] == (72, 5)


def test_leases(jiyu: Service, biglobe: Service) -> None:
    leases = jiyu.leases
    assert leases is not None
    assert (leases.replacement_return.rule, leases.replacement_return.days) == ("J-L2", 14)
    assert leases.replacement_return.counts == "sent"
    assert leases.penalty.plus_tax  # J-L3
    assert leases.damage_charge.percent_less_a_year == 20  # J-L5
    assert leases.damage_charge.less_from_year == 2
    assert leases.bought_return is not None
    assert leases.bought_return.days == 7  # J-L9
    assert leases.end_return.due == "end-of-following-month"  # J-L10
    assert leases.end_return.returned_to == "provider"  # J-L13
    assert biglobe.leases is None


def test_disqualification_is_an_end_and_suspension_is_not(jiyu: Service) -> None:
    assert jiyu.disqualification is not None
    assert jiyu.suspension is not None
    assert jiyu.disqualification[1:] == (True, True, True, True)  # J-L12
    assert jiyu.suspension[1:] == (False, True, False, False)


def test_outages(jiyu: Service, biglobe: Service) -> None:
    assert jiyu.guarantee is not None
    assert [tuple(band) for band in jiyu.guarantee.bands] == [  # J-S1
        (30, Fraction(1, 90)),
        (60, Fraction(1, 30)),
        (12 * 60, Fraction(1, 10)),
        (24 * 60, Fraction(1, 3)),
        (72 * 60, Fraction(1)),
    ]
    assert jiyu.guarantee.claim.months == 1  # J-S2
    assert jiyu.guarantee.cap is not None
    assert jiyu.guarantee.cap.fees_of_months_before == 3  # J-S3
    assert biglobe.compensation is not None
    assert biglobe.compensation.from_hours == 72  # B-S1
    assert biglobe.compensation.call_charges_of_months_before == 6
    assert biglobe.compensation.claim_years == 1


def test_tax_rates(jiyu: Service, biglobe: Service) -> None:  # P5
    assert [tuple(rate) for rate in jiyu.tax.rates[1:]] == [
        (date(2014, 4, 1), Decimal(8)),
        (date(2019, 10, 1), Decimal(10)),
    ]
    assert jiyu.tax.rates[0].percent == 5
    assert biglobe.tax == jiyu.tax


def test_money_of_jiyu_hodai(jiyu: Service) -> None:
    money = jiyu.money
    assert money.bill_dispute is not None
    assert money.bill_dispute.days == 30  # J-M1
    assert money.deposit is not None
    assert money.deposit.asked_above_yen == 50_000  # J-M2
    assert money.fault_call is not None
    assert money.fault_call.yen == 5_000  # J-M3
    assert jiyu.notices.refusal_of_changed_terms_weeks == 1  # J-N1


def test_money_of_biglobe_mobile(biglobe: Service) -> None:
    money = biglobe.money
    assert money.base_fee.first_month == "free"  # B-F1
    assert money.call_charges is not None
    assert money.call_charges.closes_on_day == 10
    assert money.late_interest is not None
    assert money.late_interest.percent_a_year == Decimal("14.6")  # B-F2, no binary fraction
    assert money.dodging is not None
    assert money.dodging.times_added == 2  # B-F3
    assert money.bank_debit is not None
    assert money.bank_debit[1:7] == (26, 1, "next-bank-day", 1_000, 6, False)  # B-F4


def test_barred_numbers(biglobe: Service) -> None:  # B-D1
    assert biglobe.calls is not None
    assert [barred.digits or barred.prefix for barred in biglobe.calls.barred] == [
        3,
        "0120",
        "0990",
        "0204",
    ]


def test_every_rule_a_shipped_file_cites_is_one_of_the_domains_and_none_is_left_out() -> None:
    cited = {
        rule
        for text in (JIYU, BIGLOBE)
        for line in text.splitlines()
        if line.startswith("rule = ")
        for rule in line.split('"')[1].split(", ")
    }

    assert cited == {
        *(f"J-A{n}" for n in range(1, 6)),
        *(f"J-L{n}" for n in range(1, 14)),
        *(f"J-{rule}" for rule in ("S1", "S2", "S3", "M1", "M2", "M3", "N1", "P1")),
        *(f"B-A{n}" for n in range(1, 6)),
        *(f"B-F{n}" for n in range(1, 5)),
        *(f"B-{rule}" for rule in ("D1", "D2", "S1", "X1", "N1", "P1")),
        *("P0", "P4", "P5", "P6", "Q11"),
    }


# What is wrong with a file is said with its place


@pytest.mark.parametrize(
    ("there", "instead", "key", "found", "allowed"),
    [
        ("hours = 72", "hours = true", "links.hours", "true", "1 .. 8760"),
        ("hours = 72", "hours = 72.0", "links.hours", "72.0", "1 .. 8760"),
        ("hours = 72", 'hours = "72"', "links.hours", '"72"', "1 .. 8760"),
        ("hours = 72", "hours = 0", "links.hours", "0", "1 .. 8760"),
        ("per_device = 1", "per_device = 2", "accounts.per_device", "2", "1"),
        ('ios = "8.1"', 'ios = "8.x"', "minimum_levels.ios", '"8.x"', '"8.1"'),
        ('ios = "8.1"', "ios = 8.1", "minimum_levels.ios", "8.1", '"8.1"'),
        (
            'counts = "sent"',
            'counts = "posted"',
            "leases.replacement_return.counts",
            '"posted"',
            '"sent" | "arrived"',
        ),
        ('"android", "pc"]', '"symbian"]', "app.platforms[2]", '"symbian"', '"ios" | "android"'),
        ('"android", "pc"]', '"ios"]', "app.platforms", '["ios", "ios"]', "none twice"),
        ('kinds = ["password"]', "kinds = []", "credentials.kinds", "[]", "none twice"),
        ('kinds = ["password"]', 'kinds = "password"', "credentials.kinds", '"password"', "["),
        ('share = "1/30"', 'share = "some"', "guarantee.bands[2].share", '"some"', '"1/30"'),
        ('share = "1/30"', 'share = "1/0"', "guarantee.bands[2].share", '"1/0"', '"1/30"'),
        ('share = "1/30"', 'share = "3/2"', "guarantee.bands[2].share", '"3/2"', "0 .. 1"),
        ("from_minutes = 60,", "from_minutes = 9,", "guarantee.bands", "[30, 9", "shortest"),
        ("since = 2014-04-01", "since = 2020-01-01", "tax.rates", "[", "earliest"),
        ("since = 2014-04-01", 'since = "2014"', "tax.rates[2].since", '"2014"', "2026-01-31"),
        ("2014-04-01", "2014-04-01T00:00:00", "tax.rates[2].since", "2014-04-01 00", "2026-01-31"),
        ("percent = 8", "percent = nan", "tax.rates[2].percent", "NaN", "14.6, 0 .. 100"),
        ("percent = 8", "percent = 800", "tax.rates[2].percent", "800", "0 .. 100"),
        ('rule = "J-L9"', 'rule = "nine"', "leases.bought_return.rule", '"nine"', "J-A2"),
        ('family = "3cx"', 'family = "../3cx"', "family", '"../3cx"', "a-z"),
        ('en = "Jiyu', 'en = "Jiyu\\u202e', "name.en", '"Jiyu', "one line"),
        ('en = "Jiyu Hodai Business Phone"', 'en = " "', "name.en", '" "', "one line"),
        ("shortest = 1 ", "shortest = 65 ", "credentials.password.shortest", "65", "1 .. 64"),
        ("longest = 64", "longest = 16", "credentials.password.generated_length", "20", "1 .. 16"),
        ('bank_closed = ["12-31"', 'bank_closed = ["13-31"', "calendar.bank_closed[1]", "13", "12"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_allowed(
    there: str, instead: str, key: str, found: str, allowed: str
) -> None:
    assert there in JIYU

    with pytest.raises(ServiceValueWrong) as fault:
        read_service(JIYU.replace(there, instead, 1), "mine.toml")

    assert fault.value.exit_code is Exit.INVALID
    assert (fault.value.file, fault.value.key) == ("mine.toml", key)
    assert found in fault.value.found
    assert allowed in fault.value.allowed


def test_a_value_where_a_table_belongs_is_named() -> None:
    with pytest.raises(ServiceValueWrong) as fault:
        read_service("suspension = 3\n" + BIGLOBE, "mine.toml")

    assert fault.value.data == {
        "file": "mine.toml",
        "key": "suspension",
        "found": "3",
        "allowed": "[table]",
    }


def test_a_misspelt_key_is_refused_with_the_nearest_known_one() -> None:
    with pytest.raises(ServiceKeyUnknown) as fault:
        read_service(JIYU.replace("plus_tax", "plustax", 1), "mine.toml")

    assert fault.value.data == {
        "file": "mine.toml",
        "key": "leases.penalty.plustax",
        "nearest": "plus_tax",
        "known": "rule, base, plus_tax, bank_charges",
    }


def test_a_misspelt_table_is_refused_with_the_nearest_known_one() -> None:
    with pytest.raises(ServiceKeyUnknown) as fault:
        read_service(JIYU.replace("[suspension]", "[suspention]"), "mine.toml")

    assert (fault.value.key, fault.value.nearest) == ("suspention", "suspension")


def test_a_missing_key_is_named_with_what_is_allowed() -> None:
    with pytest.raises(ServiceKeyMissing) as fault:
        read_service(JIYU.replace('counts = "sent"', ""), "mine.toml")

    assert fault.value.data == {
        "file": "mine.toml",
        "key": "leases.replacement_return.counts",
        "allowed": '"sent" | "arrived"',
    }


def test_barred_numbers_go_by_digits_or_prefix_not_both() -> None:
    both = BIGLOBE.replace("digits = 3", 'digits = 3\nprefix = "1"')
    neither = BIGLOBE.replace("digits = 3", "")

    for text in (both, neither):
        with pytest.raises(ServiceValueWrong) as fault:
            read_service(text, "mine.toml")
        assert fault.value.key == "calls.barred[1].digits"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('id = "a"\nfamily =\n', 2),
        ('id = "a"\nid = "b"\n', 2),
        ('id = "a"\nname = """', 2),
        ("id = a", 1),
    ],
)
def test_what_is_no_toml_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(ServiceSyntaxWrong) as fault:
        read_service(text, "mine.toml")

    assert (fault.value.file, fault.value.line) == ("mine.toml", line)
    assert fault.value.exit_code is Exit.INVALID
    assert "(at " not in fault.value.problem


def test_a_long_value_is_shortened() -> None:
    with pytest.raises(ServiceValueWrong) as fault:
        read_service(JIYU.replace('"3cx"', f'"{"x" * 5000}"'), "mine.toml")

    assert len(fault.value.found) <= 60


# An operator's own files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "services").mkdir()
    return tmp_path / "services"


def test_an_operators_file_is_one_more_service(folder: Path) -> None:
    folder.joinpath("mine.toml").write_text(JIYU.replace("jiyu-hodai", "mine"), encoding="utf-8")
    folder.joinpath("readme.txt").write_text("no service", encoding="utf-8")
    folder.joinpath(".mine.toml.swp.toml").write_text("an editor's", encoding="utf-8")
    services = Services(folder)

    assert services.ids() == ("biglobe-mobile", "jiyu-hodai", "mine")
    assert services.get("mine").id == "mine"


def test_an_operators_file_shadows_the_shipped_one(folder: Path) -> None:
    folder.joinpath("jiyu-hodai.toml").write_text(
        JIYU.replace("hours = 72", "hours = 24"), encoding="utf-8"
    )

    assert Services(folder).get("jiyu-hodai").links.hours == 24
    assert Services(folder).file("jiyu-hodai") == folder / "jiyu-hodai.toml"
    assert Services().get("jiyu-hodai").links.hours == 72


def test_a_wrong_file_hinders_no_other_service(folder: Path) -> None:
    folder.joinpath("broken.toml").write_text("=", encoding="utf-8")
    services = Services(folder)

    assert services.get("jiyu-hodai").id == "jiyu-hodai"
    with pytest.raises(ServiceSyntaxWrong, match=r"broken\.toml"):
        services.get("broken")


def test_a_file_is_named_by_its_id(folder: Path) -> None:
    folder.joinpath("other.toml").write_text(JIYU, encoding="utf-8")

    with pytest.raises(ServiceValueWrong) as fault:
        Services(folder).get("other")

    assert (fault.value.key, fault.value.found, fault.value.allowed) == (
        "id",
        '"jiyu-hodai"',
        '"other"',
    )


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(folder: Path) -> None:
    file = folder / "jiyu-hodai.toml"
    file.write_bytes(b"\xef\xbb\xbf" + JIYU.replace("\n", "\r\n").encode())

    assert load_service(file) == Services().get("jiyu-hodai")


def test_a_file_in_another_encoding_is_refused(folder: Path) -> None:
    file = folder / "jiyu-hodai.toml"
    file.write_bytes(JIYU.encode("cp932", "replace"))

    with pytest.raises(ServiceFileNotText):
        load_service(file)


def test_a_missing_file_or_a_folder_is_a_storage_fault(folder: Path) -> None:
    folder.joinpath("folder.toml").mkdir()

    for file in (folder / "none.toml", folder / "folder.toml"):
        with pytest.raises(ServiceFileFault) as fault:
            load_service(file)
        assert fault.value.exit_code is Exit.STORAGE
        assert fault.value.problem


def test_a_folder_that_does_not_exist_adds_nothing_and_one_that_is_a_file_is_said(
    tmp_path: Path,
) -> None:
    file = tmp_path / "file"
    file.touch()

    assert Services(tmp_path / "none").ids() == Services().ids()
    with pytest.raises(ServiceFileFault):
        Services(file).ids()


@pytest.mark.parametrize("asked", ["jiyu", "", "../services/jiyu-hodai", "jiyu-hodai.toml"])
def test_an_unknown_service_is_refused_with_the_nearest(asked: str) -> None:
    with pytest.raises(ServiceNotFound) as fault:
        Services().get(asked)

    assert fault.value.exit_code is Exit.NOT_FOUND
    assert fault.value.nearest in fault.value.known.split(", ")
    assert fault.value.known == "biglobe-mobile, jiyu-hodai"


def test_a_service_is_read_once_and_only_when_asked_for(folder: Path) -> None:
    file = folder / "mine.toml"
    file.write_text("=", encoding="utf-8")
    services = Services(folder)
    services.ids()
    file.write_text(JIYU.replace("jiyu-hodai", "mine"), encoding="utf-8")

    first = services.get("mine")
    file.unlink()

    assert services.get("mine") is first


def test_no_cut_of_a_file_is_taken_for_a_service() -> None:
    lines = BIGLOBE.splitlines()
    last_table = lines.index("[privacy]")

    for kept in range(last_table):
        with pytest.raises(OnhookError):
            read_service("\n".join(lines[:kept]), "mine.toml")
