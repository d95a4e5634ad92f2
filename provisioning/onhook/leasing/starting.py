"""Lend a device to a customer, or sell it (J-L1, J-L3, J-L5, J-L13)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from onhook.contracts import Contract, contracts_of
from onhook.devices.assignments import DeviceRetired
from onhook.leasing.ending import ensure_end
from onhook.leasing.register import enter, recorded
from onhook.subjects import find_device
from onhook_devices.errors import InvalidInput, NotFound
from onhook_devices.leasing.events import Start
from onhook_devices.leasing.warranty import leases_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from onhook.workspace import UnitOfWork
    from onhook_devices.leasing.life import Life
    from onhook_devices.service import Service


class WarrantyUnknown(InvalidInput):
    """The service keeps the warranty's length with each device, and none was told (J-L1)."""

    device: str
    service: str


class NoContractThen(NotFound):
    """The device's customer had no contract on that day."""

    device: str
    customer: str
    on: date


class Terms(NamedTuple):
    """Under what a device goes out.

    Attributes:
        price_yen: Its sale price at the time of the contract, before tax.
        on: The day it goes out; for a bought one the day it arrives.
        contract_on: The contract's day, for the charge's years; None: the same day.
        warranty_months: As its card says; None: as the service does.
        lessor: Name of the partner that lends it; '' for the provider itself.
        is_bought: Whether it is sold.
    """

    price_yen: int
    on: date
    contract_on: date | None = None
    warranty_months: int | None = None
    lessor: str = ""
    is_bought: bool = False


def start_lease(work: UnitOfWork, device_name: str, terms: Terms) -> Life:
    """Record that a device went out to its customer, and return its life since.

    Raises:
        InTheFuture: It has not yet.
        DeviceRetired: It is out of use.
        NoContractThen: Its customer had no contract on that day.
        NotAgreed: The contract's service leases nothing.
        WarrantyUnknown: The service wants the warranty's length, and none was told (J-L1).
        StepNotAllowed, LaterStepImpossible: It was out already.
        NoSuchDevice: There is none of that id.
    """
    found = find_device(work.connection, device_name)
    if found.retired_at is not None:
        raise DeviceRetired(found.id)
    contracts = contracts_of(work, found.customer_id)
    contract, service = contract_then(work, contracts, found.id, found.customer_id, terms.on)
    event = start_event(found.id, found.customer_id, terms, service)
    entered = enter(work, recorded(work, found.id), event, service, contract=contract.id)
    entered = ensure_end(work, entered, service)
    days = {"on": str(terms.on), "price_yen": terms.price_yen}
    work.record("lease.start", found.id, customer=found.customer_id, contract=contract.id, **days)
    return entered.life


def contract_then(
    work: UnitOfWork, contracts: Iterable[Contract], device_id: str, customer: str, on: date
) -> tuple[Contract, Service]:
    """Return the contract a device goes out under: one whose service leases, if there is one.

    One that ran on that day comes first. A customer of many years may have a contract here only
    since its accounts were imported: that one holds for devices that went out before, too.

    Args:
        work: Knows the services.
        contracts: The customer's.
        device_id: The device's, for messages.
        customer: Likewise.
        on: The day it goes out.

    Raises:
        NoContractThen: All of them had ended by that day, or there is none.
    """
    services = work.workspace.services
    open_then = [
        (one, services.get(one.service))
        for one in contracts
        if one.ends_on is None or on <= one.ends_on
    ]
    if not open_then:
        raise NoContractThen(device_id, customer, on)
    return min(open_then, key=lambda pair: (pair[1].leases is None, pair[0].started_on > on))


def start_event(device_id: str, customer: str, terms: Terms, service: Service) -> Start:
    """Return the event that a device goes out to its customer.

    Raises:
        NotAgreed: The service leases nothing.
        WarrantyUnknown: The service wants the warranty's length, and none was told (J-L1).
    """
    warranty = leases_of(service).warranty
    months = warranty.months if terms.warranty_months is None else terms.warranty_months
    if months is None:
        raise WarrantyUnknown(device_id, service.id, rule=warranty.rule)
    return Start(
        on=terms.on,
        customer=customer,
        price_yen=terms.price_yen,
        contract_on=terms.contract_on or terms.on,
        warranty_months=months,
        lessor="partner" if terms.lessor else "provider",
        lessor_name=terms.lessor,
        is_bought=terms.is_bought,
    )
