"""What the pages say, to whom, and what they never hold."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from onhook.web.pages import Answer, landing_page
from onhook.web.platforms import told_by
from onhook.words import LANGUAGES, catalogue
from onhook_devices.platforms import Platform
from tests.web import agents
from tests.web.making import FACTS, HELP, KIT_URL, LINPHONE, PAGE_PATH, TOKEN, every_page, shown

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from onhook.words import Language

EVERY = [(name, lang) for lang in LANGUAGES for name in every_page(lang)]


def page(text: str) -> HtmlElement:
    return html.document_fromstring(text)


def words_of(text: str) -> str:
    body = page(text).find("body")
    assert body is not None
    return " ".join(body.text_content().split())


@pytest.mark.parametrize(("name", "lang"), EVERY)
def test_a_page_states_its_language_and_has_one_heading_in_one_main_part(
    name: str, lang: Language
) -> None:
    found = page(every_page(lang)[name])

    assert found.get("lang") == lang
    (heading,) = found.xpath("//main//h1")
    assert (
        found.findtext(".//title") == f"{heading.text} | {HELP.service[LANGUAGES.index(lang) ^ 1]}"
    )
    assert [link.get("hreflang") for link in found.xpath("//header//a")] == [
        "en" if lang == "ja" else "ja"
    ]


@pytest.mark.parametrize(("name", "lang"), EVERY)
def test_a_page_runs_nothing_and_loads_nothing(name: str, lang: Language) -> None:
    found = page(every_page(lang)[name])

    assert not found.xpath("//script | //iframe | //img | //object | //embed | //*[@src]")
    assert not found.xpath("//@style | //@*[starts-with(name(), 'on')]")
    assert all(href.startswith("data:") for href in found.xpath("//link/@href"))
    style = found.findtext(".//style") or ""
    assert len(found.xpath("//style")) == 1
    assert "url(" not in style
    assert "@import" not in style


@pytest.mark.parametrize(("name", "lang"), EVERY)
def test_every_field_has_a_label_and_every_reference_a_target(name: str, lang: Language) -> None:
    found = page(every_page(lang)[name])
    ids = found.xpath("//@id")

    assert len(ids) == len(set(ids))
    for field in found.xpath("//input[not(@type='hidden')]"):
        assert found.xpath("//label[@for=$id]", id=field.get("id")) or field.xpath(
            "ancestor::label"
        )
    for named in " ".join(found.xpath("//@aria-describedby")).split():
        assert named in ids


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_phone_is_told_whose_account_it_is_and_no_more(lang: Language) -> None:
    text = words_of(shown(agents.IPHONE_17, lang))

    assert "髙橋 太郎" in text
    assert "0101" in text
    assert "3CX" in text
    assert TOKEN not in text


def test_without_an_own_scheme_the_one_big_button_hands_over_the_file_by_post() -> None:
    found = page(shown(agents.IPHONE_17))

    (button,) = found.xpath("//*[contains(concat(' ', @class, ' '), ' button ')]")
    (form,) = button.xpath("ancestor::form")
    assert (form.get("method"), form.get("action")) == ("post", PAGE_PATH)


def test_an_own_scheme_is_the_big_button_and_the_file_the_second() -> None:
    found = page(shown(agents.IPHONE_17, facts=LINPHONE))

    first, second = found.xpath("//*[contains(concat(' ', @class, ' '), ' button ')]")
    assert first.get("href") == f"linphone-config:{KIT_URL}"
    assert "second" in second.get("class")
    assert found.xpath("//textarea[@readonly]/text()") == [KIT_URL]


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("ja", ("左上に「利用可能」", "左下に「電話を切る」", "右上にお名前")),
        ("en", ("Upper left: “Available”", "Lower left: “On Hook”", "Upper right: your name")),
    ],
)
def test_a_phone_is_told_what_the_screen_shows_when_all_is_well(
    lang: Language, told: tuple[str, ...]
) -> None:
    text = words_of(shown(agents.IPHONE_17, lang))

    assert all(words in text for words in told)


def test_the_store_of_the_phones_own_system_is_named() -> None:
    iphone, android = shown(agents.IPHONE_17), shown(agents.ANDROID_4_0_3)

    assert page(iphone).xpath("//a[@href='https://apps.acme.example/ios']")
    assert "Google Play" in words_of(android)
    assert "apps.acme.example" not in android


def test_a_browser_inside_an_app_is_warned_of() -> None:
    assert "inside LINE" in words_of(shown(agents.LINE_17))
    assert "inside" not in words_of(shown(agents.IPHONE_17)).partition("Nothing happens")[0]


@pytest.mark.parametrize(
    ("lang", "told"), [("ja", "11月25日 18:00 まで"), ("en", "until 25 Nov, 18:00 (Japan)")]
)
def test_a_phone_is_told_until_when_by_japans_clock(lang: Language, told: str) -> None:
    assert told in words_of(shown(agents.IPHONE_17, lang))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("agent", [agents.IPHONE_8_0_2, agents.ANDROID_2_3])
def test_below_the_minimum_there_is_a_way_to_update_and_no_config(
    agent: str, lang: Language
) -> None:
    found = shown(agent, lang, facts=LINPHONE)

    assert not page(found).xpath("//form | //button")
    assert TOKEN not in found
    assert "linphone-config" not in found
    assert ("iOS 8.1" in found) != ("Android 4.0.3" in found)


def test_exactly_the_minimum_is_well() -> None:
    assert page(shown(agents.ANDROID_4_0_3)).xpath("//form[@method='post']")


def test_a_frozen_version_is_asked_for_and_nothing_is_handed_over() -> None:
    found = page(shown(agents.PIXEL, facts=LINPHONE))

    (form,) = found.xpath("//form")
    assert (form.get("method"), form.get("action")) == ("get", PAGE_PATH)
    assert form.xpath(".//input[@name='platform']/@value") == ["android"]
    assert form.xpath(".//input[@name='level'][@required]")
    assert not found.xpath("//*[@role='alert']")
    assert KIT_URL not in shown(agents.PIXEL, facts=LINPHONE)


def test_an_answer_leads_on_and_is_carried_by_the_file_form() -> None:
    found = page(shown(agents.PIXEL, answer=Answer("android", "4.0.3")))

    (form,) = found.xpath("//form")
    assert form.get("method") == "post"
    assert form.xpath(".//input[@name='level']/@value") == ["4.0.3"]
    assert form.xpath(".//input[@name='platform']/@value") == ["android"]


def test_an_answer_below_the_minimum_is_refused_and_can_be_mended() -> None:
    found = page(shown(agents.PIXEL, answer=Answer("android", "4.0.2")))

    assert not found.xpath("//form")
    assert found.xpath("//main//a/@href") == [f"{PAGE_PATH}?lang=en"]


def test_an_answer_that_is_no_version_is_asked_for_again() -> None:
    found = page(shown(agents.PIXEL, answer=Answer("android", '"><script>')))

    assert found.xpath("//*[@role='alert'][@id='refused']")
    (field,) = found.xpath("//input[@name='level']")
    assert field.get("aria-invalid") == "true"
    assert field.get("value") == '"><script>'


def test_an_unknown_device_is_asked_what_it_is() -> None:
    found = page(shown(agents.WINDOWS_PHONE))

    assert found.xpath("//input[@type='radio']/@value") == ["ios", "android", "pc"]


@pytest.mark.parametrize("agent", [agents.WINDOWS, agents.MAC_CHROME, agents.MAC_OR_IPAD])
def test_a_desktop_shows_the_symbol_and_hands_over_the_file(agent: str) -> None:
    found = page(shown(agent))

    assert len(found.xpath("//*[@role='img'][@aria-label]/*[local-name()='svg']")) == 1
    (form,) = found.xpath("//form[@method='post']")
    assert form.xpath(".//input[@name='platform']/@value") == ["pc"]


def test_what_poses_as_a_mac_can_go_on_as_an_ipad() -> None:
    asking = page(shown(agents.MAC_OR_IPAD)).xpath("//form[@method='get']")
    went_on = page(shown(agents.MAC_OR_IPAD, answer=Answer("ios", "17.5")))

    assert len(asking) == 1
    assert not page(shown(agents.MAC_CHROME)).xpath("//form[@method='get']")
    assert went_on.xpath("//ol[@class='steps']")


def test_a_pcs_own_kit_comes_before_the_symbol() -> None:
    found = page(shown(agents.WINDOWS, facts=replace(FACTS, device_platform=Platform.PC)))

    order = [one.tag for one in found.xpath("//form | //*[@role='img']")]
    assert order == ["form", "div"]


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_no_name_can_write_html(name: str) -> None:
    marked = f"<b id=x>{name}</b>\"'&"
    facts = replace(LINPHONE, display_name=marked, app_name=marked, file_name=marked)

    found = landing_page(facts, told_by({"user-agent": agents.IPHONE_17}), "ja")

    assert "<b id=x>" not in found


@pytest.mark.parametrize(("name", "fields"), [("code", 1), ("code-wrong", 1), ("code-over", 0)])
def test_a_code_is_asked_for_only_while_it_would_be_taken(name: str, fields: int) -> None:
    assert len(page(every_page("ja")[name]).xpath("//input[@name='code']")) == fields


@pytest.mark.parametrize("name", ["dead", "code", "limited", "busy"])
def test_pages_without_a_link_know_nothing_of_any(name: str) -> None:
    found = every_page("ja")[name]

    assert TOKEN not in found
    assert "髙橋" not in found


def test_every_word_is_used_and_none_is_missing() -> None:
    folder = files("onhook_templates").joinpath("pages", "web")
    sources = "".join(
        one.read_text(encoding="utf-8") for one in folder.iterdir() if one.name.endswith(".j2")
    )
    code = files("onhook").joinpath("web", "pages.py").read_text(encoding="utf-8")
    named = set(re.findall(r"web-[a-z0-9-]+", sources + code))
    exact = {name for name in named if not name.endswith("-")}
    begun = tuple(name for name in named if name.endswith("-"))
    known = {key for key in catalogue()["text"] if key.startswith("web-")}

    assert exact - known == set()
    assert {key for key in known - exact if not key.startswith(begun)} == set()
