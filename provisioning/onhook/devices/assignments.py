"""Assignments: an account on a device.

A device has one active assignment (J-A1); the database's partial unique index holds it, so of
two processes assigning at once one wins. A list that puts two accounts on one device makes
*disputed* assignments; they block issuing until one is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from onhook.links import revoke_links
from onhook.store.bulk import insert_many
from onhook.store.schema import account, assignment, contract
from onhook.subjects import find_account, find_device
from onhook_devices.errors import Conflict, NotFound, Refused
from onhook_devices.rules import DeviceTaken, may_be_assigned, one_account_per_device

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Row

    from onhook.workspace import UnitOfWork
    from onhook_devices.terms.accounts import Accounts


class DeviceOfOtherCustomer(Conflict):
    """Account and device belong to different customers."""

    device: str
    owner: str
    account: str


class DeviceRetired(Refused):
    """The device was retired."""

    device: str


class NotAssigned(NotFound):
    """The device does not have that account."""

    device: str
    account: str


class NothingAssigned(NotFound):
    """The device has no account."""

    device: str


@dataclass(frozen=True, slots=True)
class Assigned:
    """An account that is on a device."""

    account_id: int
    account: str
    status: str


def assigned_to(work: UnitOfWork, device_id: str) -> list[Assigned]:
    """Return the accounts on a device, by extension; at most one unless they are disputed."""
    query = (
        select(account.c.id, account.c.customer_id, account.c.extension, assignment.c.status)
        .join(account, account.c.id == assignment.c.account_id)
        .where(assignment.c.device_id == device_id, assignment.c.status != "ended")
        .order_by(account.c.extension)
    )
    rows = work.connection.execute(query)
    return [Assigned(row.id, f"{row.customer_id}/{row.extension}", row.status) for row in rows]


def assign(work: UnitOfWork, device_name: str, account_name: str, customer: str | None) -> str:
    """Put an account on a device and return the account's name; being there already is fine.

    Raises:
        DeviceTaken: It has another account (J-A1).
        SeveralAccounts: It has several already; one must be kept first (J-A1).
        DeviceRetired: It is out of use.
        DeviceOfOtherCustomer: It is not the account's customer's.
        NotFound: There is no such device or account.
    """
    found = find_device(work.connection, device_name)
    wanted = find_account(work.connection, account_name, customer or found.customer_id)
    name = f"{wanted.customer_id}/{wanted.extension}"
    check_fits(found, wanted.customer_id, name)
    rules = rules_for(work, wanted.id)
    there = [one.account for one in assigned_to(work, found.id)]
    fault = one_account_per_device(found.id, there, rules) or may_be_assigned(
        found.id, name, there, rules
    )
    if fault is not None:
        raise fault
    if name in there:
        return name
    try:
        insert_assignments(work, [(found.id, wanted.id, "active")])
    except IntegrityError:  # another process was quicker; PostgreSQL tells only now
        raise DeviceTaken(found.id, "?", name, rule=rules.rule) from None
    work.record("device.assign", found.id, account=name)
    return name


def unassign(
    work: UnitOfWork, device_name: str, account_name: str | None, customer: str | None
) -> list[str]:
    """Take an account off a device, or all if none is named; its links to that device die.

    Returns:
        The names of the accounts taken off.

    Raises:
        NotAssigned: The device does not have it.
        NothingAssigned: The device has none.
        NotFound: There is no such device or account.
    """
    found = find_device(work.connection, device_name)
    there = assigned_to(work, found.id)
    if account_name is not None:
        named = find_account(work.connection, account_name, customer or found.customer_id)
        there = [one for one in there if one.account_id == named.id]
    if not there:
        raise NotAssigned(found.id, account_name) if account_name else NothingAssigned(found.id)
    end_assignments(work, found.id, [one.account_id for one in there])
    left = assigned_to(work, found.id)
    if len(left) == 1:  # nobody disputes it any longer
        _settle(work, found.id, left[0].account_id)
    names = [one.account for one in there]
    work.record("device.unassign", found.id, accounts=names)
    return names


def keep(
    work: UnitOfWork, device_name: str, account_name: str, customer: str | None
) -> tuple[str, list[str]]:
    """Keep one account on a device and take the others off: the cure of J-A1.

    Returns:
        The account kept, and those taken off.

    Raises:
        NotAssigned: The account is not on the device.
        NotFound: There is no such device or account.
    """
    found = find_device(work.connection, device_name)
    wanted = find_account(work.connection, account_name, customer or found.customer_id)
    name = f"{wanted.customer_id}/{wanted.extension}"
    there = assigned_to(work, found.id)
    if all(one.account_id != wanted.id for one in there):
        raise NotAssigned(found.id, name)
    others = [one for one in there if one.account_id != wanted.id]
    end_assignments(work, found.id, [one.account_id for one in others])
    _settle(work, found.id, wanted.id)
    names = [one.account for one in others]
    work.record("device.keep", found.id, account=name, unassigned=names)
    return name, names


def check_fits(device_row: Row[Any], customer_id: str, account_name: str) -> None:
    """Check that a device can have an account of `customer_id`.

    Raises:
        DeviceRetired: It is out of use.
        DeviceOfOtherCustomer: It is another customer's.
    """
    if device_row.retired_at is not None:
        raise DeviceRetired(device_row.id)
    if device_row.customer_id != customer_id:
        raise DeviceOfOtherCustomer(device_row.id, device_row.customer_id, account_name)


def insert_assignments(work: UnitOfWork, wanted: Collection[tuple[str, int, str]]) -> None:
    """Store assignments, each a device's id, an account's number and a status."""
    rows = [
        {
            "device_id": device_id,
            "account_id": account_id,
            "status": status,
            "began_at": work.now,
            "began_by": work.actor,
        }
        for device_id, account_id, status in wanted
    ]
    insert_many(work.connection, assignment, rows)


def end_assignments(work: UnitOfWork, device_id: str, accounts: Collection[int]) -> None:
    """End the assignments of some accounts on a device, and kill their links to it."""
    query = update(assignment).where(
        assignment.c.device_id == device_id,
        assignment.c.account_id.in_(accounts),
        assignment.c.status != "ended",
    )
    work.connection.execute(query.values(status="ended", ended_at=work.now, ended_by=work.actor))
    revoke_links(work, accounts=accounts, device=device_id, why="assignment-ended")


def _settle(work: UnitOfWork, device_id: str, account_id: int) -> None:
    query = update(assignment).where(
        assignment.c.device_id == device_id,
        assignment.c.account_id == account_id,
        assignment.c.status == "disputed",
    )
    work.connection.execute(query.values(status="active"))


def rules_for(work: UnitOfWork, account_id: int) -> Accounts:
    """Return what the account's service says about accounts and devices."""
    query = select(contract.c.service).join(account, account.c.contract_id == contract.c.id)
    service = work.connection.scalars(query.where(account.c.id == account_id)).one()
    return work.workspace.services.get(service).accounts
