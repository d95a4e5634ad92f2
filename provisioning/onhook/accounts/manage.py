"""Add, change, show, disable and export accounts one by one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select, update

from onhook.accounts.fields import FieldError, name_shown
from onhook.accounts.writer import AccountWriter, open_secret
from onhook.contracts import service_of
from onhook.links import newest_links, revoke_links
from onhook.mailing.book import refusals
from onhook.pbx_changes import open_kinds, queue_change
from onhook.store.schema import account, assignment
from onhook.subjects import find_account, find_customer, read_extension
from onhook_devices.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Row

    from onhook.accounts.writer import Written
    from onhook.links import LinkView
    from onhook.mailing.book import Refusal
    from onhook.pbx_changes import ChangeKind
    from onhook.workspace import UnitOfWork


class AccountExists(Conflict):
    """The customer has an account with this extension already."""

    account: str


@dataclass(frozen=True, slots=True)
class Account:
    """An account as people see it; `secrets` only where asked for.

    Attributes:
        customer: Id of the customer.
        extension: The number dialled.
        contract: Number of its contract.
        auth_id: Digest user name.
        name: As the phone's screen shows it.
        first_name: As told.
        last_name: As told.
        display_name: As told, '' if the name is made of the two.
        mail: As told.
        mobile: As told.
        caller_id: Number shown on calls to the outside.
        has_password: Whether there is one.
        has_msisdn: Whether there is one.
        disabled: Whether it is.
        devices: Ids of the devices it is on.
        pbx_pending: Kinds of change that the PBX has still to make: ``disable``.
        secrets: ``password`` and ``msisdn``, empty unless revealed.
        mail_refused: What the mail server refused last, if it was to this address; else None.
        kits: The newest link of each of its kits, where accounts are listed.
    """

    customer: str
    extension: str
    contract: int
    auth_id: str
    name: str
    first_name: str
    last_name: str
    display_name: str
    mail: str
    mobile: str
    caller_id: str
    has_password: bool
    has_msisdn: bool
    disabled: bool
    devices: tuple[str, ...]
    pbx_pending: tuple[str, ...]
    secrets: Mapping[str, str]
    mail_refused: Refusal | None = None
    kits: tuple[LinkView, ...] = ()

    @property
    def subject(self) -> str:
        """Return ``acme/101``."""
        return f"{self.customer}/{self.extension}"


def add_account(
    work: UnitOfWork,
    extension: str,
    raw: Mapping[str, str],
    *,
    customer: str | None,
    service: str | None,
) -> Written:
    """Add an account.

    Args:
        work: Where to.
        extension: The number dialled.
        raw: Texts by field (see `onhook.accounts.fields`).
        customer: Whose; not needed where there is one customer.
        service: Id of the service; default: the customer's, the workspace's.

    Raises:
        AccountExists: There is one with this extension.
        OnhookError: A field is not what it may be, or the customer may have no more accounts.
    """
    owner = find_customer(work.connection, customer)
    writer = AccountWriter(work, owner, service_of(work, owner, service))
    number = read_extension(extension)
    writer.look_up([{"extension": number}])
    if writer.knows(number):
        raise AccountExists(f"{owner}/{number}")
    written = _write(writer, {**raw, "extension": extension})
    work.record("account.add", f"{owner}/{written.extension}")
    return written


def set_account(
    work: UnitOfWork, named: str, raw: Mapping[str, str], *, customer: str | None
) -> Written:
    """Change what `raw` states of an account.

    Raises:
        NoSuchAccount: There is none.
        OnhookError: A field is not what it may be.
    """
    row = find_account(work.connection, named, customer)
    service = service_of(work, row.customer_id, None)
    writer = AccountWriter(work, row.customer_id, service)
    writer.look_up([{"extension": row.extension}])
    written = _write(writer, {**raw, "extension": row.extension})
    if written.fields:
        name = f"{row.customer_id}/{row.extension}"
        work.record("account.set", name, fields=list(written.fields))
    return written


class Disabled(NamedTuple):
    """What became of an account that was to be disabled.

    Attributes:
        account: Its name.
        links_revoked: How many links died.
        is_queued: Whether the PBX has still to shut it.
    """

    account: str
    links_revoked: int
    is_queued: bool


def disable_account(
    work: UnitOfWork, named: str, customer: str | None, *, reason: str = "account-disabled"
) -> Disabled:
    """Disable an account: its links die. Only the PBX can shut it; a person must do that there.

    Args:
        work: Where it is.
        named: ``acme/101``, or ``101``.
        customer: Whose, for the short form.
        reason: Why the PBX is asked, in a word.

    Raises:
        NoSuchAccount: There is none.
    """
    row = find_account(work.connection, named, customer)
    query = update(account).where(account.c.id == row.id, account.c.disabled_at.is_(None))
    work.connection.execute(query.values(disabled_at=work.now, changed_at=work.now))
    dead = revoke_links(work, accounts=[row.id], why="account-disabled")
    name = f"{row.customer_id}/{row.extension}"
    if row.disabled_at is None:
        queue_change(work, row.id, "disable", reason)
        work.record("account.disable", name, links_revoked=dead)
    return Disabled(name, dead, _is_open(work, row.id, "disable"))


def enable_account(work: UnitOfWork, named: str, customer: str | None) -> tuple[str, bool]:
    """Enable an account again; its links stay dead.

    Returns:
        Its name, and whether the PBX has still to enable it.

    Raises:
        NoSuchAccount: There is none.
    """
    row = find_account(work.connection, named, customer)
    query = update(account).where(account.c.id == row.id)
    work.connection.execute(query.values(disabled_at=None, changed_at=work.now))
    name = f"{row.customer_id}/{row.extension}"
    if row.disabled_at is not None:
        queue_change(work, row.id, "enable", "account-enabled")
        work.record("account.enable", name)
    return name, _is_open(work, row.id, "enable")


def _is_open(work: UnitOfWork, number: int, kind: ChangeKind) -> bool:
    return kind in open_kinds(work, [number]).get(number, ())


def show_account(
    work: UnitOfWork, named: str, customer: str | None, *, reveal: bool = False
) -> Account:
    """Return one account.

    Args:
        work: Where to look.
        named: ``acme/101``, or ``101``.
        customer: Whose, for the short form.
        reveal: Open its secrets, too; that is recorded, so the unit of work must write.

    Raises:
        NoSuchAccount: There is none.
    """
    row = find_account(work.connection, named, customer)
    name = f"{row.customer_id}/{row.extension}"
    refused = refusals(work, [name])
    beside = _Beside(_devices(work, [row.id]), open_kinds(work, [row.id]), refused)
    found = _account(work, row, beside, reveal=reveal)
    if reveal:
        work.record("account.reveal", found.subject)
    return found


def list_accounts(
    work: UnitOfWork, customer: str | None = None, *, reveal: bool = False
) -> Iterator[Account]:
    """Yield accounts by customer and extension.

    Args:
        work: Where to look.
        customer: Only this customer's.
        reveal: Open their secrets, too; that is recorded, so the unit of work must write.

    Raises:
        NoSuchCustomer: There is no such customer.
    """
    query = select(account).order_by(account.c.customer_id, account.c.extension)
    owner = None if customer is None else find_customer(work.connection, customer)
    if owner is not None:
        query = query.where(account.c.customer_id == owner)
    if reveal:
        work.record("account.reveal", customer or "")
    beside = _Beside(_devices(work, None), open_kinds(work), refusals(work))
    links = newest_links(work, owner)
    for row in work.connection.execute(query):
        found = _account(work, row, beside, reveal=reveal)
        yield replace(found, kits=links.get(found.subject, ()))


class _Beside(NamedTuple):
    """What stands in other tables, by the account's number, or by its name."""

    devices: dict[int, tuple[str, ...]]
    pbx_pending: dict[int, list[str]]
    refused: dict[str, Refusal]


