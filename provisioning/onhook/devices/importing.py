"""Import a list of devices and the accounts on them: a verdict for each row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, select, update

from onhook.accounts.fields import FieldError
from onhook.devices.assignments import DeviceRetired, insert_assignments, rules_for
from onhook.devices.register import (
    FIELDS,
    DeviceOwnedElsewhere,
    changed_fields,
    clean_device,
    new_row,
)
from onhook.imports import (
    ImportReport,
    Note,
    StandsTwice,
    Verdict,
    read_as,
    record_import,
    report_import,
    rows_of,
)
from onhook.store.schema import account, assignment, device
from onhook.subjects import (
    BadDeviceId,
    BadExtension,
    NoSuchAccount,
    find_customer,
    read_device_id,
    read_extension,
)
from onhook.tables import read_table
from onhook_devices.errors import OnhookError
from onhook_devices.levels import parse_level
from onhook_devices.platforms import Platform
from onhook_devices.rules import DeviceTaken

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from sqlalchemy import Row

    from onhook.imports import RawRow, State
    from onhook.tables import Table
    from onhook.workspace import UnitOfWork, Workspace

COLUMNS: dict[str, tuple[str, ...]] = {
    "device": ("device", "device_id", "端末ID", "端末番号", "管理番号", "Asset Tag"),
    "platform": ("platform", "OS", "プラットフォーム", "種別"),
    "model": ("model", "機種", "機種名"),
    "serial": ("serial", "serial_number", "製造番号", "シリアル番号"),
    "level": ("level", "os_version", "version", "OSバージョン", "バージョン"),
    "extension": ("extension", "account", "内線番号", "内線"),
    "ownership": ("ownership", "所有", "区分"),
}
"""What the columns of a device list are called."""


def import_devices(
    workspace: Workspace, path: Path, *, customer: str | None = None, dry_run: bool = False
) -> ImportReport:
    """Import the devices in the CSV file at `path`; running it again changes nothing.

    A device may stand in several rows, one for each account on it. Two accounts on one device
    are a fault (J-A1): both come in as disputed and block issuing until one is kept.

    Args:
        workspace: Where to.
        path: A CSV file with the columns in `COLUMNS`, or some of them.
        customer: Whose they are; not needed where there is one customer.
        dry_run: Decide everything and store nothing.

    Returns:
        A verdict for each row. A bad row stops no other.

    Raises:
        OnhookError: The file as a whole cannot be read, or the customer does not exist.
    """
    table = read_table(path, COLUMNS, required=[("device",)])
    with workspace.writing(keep=not dry_run) as work:
        customer_id = find_customer(work.connection, customer)
        run = _Import(work, customer_id, table)
        verdicts = tuple(run.verdicts())
        run.store()
        record_import(work, "device.import", customer_id, path, verdicts)
        return report_import(table, verdicts, run.missing(), dry_run=dry_run)


class _Import:
    """One file on its way into the register."""

    def __init__(self, work: UnitOfWork, customer_id: str, table: Table) -> None:
        self._work = work
        self._customer = customer_id
        self._table = table
        self._headers = dict(zip(table.fields, table.headers, strict=True))
        execute = work.connection.execute
        self._known: dict[str, Row[Any]] = {row.id: row for row in execute(select(device))}
        owners = select(account.c.extension, account.c.id)
        owners = owners.where(account.c.customer_id == customer_id)
        self._accounts: dict[str, int] = {row.extension: row.id for row in execute(owners)}
        self._extensions = {number: extension for extension, number in self._accounts.items()}
        on = select(assignment.c.device_id, assignment.c.account_id, assignment.c.status)
        self._on: dict[str, dict[int, str]] = {}
        for row in execute(on.where(assignment.c.status != "ended")):
            self._on.setdefault(row.device_id, {})[row.account_id] = row.status
        self._new: dict[str, dict[str, Any]] = {}
        self._changed: dict[str, dict[str, Any]] = {}
        self._assign: dict[str, list[int]] = {}
        self._seen: set[str] = set()

    def verdicts(self) -> Iterator[Verdict]:
        rows = list(rows_of(self._table))
        clashes = self._clashes(rows)
        for row in rows:
            yield self._verdict(row, clashes)

    def store(self) -> None:
        """Write everything that was decided."""
        connection = self._work.connection
        if self._new:
            connection.execute(insert(device), list(self._new.values()))
        if self._changed:
            stored = (*FIELDS, "changed_at")
            values: dict[str, Any] = {field: bindparam(field) for field in stored}
            query = update(device).where(device.c.id == bindparam("row_id")).values(values)
            connection.execute(query, list(self._changed.values()))
        insert_assignments(
            self._work,
            [
                (device_id, number, "active" if len(numbers) == 1 else "disputed")
                for device_id, numbers in self._assign.items()
                for number in numbers
            ],
        )

    def missing(self) -> tuple[str, ...]:
        """Return the customer's devices in use that the file does not name."""
        ours = (row for row in self._known.values() if row.customer_id == self._customer)
        return tuple(sorted(r.id for r in ours if r.retired_at is None and r.id not in self._seen))

    def _clashes(self, rows: Iterable[RawRow]) -> dict[str, list[int]]:
        """Return the devices that stand in several rows which disagree about the device itself."""
        stated: dict[str, dict[tuple[str, ...], list[int]]] = {}
        for row in rows:
            key = _key(row)
            if key:
                facts = tuple(row.cells.get(field, "").strip() for field in FIELDS)
                stated.setdefault(key, {}).setdefault(facts, []).append(row.line)
        return {
            key: sorted(line for lines in found.values() for line in lines)
            for key, found in stated.items()
            if len(found) > 1
        }

    def _verdict(self, row: RawRow, clashes: dict[str, list[int]]) -> Verdict:
        subject = _key(row) or row.cells.get("device", "")[:40]
        try:
            if row.error is not None:
                raise row.error
            device_id = _device_id(row)
            self._seen.add(device_id)
            if device_id in clashes:
                raise StandsTwice(device_id, ", ".join(map(str, clashes[device_id])))
            return self._take(row, device_id)
        except FieldError as error:
            column = self._headers.get(error.field, error.field)
            return Verdict(row.line, subject, "refused", column=column, error=error.error)
        except OnhookError as error:
            return Verdict(row.line, subject, "refused", error=error)

    def _take(self, row: RawRow, device_id: str) -> Verdict:
        known = self._known.get(device_id)
        if known is not None:
            self._check_ours(known)
        number = self._account_on(row, device_id)
        if known is None:
            fields: tuple[str, ...] = ()
            state: State = "unchanged" if device_id in self._new else "new"
            cleaned = clean_device(device_id, row.cells)
            self._new.setdefault(device_id, new_row(self._work, self._customer, device_id, cleaned))
        else:
            fields = self._change(known, row)
            state = "changed" if fields else "unchanged"
        stored = self._new[device_id]["platform"] if known is None else known.platform
        notes = _level_note(row, Platform(stored))
        if number is not None and number not in self._on.get(device_id, {}):
            fields, state = (*fields, "extension"), "new" if state == "new" else "changed"
            notes += self._put_on(device_id, number)
        return Verdict(
            row.line, device_id, state, fields if state == "changed" else (), notes=notes
        )

    def _put_on(self, device_id: str, number: int) -> tuple[Note, ...]:
        """Put an account on a device; tell where it is not the only one (J-A1)."""
        there = self._assign.setdefault(device_id, [])
        if number not in there:
            there.append(number)
        if len(there) == 1:
            return ()
        names = ", ".join(f"{self._customer}/{self._extensions[one]}" for one in there)
        return (Note("two-accounts", {"device": device_id, "accounts": names}),)

    def _check_ours(self, known: Row[Any]) -> None:
        if known.customer_id != self._customer:
            raise DeviceOwnedElsewhere(known.id, known.customer_id)
        if known.retired_at is not None:
            raise DeviceRetired(known.id)

    def _change(self, known: Row[Any], row: RawRow) -> tuple[str, ...]:
        cleaned = clean_device(known.id, row.cells, platform=Platform(known.platform))
        fields = changed_fields(known, cleaned)
        if fields:
            before = {field: getattr(known, field) for field in FIELDS}
            stamp = {"row_id": known.id, "changed_at": self._work.now}
            self._changed[known.id] = before | cleaned | stamp
        return fields

    def _account_on(self, row: RawRow, device_id: str) -> int | None:
        """Return the account a row puts on its device, None if it names none."""
        text = row.cells.get("extension", "").strip(" \u3000")
        if not text:
            return None
        try:
            extension = read_extension(text.removeprefix(f"{self._customer}/"))
        except BadExtension as bad:
            raise FieldError("extension", bad) from None
        number = self._accounts.get(extension)
        if number is None:
            error = NoSuchAccount(f"{self._customer}/{extension}", self._customer)
            raise FieldError("extension", error)
        there = self._on.get(device_id, {})
        if there and number not in there:
            other = ", ".join(f"{self._customer}/{self._extensions[one]}" for one in there)
            wanted = f"{self._customer}/{extension}"
            rule = rules_for(self._work, number).rule
            raise FieldError("extension", DeviceTaken(device_id, other, wanted, rule=rule))
        return number


def _device_id(row: RawRow) -> str:
    try:
        return read_device_id(row.cells["device"])
    except BadDeviceId as error:
        raise FieldError("device", error) from None


def _key(row: RawRow) -> str:
    try:
        return read_device_id(row.cells.get("device", ""))
    except OnhookError:
        return ""


def _level_note(row: RawRow, platform: Platform) -> tuple[Note, ...]:
    """Return what to tell of a level that was not written in plain digits."""
    text = row.cells.get("level", "").strip(" \u3000")
    return () if text.isascii() else (read_as(text, str(parse_level(text, platform))),)
