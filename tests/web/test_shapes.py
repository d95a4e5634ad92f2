"""A page made for one person is not made anew for the next, and nothing of the first is in it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from onhook.web import pages
from onhook.web.shapes import mark
from tests.web import agents
from tests.web.making import FACTS, LINPHONE, TOKEN, shown

if TYPE_CHECKING:
    from onhook.delivery.facts import LandingFacts

OTHER = "Z" * 26


@pytest.mark.parametrize("facts", [FACTS, LINPHONE], ids=["file", "link"])
@pytest.mark.parametrize("agent", [agents.IPHONE_17, agents.PIXEL, agents.WINDOWS])
def test_the_next_person_gets_a_page_of_their_own(agent: str, facts: LandingFacts) -> None:
    shown(agent, facts=facts)
    made = pages._shape.cache_info().misses  # noqa: SLF001 - whether it was made again
    other = replace(
        facts,
        display_name="Suzuki <Hanako>",
        extension="0999",
        file_name="other.xml",
        kit_url=facts.kit_url.replace(TOKEN, OTHER),
        page_path=facts.page_path.replace(TOKEN, OTHER),
        deep_link=facts.deep_link.replace(TOKEN, OTHER),
    )
    page = shown(agent, facts=other)

    assert pages._shape.cache_info().misses == made  # noqa: SLF001 - as above
    assert "Suzuki &lt;Hanako&gt;" in page
    assert "0999" in page
    assert "\ue000" not in page
    for first in (TOKEN, facts.display_name, facts.file_name, "0101"):
        assert first not in page


def test_a_name_that_looks_like_a_mark_is_a_name() -> None:
    name = mark("kit_url")
    page = shown(agents.IPHONE_17, facts=replace(FACTS, display_name=name))
    assert name in page
    assert FACTS.kit_url not in page


def test_what_pages_keep_in_mind_holds_no_secret() -> None:
    marked = pages._marked(LINPHONE)  # noqa: SLF001 - what is kept in mind
    for secret in (marked.kit_url, marked.page_path, marked.deep_link):
        assert TOKEN not in secret
