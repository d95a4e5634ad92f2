"""How accounts, devices and customers are named, and how a name somebody typed finds them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from onhook.store.schema import account, customer, device
from onhook.widths import half_width
from onhook_devices.errors import InvalidInput, NotFound, UsageError

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Row

_CUSTOMER = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")
_EXTENSION = re.compile(r"\+?[0-9]{1,20}")
_DEVICE = re.compile(r"[A-Z0-9](?:[A-Z0-9._-]{0,30}[A-Z0-9])?")
# Names that Windows keeps for itself: a kit's folder could not be copied there.
_WINDOWS_NAME = re.compile(r"(?:CON|PRN|AUX|NUL|COM[0-9]|LPT[0-9])(?:\..*)?", re.IGNORECASE)
# A telephone number as people write it; an extension inside the PBX is written without.
_SPACED_NUMBER = re.compile(r"\+?[0-9]{1,5}(?:[- ][0-9]{1,5}){2,4}")


class BadExtension(InvalidInput):
    """It cannot be an extension."""

    extension: str


class BadCustomerId(InvalidInput):
    """It cannot be a customer's id."""

    customer: str


class BadDeviceId(InvalidInput):
    """It cannot be a device's id."""

    device: str


class NoSuchCustomer(NotFound):
    """No customer has this id."""

    customer: str


class NoSuchAccount(NotFound):
    """The customer has no account with this extension."""

    account: str
    customer: str


class NoSuchDevice(NotFound):
    """No device has this id."""

    device: str


class NoCustomerYet(NotFound):
    """The workspace has no customer at all."""


class WhichCustomer(UsageError):
    """There are several customers, and none was named."""

    customers: str


def read_extension(text: str) -> str:
    """Return the extension that `text` writes: ASCII digits, leading zeros kept.

    Full-width digits become ASCII, and a telephone number loses its hyphens or blanks.

    Raises:
        BadExtension: It is no number of 1 to 20 digits.
    """
    if _EXTENSION.fullmatch(text) and text.isascii():
        return text
    plain = half_width(text).strip(" ")
    if _SPACED_NUMBER.fullmatch(plain):
        plain = plain.replace("-", "").replace(" ", "")
    if not _EXTENSION.fullmatch(plain):
        raise BadExtension(text[:40])
    return plain


def read_customer_id(text: str) -> str:
    """Return the customer id that `text` writes: lower-case letters, digits and hyphens.

    Raises:
        BadCustomerId: It cannot be one.
    """
    plain = half_width(text).strip(" ").lower()
    if not _CUSTOMER.fullmatch(plain) or _WINDOWS_NAME.fullmatch(plain):
        raise BadCustomerId(text[:40])
    return plain


def read_device_id(text: str) -> str:
    """Return the device id that `text` writes: capital letters, digits, ``.``, ``_`` and ``-``.

    Raises:
        BadDeviceId: It cannot be one.
    """
    plain = half_width(text).strip(" ").upper()
    if not _DEVICE.fullmatch(plain) or _WINDOWS_NAME.fullmatch(plain) or ".." in plain:
        raise BadDeviceId(text[:40])
    return plain


def find_customer(connection: Connection, named: str | None) -> str:
    """Return the id of the customer `named`, or of the only one there is.

    Raises:
        NoSuchCustomer: There is none of that id.
        NoCustomerYet: There is none at all.
        WhichCustomer: There are several and none was named.
    """
    if named is not None:
        wanted = read_customer_id(named)
        if connection.scalar(select(customer.c.id).where(customer.c.id == wanted)) is None:
            raise NoSuchCustomer(wanted)
        return wanted
    known = list(connection.scalars(select(customer.c.id).order_by(customer.c.id).limit(10)))
    if not known:
        raise NoCustomerYet
    if len(known) > 1:
        raise WhichCustomer(", ".join(known))
    return str(known[0])


def find_account(connection: Connection, named: str, customer_id: str | None) -> Row[Any]:
    """Return the row of the account `named` ``acme/101``, or ``101`` of `customer_id`.

    Raises:
        NoSuchAccount: There is none.
        OnhookError: As `find_customer` and `read_extension`.
    """
    customer_part, slash, extension_part = named.rpartition("/")
    owner = find_customer(connection, customer_part if slash else customer_id)
    extension = read_extension(extension_part)
    query = select(account).where(account.c.customer_id == owner, account.c.extension == extension)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NoSuchAccount(f"{owner}/{extension}", owner)
    return row


def find_device(connection: Connection, named: str) -> Row[Any]:
    """Return the row of the device `named`.

    Raises:
        NoSuchDevice: There is none.
        BadDeviceId: It cannot be a device's id.
    """
    wanted = read_device_id(named)
    row = connection.execute(select(device).where(device.c.id == wanted)).one_or_none()
    if row is None:
        raise NoSuchDevice(wanted)
    return row