def _write(writer: AccountWriter, raw: Mapping[str, str]) -> Written:
    try:
        written = writer.write(raw)
    except FieldError as error:
        raise error.error from None
    writer.flush()
    return written


def _devices(work: UnitOfWork, accounts: list[int] | None) -> dict[int, tuple[str, ...]]:
    query = select(assignment.c.account_id, assignment.c.device_id)
    query = query.where(assignment.c.status != "ended").order_by(assignment.c.device_id)
    if accounts is not None:
        query = query.where(assignment.c.account_id.in_(accounts))
    found: dict[int, tuple[str, ...]] = {}
    for row in work.connection.execute(query):
        found[row.account_id] = (*found.get(row.account_id, ()), row.device_id)
    return found


def _account(work: UnitOfWork, row: Row[Any], beside: _Beside, *, reveal: bool) -> Account:
    keys = work.workspace.keys.accounts
    fields = ("password", "msisdn") if reveal else ()
    refused = beside.refused.get(f"{row.customer_id}/{row.extension}")
    return Account(
        customer=row.customer_id,
        extension=row.extension,
        contract=row.contract_id,
        auth_id=row.auth_id,
        name=name_shown(row.first_name, row.last_name, row.display_name),
        first_name=row.first_name,
        last_name=row.last_name,
        display_name=row.display_name,
        mail=row.mail,
        mobile=row.mobile,
        caller_id=row.caller_id,
        has_password=row.password_sealed is not None,
        has_msisdn=row.msisdn_sealed is not None,
        disabled=row.disabled_at is not None,
        devices=beside.devices.get(row.id, ()),
        pbx_pending=tuple(beside.pbx_pending.get(row.id, ())),
        secrets={field: open_secret(keys, row, field) for field in fields},
        mail_refused=refused if refused is not None and refused.address == row.mail else None,
    )
