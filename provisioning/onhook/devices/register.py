"""The register of devices: what each is, what it runs, whose it is."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from sqlalchemy import insert, select, update

from onhook.accounts.fields import FieldError, text_field
from onhook.devices.assignments import DeviceRetired, end_assignments
from onhook.store.schema import account, assignment, device
from onhook.subjects import find_device, read_device_id
from onhook_devices.errors import Conflict, InvalidInput, OnhookError
from onhook_devices.levels import parse_level
from onhook_devices.platforms import Platform, parse_platform

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from sqlalchemy import Row

    from onhook.workspace import UnitOfWork

Ownership = Literal["own", "leased"]

FIELDS = ("platform", "model", "serial", "level", "ownership")

_OWNERSHIP: dict[str, Ownership] = {
    "own": "own",
    "自社": "own",
    "私物": "own",
    "leased": "leased",
    "lease": "leased",
    "貸与": "leased",
}


class DeviceExists(Conflict):
    """There is a device with this id already."""

    device: str


class DeviceIncomplete(InvalidInput):
    """A new device needs a platform."""

    device: str


class DevicePlatformFixed(Conflict):
    """A device does not change its platform; another platform is another device."""

    device: str
    platform: str
    wanted: str


class DeviceOwnedElsewhere(Conflict):
    """The device belongs to another customer."""

    device: str
    owner: str


class OwnershipUnreadable(InvalidInput):
    """It is neither the customer's own nor leased."""

    device: str
    found: str


@dataclass(frozen=True, slots=True)
class Device:
    """A device and the accounts on it.

    Attributes:
        id: Its id.
        customer: Id of the customer that has it.
        platform: ios, android or pc.
        model: As told.
        serial: As told.
        level: The recorded level, '' if nobody recorded one.
        ownership: The customer's own, or leased.
        retired_at: When it went out of use.
        accounts: Those on it; more than one are disputed (J-A1).
    """

    id: str
    customer: str
    platform: str
    model: str
    serial: str
    level: str
    ownership: str
    retired_at: datetime | None
    accounts: tuple[str, ...]


def add_device(work: UnitOfWork, customer_id: str, device_id: str, raw: Mapping[str, str]) -> str:
    """Add a device and return its id as stored.

    Raises:
        DeviceExists: There is one of that id.
        OnhookError: A field of `raw` is not what it may be.
    """
    wanted = read_device_id(device_id)
    if work.connection.scalar(select(device.c.id).where(device.c.id == wanted)) is not None:
        raise DeviceExists(wanted)
    try:
        row = new_row(work, customer_id, wanted, clean_device(wanted, raw))
    except FieldError as error:
        raise error.error from None
    work.connection.execute(insert(device), [row])
    work.record("device.add", wanted, customer=customer_id)
    return wanted


def set_device(
    work: UnitOfWork, device_id: str, raw: Mapping[str, str]
) -> tuple[str, tuple[str, ...]]:
    """Change what `raw` names of a device; return its id and the names of what changed.

    Raises:
        NoSuchDevice: There is none of that id.
        OnhookError: A field of `raw` is not what it may be.
    """
    found = find_device(work.connection, device_id)
    try:
        cleaned = clean_device(found.id, raw, platform=Platform(found.platform))
    except FieldError as error:
        raise error.error from None
    fields = changed_fields(found, cleaned)
    if fields:
        values = {field: cleaned[field] for field in fields} | {"changed_at": work.now}
        work.connection.execute(update(device).where(device.c.id == found.id).values(values))
        work.record("device.set", found.id, **{field: cleaned[field] for field in fields})
    return found.id, fields


def retire_device(work: UnitOfWork, device_id: str) -> list[str]:
    """Take a device out of use; return the accounts that were on it.

    Raises:
        NoSuchDevice: There is none of that id.
        DeviceRetired: It was retired before.
    """
    found = find_device(work.connection, device_id)
    if found.retired_at is not None:
        raise DeviceRetired(found.id)
    there = next(list_devices(work, only=found.id)).accounts
    query = select(assignment.c.account_id).where(
        assignment.c.device_id == found.id, assignment.c.status != "ended"
    )
    end_assignments(work, found.id, list(work.connection.scalars(query)))
    retired = update(device).where(device.c.id == found.id).values(retired_at=work.now)
    work.connection.execute(retired)
    work.record("device.retire", found.id, accounts=list(there))
    return list(there)


def list_devices(
    work: UnitOfWork, customer_id: str | None = None, only: str | None = None
) -> Iterator[Device]:
    """Yield devices by id: all, a customer's, or the one whose id is `only`."""
    on_device = (
        select(assignment.c.device_id, account.c.customer_id, account.c.extension)
        .join(account, account.c.id == assignment.c.account_id)
        .where(assignment.c.status != "ended")
        .order_by(account.c.extension)
    )
    query = select(device).order_by(device.c.id)
    if customer_id is not None:
        query = query.where(device.c.customer_id == customer_id)
    if only is not None:
        query = query.where(device.c.id == only)
        on_device = on_device.where(assignment.c.device_id == only)
    accounts: defaultdict[str, list[str]] = defaultdict(list)
    for row in work.connection.execute(on_device):
        accounts[row.device_id].append(f"{row.customer_id}/{row.extension}")
    for row in work.connection.execute(query):
        yield Device(
            row.id,
            row.customer_id,
            row.platform,
            row.model,
            row.serial,
            row.level,
            row.ownership,
            row.retired_at,
            tuple(accounts[row.id]),
        )


def clean_device(
    device_id: str, raw: Mapping[str, str], *, platform: Platform | None = None
) -> dict[str, str]:
    """Return the fields in `raw` as they are stored; empty ones are left out.

    Args:
        device_id: The device's, for messages.
        raw: Texts by field: platform, model, serial, level, ownership.
        platform: The device's, where it is known already.

    Raises:
        FieldError: One cannot be what it should be; its cause is the error to tell.
    """
    cleaned: dict[str, str] = {}
    stated = {field: text for field in FIELDS if (text := raw.get(field, "").strip(" \u3000"))}
    for field, text in stated.items():
        try:
            if field == "platform":
                read = parse_platform(text, where=device_id)
                if platform is not None and read is not platform:
                    raise DevicePlatformFixed(device_id, platform.label, read.label)
                platform = read
                cleaned[field] = read.value
            elif field == "level":
                cleaned[field] = str(parse_level(text, platform, where=device_id))
            elif field == "ownership":
                cleaned[field] = _ownership(device_id, text)
            else:
                cleaned[field] = text_field(field, text)
        except OnhookError as error:
            raise FieldError(field, error) from None
    return cleaned


def new_row(
    work: UnitOfWork, customer_id: str, device_id: str, cleaned: Mapping[str, str]
) -> dict[str, Any]:
    """Return the row of a new device.

    Raises:
        FieldError: It has no platform.
    """
    if "platform" not in cleaned:
        raise FieldError("platform", DeviceIncomplete(device_id))
    return {
        **dict.fromkeys(FIELDS, ""),
        "ownership": get_args(Ownership)[0],
        **cleaned,
        "id": device_id,
        "customer_id": customer_id,
        "retired_at": None,
        "created_at": work.now,
        "changed_at": work.now,
    }


def changed_fields(known: Row[Any], cleaned: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of the fields in which `cleaned` differs from the stored row."""
    return tuple(field for field, value in cleaned.items() if getattr(known, field) != value)


def _ownership(device_id: str, text: str) -> Ownership:
    found = _OWNERSHIP.get(text.lower())
    if found is None:
        raise OwnershipUnreadable(device_id, text[:40])
    return found
