"""A real browser goes through what people go through: each phone, each language, no script."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import zxingcpp
from PIL import Image

from tests.browser.visiting import (
    DESKTOP,
    IPHONE,
    MAC_OR_IPAD,
    OLD_ANDROID,
    OLD_IPHONE,
    PIXEL,
    SILENT_PIXEL,
    Device,
)
from tests.thoroughness import thorough

if TYPE_CHECKING:
    from pathlib import Path

    from tests.browser.serving import Site
    from tests.browser.visiting import Visit, Visitors


@pytest.mark.parametrize("has_script", [True, False])
@pytest.mark.parametrize("device", [IPHONE, OLD_ANDROID])
def test_a_phone_gets_its_file_by_one_button(
    visitors: Visitors, site: Site, device: Device, *, has_script: bool
) -> None:
    page = visitors.visit(site.fresh(), device, has_script=has_script).page

    with page.expect_download() as download:
        page.get_by_role("button", name="Get the settings file").tap()

    assert download.value.suggested_filename.endswith(".3cxconfig")


def test_the_big_button_is_seen_without_scrolling(visitors: Visitors, site: Site) -> None:
    page = visitors.visit(site.link, IPHONE, "ja-JP").page

    box = page.get_by_role("button", name="設定ファイルを受け取る").bounding_box()

    assert box is not None
    assert box["y"] + box["height"] <= IPHONE.height
    assert box["height"] >= 48  # a thumb's


def test_linphone_is_opened_by_its_own_link(visitors: Visitors, site: Site) -> None:
    page = visitors.visit(site.linphone, IPHONE).page

    link = page.get_by_role("link", name="Set up Linphone").get_attribute("href") or ""

    assert link.startswith("linphone-config:http")
    assert page.get_by_role("button", name="Get the settings file").is_hidden()


def test_ios_8_0_2_is_asked_to_update_and_gets_nothing(visitors: Visitors, site: Site) -> None:
    visit = visitors.visit(site.link, OLD_IPHONE, "ja-JP")

    assert "iOS 8.1 以降が必要です" in visit.text
    assert "ソフトウェア・アップデート" in visit.text
    assert visit.page.locator("button, form").count() == 0


def test_a_frozen_android_is_asked_by_the_browser_itself_where_it_answers(
    visitors: Visitors, site: Site
) -> None:
    visit = visitors.visit(site.link, PIXEL)

    assert visit.page.get_by_role("button", name="Get the settings file").is_visible()
    assert visit.page.locator("input[name=level]").count() == 0


@pytest.mark.parametrize("has_script", [True, False])
def test_a_frozen_android_is_asked_and_goes_on_with_its_answer(
    visitors: Visitors, site: Site, *, has_script: bool
) -> None:
    page = visitors.visit(site.fresh(), SILENT_PIXEL, has_script=has_script).page

    page.get_by_label("Android version").fill("１４")
    page.get_by_role("button", name="Continue").tap()
    with page.expect_download() as download:
        page.get_by_role("button", name="Get the settings file").tap()

    assert download.value.suggested_filename.endswith(".3cxconfig")


def test_an_answer_that_is_no_version_is_told_beside_the_field(
    visitors: Visitors, site: Site
) -> None:
    page = visitors.visit(site.link, SILENT_PIXEL, "ja-JP").page

    page.get_by_label("Android のバージョン").fill("新しい")
    page.get_by_role("button", name="次へ進む").tap()

    assert "読み取れませんでした" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("Android のバージョン").get_attribute("aria-invalid") == "true"


def test_a_desktop_shows_a_symbol_that_cameras_read(
    visitors: Visitors, site: Site, tmp_path: Path
) -> None:
    page = visitors.visit(site.link, DESKTOP).page

    picture = tmp_path / "qr.png"
    page.get_by_role("img").first.screenshot(path=picture)

    (found,) = zxingcpp.read_barcodes(Image.open(picture))
    assert found.text == site.kit_url


def test_an_ipad_that_poses_as_a_mac_can_go_on(visitors: Visitors, site: Site) -> None:
    page = visitors.visit(site.link, MAC_OR_IPAD, has_script=False).page

    page.get_by_text("Is this an iPad?").click()
    page.get_by_label("iPadOS version").fill("17.5")
    page.get_by_role("button", name="Continue").click()

    assert page.get_by_role("heading", name="Press the button").is_visible()


def test_the_language_follows_the_browser_and_the_link(visitors: Visitors, site: Site) -> None:
    page = visitors.visit(site.link, IPHONE, "ja-JP").page
    before = page.locator("html").get_attribute("lang")

    page.get_by_role("link", name="English").tap()

    assert (before, page.locator("html").get_attribute("lang")) == ("ja", "en")
    assert page.context.cookies() == []


@pytest.mark.parametrize("language", ["ja-JP", "en-US"])
def test_a_dead_link_says_what_to_do_and_leads_to_the_code(
    visitors: Visitors, site: Site, language: str
) -> None:
    visit = visitors.visit(site.dead, IPHONE, language)

    visit.page.locator("main a").tap()

    visit.page.locator("input[name=code]").wait_for()
    assert visit.page.locator("html").get_attribute("lang") == language[:2]


def test_a_wrong_code_is_told(visitors: Visitors, site: Site) -> None:
    page = visitors.visit(f"{site.base}/", IPHONE).page

    page.get_by_label("Code").fill("0000 0000 0000")
    page.get_by_role("button", name="Continue").tap()

    assert "does not work" in page.get_by_role("alert").inner_text()


def places(site: Site) -> list[tuple[str, Device]]:
    """Return every page with a device that sees it; the first four have all there is of style."""
    return [
        (site.link, IPHONE),
        (f"{site.link}?platform=android&level=new", SILENT_PIXEL),
        (site.link, MAC_OR_IPAD),
        (site.dead, IPHONE),
        (site.link, OLD_IPHONE),
        (site.linphone, IPHONE),
        (site.link, IPHONE._replace(agent="Unknown")),
        (f"{site.base}/", IPHONE),
    ]


def check(visit: Visit, host: str) -> None:
    """Check what must be so of every page, with all that is folded opened."""
    for folded in visit.page.locator("summary").all():
        folded.click()
    assert visit.troubles() == []
    assert visit.hosts == {host}, visit.asked
    assert [one for one in visit.complaints if "404" not in one] == []
    visit.page.set_viewport_size({"width": 320, "height": 480})
    assert visit.width_needed <= 320


def test_every_page_is_usable_by_anybody_on_a_small_phone_and_asks_nobody_else(
    visitors: Visitors, site: Site
) -> None:
    for address, device in places(site)[: thorough(8, 4)]:
        check(visitors.visit(address, device, "ja-JP"), site.host)


@pytest.mark.in_ci
@pytest.mark.parametrize(("language", "is_dark"), [("en-US", False), ("ja-JP", True)])
def test_so_it_is_in_english_and_in_the_dark(
    visitors: Visitors, site: Site, language: str, *, is_dark: bool
) -> None:
    for address, device in places(site)[:4]:
        check(visitors.visit(address, device, language, is_dark=is_dark), site.host)
