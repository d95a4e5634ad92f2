"""Import a list of accounts: a verdict for each row, and all good rows in one transaction."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from onhook.accounts.columns import COLUMNS
from onhook.accounts.fields import FieldError, mail_key
from onhook.accounts.writer import AccountWriter
from onhook.contracts import service_of
from onhook.imports import (
    ImportReport,
    StandsTwice,
    Verdict,
    chunks,
    record_import,
    repeated,
    report_import,
    rows_of,
)
from onhook.store.schema import account
from onhook.subjects import BadExtension, find_customer, read_extension
from onhook.tables import read_table
from onhook.tables.cleaning import strip_blanks
from onhook_devices.errors import OnhookError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from onhook.imports import RawRow
    from onhook.tables import Table
    from onhook.workspace import UnitOfWork, Workspace


def import_accounts(
    workspace: Workspace,
    path: Path,
    *,
    customer: str | None = None,
    service: str | None = None,
    dry_run: bool = False,
) -> ImportReport:
    """Import the accounts in the CSV file at `path`; running it again changes nothing.

    Args:
        workspace: Where to.
        path: The PBX's extension export, or any CSV with some of its columns or onhook's own.
        customer: Whose they are; not needed where there is one customer.
        service: Id of the service new accounts are for; default: the customer's, the workspace's.
        dry_run: Decide everything and store nothing.

    Returns:
        A verdict for each row. A bad row stops no other.

    Raises:
        OnhookError: The file as a whole cannot be read, or customer or service do not exist.
    """
    table = read_table(path, COLUMNS, required=[("extension", "mail")])
    # Only our own exports mark cells that a spreadsheet would run; a PBX's password stays as it is.
    table = replace(table, shielded="Number" not in table.headers)
    with workspace.writing(keep=not dry_run) as work:
        customer_id = find_customer(work.connection, customer)
        writer = AccountWriter(work, customer_id, service_of(work, customer_id, service))
        verdicts = tuple(_verdicts(table, writer))
        record_import(work, "account.import", customer_id, path, verdicts)
        missing = _missing(work, customer_id, verdicts)
        return report_import(table, verdicts, missing, started=writer.started, dry_run=dry_run)


def _verdicts(table: Table, writer: AccountWriter) -> Iterable[Verdict]:
    rows = [(_key(row), row) for row in rows_of(table)]
    twice = repeated((key, row.line) for key, row in rows if key)
    field = "extension" if "extension" in table.fields else "mail"
    for chunk in chunks(rows, 500):
        writer.look_up([{field: key} for key, _ in chunk])
        for key, row in chunk:
            yield _verdict(key, row, writer, table, twice.get(key, []))
        writer.flush()


def _verdict(
    key: str, row: RawRow, writer: AccountWriter, table: Table, lines: Sequence[int]
) -> Verdict:
    try:
        if row.error is not None:
            raise row.error
        if lines:
            raise StandsTwice(_subject(key, row, writer.customer), ", ".join(map(str, lines)))
        written = writer.write(row.cells)
    except FieldError as error:
        column = dict(zip(table.fields, table.headers, strict=True)).get(error.field, error.field)
        subject = _subject(key, row, writer.customer)
        return Verdict(row.line, subject, "refused", column=column, error=error.error)
    except OnhookError as error:
        return Verdict(row.line, _subject(key, row, writer.customer), "refused", error=error)
    subject = f"{writer.customer}/{written.extension}"
    return Verdict(row.line, subject, written.state, written.fields, notes=written.notes)


def _subject(key: str, row: RawRow, customer_id: str) -> str:
    """Return what a row is about, else what stands there."""
    if key and "extension" in row.cells:
        return f"{customer_id}/{key}"
    return key or row.cells.get("extension", "")[:40] or customer_id


def _key(row: RawRow) -> str:
    """Return the extension a row is about, '' if it names none that can be read.

    In a list without extensions it is the mail address, by which the account is found.
    """
    if "extension" not in row.cells:
        return mail_key(row.cells.get("mail", ""))
    try:
        return read_extension(strip_blanks(row.cells.get("extension", "")))
    except BadExtension:
        return ""


def _missing(work: UnitOfWork, customer_id: str, verdicts: Iterable[Verdict]) -> tuple[str, ...]:
    seen = {verdict.subject for verdict in verdicts}
    query = select(account.c.extension).where(account.c.customer_id == customer_id)
    known = (f"{customer_id}/{extension}" for extension in work.connection.scalars(query))
    return tuple(sorted(subject for subject in known if subject not in seen))
