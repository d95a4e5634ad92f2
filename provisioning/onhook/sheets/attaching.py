"""Make the sheets of kits one by one, to be sent along with something else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from onhook.sheets.gathering import Wish, gather_sheet
from onhook.sheets.printing import SheetPrinter
from onhook_devices.errors import OnhookError

if TYPE_CHECKING:
    from onhook.kits.candidates import Candidate
    from onhook.sheets.sheet import Sheet
    from onhook.words import Language
    from onhook.workspace import UnitOfWork, Workspace


class SheetMaker:
    """Makes sheets as PDF; used with `with`. Whoever sends one away records that.

    Args:
        workspace: Whose kits.
        allow_secret_qr: Whether a QR code may hold the password itself.
    """

    def __init__(self, workspace: Workspace, *, allow_secret_qr: bool = False) -> None:
        self._workspace = workspace
        self._allow_secret_qr = allow_secret_qr
        self._printer = SheetPrinter(workspace.settings.folder)

    def __enter__(self) -> Self:
        self._printer.__enter__()
        return self

    def __exit__(self, *told: object) -> None:
        self._printer.__exit__(*told)

    def sheet(
        self, work: UnitOfWork, candidate: Candidate, language: Language
    ) -> Sheet | OnhookError:
        """Return what a kit's sheet says, or why it cannot have one.

        Raises:
            SheetFontUnusable: The design names a font that is none.
        """
        wish = Wish(language=language, allow_secret_qr=self._allow_secret_qr)
        found = gather_sheet(work, candidate, wish)
        if isinstance(found, OnhookError):
            return found
        return self._printer.lacking(found) or found

    def pdf(self, sheet: Sheet) -> bytes:
        """Return a sheet as PDF.

        Raises:
            SheetTemplateWrong: The operator's template cannot be laid out.
        """
        return self._printer.pdf([sheet], self._workspace.clock())
