"""Withdraw a device that is lost, sent back, replaced, or whose service has ended.

All in the transaction that records it: every link of its kits dies, the accounts are taken off it,
and each gets a new password, for the old one is in the device. Only the PBX can shut that out: it
is asked to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from onhook.contracts import find_contract
from onhook.devices.assignments import assigned_to, end_assignments
from onhook.links import revoke_links
from onhook.repair.renewing import give_new_password
from onhook.store.schema import account, assignment

if TYPE_CHECKING:
    from sqlalchemy import Row

    from onhook.workspace import UnitOfWork
    from onhook_devices.leasing.lease import Gone


@dataclass(frozen=True, slots=True)
class TakenOff:
    """An account that was on a device.

    Attributes:
        account: ``acme/101``.
        account_id: Its number.
        has_new_password: Whether it got one, which the PBX must still get.
        has_msisdn: Whether an MSISDN signs in, too, as before.
        others: Devices it is still on, with the old password.
    """

    account: str
    account_id: int
    has_new_password: bool
    has_msisdn: bool
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What ended with a device.

    Attributes:
        device: Its id.
        why: Why nobody is to telephone with it.
        accounts: Those that were on it.
        links_revoked: How many links died.
    """

    device: str
    why: Gone
    accounts: tuple[TakenOff, ...]
    links_revoked: int


def withdraw(
    work: UnitOfWork, device_id: str, why: Gone, *, keeps_passwords: bool = False
) -> Withdrawal | None:
    """Withdraw a device; None: it was before, or was never in use.

    Args:
        work: Where it is recorded.
        device_id: The device's.
        why: For the record of links and of what the PBX is asked for.
        keeps_passwords: Whether its accounts keep theirs.
    """
    there = [one.account_id for one in assigned_to(work, device_id)]
    links_revoked = revoke_links(work, device=device_id, why=why)
    if not (there or links_revoked):
        return None
    if there:
        end_assignments(work, device_id, there)
    rows = work.connection.execute(
        select(account).where(account.c.id.in_(there)).order_by(account.c.id)
    ).all()
    taken = tuple(_taken_off(work, row, why, keeps=keeps_passwords) for row in rows)
    return Withdrawal(device_id, why, taken, links_revoked)


def _taken_off(work: UnitOfWork, row: Row[Any], why: Gone, *, keeps: bool) -> TakenOff:
    is_shut = row.disabled_at is not None or not find_contract(work, row.contract_id).runs_on(
        work.today
    )  # the PBX is asked to shut it, which is more
    has_new = row.password_sealed is not None and not (is_shut or keeps)
    if has_new:
        give_new_password(work, row, why)
    others = select(assignment.c.device_id).where(
        assignment.c.account_id == row.id, assignment.c.status != "ended"
    )
    return TakenOff(
        account=f"{row.customer_id}/{row.extension}",
        account_id=row.id,
        has_new_password=has_new,
        has_msisdn=row.msisdn_sealed is not None and not is_shut,
        others=tuple(work.connection.scalars(others.order_by(assignment.c.device_id))),
    )
