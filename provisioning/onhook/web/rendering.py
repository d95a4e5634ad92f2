"""Fill the pages' templates in: what is the same for everybody is filled in once, when compiled."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, cast
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.ext import Extension
from markupsafe import Markup, escape

from onhook.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinja2 import Template

    from onhook.delivery.facts import HelpFacts
    from onhook.words import Language
    from onhook_devices.terms.common import Bilingual

_FIXED_WORDS = re.compile(r'\{\{ words\("([a-z0-9-]+)"\) \}\}')
_FIXED_NAMES = re.compile(r"\{\{ (style|icon|lang|other) \}\}")


class _WordsFilledIn(Extension):
    """Puts a language's words into a template before it is compiled: half of a page's time."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002 - jinja's signature
        """Return a template without places that are filled in alike for everybody."""
        known = self.environment.globals
        named = _FIXED_NAMES.sub(lambda found: escape(known[found[1]]), source)
        words = cast("Words", known["words"])
        return _FIXED_WORDS.sub(lambda found: escape(words(found[1])), named)


def render(name: str, help_: HelpFacts, language: Language, title: str, **values: object) -> str:
    """Return a page.

    Args:
        name: Of its template.
        help_: Whom it sends people to.
        language: In which language.
        title: Its title's key in the catalogue.
        **values: What its template needs besides.
    """
    footer = _footer(help_, language)
    words = Words(language)
    return _template(name, language).render(title=words(title), help=help_, footer=footer, **values)


@cache
def page_style() -> str:
    """Return the one style that every page holds."""
    return _file("style.css")


@lru_cache(64)  # services, in each language
def _footer(help_: HelpFacts, language: Language) -> Markup:
    return Markup(_template("footer", language).render(help=help_))  # noqa: S704 - escaped there


@cache
def _template(name: str, language: Language) -> Template:
    return _environment(language).get_template(f"web/{name}.html.j2")


@cache
def _environment(language: Language) -> Environment:
    environment = Environment(
        loader=PackageLoader("onhook_templates", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=[_WordsFilledIn],
    )
    environment.filters["dialled"] = _dialled
    environment.globals |= {
        "words": Words(language),
        "say": _say_in(language),
        "lang": language,
        "other": "en" if language == "ja" else "ja",
        "style": Markup(page_style()),  # noqa: S704 - onhook's own file
        "icon": f"data:image/svg+xml,{quote(_file('icon.svg'))}",
    }
    parts = environment.get_template("web/parts.html.j2")
    environment.globals["parts"] = parts.module  # to import it for each page takes a tenth of it
    return environment


def _say_in(language: Language) -> Callable[[Bilingual], str]:
    def say(text: Bilingual) -> str:
        return text.en if language == "en" else text.ja

    return say


def _file(name: str) -> str:
    """Return a file of the pages' folder with its white space drawn together."""
    found = files("onhook_templates").joinpath("pages", "web", name)
    return " ".join(found.read_text(encoding="utf-8").split())


def _dialled(number: str) -> str:
    """Return a telephone number as ``tel:`` has it (RFC 3966)."""
    return re.sub("[^0-9+]", "", number)
