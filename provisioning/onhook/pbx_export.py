"""Write what the PBX has still to learn as rows for its own extension import (3CX).

What that import makes of an empty cell, or of a column that is not there, nobody has told. So the
sure way starts from the PBX's own export: its rows, with the changed cells replaced and nothing
else. Without it a row holds only what onhook knows for sure, and none is left empty that signs in.

No cell is shielded against spreadsheets here: the PBX must get the very password.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from onhook.accounts.columns import COLUMNS
from onhook.accounts.fields import FieldError, clean
from onhook.accounts.writer import open_secret
from onhook.contracts import contract_pbx
from onhook.imports import StandsTwice
from onhook.pbx_changes import OpenChange, changes_named, record
from onhook.store.schema import account
from onhook.subjects import BadExtension, find_customer, read_extension
from onhook.tables import read_table, write_like
from onhook.tables.cleaning import strip_blanks
from onhook.tables.reading import Form
from onhook_devices.errors import Conflict, InvalidInput, NotFound, OnhookError, Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from sqlalchemy import Row

    from onhook.tables import Table
    from onhook.workspace import UnitOfWork

OWN_COLUMNS = (
    "Number",
    "FirstName",
    "LastName",
    "EmailAddress",
    "AuthID",
    "AuthPassword",
    "Disabled",
)
"""What is written where there is no export of the PBX to start from."""

_OWN_FORM = Form("UTF-8", "utf-8", ",", "\r\n")
_PBX_COLUMNS = {field: COLUMNS[field] for field in ("extension", "password", "disabled")}


class NotInPbxExport(NotFound):
    """The PBX's export has no row of an account that has a change open."""

    account: str
    file: str


class PbxColumnMissing(InvalidInput):
    """The PBX's export lacks the column that would be changed."""

    account: str
    column: str
    file: str


class CredentialUnknown(Refused):
    """onhook knows no login or password of an account: its cell would be empty."""

    account: str


class SeveralPbxs(Refused):
    """The changes are for several PBXs, and a row on the wrong one makes a new extension there."""

    customer: str
    pbxs: str


class WouldReplaceSource(Conflict):
    """The file to write is the PBX's export itself."""

    file: str


@dataclass(frozen=True, slots=True)
class PbxExport:
    """What was written.

    Attributes:
        changes: Those in the file; none: no file was written.
        errors: Why others are not in it.
    """

    changes: tuple[OpenChange, ...]
    errors: tuple[OnhookError, ...]


@dataclass(frozen=True, slots=True)
class _Affected:
    """An account with its open changes, and the cells they ask for by field."""

    row: Row[Any]
    changes: tuple[OpenChange, ...]
    cells: dict[str, str]

    @property
    def name(self) -> str:
        return self.changes[0].account


def export_changes(
    work: UnitOfWork,
    path: Path,
    *,
    customer: str | None = None,
    named: Sequence[str] = (),
    source: Path | None = None,
) -> PbxExport:
    """Write the open changes of one customer for the PBX's import; that is recorded.

    Args:
        work: Writes, for the file holds passwords.
        path: Replaced if it exists; readable by its owner only.
        customer: Whose; not needed where there is one customer: two may share extensions.
        named: Of these accounts only; none: of all.
        source: The PBX's own export of today, from which the rows are taken.

    Raises:
        OnhookError: A file cannot be read or written; there are several customers, or PBXs.
    """
    if source is not None and path.exists() and source.exists() and path.samefile(source):
        raise WouldReplaceSource(str(path))
    owner = find_customer(work.connection, customer)
    affected = _affected(work, owner, named)
    if source is None:
        done, errors = _write_own(work, path, owner, affected)
    else:
        done, errors = _write_from(path, source, affected)
    changes = tuple(change for one in done for change in one.changes)
    record(work, "pbx.export", changes, file=path.name)
    return PbxExport(changes, tuple(errors))


def seen_in(
    work: UnitOfWork, changes: Iterable[OpenChange], source: Path
) -> tuple[list[OpenChange], list[OpenChange]]:
    """Return which of `changes` the PBX's own export shows as made, and the others.

    Args:
        work: Where the accounts are.
        changes: Of one customer.
        source: What the PBX says it has.

    Raises:
        OnhookError: The file cannot be read.
    """
    table = _pbx_table(source)
    shown = dict(_cells_by_extension(table))
    made: list[OpenChange] = []
    others: list[OpenChange] = []
    for one in _join(work, changes):
        found = shown.get(one.row.extension, [])
        for change in one.changes:
            field = _field(change)
            shows = len(found) == 1 and _shows(field, found[0], one.cells[field])
            (made if shows else others).append(change)
    return made, others


def _affected(work: UnitOfWork, owner: str, named: Sequence[str]) -> list[_Affected]:
    changes, _ = changes_named(work, named, owner)
    return _join(work, changes)


def _join(work: UnitOfWork, changes: Iterable[OpenChange]) -> list[_Affected]:
    """Return the accounts of `changes`, in the order of their extensions."""
    by_account: dict[int, list[OpenChange]] = {}
    for change in changes:
        by_account.setdefault(change.account_id, []).append(change)
    query = select(account).order_by(account.c.customer_id, account.c.extension)
    rows = (row for row in work.connection.execute(query) if row.id in by_account)
    return [
        _Affected(row, tuple(by_account[row.id]), _cells(work, row, by_account[row.id]))
        for row in rows
    ]


