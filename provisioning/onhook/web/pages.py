"""The pages that end users see: each is a function of facts that returns HTML.

They work without JavaScript and load nothing: style, icon and symbol stand in the page, so that
the server's policy can forbid everything else. No style or script stands in an attribute.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from markupsafe import Markup

from onhook.delivery.judging import judge
from onhook.qr import encode, svg
from onhook.web.rendering import render
from onhook.workspace import TOKYO
from onhook_devices.platforms import Platform

if TYPE_CHECKING:
    from datetime import datetime

    from onhook.delivery.facts import HelpFacts, LandingFacts, Told
    from onhook.delivery.judging import Judgement
    from onhook.words import Language

EntryState = Literal["", "wrong", "over"]
"""What became of a code that was typed: nothing was typed; it is wrong; no more for a while."""

# Browsers in apps often open neither another app nor a file.
_APPS_WITH_BROWSERS = frozenset({"LINE", "Facebook", "Facebook Messenger", "Instagram", "Twitter"})
_MONTHS = ("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec").split()  # noqa: SIM905 - reads better
_EXAMPLES = {None: "17.5", Platform.IOS: "17.5", Platform.ANDROID: "14", Platform.PC: "11"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person answered about the device, as typed: the page's forms carry it on.

    Attributes:
        platform: ``ios``, ``android``, ``pc`` or ''.
        level: The version, or ''.
    """

    platform: str = ""
    level: str = ""


NO_ANSWER: Final = Answer()


def landing_page(
    facts: LandingFacts, told: Told, language: Language, answer: Answer = NO_ANSWER
) -> str:
    """Return the page of a link that works, for the device that `told` of itself.

    A phone gets its steps; a desktop the symbol to be scanned, and the file. Below the minimum the
    page asks to update, without config or link (J-A2); where the version is not told, it asks.

    Args:
        facts: Of the link.
        told: What the request tells, and what was answered.
        language: In which language.
        answer: What was answered, as typed.
    """
    judgement = judge(facts, told)
    is_desktop = told.is_desktop and told.platform in (None, Platform.PC)
    if judgement.verdict == "below":
        return _below(facts, judgement, language, answer)
    if judgement.verdict == "ask" and not (is_desktop and told.platform is None):
        return _ask(facts, judgement, language, answer)
    if is_desktop:
        return _desktop(facts, told, language)
    return _phone(facts, told, language, answer)


def dead_page(help_: HelpFacts, language: Language) -> str:
    """Return the one page of every link that does not work; it says what to do next."""
    return render("dead", help_, language, "web-dead-title")


def entry_page(help_: HelpFacts, language: Language, state: EntryState = "") -> str:
    """Return the front page, on which people type the short code they were told."""
    return render("code", help_, language, "web-code-title", state=state)


def limited_page(help_: HelpFacts, language: Language) -> str:
    """Return what is said after too many links that do not work: wait a little."""
    return render("many", help_, language, "web-many-title")


def busy_page(help_: HelpFacts, language: Language) -> str:
    """Return what is said while the database cannot be used: try again in a moment."""
    return render("out", help_, language, "web-out-title")


def _phone(facts: LandingFacts, told: Told, language: Language, answer: Answer) -> str:
    return render(
        "landing",
        facts.help,
        language,
        "web-title",
        facts=facts,
        answer=answer,
        platform=told.platform,
        inside_app=told.browser if told.browser in _APPS_WITH_BROWSERS else "",
        expires=_in_japan(facts.expires_at, language),
    )


def _desktop(facts: LandingFacts, told: Told, language: Language) -> str:
    for_pc = facts.device_platform is Platform.PC
    return render(
        "desktop",
        facts.help,
        language,
        "web-title" if for_pc else "web-desktop-title",
        facts=facts,
        answer=Answer(platform=Platform.PC.value),
        symbol=Markup(svg(encode(facts.kit_url)).decode()),  # noqa: S704 - our own drawing
        for_pc=for_pc,
        may_be_ipad=told.platform is None and Platform.IOS in facts.app_platforms,
        expires=_in_japan(facts.expires_at, language),
    )


def _below(facts: LandingFacts, judgement: Judgement, language: Language, answer: Answer) -> str:
    platform = judgement.platform or Platform.PC
    return render(
        "below",
        facts.help,
        language,
        "web-below-title",
        facts=facts,
        answer=answer,
        platform=platform,
        system=platform.label,
        level=judgement.level,
        minimum=judgement.minimum,
    )


def _ask(facts: LandingFacts, judgement: Judgement, language: Language, answer: Answer) -> str:
    platform = judgement.platform
    asked = (platform,) if platform else facts.app_platforms
    minimums = [(one.label, facts.minimum(one)) for one in asked]
    return render(
        "ask",
        facts.help,
        language,
        "web-ask-title",
        facts=facts,
        answer=answer,
        platform=platform,
        system=platform.label if platform else "",
        example=_EXAMPLES[platform],
        minimums=[{"system": name, "level": level} for name, level in minimums if level],
        refused=answer != NO_ANSWER,
    )


def _in_japan(instant: datetime, language: Language) -> str:
    """Return an instant as people in Japan read it (P0)."""
    there = instant.astimezone(TOKYO)
    if language == "ja":
        return f"{there.month}月{there.day}日 {there:%H:%M}"
    return f"{there.day} {_MONTHS[there.month - 1]}, {there:%H:%M} (Japan)"
