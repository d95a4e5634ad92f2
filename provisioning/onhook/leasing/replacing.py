"""Ship another device in the place of one that broke or was lost (J-L2, J-L5 to J-L7).

The replacement begins a life of its own in the same transaction, with the price and the contract's
day of the device it replaces; the account moves to it and gets a fresh kit.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from onhook.devices.assignments import DeviceRetired, assign, assigned_to, rules_for
from onhook.kits.candidates import TermsCache, load_chunk
from onhook.kits.issuing import made_kits, publishing
from onhook.kits.making import IssueOptions, Maker, drawn
from onhook.kits.records import store
from onhook.leasing.ending import ensure_end
from onhook.leasing.happening import Told, tell
from onhook.leasing.over import gone_devices
from onhook.leasing.register import enter, recorded
from onhook.leasing.restoring import instants_since, taken_off
from onhook.leasing.withdrawing import withdraw
from onhook.subjects import find_device
from onhook_devices.errors import Conflict, InvalidInput, UsageError
from onhook_devices.leasing.events import Shipping
from onhook_devices.leasing.warranty import leases_of
from onhook_devices.rules import may_be_assigned, one_account_per_device

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from sqlalchemy import Row

    from onhook.kits.making import Outcome, QrFormat
    from onhook.kits.sink import KitSink
    from onhook.leasing.register import Entered, Recorded
    from onhook.leasing.withdrawing import Withdrawal
    from onhook.workspace import UnitOfWork, Workspace
    from onhook_devices.service import Service


class ReplacesItself(Conflict):
    """A device cannot be shipped in its own place."""

    device: str


class ReplacementElsewhere(Conflict):
    """The replacement is entered as another customer's device."""

    device: str
    owner: str
    customer: str


class PriceUnknown(InvalidInput):
    """By the service's terms a replacement has a price of its own, and none was told."""

    device: str
    service: str


class PriceInherited(UsageError):
    """By the service's terms a replacement has the price of the device it replaces (J-L5)."""

    device: str
    service: str


class Own(NamedTuple):
    """What a replacement does not inherit; None: it does.

    Attributes:
        price_yen: Its sale price, where the service lets it inherit none.
        warranty_months: As its own card says.
    """

    price_yen: int | None = None
    warranty_months: int | None = None


class Replacement(NamedTuple):
    """What is shipped in the place of a device.

    Attributes:
        device: Which is replaced.
        by: The device that is shipped.
        on: The day it was shipped.
        own: What it does not inherit.
        keeps_password: Whether the account keeps the password that is in the device replaced.
        formats: Pictures of the QR code that the kit has.
    """

    device: str
    by: str
    on: date | None = None
    own: Own = Own()
    keeps_password: bool = False
    formats: tuple[QrFormat, ...] = ()


class Shipped(NamedTuple):
    """What came of it.

    Attributes:
        old: The device that is replaced.
        new: The one in its place.
        moved: The accounts that were on the one and are on the other.
        kits: Their kits for it, and why one could not be made.
    """

    old: Told
    new: Told
    moved: tuple[str, ...]
    kits: tuple[Outcome, ...]


def ship(workspace: Workspace, wanted: Replacement, sink: KitSink) -> Shipped:
    """Record that a replacement was shipped, and move the account to it with a fresh kit.

    A kit that cannot be made is told, and takes back nothing: the parcel is on its way.

    Args:
        workspace: Where the devices are.
        wanted: What is shipped for what.
        sink: Where the kit's files go.

    Raises:
        ReplacesItself, ReplacementElsewhere, DeviceRetired: It cannot be that device.
        DeviceTaken: It has another account (J-A1).
        SeveralAccounts: The device that is replaced has several; one must be kept first (J-A1).
        PriceUnknown: The service lets it inherit no price, and none was told.
        PriceInherited: It does, and one was told.
        OnhookError: It does not fit what is recorded, as `enter` says.
    """
    with publishing(workspace, sink) as work:
        old = find_device(work.connection, wanted.device)
        new = find_device(work.connection, wanted.by)
        check_replacement(old, new)
        known = recorded(work, old.id)
        service = known.service(work)
        if inherits(service) and wanted.own.price_yen is not None:
            raise PriceInherited(new.id, service.id, rule=leases_of(service).damage_charge.rule)
        accounts = _accounts_on(work, known, service)
        _check_free(work, new.id, accounts)
        event = Shipping(on=wanted.on or work.today, replacement=new.id)
        kept = _let_go(work, old.id) if wanted.keeps_password else None
        entered = enter(work, known, event, service)
        told = tell(work, replace(entered, withdrawn=entered.withdrawn or kept), event)
        begun = begin(work, entered, event, service, wanted.own)
        if new.id in gone_devices(work, [new.id]):  # entered late: it is out of use already
            return Shipped(told, begun, (), ())
        for name in accounts.values():
            assign(work, new.id, name, None)
        kits = _kits(work, list(accounts), new.id, wanted, sink)
        return Shipped(told, begun, tuple(accounts.values()), kits)


