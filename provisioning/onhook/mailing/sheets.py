"""The onboarding sheet that goes with a mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onhook.mailing.letters import Attachment
from onhook.sheets.gathering import Wish, gather_sheet
from onhook.sheets.printing import SheetPrinter
from onhook_devices.errors import OnhookError

if TYPE_CHECKING:
    from onhook.kits.candidates import Candidate
    from onhook.sheets.sheet import Page, Sheet
    from onhook.words import Language
    from onhook.workspace import UnitOfWork, Workspace


class SheetMaker:
    """Finds out what sheets say while there is a transaction, and lays them out when there is none.

    The two happen in different processes: typst's threads do not survive a fork, so nothing is laid
    out before.

    Args:
        workspace: Whose accounts, and whose design.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._reader = SheetPrinter(workspace.settings.folder)

    def sheet(
        self, work: UnitOfWork, candidate: Candidate, language: Language
    ) -> Sheet | OnhookError:
        """Return what stands on a kit's sheet, or why there is none."""
        found = gather_sheet(work, candidate, Wish(language=language))
        if isinstance(found, OnhookError):
            return found
        return self.lacking(found) or found

    def lacking(self, sheet: Page) -> OnhookError | None:
        """Return which characters of a sheet the fonts do not have, None where they have all."""
        return self._reader.lacking(sheet)

    def attachment(self, sheet: Page) -> Attachment:
        """Return a sheet as the file that goes with a mail.

        Raises:
            OnhookError: The operator's design cannot be laid out.
        """
        with SheetPrinter(self._workspace.settings.folder) as printer:
            content = printer.pdf([sheet], self._workspace.clock())
        name = sheet.account.replace("/", "-")
        return Attachment(f"{name}.pdf", "application/pdf", content)
