"""Contracts: a customer's contract with a service, and the PBX its accounts are on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select, update

from onhook.links import revoke_links, shorten_links
from onhook.pbx import Pbx
from onhook.pbx_changes import queue_change
from onhook.store.schema import account, contract
from onhook.workspace import end_of_day
from onhook_devices.calendar import service_end
from onhook_devices.errors import Conflict, InvalidInput, NotFound, Refused

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import Row
    from sqlalchemy.engine import Connection

    from onhook.workspace import UnitOfWork, Workspace
    from onhook_devices.service import Service


class NoSuchContract(NotFound):
    """No contract has this number."""

    contract: str


class TooManyContracts(Refused):
    """The customer has as many contracts of the service as it may have (B-A1)."""

    customer: str
    service: str
    limit: str


class ContractEnded(Conflict):
    """The contract has ended, or its end is set already."""

    contract: str
    ends_on: str


class EndsBeforeStart(InvalidInput):
    """A contract cannot end, or be cancelled, before it started."""

    contract: str
    started_on: str


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract.

    Attributes:
        id: Its number.
        customer: Id of the customer.
        service: Id of the service.
        started_on: First day.
        cancel_asked_on: Day on which its end was asked for, if it was.
        ends_on: Last day, if it is known.
        ended_at: When it was ended at once, before its last day was over.
        pbx: What the contract itself states of its PBX; its secrets left out.
    """

    id: int
    customer: str
    service: str
    started_on: date
    cancel_asked_on: date | None
    ends_on: date | None
    ended_at: datetime | None
    pbx: Pbx

    def runs_on(self, day: date) -> bool:
        """Tell whether the contract is not over on `day`; it may not have started yet."""
        return self.ended_at is None and (self.ends_on is None or day <= self.ends_on)


def start_contract(
    work: UnitOfWork, customer_id: str, service: Service, *, on: date, pbx: Pbx | None = None
) -> int:
    """Start a contract and return its number.

    Raises:
        TooManyContracts: The customer has as many as the service allows.
    """
    limit = service.contracts.per_customer
    running = [c for c in contracts_of(work, customer_id, service.id) if c.runs_on(on)]
    if limit is not None and len(running) >= limit:
        raise TooManyContracts(customer_id, service.id, str(limit), rule=service.contracts.rule)
    stated = (pbx or Pbx()).stated()
    tunnel_password = stated.pop("tunnel_password", None)
    row = {"customer_id": customer_id, "service": service.id, "started_on": on, "pbx": stated}
    adding = insert(contract).values(row).returning(contract.c.id)
    number: int = work.connection.execute(adding).scalar_one()
    if tunnel_password is not None:
        sealed = work.workspace.keys.accounts.seal(tunnel_password.encode(), about_tunnel(number))
        query = update(contract).where(contract.c.id == number)
        work.connection.execute(query.values(tunnel_password_sealed=sealed))
    work.record("contract.start", customer_id, contract=number, service=service.id, on=str(on))
    return number


def cancel_contract(work: UnitOfWork, number: int, *, asked_on: date) -> date:
    """Record that the customer asked for the end; return the contract's last day.

    Raises:
        NoSuchContract: There is none of that number.
        ContractEnded: Its end is set already.
        EndsBeforeStart: `asked_on` is before its start.
    """
    found = find_contract(work, number)
    if found.ends_on is not None:  # asking twice does not put the end off
        raise ContractEnded(str(found.id), found.ends_on.isoformat())
    service = work.workspace.services.get(found.service)
    last_day = service_end(asked_on, service.cancellation)  # J-L11, B-A5
    _set_end(work, found, asked_on, cancel_asked_on=asked_on, ends_on=last_day)
    days = {"asked_on": str(asked_on), "ends_on": str(last_day)}
    work.record("contract.cancel", found.customer, contract=found.id, **days)
    return last_day


def end_contract(work: UnitOfWork, number: int, *, on: date) -> None:
    """Record that the contract ends on `on`, whatever was asked for (J-L12).

    Once that day has come, the links of its accounts die.

    Raises:
        NoSuchContract: There is none of that number.
        ContractEnded: It has ended already.
        EndsBeforeStart: `on` is before its start.
    """
    found = find_contract(work, number)
    _set_end(work, found, on, ends_on=on)
    work.record("contract.end", found.customer, contract=found.id, on=str(on))


def find_contract(work: UnitOfWork, number: int) -> Contract:
    """Return the contract `number`.

    Raises:
        NoSuchContract: There is none.
    """
    row = work.connection.execute(select(contract).where(contract.c.id == number)).one_or_none()
    if row is None:
        raise NoSuchContract(str(number))
    return _contract(row)


