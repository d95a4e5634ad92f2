"""The pages that people see, as HTML: the application says which, and these say it.

Each loads nothing, runs no script, and may have one `<style>` element: the server puts its hash
into the Content-Security-Policy.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Literal

from onhook.delivery.judging import judge

if TYPE_CHECKING:
    from onhook.delivery.facts import HelpFacts, LandingFacts, Told
    from onhook.words import Language

EntryState = Literal["", "wrong", "over"]
"""What became of a code that was typed: nothing was typed; it is wrong; no more for a while."""


def landing_page(facts: LandingFacts, told: Told, language: Language) -> str:
    """Return the page of a link that works, for the phone that `told` of itself.

    Below the minimum it says so and hands nothing over; where the version is not told, it asks
    (fields ``platform`` and ``level``). The file's form is a POST to ``facts.page_path``.
    """
    said = {"below": "This phone is too old.", "ask": '<input name="level">', "fine": ""}
    verdict = judge(facts, told).verdict
    button = "" if verdict == "below" else '<button name="file" value="1">OK</button>'
    form = f'<form method="post" action="{escape(facts.page_path)}">{said[verdict]}{button}</form>'
    return _page(f"{escape(facts.display_name)} {escape(facts.extension)}", form, language)


def dead_page(help_: HelpFacts, language: Language) -> str:
    """Return the one page of every link that does not work; it says what to do next."""
    return _page("This link does not work any more.", _turn_to(help_, language), language)


def entry_page(help_: HelpFacts, language: Language, state: EntryState = "") -> str:
    """Return the front page: a form that POSTs ``code`` to ``/``."""
    form = '<form method="post" action="/"><input name="code"><button>OK</button></form>'
    return _page(f"Code {state}", form + _turn_to(help_, language), language)


def limited_page(help_: HelpFacts, language: Language) -> str:
    """Return what is said after too many links that do not work: wait a little."""
    return _page("Too many attempts.", _turn_to(help_, language), language)


def busy_page(help_: HelpFacts, language: Language) -> str:
    """Return what is said while the database cannot be used: try again in a moment."""
    return _page("Please try again in a moment.", _turn_to(help_, language), language)


def _turn_to(help_: HelpFacts, language: Language) -> str:
    name = help_.contact.name
    return f"<p>{escape(name.ja if language == 'ja' else name.en)}</p>"


def _page(title: str, body: str, language: Language) -> str:
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{title}</title>'
        f"<main><h1>{title}</h1>{body}</main></html>\n"
    )
