"""Who gets a sheet, who does not and why, and what of it is kept secret."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING, Any

import pytest

from onhook.sheets.errors import LinkExpired
from onhook.sheets.gathering import Wish
from tests.audit.trails import stored
from tests.sheets.offices import NAMES, fill, only, sheets, text_of

if TYPE_CHECKING:
    from tests.workspaces import Office, Prepared


@pytest.fixture
def office(prepared: Prepared) -> Office:
    """Return an office of five with their kits."""
    return prepared(fill)


@pytest.mark.each_database
def test_others_get_theirs_and_the_exit_code_is_the_first_refusals(office: Office) -> None:
    office.do("link", "revoke", "102")
    office.accounts("110")
    out = office.home / "some.pdf"
    ran = office.ask("sheet", "102", "999", "110", "101", "--out", out)

    assert ran.code == 6
    assert ran.codes == ["link-revoked", "no-such-account", "no-kit-yet"]
    assert [one["account"] for one in ran.data["sheets"]] == ["acme/101"]
    assert NAMES["101"].replace(" ", "") in text_of(out)


def test_nothing_is_written_where_nobody_can_have_one(office: Office) -> None:
    office.do("link", "revoke", "101")
    before = stored(office.open())
    ran = office.run("sheet", "101", "--out", office.home / "none.pdf")

    assert ran.code == 6
    assert "no sheet was made" in ran.out
    assert "onhook issue acme/101" in ran.err
    assert not (office.home / "none.pdf").exists()
    assert stored(office.open()) == before


def test_an_expired_link_is_not_printed(office: Office) -> None:
    (found,) = sheets(office, "101", later_h=73)
    assert isinstance(found, LinkExpired)


def test_the_cure_that_is_told_cures(office: Office) -> None:
    office.do("link", "revoke", "101")
    office.do("issue", "acme/101")
    office.do("sheet", "101", "--out", office.home / "one.pdf")


def test_a_kit_made_without_a_public_address_has_no_link_to_print(nowhere: Office) -> None:
    nowhere.do("init", "--customer", "acme", "--pbx", "pbx.acme.example")
    nowhere.accounts("101")
    nowhere.do("issue", "101", "--without-device")
    ran = nowhere.ask("sheet", "101", "--out", nowhere.home / "one.pdf")
    assert ran.codes == ["kit-has-no-link"]


def test_only_the_kit_on_the_device_named(office: Office) -> None:
    office.do("device", "add", "D-9", "--platform", "pc", "--level", "18")
    office.do("device", "assign", "D-9", "101")
    office.do("issue", "101")
    out = office.home / "one.pdf"

    assert len(office.ask("sheet", "101", "--out", out).data["sheets"]) == 2
    (one,) = office.ask("sheet", "101", "--device", "d-9", "--out", out).data["sheets"]
    assert one["device"] == "D-9"
    ran = office.ask("sheet", "101", "--device", "D-2", "--out", out)
    assert (ran.code, ran.codes) == (4, ["not-on-device"])
    (one,) = office.ask("sheet", "--all", "--device", "D-9", "--out", out).data["sheets"]
    assert one["account"] == "acme/101"


def test_a_picture_with_the_password_itself_needs_leave_and_says_so(office: Office) -> None:
    office.do("issue", "105", "--family", "gswave", "--allow-secret-qr", "--without-device")
    out = office.home / "one.pdf"
    ran = office.ask("sheet", "105", "--out", out)
    assert (ran.code, ran.codes) == (6, ["secret-in-qr"])

    office.do("sheet", "105", "--out", out, "--allow-secret-qr", "--code")
    told = text_of(out)
    assert "期限なく" in told
    assert "https://" not in told


@pytest.mark.parametrize(
    ("name", "lacking"),
    [
        ("𠮷野 太郎", "𠮷 (U+20BB7)"),
        (
            "葛\U000e0107城",
            "葛\U000e0107 (U+845B U+E0107)",
        ),  # a variant that the font does not have
    ],
)
def test_a_character_that_no_font_has_is_named_with_its_person(
    office: Office, name: str, lacking: str
) -> None:
    office.do("account", "set", "101", "--display-name", name)
    office.do("issue", "101")
    out = office.home / "some.pdf"
    ran = office.ask("sheet", "101", "102", "--out", out)

    assert (ran.code, ran.codes) == (6, ["characters-lacking"])
    (error,) = ran.json["errors"]
    assert error["subject"] == "acme/101 D-1"
    assert name in error["message"]
    assert lacking in error["message"]
    assert [one["account"] for one in ran.data["sheets"]] == ["acme/102"]
    html = office.home / "some.html"
    office.do("sheet", "101", "--out", html)  # shown in the fonts of whoever opens it
    assert name in html.read_text("utf-8")


@pytest.mark.in_ci
def test_what_the_font_has_is_printed(office: Office) -> None:
    for name in ("髙﨑 彅子", "葛\U000e0101城", "Ægir Ðórsson-Łukasz", "Thị Lan Nguyễn"):
        office.do("account", "set", "105", "--display-name", name)
        office.do("issue", "105", "--without-device")
        assert only(sheets(office, "105")).name == name
        office.do("sheet", "105", "--out", office.home / "one.pdf")


def test_files_are_for_their_owner_alone(office: Office) -> None:
    folder = office.home / "sheets"
    office.do("sheet", "--all", "--out", folder, "--format", "pdf,html")

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    found = sorted(path.name for path in (folder / "acme").iterdir())
    assert found == sorted(f"{ext}.{form}" for ext in NAMES for form in ("pdf", "html"))
    for path in (folder / "acme").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_no_secret_is_told(office: Office) -> None:
    found = [only(sheets(office, ext)) for ext in NAMES]
    out = office.home / "all.pdf"
    ran = office.ask("sheet", "--all", "--code", "--out", out)
    trail = json.dumps([dict(row) for row in stored(office.open())], default=str)

    secrets = [one.symbol for one in found] + [one.link.page_url for one in found if one.link]
    for secret in (*secrets, *(one.rpartition("/")[2] for one in secrets)):
        assert secret not in ran.said
        assert secret not in trail
        assert secret not in repr(found)


def test_who_made_which_is_in_the_audit_trail(office: Office) -> None:
    office.do("sheet", "101", "105", "--out", office.home / "two.pdf")
    entry: dict[str, Any] = dict(stored(office.open())[-1])
    assert (entry["action"], entry["subject"]) == ("sheet.make", "acme")
    assert json.loads(entry["details"])["kits"] == {"101": [[1, "D-1"]], "105": [[1, ""]]}


@pytest.mark.each_database
def test_a_short_code_is_printed_where_it_is_asked_for_and_the_one_told_lives_on(
    office: Office,
) -> None:
    out = office.home / "one.pdf"
    office.do("sheet", "101", "--out", out)
    assert "窓口で短いコードをお伝えします" in text_of(out)

    told = office.do("qr", "101", "--code").out
    office.do("sheet", "101", "--code", "--out", out)
    workspace = office.open()
    with workspace.writing() as work:
        from onhook.delivery.codes import show_code  # noqa: PLC0415 - beside what it proves

        code = show_code(work, "101", None, None).code
    assert code in told
    assert code.replace(" ", "") in text_of(out)
    assert "コードの有効期限" in text_of(out)


def test_without_codes_nothing_but_the_trail_is_written(office: Office) -> None:
    before = office.rows()
    office.do("sheet", "--all", "--out", office.home / "all.pdf")
    after = office.rows()
    assert {name for name in after if after[name] != before[name]} == {"audit", "audit_head"}


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (("--out", "x.pdf", "--format", "html"), ["sheet-form-differs"]),
        (("--out", "x", "--format", "docx"), ["sheet-form-unknown"]),
    ],
)
def test_what_cannot_be_meant_is_refused(
    office: Office, words: tuple[str, ...], codes: list[str]
) -> None:
    ran = office.ask("sheet", "101", *words)
    assert (ran.code, ran.codes) == (2, codes)


def test_a_wish_for_a_language_goes_before_the_customers(office: Office) -> None:
    assert only(sheets(office, "101")).language == "ja"
    assert only(sheets(office, "101", wish=Wish(language="en"))).language == "en"
