"""Customers (申込者): the companies and people that have contracts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select, update

from onhook.accounts.fields import FieldError, clean
from onhook.store.schema import account, customer, device
from onhook.subjects import find_customer, read_customer_id
from onhook_devices.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Column, ScalarSelect

    from onhook.words import Language
    from onhook.workspace import UnitOfWork


class CustomerExists(Conflict):
    """There is a customer with this id already."""

    customer: str


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer, and how much it has."""

    id: str
    name: str
    mail: str
    language: str
    accounts: int
    devices: int


def add_customer(
    work: UnitOfWork, customer_id: str, *, name: str = "", mail: str = "", language: Language
) -> str:
    """Add a customer and return its id as stored.

    Raises:
        BadCustomerId: `customer_id` cannot be one.
        CustomerExists: It is taken.
        InvalidInput: Name or mail cannot be what they are.
    """
    wanted = read_customer_id(customer_id)
    known = work.connection.scalar(select(customer.c.id).where(customer.c.id == wanted))
    if known is not None:
        raise CustomerExists(wanted)
    row = {"id": wanted, "name": wanted, "mail": "", "created_at": work.now}
    stated = {"name": name, "mail": mail, "language": language}
    work.connection.execute(insert(customer).values(row | _cleaned(stated)))
    work.record("customer.add", wanted)
    return wanted


def ensure_customer(work: UnitOfWork, customer_id: str) -> tuple[str, bool]:
    """Add a customer unless it is there; return its id and whether it is new.

    Raises:
        BadCustomerId: `customer_id` cannot be one.
    """
    try:
        language = work.workspace.settings.language
        return add_customer(work, customer_id, language=language), True
    except CustomerExists as known:
        return known.customer, False


def set_customer(work: UnitOfWork, customer_id: str, stated: Mapping[str, str]) -> str:
    """Change what `stated` names of a customer (name, mail, language) and return its id.

    Raises:
        NoSuchCustomer: There is none of that id.
        InvalidInput: Name or mail cannot be what they are.
    """
    wanted = find_customer(work.connection, customer_id)
    values = _cleaned(stated)
    if values:
        work.connection.execute(update(customer).where(customer.c.id == wanted).values(values))
        work.record("customer.set", wanted, **values)
    return wanted


def list_customers(work: UnitOfWork, only: str | None = None) -> list[Customer]:
    """Return all customers by id, or the one named `only`.

    Raises:
        NoSuchCustomer: There is no customer `only`.
    """
    accounts = _count(account.c.customer_id)
    devices = _count(device.c.customer_id)
    columns = (customer.c.id, customer.c.name, customer.c.mail, customer.c.language)
    query = select(*columns, accounts, devices).order_by(customer.c.id)
    if only is not None:
        query = query.where(customer.c.id == find_customer(work.connection, only))
    return [Customer(*row) for row in work.connection.execute(query)]


def _count(owner: Column[str]) -> ScalarSelect[int]:
    return select(func.count()).where(owner == customer.c.id).correlate(customer).scalar_subquery()


def _cleaned(stated: Mapping[str, str]) -> dict[str, str]:
    texts = {"display_name": stated.get("name", ""), "mail": stated.get("mail", "")}
    try:
        cleaned = clean(texts)
    except FieldError as error:
        raise error.error from None
    values = {"name": str(cleaned["display_name"]), "mail": str(cleaned["mail"])}
    values["language"] = stated.get("language", "")
    return {field: value for field, value in values.items() if value and field in stated}
