"""What the end of a contract means for the devices leased under it (J-L10 to J-L12).

The end is entered in the life of each device that was out on that day, in the transaction that ends
the contract: from it the return clock runs. Where the contract's end is moved, so is theirs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from onhook.accounts.manage import disable_account
from onhook.contracts import cancel_contract, end_contract, find_contract
from onhook.leasing.happening import tell, tell_correction
from onhook.leasing.register import Correction, InTheFuture, correct, enter, recorded_of
from onhook.store.schema import account, lease
from onhook_devices.agreement import agreed
from onhook_devices.leasing.debts import debts
from onhook_devices.leasing.events import ServiceEnd
from onhook_devices.leasing.lease import State
from onhook_devices.leasing.returning import starts_return

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from onhook.contracts import Contract
    from onhook.leasing.happening import Told
    from onhook.leasing.register import Entered, Recorded
    from onhook.workspace import UnitOfWork
    from onhook_devices.leasing.debts import Debt
    from onhook_devices.leasing.events import Ending
    from onhook_devices.service import Service

_BACK = (State.RETURNED, State.CLOSED)
_AT_ONCE = 500


class _Ending(NamedTuple):
    """The end of a contract, which was to be on another day before, or on none."""

    contract: Contract
    before: date | None
    event: ServiceEnd
    service: Service


class Ended(NamedTuple):
    """What came of a contract's end.

    Attributes:
        last_day: Of the contract; None: it runs on.
        devices: What came of it for the devices leased under it.
        disabled: Accounts that are shut off while it runs on.
        rule: The rule by which the devices are due back, or are not.
        debts: Charges that are open for its devices, where all debts fall due with it.
        debts_rule: The rule that says so; '' where they do not.
    """

    last_day: date | None
    devices: tuple[Told, ...] = ()
    disabled: tuple[str, ...] = ()
    rule: str = ""
    debts: tuple[tuple[str, Debt], ...] = ()
    debts_rule: str = ""


def cancel(work: UnitOfWork, number: int, asked_on: date) -> Ended:
    """Record that a contract's end was asked for; its devices are due back after it (J-L11).

    Raises:
        OnhookError: As `cancel_contract`, or the end does not fit a device's life.
    """
    before = find_contract(work, number)
    last_day = cancel_contract(work, number, asked_on=asked_on)
    return _end_leases(work, before, ServiceEnd(on=last_day, by="cancelled"))


def end(work: UnitOfWork, number: int, on: date, *, disqualified: bool = False) -> Ended:
    """Record that a contract ends on a day (J-L10), perhaps by disqualification (J-L12).

    Raises:
        NotAgreed: The service knows no disqualification.
        OnhookError: As `end_contract`, or the end does not fit a device's life.
    """
    before = find_contract(work, number)
    service = work.workspace.services.get(before.service)
    if not disqualified:
        end_contract(work, number, on=on)
        return _end_leases(work, before, ServiceEnd(on=on, by="ended"))
    terms = agreed(service.disqualification, service, "disqualification")
    end_contract(work, number, on=on)
    ended = Ended(on, rule=terms.rule)
    if starts_return(terms):
        ended = _end_leases(work, before, ServiceEnd(on=on, by="disqualified"))
    if terms.debts_fall_due:
        owed = tuple(_open_debts(work, number, service))
        ended = ended._replace(debts=owed, debts_rule=terms.rule)
    return ended


def _open_debts(work: UnitOfWork, number: int, service: Service) -> Iterator[tuple[str, Debt]]:
    for known in _leased_under(work, number) if service.leases else ():
        for debt in debts(known.history.life(service), service, work.today):
            if debt.settled is None:
                yield known.history.device, debt


def suspend(work: UnitOfWork, number: int, on: date) -> Ended:
    """Record that a contract is suspended: its accounts are shut off, no clock runs (J-L12).

    Where the service's terms say that this ends it, it ends.

    Raises:
        NotAgreed: The service knows no suspension.
        InTheFuture: It is not suspended yet.
        NoSuchContract: There is none of that number.
    """
    contract = find_contract(work, number)
    service = work.workspace.services.get(contract.service)
    terms = agreed(service.suspension, service, "suspension")
    if terms.ends_service:
        return end(work, number, on)
    if on > work.today:
        raise InTheFuture(f"contract {number}", on, work.today)
    query = select(account.c.customer_id, account.c.extension).where(
        account.c.contract_id == number, account.c.disabled_at.is_(None)
    )
    rows = work.connection.execute(query.order_by(account.c.extension)).all()
    names = tuple(f"{row.customer_id}/{row.extension}" for row in rows if terms.shuts_account)
    for name in names:
        disable_account(work, name, None, reason="suspended")
    work.record(
        "contract.suspend", contract.customer, contract=number, on=str(on), accounts=list(names)
    )
    return Ended(None, disabled=names, rule=terms.rule)


def ensure_end(work: UnitOfWork, entered: Entered, service: Service) -> Entered:
    """Enter the known end of the contract under which a device went out, if it is not there yet.

    So a lease that is entered late, or corrected, ends as it would have otherwise.
    """
    latest = entered.life.lease
    if latest is None:
        return entered
    contract = find_contract(work, entered.known.contract_of(latest.start))
    event = known_end(contract)
    if event is None or not is_out_at_end(entered.known, contract, service):
        return entered
    found = enter(work, entered.known, event, service)
    tell(work, found, event)
    return found


def known_end(contract: Contract) -> ServiceEnd | None:
    """Return the end of a contract as an event of its devices; None: it is not known yet."""
    if contract.ends_on is None:
        return None
    by: Ending = "ended" if contract.cancel_asked_on is None else "cancelled"
    return ServiceEnd(on=contract.ends_on, by=by)


def _end_leases(work: UnitOfWork, before: Contract, event: ServiceEnd) -> Ended:
    """Enter the end in the lives of a contract's devices; where it was entered, move it there."""
    service = work.workspace.services.get(before.service)
    if service.leases is None:
        return Ended(event.on)
    ending = _Ending(find_contract(work, before.id), before.ends_on, event, service)
    found = (_end_lease(work, known, ending) for known in _leased_under(work, before.id))
    told = tuple(one for one in found if one is not None)
    return Ended(event.on, told, rule=service.leases.end_return.rule)


