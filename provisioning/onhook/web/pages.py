"""The pages that end users see: each is a function of facts that returns HTML.

They work without JavaScript and load nothing: style, icon and symbol stand in the page, so that
the server's policy can forbid everything else. No style or script stands in an attribute.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from onhook.delivery.judging import judge
from onhook.qr import encode, svg
from onhook.words import Words
from onhook.workspace import TOKYO
from onhook_devices.platforms import Platform

if TYPE_CHECKING:
    from datetime import datetime

    from jinja2 import Template

    from onhook.delivery.facts import HelpFacts, LandingFacts, Told
    from onhook.delivery.judging import Judgement
    from onhook.words import Language
    from onhook_devices.terms.common import Bilingual

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
    return _page("dead", "web-dead-title", help_, language)


def entry_page(help_: HelpFacts, language: Language, state: EntryState = "") -> str:
    """Return the front page, on which people type the short code they were told."""
    return _page("code", "web-code-title", help_, language, state=state)


def limited_page(help_: HelpFacts, language: Language) -> str:
    """Return what is said after too many links that do not work: wait a little."""
    return _page("many", "web-many-title", help_, language)


def busy_page(help_: HelpFacts, language: Language) -> str:
    """Return what is said while the database cannot be used: try again in a moment."""
    return _page("out", "web-out-title", help_, language)


def _phone(facts: LandingFacts, told: Told, language: Language, answer: Answer) -> str:
    return _page(
        "landing",
        "web-title",
        facts.help,
        language,
        facts=facts,
        answer=answer,
        platform=told.platform,
        inside_app=told.browser if told.browser in _APPS_WITH_BROWSERS else "",
        expires=_in_japan(facts.expires_at, language),
    )


def _desktop(facts: LandingFacts, told: Told, language: Language) -> str:
    for_pc = facts.device_platform is Platform.PC
    return _page(
        "desktop",
        "web-title" if for_pc else "web-desktop-title",
        facts.help,
        language,
        facts=facts,
        answer=Answer(platform=Platform.PC.value),
        symbol=Markup(svg(encode(facts.kit_url)).decode()),  # noqa: S704 - our own drawing
        for_pc=for_pc,
        may_be_ipad=told.platform is None and Platform.IOS in facts.app_platforms,
        expires=_in_japan(facts.expires_at, language),
    )


def _below(facts: LandingFacts, judgement: Judgement, language: Language, answer: Answer) -> str:
    platform = judgement.platform or Platform.PC
    return _page(
        "below",
        "web-below-title",
        facts.help,
        language,
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
    return _page(
        "ask",
        "web-ask-title",
        facts.help,
        language,
        facts=facts,
        answer=answer,
        platform=platform,
        system=platform.label if platform else "",
        example=_EXAMPLES[platform],
        minimums=[{"system": name, "level": level} for name, level in minimums if level],
        refused=answer != NO_ANSWER,
    )


def _page(name: str, title: str, help_: HelpFacts, language: Language, **values: object) -> str:
    words = Words(language)
    other: Language = "en" if language == "ja" else "ja"

    def say(text: Bilingual) -> str:
        return text.en if language == "en" else text.ja

    return _template(name).render(
        words=words, say=say, lang=language, other=other, help=help_, title=words(title), **values
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("onhook_templates", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["dialled"] = _dialled
    environment.globals["style"] = Markup(_file("style.css"))  # noqa: S704 - onhook's own file
    environment.globals["icon"] = f"data:image/svg+xml,{quote(_file('icon.svg'))}"
    return environment


@cache
def _template(name: str) -> Template:
    return _environment().get_template(f"web/{name}.html.j2")


def _file(name: str) -> str:
    """Return a file of the pages' folder with its white space drawn together."""
    found = files("onhook_templates").joinpath("pages", "web", name)
    return " ".join(found.read_text(encoding="utf-8").split())


def _dialled(number: str) -> str:
    """Return a telephone number as ``tel:`` has it (RFC 3966)."""
    return re.sub("[^0-9+]", "", number)


def _in_japan(instant: datetime, language: Language) -> str:
    """Return an instant as people in Japan read it (P0)."""
    there = instant.astimezone(TOKYO)
    if language == "ja":
        return f"{there.month}月{there.day}日 {there:%H:%M}"
    return f"{there.day} {_MONTHS[there.month - 1]}, {there:%H:%M} (Japan)"
