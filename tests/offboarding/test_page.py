"""The page for somebody who leaves says what to do, until when, and what it costs otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from onhook.accounts.manage import disable_account
from onhook.contracts import cancel_contract, end_contract
from onhook.offboarding.departure import Departure
from onhook.offboarding.page import LeavingPage
from onhook.pbx_changes import changes_named, mark_done
from onhook.words import LANGUAGES, Language, Words
from tests.offboarding.conftest import ASKED, STARTED, leaving, lend, on_day
from tests.sheets.offices import joined, text_of
from tests.thoroughness import thorough

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.workspaces import Office

DUE = date(2027, 3, 31)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pages whose place is not told lie where nobody looks."""
    monkeypatch.chdir(tmp_path)


def told(office: Office, name: str, language: Language, day: date = ASKED) -> str:
    """Return what a page says on a day, a text a line."""
    (found,) = leaving(office, day, name)
    assert isinstance(found, Departure), found
    page = LeavingPage(replace(found, language=language), day)
    return "\n".join(texts(page.content(Words(language))))


def texts(content: Any) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict | list):
        for value in content.values() if isinstance(content, dict) else content:
            yield from texts(value)


@pytest.fixture
def cancelled(office: Office) -> Office:
    """Return an office whose contract was cancelled, and 102 has a leased phone."""
    with on_day(office, ASKED) as work:
        cancel_contract(work, 1, asked_on=ASKED)
    lend(office, "D-3", ASKED, lessor="パートナー商事")
    return office


def test_a_leased_device_is_asked_back_in_english(cancelled: Office) -> None:
    page = told(cancelled, "102", "en")
    assert "ends on 28 Feb 2027. Until then it works as before." in page
    assert "D-3 Pixel 8a: send it off by 31 Mar 2027." in page
    assert "Send it to the provider of Jiyu Hodai Business Phone, not to パートナー商事." in page
    assert "The freight is at acme’s cost." in page
    assert "it costs 43,780 yen: sale price 39,800; tax 10 % 3,980." in page
    assert "After 28 Feb 2027, delete 3CX" in page
    assert "Android: Settings, Apps, 3CX" in page


def test_a_leased_device_is_asked_back_in_japanese(cancelled: Office) -> None:
    page = told(cancelled, "102", "ja")
    assert "2027年2月28日（日） に終了します" in page
    assert "D-3 Pixel 8a：2027年3月31日（水） までに発送してください。" in page
    assert "返送先: 自由放題ビジネスフォン提供会社（パートナー商事 ではありません" in page
    assert "違約金: 43,780円（販売価格 39,800円、消費税 10 % 3,980円）" in page


def test_what_is_late_is_told_with_what_it_costs_now(cancelled: Office) -> None:
    page = told(cancelled, "102", "en", DUE + timedelta(days=1))
    assert "it was due on 31 Mar 2027. Please send it off today." in page
    assert "D-3: penalty for a device that was not sent back in time, 43,780 yen" in page
    assert "期限（2027年3月31日（水））を過ぎています" in told(
        cancelled, "102", "ja", DUE + timedelta(days=1)
    )


@pytest.mark.parametrize(
    ("language", "waits", "is_shut"),
    [
        ("en", "has not confirmed yet that it is shut", "has shut it"),
        ("ja", "まだ確認できていません", "電話システム側の停止は完了しています"),
    ],
)
def test_nothing_is_called_shut_before_that_is_marked(
    office: Office, language: Language, waits: str, is_shut: str
) -> None:
    with on_day(office, ASKED) as work:
        disable_account(work, "101", None)
    page = told(office, "101", language)
    assert waits in page
    assert is_shut not in page
    with on_day(office, ASKED) as work:
        mark_done(work, changes_named(work, ["101"], None)[0])
    page = told(office, "101", language)
    assert waits not in page
    assert is_shut in page


def test_each_device_has_the_app_removed_its_own_way(office: Office) -> None:
    with on_day(office, ASKED) as work:
        disable_account(work, "101", None)
    page = told(office, "101", "en")
    assert "Remove the app on D-1 iPhone SE" in page
    assert "“Remove App”" in page
    assert "Remove the app on D-2" in page
    assert "uninstall 3CX in the system’s settings" in page


