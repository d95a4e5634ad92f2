"""Mail those who leave what their page says."""

from __future__ import annotations

from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, Any, Final

from onhook.mailing.letters import Letter
from onhook.mailing.links import LinkLetter, NoMailAddress
from onhook.mailing.server import Mailbox
from onhook.mailing.wording import Wording
from onhook.offboarding.making import leaving_pages
from onhook.offboarding.page import LeavingPage
from onhook.sheets.design import DESIGN_FOLDER, Design

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onhook.kits.candidates import Selection
    from onhook.mailing.letters import Content
    from onhook.mailing.sheets import SheetMaker
    from onhook.offboarding.departure import Departure
    from onhook.words import Language
    from onhook.workspace import Workspace

KIND: Final = "leaving"


def leaving_letters(
    workspace: Workspace,
    selection: Selection,
    language: Language | None = None,
    sheets: SheetMaker | None = None,
) -> Iterator[LinkLetter]:
    """Yield the letter of each account selected that leaves, in input order.

    Args:
        workspace: Where they are.
        selection: Which accounts; of all, those who do not leave are left out.
        language: In which language; None: each customer's own.
        sheets: Makes the page as PDF that goes with it; None: none does.

    Raises:
        OnhookError: The customer named does not exist, or the operator's words are wrong.
    """
    maker = _Maker(workspace, sheets)
    with workspace.reading() as work:
        for found in leaving_pages(work, selection, language):
            if isinstance(found, LeavingPage):
                yield maker.letter(found)
            else:
                yield LinkLetter(found.subject, None, found)


def topic_of(departure: Departure) -> str:
    """Return what the record knows an end by; one that was moved, or has come, is another."""
    return f"account {departure.account_id} {departure.why} {departure.on}"


class _Maker:
    def __init__(self, workspace: Workspace, sheets: SheetMaker | None) -> None:
        self._sheets = sheets
        self._folder = workspace.settings.folder
        self._wording = cache(partial(Wording, self._folder))

    @cached_property
    def _design(self) -> Design:
        return Design(self._folder / DESIGN_FOLDER)

    def letter(self, page: LeavingPage) -> LinkLetter:
        """Return an account's letter, or why there is none."""
        leaves = page.departure
        if not leaves.mail:
            return LinkLetter(leaves.account, None, NoMailAddress(leaves.account))
        lacking = None if self._sheets is None else self._sheets.lacking(page)
        if lacking is not None:
            return LinkLetter(leaves.account, None, lacking)
        letter = Letter(
            kind=KIND,
            topics=(topic_of(leaves),),
            whose=leaves.account,
            to=Mailbox(leaves.name, leaves.mail),
            language=leaves.language,
            compose=partial(self._compose, page),
            name=f"{leaves.account.replace('/', '-')}-leaving",
            again=f"onhook mail {leaves.account} --leaving --again",
            correct=f"onhook account set {leaves.account} --mail ADDRESS",
        )
        return LinkLetter(leaves.account, letter)

    def _compose(self, page: LeavingPage) -> Content:
        attachments = () if self._sheets is None else (self._sheets.attachment(page),)
        return self._wording(page.language).content(KIND, self._values(page), attachments)

    def _values(self, page: LeavingPage) -> dict[str, Any]:
        """Return what the mail's templates may show."""
        service = page.departure.service
        told = page.content(self._design.say(page.language))
        shown = ("name", "extension", "service", "lead", "steps_title", "steps", "notices")
        return {
            **{key: told[key] for key in shown},
            "provider": service.provider,
            "contact": service.contact,
            "has_sheet": self._sheets is not None,
        }
