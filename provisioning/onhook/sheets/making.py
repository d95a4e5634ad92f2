"""Make sheets and write them: one file for the printer, or one for each account.

What is written holds live links, so it is told in the audit trail before it is written. The
database is locked only while it is read and while that is noted, not while pages are laid out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from onhook.backups.belongings import require_elsewhere
from onhook.files import disk_faults, make_private_folder, write_private
from onhook.sheets.errors import SheetFormDiffers, SheetFormUnknown
from onhook.sheets.gathering import gather_sheets
from onhook.sheets.printing import FORMS, SheetForm, SheetPrinter, unwatched
from onhook.sheets.sheet import Page, Sheet
from onhook_devices.errors import OnhookError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from onhook.kits.candidates import Selection
    from onhook.sheets.gathering import Wish
    from onhook.sheets.printing import Progress
    from onhook.workspace import UnitOfWork, Workspace

P = TypeVar("P", bound=Page)

_BY_SUFFIX: dict[str, SheetForm] = {".pdf": "pdf", ".html": "html", ".htm": "html"}


@dataclass(frozen=True, slots=True)
class Target:
    """Where sheets go.

    Attributes:
        path: A file, or a folder.
        forms: In which forms; of a file the only one.
        is_file: Whether all stand in one file.
    """

    path: Path
    forms: tuple[SheetForm, ...]
    is_file: bool


def target_of(path: Path, wanted: str | None) -> Target:
    """Return where sheets go: a file by its name's end, else a folder.

    Args:
        path: As typed.
        wanted: Forms, as ``pdf,html``; None: as the name says, in a folder PDF.

    Raises:
        SheetFormUnknown: There is no such form.
        SheetFormDiffers: The name says one, and another is wanted.
    """
    forms = None if wanted is None else _forms(wanted)
    form = _BY_SUFFIX.get(path.suffix.lower())
    if form is None or path.is_dir():
        return Target(path, forms or ("pdf",), is_file=False)
    if forms not in (None, (form,)):
        raise SheetFormDiffers(str(path))
    return Target(path, (form,), is_file=True)


def _forms(text: str) -> tuple[SheetForm, ...]:
    wanted = [part.strip().lower() for part in text.split(",")]
    for part in wanted:
        if part not in FORMS:
            raise SheetFormUnknown(part[:40])
    return tuple(form for form in FORMS if form in wanted)


@dataclass(frozen=True, slots=True)
class Kind(Generic[P]):
    """A kind of page.

    Attributes:
        gather: Finds out what the pages say, or why there is none.
        record: Notes in the audit trail that they are made.
        does_write: Whether to gather them writes something.
    """

    gather: Callable[[UnitOfWork], Iterable[P | OnhookError]]
    record: Callable[[UnitOfWork, Sequence[P]], None]
    does_write: bool = False


@dataclass(frozen=True, slots=True)
class MadeSheets(Generic[P]):
    """What was made.

    Attributes:
        sheets: In input order.
        errors: Why others were not, in input order.
        files: The files of each account.
    """

    sheets: list[P]
    errors: list[OnhookError]
    files: dict[str, list[Path]]


def make_sheets(
    workspace: Workspace,
    selection: Selection,
    wish: Wish,
    target: Target,
    progress: Progress = unwatched,
) -> MadeSheets[Sheet]:
    """Make the sheets of the accounts selected and write them; what cannot be made is told.

    Args:
        workspace: Whose accounts.
        selection: Which.
        wish: How.
        target: Where to.
        progress: Told from time to time how many are laid out, of how many.

    Raises:
        OnhookError: The customer does not exist, the design is wrong, or storage fails.
    """
    kind = Kind(
        lambda work: gather_sheets(work, selection, wish), record_sheets, does_write=wish.with_codes
    )
    return make_pages(workspace, kind, target, progress)


def make_pages(
    workspace: Workspace, kind: Kind[P], target: Target, progress: Progress = unwatched
) -> MadeSheets[P]:
    """Make the pages of a kind and write them; what cannot be made is told.

    Args:
        workspace: Whose accounts.
        kind: Of pages.
        target: Where to.
        progress: Told from time to time how many are laid out, of how many.

    Raises:
        OnhookError: The customer does not exist, the design is wrong, or storage fails.
    """
    require_elsewhere(workspace.settings.folder, target.path)
    made: MadeSheets[P] = MadeSheets([], [], {})
    with SheetPrinter(workspace.settings.folder) as printer:
        with workspace.writing() if kind.does_write else workspace.reading() as work:
            for one in kind.gather(work):
                refusal = _refusal(one, printer, target)
                if refusal is None:
                    made.sheets.append(cast("P", one))
                else:
                    made.errors.append(refusal)
        if made.sheets:
            at = workspace.clock()
            documents = _documents(printer, made.sheets, target, at, progress)
            _write(workspace, kind, made, documents)
    return made


def _refusal(one: Page | OnhookError, printer: SheetPrinter, target: Target) -> OnhookError | None:
    """Return why there is no page, None where there is one; HTML is shown in any font."""
    if isinstance(one, OnhookError):
        return one
    return printer.lacking(one) if "pdf" in target.forms else None


def _write(
    workspace: Workspace, kind: Kind[P], made: MadeSheets[P], documents: Iterator[_Document]
) -> None:
    """Lay the sheets out, note them, and write them."""
    first = next(documents)  # what is wrong with the design is told before anything is noted
    with workspace.writing() as work:
        kind.record(work, made.sheets)
    for document in chain([first], documents):
        with disk_faults(document.path):
            make_private_folder(document.path.parent)
        write_private(document.path, document.content)
        for sheet in document.sheets:
            of_account = made.files.setdefault(sheet.account, [])
            of_account += [] if document.path in of_account else [document.path]


@dataclass(frozen=True, slots=True)
class _Document:
    """A file to be written; its content is secret."""

    path: Path
    sheets: Sequence[Page]
    content: bytes = field(repr=False)


def _documents(
    printer: SheetPrinter,
    sheets: Sequence[Page],
    target: Target,
    at: datetime,
    progress: Progress,
) -> Iterator[_Document]:
    """Yield the files, each laid out when it is its turn."""
    if target.is_file:
        (form,) = target.forms
        content = printer.pdf(sheets, at, progress) if form == "pdf" else printer.html(sheets)
        yield _Document(target.path, sheets, content)
        return
    by_account: dict[str, list[Page]] = {}
    for sheet in sheets:
        by_account.setdefault(sheet.account, []).append(sheet)
    for done, (account, of_one) in enumerate(by_account.items(), start=1):
        customer, _, extension = account.partition("/")
        for form in target.forms:
            path = target.path / customer / f"{extension}.{form}"
            content = printer.pdf(of_one, at) if form == "pdf" else printer.html(of_one)
            yield _Document(path, of_one, content)
        progress(done, len(by_account))


def record_sheets(work: UnitOfWork, sheets: Sequence[Sheet]) -> None:
    """Note that sheets were made: an entry for each customer, the kits by extension."""
    by_customer: dict[str, dict[str, list[list[object]]]] = {}
    for sheet in sheets:
        of_account = by_customer.setdefault(sheet.customer, {}).setdefault(sheet.extension, [])
        of_account.append([sheet.issue, sheet.device_id])
    for customer, kits in by_customer.items():
        work.record("sheet.make", customer, kits=kits)