def _field(change: OpenChange) -> str:
    return "password" if change.kind == "password" else "disabled"


def _cells(work: UnitOfWork, row: Row[Any], changes: Sequence[OpenChange]) -> dict[str, str]:
    """Return what the changes ask for, by field, as the PBX writes it."""
    found: dict[str, str] = {}
    for change in changes:
        if change.kind == "password":
            found["password"] = open_secret(work.workspace.keys.accounts, row, "password")
        else:
            found["disabled"] = "1" if change.kind == "disable" else "0"
    return found


# --- from what onhook knows ------------------------------------------------------------------


def _write_own(
    work: UnitOfWork, path: Path, owner: str, affected: Sequence[_Affected]
) -> tuple[list[_Affected], list[OnhookError]]:
    _refuse_several_pbxs(work, owner, affected)
    done: list[_Affected] = []
    errors: list[OnhookError] = []
    rows: list[tuple[str, ...]] = []
    for one in affected:
        password = open_secret(work.workspace.keys.accounts, one.row, "password")
        if not (password and one.row.auth_id):
            errors.append(CredentialUnknown(one.name))
            continue
        rows.append(_own_row(one, password))
        done.append(one)
    if done:
        write_like(path, _OWN_FORM, OWN_COLUMNS, rows)
    return done, errors


def _own_row(one: _Affected, password: str) -> tuple[str, ...]:
    row = one.row
    disabled = one.cells.get("disabled", str(int(row.disabled_at is not None)))
    names = (row.first_name, row.last_name, row.mail)
    return (row.extension, *names, row.auth_id, password, disabled)


def _refuse_several_pbxs(work: UnitOfWork, owner: str, affected: Iterable[_Affected]) -> None:
    contracts = {one.row.contract_id for one in affected}
    pbxs = {contract_pbx(work.workspace, work.connection, each).host or "?" for each in contracts}
    if len(pbxs) > 1:
        raise SeveralPbxs(owner, ", ".join(sorted(pbxs)))


# --- from the PBX's own export ---------------------------------------------------------------


def _write_from(
    path: Path, source: Path, affected: Sequence[_Affected]
) -> tuple[list[_Affected], list[OnhookError]]:
    table = _pbx_table(source)
    found, errors = _rows_of(table, {one.row.extension for one in affected})
    done: list[_Affected] = []
    rows: list[tuple[int, tuple[str, ...]]] = []
    for one in affected:
        try:
            rows.append(_changed(one, found.get(one.row.extension, []), table))
            done.append(one)
        except OnhookError as error:
            errors.append(error)
    if done:
        write_like(path, table.form, table.header, (row for _, row in sorted(rows)))
    return done, errors


def _pbx_table(source: Path) -> Table:
    """Return the PBX's export; its cells are no spreadsheet's: none is shielded."""
    return replace(read_table(source, _PBX_COLUMNS, required=[("extension",)]), shielded=False)


_Rows = dict[str, list[tuple[int, tuple[str, ...]]]]


def _rows_of(table: Table, wanted: set[str]) -> tuple[_Rows, list[OnhookError]]:
    """Return the rows of the extensions `wanted`, and of the others those that cannot be read."""
    found: _Rows = {}
    errors: list[OnhookError] = []
    column = table.columns["extension"]
    for line, cells in table.whole_rows():
        if isinstance(cells, OnhookError):
            errors.append(cells)
        elif (extension := _extension(cells[column])) in wanted:
            found.setdefault(extension, []).append((line, cells))
    return found, errors


def _changed(
    one: _Affected, found: Sequence[tuple[int, tuple[str, ...]]], table: Table
) -> tuple[int, tuple[str, ...]]:
    """Return the PBX's row with the changed cells replaced, and its line.

    Raises:
        NotInPbxExport: There is none.
        StandsTwice: There are several.
        PbxColumnMissing: The layout lacks a column that changes.
    """
    if not found:
        raise NotInPbxExport(one.name, str(table.path))
    if len(found) > 1:
        raise StandsTwice(one.name, ", ".join(str(line) for line, _ in found))
    (line, cells) = found[0]
    changed = list(cells)
    for field, text in one.cells.items():
        if field not in table.columns:
            raise PbxColumnMissing(one.name, COLUMNS[field][0], str(table.path))
        changed[table.columns[field]] = text
    return line, tuple(changed)


def _cells_by_extension(table: Table) -> Iterator[tuple[str, list[dict[str, str]]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for _, cells in table:
        if not isinstance(cells, OnhookError):
            row = dict(zip(table.fields, cells, strict=True))
            found.setdefault(_extension(row["extension"]), []).append(row)
    yield from found.items()


def _extension(cell: str) -> str:
    try:
        return read_extension(strip_blanks(cell))
    except BadExtension:
        return ""


def _shows(field: str, cells: dict[str, str], wanted: str) -> bool:
    """Tell whether a row of the PBX has what is `wanted` of it."""
    if field not in cells:
        return False
    if field == "password":
        return cells[field] == wanted
    try:
        return clean({field: cells[field]})[field] == (wanted == "1")
    except FieldError:
        return False
