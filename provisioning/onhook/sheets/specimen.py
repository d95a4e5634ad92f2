"""Made-up sheets: to see whether a design can be laid out before anybody's depends on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onhook.sheets.printing import FORMS, SheetPrinter
from onhook.sheets.sheet import Sheet, SheetApp, SheetDevice, SheetLink
from onhook.words import LANGUAGES
from onhook_devices.platforms import Platform

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from onhook.workspace import Workspace
    from onhook_devices.service import Service

_URL = "https://phone.example"


def specimens(service: Service, at: datetime) -> Iterator[Sheet]:
    """Yield a sheet in each language: with a leased device, and with a code and no device."""
    app = SheetApp(service.app.name, tuple(Platform), (), opens_link=False, screen=None)
    link = SheetLink(_URL, at, f"{_URL}/s/SPECIMEN", "0000 0000 0000", at)
    for language in LANGUAGES:
        for device in (SheetDevice("D-0007", Platform.IOS, "", "", is_leased=True), None):
            yield Sheet(
                account="specimen/101",
                account_id=0,
                issue=1,
                family=service.family,
                language=language,
                customer_name="見本 Specimen",
                name="髙橋 太郎",
                service=service,
                app=app,
                device=device,
                link=link,
                symbol=f"{_URL}/k/SPECIMEN",
            )


def try_design(workspace: Workspace) -> None:
    """Lay out specimens in the workspace's design, in every form.

    Raises:
        OnhookError: What is wrong with it.
    """
    at = workspace.clock()
    made = list(specimens(workspace.services.get(workspace.settings.service), at))
    with SheetPrinter(workspace.settings.folder) as printer:
        for sheet in made:
            lacking = printer.lacking(sheet)
            if lacking is not None:
                raise lacking
        for form in FORMS:
            _ = printer.pdf(made, at) if form == "pdf" else printer.html(made)
