"""Sheets on paper are read back by programs that are not ours."""

from __future__ import annotations

import re
import subprocess
from datetime import date
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageOps

from onhook.kits.symbols import current_symbol
from tests.decoders import both_read_many
from tests.programs import need
from tests.sheets.offices import (
    LONG_COMPANY,
    NAMES,
    fill,
    fill_mobile,
    joined,
    pictures_of,
    text_of,
)
from tests.thoroughness import thorough

if TYPE_CHECKING:
    from pathlib import Path

    from tests.workspaces import Office, Prepared


@pytest.fixture
def office(prepared: Prepared) -> Office:
    """Return an office of five with their kits."""
    return prepared(fill)


def test_both_decoders_read_each_code_off_the_page_at_150_dpi(office: Office) -> None:
    people = thorough(in_ci=tuple(NAMES), elsewhere=("101",))
    office.do("sheet", *people, "--out", office.home / "all.pdf")
    pictures = pictures_of(office.home / "all.pdf", office.home)

    with office.open().reading() as work:
        held = [current_symbol(work, extension, None, None).text for extension in people]
    assert both_read_many(pictures) == held


def test_every_page_has_its_own_people_and_no_text_is_cut_off(office: Office) -> None:
    pdf = office.home / "all.pdf"
    office.do("sheet", "--all", "--out", pdf)

    for page, (extension, name) in enumerate(NAMES.items(), start=1):
        told = text_of(pdf, page)
        assert joined(name) in told
        assert extension in told
        assert joined(LONG_COMPANY) in told
    assert text_of(pdf).count(joined("髙橋 健一")) == 2  # as name, and on the drawn screen


@pytest.mark.in_ci
def test_nothing_comes_near_the_edge_of_the_paper(office: Office) -> None:
    office.do("sheet", "103", "--out", office.home / "one.pdf")
    (picture,) = pictures_of(office.home / "one.pdf", office.home, dpi=50)

    with Image.open(picture) as page:
        left, top, right, bottom = ImageOps.invert(page).getbbox() or (0, 0, 0, 0)
        margin = 10 / 25.4 * 50  # 10 mm
        assert min(left, top, page.width - right, page.height - bottom) >= margin


def test_the_fonts_are_in_the_file(office: Office) -> None:
    (pdffonts,) = need("pdffonts")
    pdf = office.home / "one.pdf"
    office.do("sheet", "101", "102", "--out", pdf)
    ran = subprocess.run([pdffonts, pdf], capture_output=True, text=True, check=True)

    fonts = re.findall(r"^(\S+) .* (yes|no) (yes|no) (yes|no) +\d+ +\d+$", ran.stdout, re.MULTILINE)
    assert fonts
    assert all("BIZUDPGothic" in name for name, *_ in fonts)
    assert all(flags == ["yes", "yes", "yes"] for _, *flags in fonts)  # embedded, subset, text


def test_a_leased_phone_says_how_it_goes_back(office: Office) -> None:
    pdf = office.home / "one.pdf"
    office.do("sheet", "101", "--out", pdf)
    told = text_of(pdf)
    assert "貸与端末について" in told
    assert "翌月末日まで" in told
    assert "14日以内" in told

    office.do("sheet", "102", "--out", pdf)
    assert "貸与端末" not in text_of(pdf)


def test_a_phone_that_is_to_go_back_says_by_when(office: Office) -> None:
    office.do("contract", "cancel", "1")
    (due_on,) = [one["due_on"] for one in office.ask("lease", "list").data["leases"]]
    pdf = office.home / "one.pdf"
    office.do("sheet", "101", "--out", pdf, "--lang", "en")
    told = f"{date.fromisoformat(due_on):%-d %b %Y}"
    assert joined(f"sent back by {told}, at your cost") in text_of(pdf)


def test_barred_numbers_stand_on_the_sheet_of_the_service_that_bars_them(
    prepared: Prepared,
) -> None:
    office = prepared(fill_mobile)
    pdf = office.home / "one.pdf"
    office.do("sheet", "201", "--out", pdf)
    told = text_of(pdf)
    assert "発信できない番号" in told
    assert "110番、119番などの3桁番号サービス" in told
    assert "0120" in told


def test_the_customers_language_is_spoken_unless_another_is_asked_for(office: Office) -> None:
    pdf = office.home / "one.pdf"
    office.do("sheet", "101", "--out", pdf)
    assert "設定の手順" in text_of(pdf)
    office.do("sheet", "101", "--out", pdf, "--lang", "en")
    assert "Whattodo" in text_of(pdf)
    office.do("customer", "set", "acme", "--language", "en")
    office.do("sheet", "101", "--out", pdf)
    told = text_of(pdf)
    assert "Whattodo" in told
    assert joined("“Available” or “利用可能”") in told  # the phone may speak the other
    assert joined("“On Hook” or “電話を切る”") in told


def test_a_services_own_words_stand_on_its_sheets(prepared: Prepared) -> None:
    office = prepared(fill_mobile)
    shipped = (files("onhook_devices") / "services" / "biglobe-mobile.toml").read_text("utf-8")
    store = (
        "https://play.example/store/apps/details?id=jp.example.telephone.for.offices.of.all.kinds"
    )
    downloads = (
        f'downloads = [{{ platform = "android", url = "{store}" }}]\nminimum_version = "4.2"'
    )
    contact = 'phone = "0120-000-000"\nhours.en = "9-17"\nhours.ja = "平日9時から17時"'
    own = shipped.replace("[app]", f"[app]\n{downloads}").replace(
        "[contact]", f"[contact]\n{contact}"
    )
    (office.folder / "services").mkdir()
    (office.folder / "services" / "biglobe-mobile.toml").write_text(own, encoding="utf-8")
    pdf = office.home / "one.pdf"
    office.do("sheet", "201", "--out", pdf)

    told = text_of(pdf)
    assert store in told
    assert store.encode() in pdf.read_bytes()  # to be pressed
    assert "BIGLOBEフォン・モバイル4.2以降" in told
    assert "0120-000-000" in told
    assert "平日9時から17時" in told


@pytest.mark.in_ci
def test_each_platform_has_its_own_steps_and_minimum(office: Office) -> None:
    told = {}
    for extension in ("101", "102", "103", "105"):
        pdf: Path = office.home / f"{extension}.pdf"
        office.do("sheet", extension, "--out", pdf)
        told[extension] = text_of(pdf)

    assert "AppStore" in told["101"]
    assert "iOS8.1以降" in told["101"]
    assert "GooglePlay" in told["102"]
    assert "Android4.0.3以降" in told["102"]
    assert "パソコンのブラウザ" in told["103"]
    assert "14.0.47020以降" in told["103"]
    assert "iOS8.1以降" in told["105"]
    assert "Android4.0.3以降" in told["105"]
