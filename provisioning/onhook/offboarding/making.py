"""Make leaving pages, as sheets are made: one file for all, or one for each account."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from onhook.offboarding.departure import Departure
from onhook.offboarding.gathering import departures
from onhook.offboarding.page import LeavingPage
from onhook.sheets.making import Kind, make_pages

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from onhook.kits.candidates import Selection
    from onhook.sheets.making import MadeSheets, Target
    from onhook.words import Language
    from onhook.workspace import UnitOfWork, Workspace
    from onhook_devices.errors import OnhookError


def make_leaving_pages(
    workspace: Workspace, selection: Selection, language: Language | None, target: Target
) -> MadeSheets[LeavingPage]:
    """Make the pages of those who leave and write them; what cannot be made is told.

    Args:
        workspace: Whose accounts.
        selection: Which; of all, those who do not leave are left out.
        language: In which language; None: each in its customer's.
        target: Where to.

    Raises:
        OnhookError: The customer does not exist, the design is wrong, or storage fails.
    """
    kind = Kind(lambda work: leaving_pages(work, selection, language), _record)
    return make_pages(workspace, kind, target)


def leaving_pages(
    work: UnitOfWork, selection: Selection, language: Language | None
) -> Iterator[LeavingPage | OnhookError]:
    """Yield the pages of the accounts selected, in input order; an error where there is none.

    Raises:
        OnhookError: As `departures`.
    """
    for found in departures(work, selection):
        if isinstance(found, Departure):
            leaves = replace(found, language=language or found.language)
            yield LeavingPage(leaves, work.today)
        else:
            yield found


def _record(work: UnitOfWork, pages: Sequence[LeavingPage]) -> None:
    """Note for whom pages were made: an entry for each customer."""
    by_customer = sorted(pages, key=lambda one: one.departure.customer)
    for customer, some in groupby(by_customer, lambda one: one.departure.customer):
        work.record("sheet.leaving", customer, extensions=[one.departure.extension for one in some])
