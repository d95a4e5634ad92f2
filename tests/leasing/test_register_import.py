"""A register as offices keep it is read or refused row by row, and never misread."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from onhook.leasing import cells
from onhook.leasing.columns import COLUMNS
from onhook.leasing.importing import import_leases
from onhook.written import DayUnreadable, YenUnreadable
from tests.workspaces import prepared, prepared_once

if TYPE_CHECKING:
    from tests.workspaces import Office, Prepared

__all__ = ["prepared", "prepared_once"]

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.each_database

HEADER = ("管理番号", "顧客名", "機種", "シリアル番号", "販売価格", "貸与日", "保証月数")
PLAIN = ("D-1", "", "iPhone 15", "F2L1", "39,800円", "2024/3/1", "12")


def set_up(acme: Office) -> None:
    acme.do("customer", "set", "acme", "--name", "青山商事株式会社")
    acme.do("customer", "add", "sakura", "--name", "さくら商事")
    for customer in ("acme", "sakura"):
        acme.do("contract", "start", "--customer", customer, "--on", "2020-01-01")


@pytest.fixture
def office(prepared: Prepared) -> Office:
    """Return an office with two customers whose contracts are old enough."""
    return prepared(set_up)


def register(office: Office, *rows: tuple[str, ...], header: tuple[str, ...] = HEADER) -> Path:
    return office.table("register.csv", header, *rows)


def take(office: Office, file: Path, *words: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = office.ask(
        *("lease", "import", file, "--customer", "acme", *words)
    ).data["rows"]
    return rows


def states(rows: list[dict[str, Any]]) -> list[str]:
    return [row["state"] for row in rows]


def told(row: dict[str, Any]) -> tuple[int, str, str]:
    """Return line, column and code of a refusal."""
    return row["line"], row["column"], row["error"]["code"]


def with_cell(column: str, text: str) -> tuple[str, ...]:
    cells = list(PLAIN)
    cells[HEADER.index(column)] = text
    return tuple(cells)


def entries(office: Office, device: str) -> list[tuple[str, str]]:
    found = office.ask("lease", "show", device).data["entries"]
    return [(one["step"], one["on"]) for one in found]


def test_a_register_is_taken_with_all_that_happened(office: Office) -> None:
    header = (
        *("端末ID", "お客様名", "機種名", "製造番号", "本体価格（税抜）", "貸与開始日", "契約日"),
        *("保証期間", "貸与元", "貸与区分", "故障日", "原因", "代替品発送日", "代替機", "返却日"),
        *("紛失日", "負担金入金日", "利用終了日", "備考"),
    )
    first = (
        *("d-1", "青山商事 株式会社", "iPhone 15", "F2L1", "￥３９，８００", "令和6年3月1日"),
        *("2024年2月20日", "1年", "当社", "", "2024/9/1 0:00", "通常使用", "R6.9.3", "D-2"),
        *("2024/9/20(金)", "", "", "", ""),
    )
    rows = (
        ",".join(first),
        "D-2,青山商事株式会社,iPhone 15,F2L2,39800円,20240903,2024/02/20,12ヶ月,,,,,,,,-,－,,",
        'D-3,ＡＣＭＥ,Android One ,,"40,000",2024.4.1,,24か月,青葉,lease,,,,,,R7.1.8,2025/2/1,,',
        "D-4,さくら商事,ThinkPad,,100000(税抜),2024-04-01,,なし,,購入,,,,,,,,,",
        "D-5,sakura,iPad,,9800,2024-04-01,,0,,貸与,,,,,,,,2024-09-30,済",
    )
    file = office.file("r.csv", "\r\n".join([",".join(header), *rows]).encode("cp932"))
    found = office.ask("lease", "import", file)

    assert [told(row) for row in found.data["rows"] if row["error"]] == [
        (5, "platform", "device-incomplete")  # a ThinkPad may be a PC, and nobody says so
    ]
    assert found.data["encoding"] == "CP932"
    assert found.data["unknown_columns"] == ["備考"]
    assert entries(office, "D-1") == [
        ("start", "2024-03-01"),
        ("fault", "2024-09-01"),
        ("ship", "2024-09-03"),
        ("return", "2024-09-20"),
    ]
    listed = office.ask("lease", "list", "--today", "2026-01-01").data["leases"]
    assert [tuple(one.values()) for one in listed] == [
        ("D-1", "acme", "iPhone 15", "returned", "2024-03-01", 39800, None, False),
        ("D-2", "acme", "iPhone 15", "leased", "2024-09-03", 39800, None, False),
        ("D-3", "acme", "Android One", "charge-settled", "2024-04-01", 40000, None, False),
        ("D-5", "sakura", "iPad", "return-due", "2024-04-01", 9800, "2024-10-31", True),
    ]
    assert office.ask("device", "show", "D-3").data["devices"][0]["ownership"] == "leased"
    assert office.ask("device", "show", "D-2").data["devices"][0]["platform"] == "ios"


def test_the_same_again_changes_nothing_and_a_dry_run_stores_nothing(office: Office) -> None:
    file = register(office, PLAIN, with_cell("管理番号", "D-2"))
    before = office.rows()
    assert states(take(office, file, "--dry-run")) == ["new", "new"]
    assert office.rows() == before
    assert states(take(office, file)) == ["new", "new"]
    after = office.rows()
    assert states(take(office, file)) == ["unchanged", "unchanged"]
    assert office.rows() == after


def test_what_happened_since_is_added(office: Office) -> None:
    take(office, register(office, PLAIN))
    header = ("device", "model", "returned_on")

    changed = take(office, register(office, ("D-1", "iPhone 15 Pro", "2024-05-01"), header=header))
    assert [row["fields"] for row in changed] == [["model", "returned_on"]]
    assert entries(office, "D-1") == [("start", "2024-03-01"), ("return", "2024-05-01")]


def test_what_is_recorded_is_never_overwritten_or_emptied(office: Office) -> None:
    take(office, register(office, (*PLAIN, "2024-05-01"), header=(*HEADER, "返却日")))
    before = office.rows()
    for column, text in (("販売価格", "38,900"), ("保証月数", "24"), ("顧客名", "sakura")):
        (row,) = take(office, register(office, with_cell(column, text)))
        assert told(row)[:2] == (2, column)
    (row,) = take(office, register(office, (*PLAIN, "2024-05-02"), header=(*HEADER, "返却日")))
    assert told(row) == (2, "返却日", "recorded-otherwise")
    assert states(take(office, register(office, PLAIN))) == ["unchanged"]
    assert office.rows() == before


def test_a_device_that_was_out_several_times_has_a_row_each(office: Office) -> None:
    header = ("device", "model", "price", "start", "warranty_months", "returned_on")
    rows = (
        ("D-1", "iPhone 15", "39800", "2025-02-01", "12", ""),  # the later one stands first
        ("D-2", "iPhone 15", "39800", "2024-02-01", "12", ""),
        ("D-1", "iPhone 15", "39800", "2024-02-01", "12", "2025-01-31"),
        ("D-2", "iPhone 15", "39800", "2024-02-01", "12", "2025-01-31"),
    )
    found = take(office, register(office, *rows, header=header))
    assert [(row["line"], row["subject"], row["state"]) for row in found] == [
        (2, "D-1", "new"),
        (3, "D-2", "refused"),
        (4, "D-1", "new"),
        (5, "D-2", "refused"),
    ]
    assert found[1]["error"]["code"] == "stands-twice"
    assert [row["state"] for row in office.ask("lease", "list").data["leases"]] == [
        "returned",
        "leased",
    ]


UNSURE = (
    ("シリアル番号", "6.37702E+15", "number-destroyed"),
    ("機種", "６．３７７０２Ｅ＋１５", "number-destroyed"),
    ("管理番号", "6.37702E+15", "number-destroyed"),
    ("販売価格", "3.98E+04", "number-destroyed"),
    ("販売価格", "43,780円(税込)", "yen-unreadable"),
    ("販売価格", "39.800", "yen-unreadable"),
    ("販売価格", "9999999999", "yen-unreadable"),
    ("販売価格", "", "cell-missing"),
    ("貸与日", "45352", "day-is-serial"),
    ("貸与日", "45352.0", "day-is-serial"),
    ("貸与日", "24/3/1", "day-unreadable"),
    ("貸与日", "3/1/2024", "day-unreadable"),
    ("貸与日", "2024/2/30", "day-unreadable"),
    ("貸与日", "2024/3/1(木)", "day-unreadable"),
    ("貸与日", "2024/3/1 15:00", "day-unreadable"),
    ("貸与日", "", "cell-missing"),
    ("貸与日", "2099-01-01", "in-the-future"),
    ("保証月数", "", "warranty-unknown"),
    ("保証月数", "12.5", "months-unreadable"),
    ("保証月数", "999", "months-unreadable"),
    ("顧客名", "知らない会社", "no-such-customer"),
    ("管理番号", "", "bad-device-id"),
)


def test_what_cannot_be_read_surely_is_refused_alone(office: Office) -> None:
    rows = []
    for number, (column, text, _) in enumerate(UNSURE):
        row = list(with_cell("管理番号", f"D-{number}"))
        row[HEADER.index(column)] = text
        rows += [tuple(row), with_cell("管理番号", f"GOOD-{number}")]
    found = take(office, register(office, *rows))

    assert [told(row) for row in found[::2]] == [
        (2 + 2 * number, column, code) for number, (column, _, code) in enumerate(UNSURE)
    ]
    assert all(row["error"]["mend"] for row in found[::2])
    assert set(states(found[1::2])) == {"new"}
    leased = office.ask("lease", "list").data["leases"]
    assert {one["device"].partition("-")[0] for one in leased} == {"GOOD"}


def test_cells_that_need_each_other_are_asked_for(office: Office) -> None:
    header = (*HEADER, "故障日", "原因", "代替品発送日", "代替品")
    rows = (
        (*PLAIN, "2024-05-01", "", "", ""),
        (*with_cell("管理番号", "D-2"), "", "過失", "", ""),
        (*with_cell("管理番号", "D-3"), "2024-05-01", "normal", "2024-05-02", ""),
        (*with_cell("管理番号", "D-4"), "2024-05-01", "経年", "", ""),
    )
    found = take(office, register(office, *rows, header=header))
    assert [told(row) for row in found] == [
        (2, "原因", "cell-missing"),
        (3, "故障日", "cell-missing"),
        (4, "代替品", "cell-missing"),
        (5, "原因", "word-unknown"),
    ]
    assert "故障日" in found[0]["error"]["message"]


def test_what_cannot_have_happened_names_its_column(office: Office) -> None:
    header = (*HEADER, "返却日", "紛失日")
    rows = (
        (*PLAIN, "2024-02-01", ""),
        (*with_cell("管理番号", "D-2"), "2024-05-01", "2024-06-01"),
    )
    found = take(office, register(office, *rows, header=header))
    assert [told(row) for row in found] == [
        (2, "返却日", "step-not-allowed"),
        (3, "紛失日", "step-not-allowed"),
    ]


def test_a_number_whose_last_digits_are_zeros_is_taken_and_told(office: Office) -> None:
    (row,) = take(office, register(office, with_cell("シリアル番号", "356789012345678000")))
    assert row["state"] == "new"
    assert "356789012345678000" in row["notes"][0]


def test_a_register_as_bad_as_they_come(office: Office) -> None:
    """CR alone ends its lines, a header stands twice, numbers are 6.37702E+15, bytes Mac Roman."""
    twice = "Asset Tag,Model Name,Model Name,Company\rD-1,iPhone,iPhone,acme\r"
    assert office.ask("lease", "import", office.file("twice.csv", twice.encode())).codes == [
        "table-header-twice"
    ]
    header = "Asset Tag,Model Number,Serial Number,Purchase Cost,start,warranty_months,Notes,Notes"
    rows = (
        "D-1,6.37702E+15,F1,39800,2024-03-01,12,,",
        "D-2,iPhone 15,6.37702E+15,39800,2024-03-01,12,,",
        "D-3,iPhone 15,F3,39800,2024-03-01,12,,",
        "D-4,iPhone 15,F4,39800,2024-03-01",
        'D-5,iPhone 15,F"5,39800,2024-03-01,12,,',
    )
    file = office.file("cr.csv", "\r".join([header, *rows]).encode())
    assert [(row["line"], row["subject"], row["state"]) for row in take(office, file)] == [
        (2, "D-1", "refused"),
        (3, "D-2", "refused"),
        (4, "D-3", "new"),
        (5, "", "refused"),
        (6, "D-5", "new"),
    ]
    for number, model in enumerate(("iPhone Téléphone", "Bob’s iPhone", "iPhone café, été")):
        mac = f"{header}\rD-9,{model},F9,39800,2024-03-01,12,,".encode("mac-roman")
        ran = office.ask("lease", "import", office.file(f"mac-{number}.csv", mac))
        assert ran.codes in (["table-encoding-doubtful"], ["table-undecodable"])


def test_what_is_lost_or_back_is_withdrawn(office: Office) -> None:
    acme = ("--customer", "acme")
    take(office, register(office, PLAIN))
    office.do(
        "account", "add", "101", *acme, "--auth-id", "a101", "--password-file", "-", typed="x" * 12
    )
    office.do("device", "set", "D-1", "--level", "17.2")
    office.do("device", "assign", "D-1", "101", *acme)
    office.do("issue", "101", *acme, "--out", office.home / "kits")

    (row,) = take(office, register(office, ("D-1", "2024-05-01"), header=("device", "lost_on")))
    assert [note.partition(" ")[0] for note in row["notes"]] == ["links", "acme/101", "acme/101"]
    assert office.ask("device", "show", "D-1").data["devices"][0]["accounts"] == []
    assert "password" in str(office.ask("pbx", "pending").data)


def test_the_end_of_a_contract_ends_what_went_out_under_it(office: Office) -> None:
    office.do("contract", "cancel", "1", "--on", "2024-05-10")
    take(office, register(office, PLAIN))
    assert entries(office, "D-1") == [("start", "2024-03-01"), ("end", "2024-06-30")]
    assert states(take(office, register(office, PLAIN))) == ["unchanged"]


def test_the_trail_tells_what_was_taken(office: Office) -> None:
    take(office, register(office, PLAIN))
    (entry, *_) = [
        one for one in office.ask("audit").data["entries"] if one["action"] == "lease.import"
    ]
    assert entry["details"]["new"] == ["D-1"]


def test_devices_known_and_not_in_the_file_are_told(office: Office) -> None:
    take(office, register(office, PLAIN, with_cell("管理番号", "D-2")))
    ran = office.ask("lease", "import", register(office, PLAIN), "--customer", "acme")
    assert ran.data["missing"] == ["D-2"]


def test_a_day_is_read_as_offices_write_it() -> None:
    written = (
        *("2024/3/1", "2024-03-01", "２０２４年３月１日", "令和6年3月1日", "R6.3.1", "20240301"),
        *("2024/3/1 0:00", "2024/03/01 00:00:00", "2024/3/1(金)", "2024年3月1日（金曜日）"),
    )
    assert {cells.day(text, "") for text in written} == {date(2024, 3, 1)}


def test_a_refusal_tells_what_was_written() -> None:
    with pytest.raises(DayUnreadable, match="未定"):
        cells.day("未定", "D-1")
    with pytest.raises(YenUnreadable, match="約4万円"):
        cells.yen("約4万円", "D-1")


def test_a_whole_register_is_read_in_lots(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onhook.leasing.importing._AT_ONCE", 3)
    rows = [with_cell("管理番号", f"D-{number}") for number in range(10)]
    report = import_leases(office.open(), register(office, *rows, rows[0]), customer="acme")
    assert report.counts() == {"new": 9, "changed": 0, "unchanged": 0, "refused": 2}
    assert [verdict.line for verdict in report.verdicts] == list(range(2, 13))


def test_the_page_tells_every_column() -> None:
    page = (ROOT / "docs/leases.md").read_text("utf-8")
    assert [field for field in COLUMNS if f"`{field}`" not in page] == []


def test_a_device_out_of_use_comes_in_only_if_it_has_come_back(office: Office) -> None:
    office.do("device", "add", "D-1", "--platform", "ios", "--customer", "acme")
    office.do("device", "retire", "D-1")
    header = (*HEADER, "返却日")

    (out,) = take(office, register(office, (*PLAIN, ""), header=header))
    assert out["error"]["code"] == "device-retired"
    (back,) = take(office, register(office, (*PLAIN, "2024-05-01"), header=header))
    assert back["state"] == "new"
