"""The pages that end users see: each is a function of facts that returns HTML.

They work without JavaScript and load nothing: style, icon and symbol stand in the page, so that
the server's policy can forbid everything else. No style or script stands in an attribute.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal

from markupsafe import Markup

from onhook.delivery.judging import judge
from onhook.qr import encode, svg
from onhook.web.rendering import render
from onhook.web.shapes import Shape, mark
from onhook.workspace import TOKYO
from onhook_devices.platforms import Platform

if TYPE_CHECKING:
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
    shape = _shape(_marked(facts), told, language, answer)
    return shape.filled(lambda name: _own(name, facts, language))


_SOME_TIME: Final = datetime(2000, 1, 1, tzinfo=UTC)


def _marked(facts: LandingFacts) -> LandingFacts:
    """Return facts with marks for what is one link's own; what is empty stays so."""
    return replace(
        facts,
        display_name=facts.display_name and mark("display_name"),
        extension=mark("extension"),
        file_name=mark("file_name"),
        kit_url=mark("kit_url"),
        page_path=mark("page_path"),
        deep_link=facts.deep_link and mark("deep_link"),
        expires_at=_SOME_TIME,
        fetches_left=min(facts.fetches_left, 2),  # pages say whether it is the last
    )


def _own(name: str, facts: LandingFacts, language: Language) -> str:
    """Return what stands for a mark."""
    match name:
        case "symbol":
            return Markup(svg(encode(facts.kit_url)).decode())  # noqa: S704 - our own drawing
        case "expires":
            return _in_japan(facts.expires_at, language)
        case "fetches":
            return str(facts.fetches_left)
        case _:
            return str(getattr(facts, name))


@lru_cache(256)  # kinds of phones, in each language, for each service and family
def _shape(facts: LandingFacts, told: Told, language: Language, answer: Answer) -> Shape:
    return Shape.of(_landing_page(facts, told, language, answer))


def _landing_page(facts: LandingFacts, told: Told, language: Language, answer: Answer) -> str:
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
        expires=mark("expires"),
        fetches=mark("fetches"),
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
        symbol=mark("symbol"),
        for_pc=for_pc,
        may_be_ipad=told.platform is None and Platform.IOS in facts.app_platforms,
        expires=mark("expires"),
        fetches=mark("fetches"),
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
