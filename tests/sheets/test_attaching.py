"""Others attach a kit's sheet to what they send."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from onhook.kits.candidates import Selection, load_candidates
from onhook.sheets.attaching import SheetMaker
from onhook.sheets.errors import CharactersLacking, LinkRevoked
from onhook.sheets.sheet import Sheet
from tests.sheets.offices import fill, joined, text_of

if TYPE_CHECKING:
    from onhook.kits.candidates import Candidate
    from onhook.workspace import UnitOfWork
    from tests.workspaces import Office, Prepared


@pytest.fixture
def office(prepared: Prepared) -> Office:
    return prepared(fill)


def candidate(work: UnitOfWork, extension: str) -> Candidate:
    (chunk,) = load_candidates(work, Selection((extension,)))
    assert isinstance(chunk, list)
    return chunk[0]


def test_one_kit_has_its_sheet_in_the_language_asked_for(office: Office) -> None:
    workspace = office.open()
    with SheetMaker(workspace) as maker:
        with workspace.reading() as work:
            found = maker.sheet(work, candidate(work, "101"), "en")
        assert isinstance(found, Sheet)
        pdf = office.file("sheet.pdf", maker.pdf(found))

    assert joined("Setting up your phone") in text_of(pdf)
    assert joined("髙橋 健一") in text_of(pdf)


def test_who_cannot_have_one_is_told_why(office: Office) -> None:
    office.do("link", "revoke", "101")
    office.do("account", "set", "102", "--display-name", "𠮷野")
    office.do("issue", "102")
    workspace = office.open()
    with SheetMaker(workspace) as maker, workspace.reading() as work:
        assert isinstance(maker.sheet(work, candidate(work, "101"), "ja"), LinkRevoked)
        assert isinstance(maker.sheet(work, candidate(work, "102"), "ja"), CharactersLacking)