def _leased_under(work: UnitOfWork, number: int) -> Iterator[Recorded]:
    """Yield what is recorded of each device that was ever lent out under a contract."""
    query = select(lease.c.device_id).distinct().order_by(lease.c.device_id)
    of_contract = (lease.c.contract_id == number, lease.c.is_bought.is_(False))
    ids = list(work.connection.scalars(query.where(*of_contract)))
    for start in range(0, len(ids), _AT_ONCE):
        yield from recorded_of(work, ids[start : start + _AT_ONCE]).values()


def _end_lease(work: UnitOfWork, known: Recorded, ending: _Ending) -> Told | None:
    """Enter the end in a device's life, or move it there; None: it is there, or was back before."""
    number = _entry_of(known, ending.before)
    if number is not None and known.history.events[number] == ending.event:
        return None
    if number is not None:
        reason = f"contract {ending.contract.id}: {ending.event.on}"
        correction = Correction(number, ending.event, reason)
        entered = correct(work, known, correction, ending.service)
        return tell_correction(work, entered, correction)
    if not is_out_at_end(known, ending.contract, ending.service):
        return None
    return tell(work, enter(work, known, ending.event, ending.service), ending.event)


def _entry_of(known: Recorded, day: date | None) -> int | None:
    """Return the number of the entry that says that the service ended on a day."""
    events = known.history.events.items()
    found = (n for n, event in events if isinstance(event, ServiceEnd) and event.on == day)
    return next(found, None)


def is_out_at_end(known: Recorded, contract: Contract, service: Service) -> bool:
    """Tell whether a contract's last day found a device lent out under it, and nothing says so.

    Args:
        known: What is recorded of the device.
        contract: Its last day may be known.
        service: Whose rules hold.
    """
    if contract.ends_on is None:
        return False
    found = known.history.life_on(contract.ends_on, service).lease
    if found is None or found.start.is_bought or found.state in _BACK or found.ended_on:
        return False
    return known.contract_of(found.start) == contract.id
