"""Facts to make pages of."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from onhook.delivery.facts import HelpFacts, LandingFacts
from onhook.delivery.judging import answered
from onhook.families import Families
from onhook.web.pages import (
    Answer,
    busy_page,
    dead_page,
    entry_page,
    landing_page,
    limited_page,
)
from onhook.web.platforms import told_by
from onhook_devices.levels import Level
from onhook_devices.platforms import Platform
from onhook_devices.service import Contact
from onhook_devices.terms.accounts import Download, MinimumLevels
from onhook_devices.terms.common import Bilingual
from tests.web import agents

if TYPE_CHECKING:
    from onhook.words import Language

TOKEN = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
KIT_URL = f"https://phone.acme.example/k/{TOKEN}"
PAGE_PATH = f"/s/{TOKEN}"

HELP: Final = HelpFacts(
    Bilingual("Acme Phone", "アクメフォン"),
    Bilingual("Acme Telecom", "アクメ通信株式会社"),
    Contact(
        Bilingual("Acme help desk", "アクメ サポート窓口"),
        "03-0000-0000",
        "help@acme.example",
        "https://acme.example/help",
        Bilingual("Weekdays, 9 to 17", "平日9時～17時"),
    ),
)
FACTS: Final = LandingFacts(
    display_name="髙橋 太郎",
    extension="0101",
    language="ja",
    family="3cx",
    family_title="3CX-style",
    app_name="3CX",
    app_platforms=(Platform.IOS, Platform.ANDROID, Platform.PC),
    downloads=(Download(Platform.IOS, "https://apps.acme.example/ios"),),
    help=HELP,
    file_name="3cxprov_0101.3cxconfig",
    expires_at=datetime(2026, 11, 25, 9, 0, tzinfo=UTC),
    fetches_left=5,
    device_platform=None,
    minimum_levels=MinimumLevels(
        "J-A2", "zero", "app-build", Level((8, 1)), Level((4, 0, 3)), Level((14, 0, 47020))
    ),
    kit_url=KIT_URL,
    page_path=PAGE_PATH,
    deep_link="",
    screen=Families().get("3cx").manifest.screen,
)
LINPHONE: Final = replace(
    FACTS,
    family="linphone",
    family_title="Linphone",
    app_name="Linphone",
    downloads=(),
    file_name="linphone-0101.xml",
    fetches_left=1,
    deep_link=Families().get("linphone").deep_link(KIT_URL),
    screen=None,
)


def shown(
    agent: str,
    language: Language = "en",
    *,
    facts: LandingFacts = FACTS,
    answer: Answer | None = None,
) -> str:
    """Return what a link shows to a browser."""
    said = answer or Answer()
    told = answered(told_by({"user-agent": agent}), said.platform, said.level)
    return landing_page(facts, told, language, said)


def every_page(language: Language) -> dict[str, str]:
    """Return one page of each kind, by name."""
    return {
        "landing": shown(agents.IPHONE_17, language),
        "landing-android": shown(agents.ANDROID_4_0_3, language),
        "landing-link": shown(agents.LINE_17, language, facts=LINPHONE),
        "below": shown(agents.IPHONE_8_0_2, language),
        "ask": shown(agents.PIXEL, language),
        "ask-again": shown(agents.PIXEL, language, answer=Answer("android", "new")),
        "ask-all": shown(agents.WINDOWS_PHONE, language),
        "desktop": shown(agents.WINDOWS, language),
        "desktop-mac": shown(agents.MAC_OR_IPAD, language),
        "desktop-pc": shown(
            agents.LINUX, language, facts=replace(FACTS, device_platform=Platform.PC)
        ),
        "dead": dead_page(HELP, language),
        "code": entry_page(HELP, language),
        "code-wrong": entry_page(HELP, language, "wrong"),
        "code-over": entry_page(HELP, language, "over"),
        "limited": limited_page(HELP, language),
        "busy": busy_page(HELP, language),
    }
