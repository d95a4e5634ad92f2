"""Find entries: by whom, when, what, and to which account, device or customer.

What was done to many at once is one entry: its subject is their customer, and its details name
extensions (``account.import``, ``kit.issue``) or devices. The database finds what may be meant,
by the text of the details; what is meant is decided here.
"""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import and_, bindparam, func, or_, select

from onhook.audit.verifying import ENTRIES, entries_of
from onhook.store.schema import Instant, device
from onhook.subjects import (
    BadCustomerId,
    BadExtension,
    WhichCustomer,
    find_customer,
    read_customer_id,
    read_device_id,
    read_extension,
)
from onhook.workspace import TOKYO, end_of_day
from onhook_devices.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from datetime import date

    from sqlalchemy import ColumnElement

    from onhook.workspace import UnitOfWork

    Rows: TypeAlias = Generator[dict[str, Any], None, None]

_NAMING = ("account", "accounts", "unassigned", "device", "devices", "customer")
"""Details that name other subjects."""
_OF_MANY = ("new", "changed", "kits", "changes")
"""Details that name what a bulk entry is about: by device for ``device.…``, else by extension."""
_KIT_DEVICE = 3  # place of the device in what kit.issue says of a kit


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for; what is not given does not matter.

    Attributes:
        subject: ``acme/101``, ``D-0007``, ``acme``, or ``101`` of `customer` or the only one.
        customer: Whose.
        actor: Who did it.
        action: What, as ``account.disable``, or ``account`` for all of them.
        since: First day, in Japan (P0).
        until: Last day, likewise.
    """

    subject: str | None = None
    customer: str | None = None
    actor: str | None = None
    action: str | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """An entry that was found.

    Attributes:
        number: Its place in the trail.
        at: When; None where the database holds no instant.
        actor: Who.
        action: What.
        subject: To what.
        details: More.
        code: Its code, in hexadecimal.
    """

    number: int
    at: datetime | None
    actor: str
    action: str
    subject: str
    details: dict[str, Any]
    code: str


def search(work: UnitOfWork, wanted: Wanted, *, limit: int) -> tuple[list[Found], int]:
    """Return the newest entries wanted, newest last, and how many more there are.

    Raises:
        OnhookError: The subject cannot be one.
    """
    names = _names(work, wanted)
    newest: list[Found] = []
    count = 0
    with closing(_rows(work, wanted, names, newest_first=True)) as rows:
        for count, row in enumerate(rows, start=1):
            if count <= limit:
                newest.append(_found(row))
            elif names is None:  # the database counts the rest
                break
    if count > limit and names is None:
        query = select(func.count()).select_from(ENTRIES).where(*_conditions(wanted))
        count = work.connection.scalar(query) or 0
    return newest[::-1], count - len(newest)


def rows_wanted(work: UnitOfWork, wanted: Wanted) -> Rows:
    """Yield the entries wanted as they are stored, by number.

    Raises:
        OnhookError: The subject cannot be one.
    """
    return _rows(work, wanted, _names(work, wanted))


def _rows(
    work: UnitOfWork, wanted: Wanted, names: _Names | None, *, newest_first: bool = False
) -> Rows:
    conditions = _conditions(wanted)
    if names is not None:
        conditions.append(_may_concern(names))
    with closing(entries_of(work.connection, *conditions, newest_first=newest_first)) as rows:
        for row in rows:
            if names is None or _concerns(names, row):
                yield row


@dataclass(frozen=True, slots=True)
class _Names:
    """What is looked for, by what it may be; `owned` are the devices of `customers`."""

    accounts: frozenset[str] = frozenset()
    devices: frozenset[str] = frozenset()
    customers: frozenset[str] = frozenset()
    owned: frozenset[str] = frozenset()

    @property
    def all(self) -> frozenset[str]:
        """Return all of them."""
        return self.accounts | self.devices | self.customers | self.owned


def _names(work: UnitOfWork, wanted: Wanted) -> _Names | None:
    """Return what the subject wanted may be, None if any will do.

    Nothing is asked for that must still exist: the trail is older than what is there now.
    """
    if wanted.subject is None:
        return None if wanted.customer is None else _of_customer(work, wanted.customer)
    owner, slash, extension = wanted.subject.rpartition("/")
    if slash:
        account = f"{read_customer_id(owner)}/{read_extension(extension)}"
        return _Names(accounts=frozenset([account]))
    try:
        found = _of_customer(work, wanted.subject)
    except BadCustomerId:
        found = _Names()
    named = frozenset([read_device_id(wanted.subject)])
    return replace(found, accounts=_account(work, wanted.subject, wanted.customer), devices=named)


def _of_customer(work: UnitOfWork, named: str) -> _Names:
    customer_id = read_customer_id(named)
    owned = select(device.c.id).where(device.c.customer_id == customer_id)
    ids = frozenset(work.connection.scalars(owned))
    return _Names(customers=frozenset([customer_id]), owned=ids)


def _account(work: UnitOfWork, extension: str, customer_id: str | None) -> frozenset[str]:
    """Return the account that a plain extension means, none if it is none."""
    try:
        owner = find_customer(work.connection, customer_id)
        return frozenset([f"{owner}/{read_extension(extension)}"])
    except (BadExtension, WhichCustomer, NotFound):
        return frozenset()


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.actor is not None:
        found.append(ENTRIES.c.actor == wanted.actor)
    if wanted.action is not None:
        below = ENTRIES.c.action.startswith(f"{wanted.action}.", autoescape=True)
        found.append(or_(ENTRIES.c.action == wanted.action, below))
    if wanted.since is not None:
        midnight = datetime.combine(wanted.since, time(), TOKYO)
        found.append(ENTRIES.c.at >= bindparam("since", midnight, Instant))
    if wanted.until is not None:
        found.append(ENTRIES.c.at < bindparam("until", end_of_day(wanted.until), Instant))
    return found


def _may_concern(names: _Names) -> ColumnElement[bool]:
    """Return a condition that holds for all entries that concern a subject, and for some more."""
    subject, details = ENTRIES.c.subject, ENTRIES.c.details
    found: list[ColumnElement[bool]] = []
    found.append(subject.in_(names.accounts | names.devices | names.customers))
    found += [details.contains(f'"{name}"', autoescape=True) for name in names.accounts]
    for owner, _, extension in (name.partition("/") for name in names.accounts):
        among_many = details.contains(f'"{extension}"', autoescape=True)
        found.append(and_(subject == owner, among_many))
    found += [details.contains(f'"{name}"', autoescape=True) for name in names.devices]
    for name in names.customers:
        found.append(subject.in_(select(device.c.id).where(device.c.customer_id == name)))
        found += [text.contains(f"{name}/", autoescape=True) for text in (subject, details)]
        found.append(details.contains(f'"{name}"', autoescape=True))
    return or_(*found)


def _concerns(names: _Names, row: Mapping[str, Any]) -> bool:
    details = _details(row)
    named = {row["subject"], *(name for key in _NAMING for name in _texts(details.get(key)))}
    owners = {name.partition("/")[0] for name in named if "/" in name}
    return bool(named & names.all or owners & names.customers or _is_among(names, row, details))


def _is_among(names: _Names, row: Mapping[str, Any], details: Mapping[str, Any]) -> bool:
    """Tell whether what was done to many at once was done to a subject, too."""
    many = {name for key in _OF_MANY for name in _texts(details.get(key))}
    if row["action"].startswith("device."):
        return bool(many & names.devices)
    if any(f"{row['subject']}/{extension}" in names.accounts for extension in many):
        return True
    kits = details.get("kits")
    of_accounts = kits.values() if isinstance(kits, dict) else ()
    return any(kit[_KIT_DEVICE] in names.devices for made in of_accounts for kit in made)


def _texts(named: object) -> list[str]:
    """Return the names in a text, a list or the keys of a dictionary."""
    found = [named] if isinstance(named, str) else named
    return [x for x in found if isinstance(x, str)] if isinstance(found, list | dict) else []


def _found(row: Mapping[str, Any]) -> Found:
    actor, action, subject = (str(row[name]) for name in ("actor", "action", "subject"))
    code = row["mac"].hex() if isinstance(row["mac"], bytes) else ""
    at, details = _instant(row["at"]), _details(row)
    return Found(row["number"], at, actor, action, subject, details, code)


def _instant(at: object) -> datetime | None:
    try:
        return at if isinstance(at, datetime) else datetime.fromisoformat(str(at))
    except ValueError:  # somebody changed it; `verify_trail` tells
        return None


def _details(row: Mapping[str, Any]) -> dict[str, Any]:
    try:
        found = json.loads(row["details"])
    except (TypeError, ValueError):  # as above
        return {}
    return found if isinstance(found, dict) else {}