def check_replacement(old: Row[Any], new: Row[Any]) -> None:
    """Check that a device can be shipped in the place of another.

    Raises:
        ReplacesItself, ReplacementElsewhere, DeviceRetired: It cannot.
    """
    if new.id == old.id:
        raise ReplacesItself(old.id)
    if new.customer_id != old.customer_id:
        raise ReplacementElsewhere(new.id, new.customer_id, old.customer_id)
    if new.retired_at is not None:
        raise DeviceRetired(new.id)


def begin(
    work: UnitOfWork,
    entered: Entered,
    shipping: Shipping,
    service: Service,
    own: Own,
) -> Told:
    """Let the lease of a replacement begin, with what it inherits.

    Args:
        work: Where it is recorded.
        entered: What is recorded of the device that it replaces.
        shipping: What was entered of that.
        service: Whose rules decide.
        own: What it does not inherit.

    Raises:
        PriceUnknown: The service lets it inherit no price, and none was told.
        OnhookError: It is out already.
    """
    device_id = entered.known.history.device
    leases = reversed(entered.life.leases)
    replaced = next(one.start for one in leases if one.replacement == shipping.replacement)
    price_yen = replaced.price_yen if inherits(service) else own.price_yen
    if price_yen is None:
        raise PriceUnknown(shipping.replacement, service.id)
    months = own.warranty_months
    start = replace(
        replaced,
        on=shipping.on,
        price_yen=price_yen,
        contract_on=replaced.contract_on if inherits(service) else shipping.on,
        warranty_months=replaced.warranty_months if months is None else months,
        replaces=device_id,
    )
    contract = entered.known.contract_of(replaced)
    begun = enter(work, recorded(work, shipping.replacement), start, service, contract=contract)
    ensure_end(work, begun, service)
    return tell(work, begun, start)


def inherits(service: Service) -> bool:
    """Tell whether a replacement takes over price and contract date (J-L5)."""
    return leases_of(service).damage_charge.replacement_inherits


def _accounts_on(work: UnitOfWork, known: Recorded, service: Service) -> dict[int, str]:
    """Return the account that is on a device, or was until its loss or return, by number.

    Raises:
        SeveralAccounts: There are several, and nobody said which is right (J-A1).
    """
    device_id = known.history.device
    there = {one.account_id: one.account for one in assigned_to(work, device_id)}
    fault = one_account_per_device(device_id, list(there.values()), service.accounts)
    if fault is not None:
        raise fault
    lease = known.history.life(service).lease
    if there or lease is None:
        return there
    return taken_off(work, device_id, instants_since(known.history, lease.start))


def _check_free(work: UnitOfWork, device_id: str, accounts: Mapping[int, str]) -> None:
    """Check that the account can be put on the replacement, before anything is written (J-A1)."""
    there = [one.account for one in assigned_to(work, device_id)]
    for number, name in accounts.items():
        fault = may_be_assigned(device_id, name, there, rules_for(work, number))
        if fault is not None:
            raise fault


def _let_go(work: UnitOfWork, device_id: str) -> Withdrawal | None:
    return withdraw(work, device_id, "device-replaced", keeps_passwords=True)


def _kits(
    work: UnitOfWork, accounts: list[int], device_id: str, wanted: Replacement, sink: KitSink
) -> tuple[Outcome, ...]:
    """Make the kits of the accounts for a device; those on other devices stay as they are."""
    candidates = [
        one for one in load_chunk(work, TermsCache(work), accounts) if one.device_id == device_id
    ]
    options = IssueOptions(formats=wanted.formats, reason="replacement", anew=True)
    maker = Maker(work.workspace, options, work.now)
    made = drawn([maker.make(one) for one in candidates], wanted.formats)
    for one in made:
        if one.kit is not None:
            sink.stage(one.kit)
    store(work, [one.record for one in made if one.record is not None])
    for customer, kits in made_kits(made).items():
        work.record("kit.issue", customer, kits=kits)
    return tuple(one.outcome for one in made)
