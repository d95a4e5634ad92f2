"""Find whose a device is, and under which contract it went out, for thousands of rows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from unicodedata import normalize

from sqlalchemy import select

from onhook.contracts import contracts_of
from onhook.leasing.starting import contract_then
from onhook.store.schema import customer
from onhook.subjects import BadCustomerId, NoSuchCustomer, find_customer, read_customer_id
from onhook_devices.errors import InvalidInput

if TYPE_CHECKING:
    from datetime import date

    from onhook.contracts import Contract
    from onhook.workspace import UnitOfWork
    from onhook_devices.service import Service

_BLANKS = re.compile(r"\s+")


class CustomerNameTwice(InvalidInput):
    """Several customers have this name."""

    name: str
    customers: str


class Parties:
    """Customers and contracts as they are when a unit of work begins.

    Args:
        work: Where they are.
        named: The customer of rows that name none; None: the only one there is.
    """

    def __init__(self, work: UnitOfWork, named: str | None) -> None:
        self._work = work
        self._named = named
        self._ids: set[str] = set()
        self._by_name: dict[str, list[str]] = {}
        for row in work.connection.execute(select(customer.c.id, customer.c.name)):
            self._ids.add(row.id)
            self._by_name.setdefault(_folded(row.name), []).append(row.id)
        self._found: dict[str, str] = {}
        self._contracts: dict[str, list[Contract]] = {}
        self._services: dict[int, Service] = {}
        self._then: dict[tuple[str, date], tuple[Contract, Service]] = {}

    def customer(self, text: str) -> str:
        """Return the id of the customer that `text` names by id or by its whole name.

        Raises:
            NoSuchCustomer: It names none.
            CustomerNameTwice: Several have this name.
            WhichCustomer, NoCustomerYet: It is blank, and there is not just one.
        """
        if text not in self._found:
            self._found[text] = self._find(text)
        return self._found[text]

    def _find(self, text: str) -> str:
        if not text:
            return find_customer(self._work.connection, self._named)
        try:
            if (wanted := read_customer_id(text)) in self._ids:
                return wanted
        except BadCustomerId:
            pass
        found = self._by_name.get(_folded(text), [])
        if len(found) > 1:
            raise CustomerNameTwice(text[:40], ", ".join(found))
        if not found:
            raise NoSuchCustomer(text[:40])
        return found[0]

    def contract(self, device_id: str, owner: str, on: date) -> tuple[Contract, Service]:
        """Return the contract that a device went out under, and its service.

        Raises:
            NoContractThen: The customer had none on that day.
        """
        if (owner, on) not in self._then:
            contracts = self._contracts_of(owner)
            self._then[owner, on] = contract_then(self._work, contracts, device_id, owner, on)
        return self._then[owner, on]

    def service(self, owner: str, contract: int) -> Service:
        """Return the service of one of a customer's contracts."""
        if contract not in self._services:
            for one in self._contracts_of(owner):
                self._services[one.id] = self._work.workspace.services.get(one.service)
        return self._services[contract]

    def _contracts_of(self, owner: str) -> list[Contract]:
        if owner not in self._contracts:
            self._contracts[owner] = contracts_of(self._work, owner)
        return self._contracts[owner]


def _folded(name: str) -> str:
    return _BLANKS.sub("", normalize("NFKC", name)).casefold()
