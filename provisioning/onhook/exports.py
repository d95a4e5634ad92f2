"""Export accounts and devices as CSV files that import again unchanged."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from onhook.accounts.manage import list_accounts
from onhook.devices.register import list_devices
from onhook.tables import write_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from onhook.accounts.manage import Account
    from onhook.devices.register import Device
    from onhook.tables import ExportEncoding
    from onhook.workspace import UnitOfWork

ACCOUNT_FIELDS = (
    "extension",
    "auth_id",
    "first_name",
    "last_name",
    "display_name",
    "mail",
    "mobile",
    "caller_id",
    "disabled",
)
SECRET_FIELDS = ("password", "msisdn")
DEVICE_FIELDS = ("device", "platform", "model", "serial", "level", "extension", "ownership")


def export_accounts(
    work: UnitOfWork,
    path: Path,
    *,
    customer: str | None = None,
    reveal: bool = False,
    encoding: ExportEncoding = "utf-8-sig",
) -> int:
    """Write accounts to the CSV file at `path` and return how many.

    Args:
        work: Where they are.
        path: Replaced if it exists; readable by its owner only.
        customer: Whose; None: all customers', which may share extensions.
        reveal: Write passwords and MSISDN, too.
        encoding: Of the file.

    Raises:
        OnhookError: The file cannot be written, or the encoding lacks a character.
    """
    fields = (*ACCOUNT_FIELDS, *SECRET_FIELDS) if reveal else ACCOUNT_FIELDS
    accounts = list(list_accounts(work, customer, reveal=reveal))
    write_table(path, fields, (_account_row(one, fields) for one in accounts), encoding=encoding)
    return len(accounts)


def export_devices(
    work: UnitOfWork,
    path: Path,
    *,
    customer: str | None = None,
    encoding: ExportEncoding = "utf-8-sig",
) -> int:
    """Write devices in use to the CSV file at `path`, a row for each account on them.

    Returns:
        How many devices.

    Raises:
        OnhookError: The file cannot be written, or the encoding lacks a character.
    """
    devices = [one for one in list_devices(work, customer) if one.retired_at is None]
    rows = (row for one in devices for row in _device_rows(one))
    write_table(path, DEVICE_FIELDS, rows, encoding=encoding)
    return len(devices)


def _account_row(one: Account, fields: tuple[str, ...]) -> list[str]:
    values = {**asdict(one), **one.secrets, "disabled": int(one.disabled)}
    return [str(values[field]) for field in fields]


def _device_rows(one: Device) -> Iterator[list[str]]:
    for account in one.accounts or ("",):
        extension = account.rpartition("/")[2]
        yield [one.id, one.platform, one.model, one.serial, one.level, extension, one.ownership]