def test_a_leased_device_of_a_disabled_account_is_handed_over(office: Office) -> None:
    lend(office, "D-3", ASKED)
    with on_day(office, ASKED) as work:
        disable_account(work, "102", None)
    assert "it stays leased under your company’s contract" in told(office, "102", "en")
    assert "ご契約者への貸与は続いています" in told(office, "102", "ja")


@pytest.mark.parametrize(
    ("language", "must"), [("en", "Uninstall"), ("ja", "直ちにアンインストール")]
)
def test_the_mobile_app_goes_at_once(mobile: Office, language: Language, must: str) -> None:
    mobile.accounts("101")
    with on_day(mobile, ASKED) as work:
        end_contract(work, 1, on=ASKED)
    page = told(mobile, "101", language)
    assert must in page
    assert "B-A4" not in page  # no id of a rule is known to those who read it


def test_who_was_given_the_password_in_a_code_is_told_to_destroy_it(office: Office) -> None:
    office.do("issue", "103", "--family", "gswave", "--without-device", "--allow-secret-qr")
    with on_day(office, ASKED) as work:
        disable_account(work, "103", None)
    assert "The password itself stands in the QR code" in told(office, "103", "en")


@pytest.mark.parametrize("language", thorough(LANGUAGES, LANGUAGES[:1]))
def test_it_is_one_page_of_paper_and_the_same_in_html(office: Office, language: str) -> None:
    lend(office, "D-3", office.open().today)
    office.do("contract", "end", "1")
    out = office.home / "leaving"
    words = ("--leaving", "--out", out, "--format", "pdf,html", "--lang", language)
    data = office.ask("sheet", "102", *words).data
    (page,) = data["leaving"]
    assert page["files"] == [f"{out}/acme/102.pdf", f"{out}/acme/102.html"]
    paper = text_of(out / "acme/102.pdf")
    for text in ("髙橋太郎", "D-3Pixel8a", "43,780"):
        assert joined(text) in paper
    html = (out / "acme/102.html").read_text("utf-8")
    assert "D-3 Pixel 8a" in html
    assert "<svg" not in html.partition("<body>")[2]
    assert (page["why"], page["shut"]) == ("contract-ended", "waiting")
    assert page["devices"][0]["amount_if_missed"] == 43_780


def test_only_those_who_leave_get_one(office: Office) -> None:
    assert "nobody leaves" in office.do("sheet", "--all", "--leaving").out
    assert office.ask("sheet", "101", "--leaving").codes == ["still-in-use"]
    office.do("account", "disable", "101")
    ran = office.do("sheet", "--all", "--leaving", "--out", office.home / "all.pdf")
    assert "1 pages for people who leave" in ran.out
    assert "onhook pbx pending" in ran.out
    office.do("pbx", "done", "101")
    assert "pbx pending" not in office.do("sheet", "101", "--leaving").out
    office.do("issue", "103", "--without-device")
    office.do("account", "disable", "103")
    assert "--leaving" in office.run("sheet", "103").err


def test_a_suspension_is_no_end(office: Office) -> None:  # J-L12
    office.do("contract", "end", "1", "--suspended")
    ran = office.ask("sheet", "101", "--leaving")
    assert (ran.code, ran.codes) == (6, ["suspended-only"])
    assert office.ask("sheet", "--all", "--leaving").data["leaving"] == []
    office.do("contract", "end", "1")
    assert len(office.ask("sheet", "--all", "--leaving").data["leaving"]) == 3


@pytest.mark.parametrize("option", [("--device", "D-1"), ("--code",), ("--allow-secret-qr",)])
def test_what_is_about_kits_does_not_go_with_it(office: Office, option: tuple[str, ...]) -> None:
    ran = office.ask("sheet", "101", "--leaving", *option)
    assert (ran.code, ran.codes) == (2, ["not-for-leaving"])


def test_what_is_paid_is_asked_for_no_more(office: Office) -> None:
    started = ("--price", "39800", "--on", STARTED, "--warranty-months", "12")
    office.do("lease", "start", "D-3", *started)
    office.do("contract", "end", "1", "--on", "2025-12-31")  # due back on 31 January 2026 (J-L10)

    def charges() -> list[tuple[str, int]]:
        (page,) = office.ask("sheet", "102", "--leaving", "--out", office.home / "x.html").data[
            "leaving"
        ]
        return [(one["kind"], one["yen"]) for one in page["charges"]]

    assert charges() == [("penalty", 43_780)]
    office.do("lease", "pay", "D-3")
    assert charges() == []