def contracts_of(
    work: UnitOfWork, customer_id: str | None, service_id: str | None = None
) -> list[Contract]:
    """Return the contracts by number: all, or a customer's, or those of a service."""
    query = select(contract).order_by(contract.c.id)
    if customer_id is not None:
        query = query.where(contract.c.customer_id == customer_id)
    if service_id is not None:
        query = query.where(contract.c.service == service_id)
    return [_contract(row) for row in work.connection.execute(query)]


def count_accounts(work: UnitOfWork) -> dict[int, int]:
    """Return how many accounts belong to each contract that has any."""
    many = func.count().label("many")
    query = select(account.c.contract_id, many).group_by(account.c.contract_id)
    return {row.contract_id: row.many for row in work.connection.execute(query)}


def contract_pbx(workspace: Workspace, connection: Connection, number: int) -> Pbx:
    """Return the PBX of a contract: its own settings over the workspace's."""
    row = connection.execute(select(contract).where(contract.c.id == number)).one()
    own = Pbx(**row.pbx)
    if row.tunnel_password_sealed is not None:
        sealed = row.tunnel_password_sealed
        secret = workspace.keys.accounts.open(sealed, about_tunnel(number)).decode()
        own = Pbx(tunnel_password=secret).over(own)
    return own.over(workspace.settings.pbx)


class Placement:
    """Finds the contract for each new account of a customer, and starts one where it may.

    A service that has one contract for many accounts gets one contract; a service with one
    contract per account gets a contract for each, up to the number a customer may have.
    """

    def __init__(self, work: UnitOfWork, customer_id: str, service: Service) -> None:
        self._work = work
        self._customer = customer_id
        self._service = service
        self._most: int | None = service.contracts.accounts_per_contract
        taken = count_accounts(work)
        self._rooms = {
            found.id: self._room(taken.get(found.id, 0))
            for found in contracts_of(work, customer_id, service.id)
            if found.runs_on(work.today)
        }
        self.started: list[int] = []

    def place(self) -> int:
        """Return the number of a contract with room for one more account.

        Raises:
            TooManyContracts: All are full and the customer may have no more.
        """
        for number, room in self._rooms.items():
            if room > 0:
                self._rooms[number] = room - 1
                return number
        number = start_contract(self._work, self._customer, self._service, on=self._work.today)
        self.started.append(number)
        self._rooms[number] = self._room(1)
        return number

    def _room(self, taken: int) -> float:
        return float("inf") if self._most is None else self._most - taken


def service_of(work: UnitOfWork, customer_id: str, named: str | None) -> Service:
    """Return the service new accounts are for: the one named, the customer's, the workspace's.

    Raises:
        NotFound: There is no such service.
    """
    services = work.workspace.services
    if named is not None:
        return services.get(named)
    running = {c.service for c in contracts_of(work, customer_id) if c.runs_on(work.today)}
    only = running.pop() if len(running) == 1 else work.workspace.settings.service
    return services.get(only)


def _set_end(work: UnitOfWork, found: Contract, day: date, **values: date) -> None:
    is_over = found.ended_at is not None  # at once, before its last day was
    if found.ends_on is not None and (is_over or found.ends_on < work.today):
        raise ContractEnded(str(found.id), found.ends_on.isoformat())
    if day < found.started_on:
        raise EndsBeforeStart(str(found.id), found.started_on.isoformat())
    work.connection.execute(update(contract).where(contract.c.id == found.id).values(**values))
    if values["ends_on"] <= work.today:  # B-A5 and J-L12 end it at once, not at midnight
        at_once = update(contract).where(contract.c.id == found.id)
        work.connection.execute(at_once.values(ended_at=work.now))
        revoke_links(work, contract=found.id, why="contract-ended")
        of_contract = select(account.c.id).where(account.c.contract_id == found.id)
        for number in work.connection.scalars(of_contract).all():
            queue_change(work, number, "disable", "contract-ended")
    else:
        shorten_links(work, contract=found.id, at=end_of_day(values["ends_on"]))


def _contract(row: Row[tuple[object, ...]]) -> Contract:
    return Contract(
        row.id,
        row.customer_id,
        row.service,
        row.started_on,
        row.cancel_asked_on,
        row.ends_on,
        row.ended_at,
        Pbx(**row.pbx),
    )


def about_tunnel(number: int) -> str:
    """Return what a contract's sealed tunnel password is bound to."""
    return f"contract {number} tunnel password"
