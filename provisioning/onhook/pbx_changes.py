"""What the PBX has still to learn: only a person, or its own import, can change it.

onhook never says that an account is shut, or has its new password, before it is marked done here.

The end of a contract on its last day is written down by nobody, for nothing runs at midnight: the
disabling it asks for is found by looking (`open_changes`), and stored when it is done.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import delete, exists, insert, select, update

from onhook.store.schema import account, contract, pbx_change
from onhook.subjects import find_account, find_customer
from onhook.workspace import end_of_day
from onhook_devices.errors import NotFound, OnhookError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from datetime import datetime

    from onhook.workspace import UnitOfWork

    _Numbers = Collection[int] | None

ChangeKind = Literal["password", "disable", "enable"]
_OPPOSITE: dict[ChangeKind, ChangeKind] = {"disable": "enable", "enable": "disable"}
_CONTRACT_ENDED = "contract-ended"
_FEW = 500
"""A statement takes no more parameters than so many thousands; beyond, all rows are read."""
_NOBODY = "onhook"
"""Who asked for what came due by itself."""


class NothingOpen(NotFound):
    """Nothing is open for an account that was named."""

    account: str


@dataclass(frozen=True, slots=True)
class OpenChange:
    """What somebody must still do on the PBX.

    Attributes:
        customer: Id of the account's customer.
        extension: The account's.
        kind: What is to be done.
        reason: Why, in a word: ``account-disabled``.
        asked_at: Since when.
        asked_by: By whom.
        account_id: Number of the account.
        contract_id: Number of its contract, which says on which PBX it is.
        id: Its number; None where it came due by itself and is stored nowhere.
    """

    customer: str
    extension: str
    kind: ChangeKind
    reason: str
    asked_at: datetime
    asked_by: str
    account_id: int
    contract_id: int
    id: int | None

    @property
    def account(self) -> str:
        """Return ``acme/101``."""
        return f"{self.customer}/{self.extension}"


def queue_change(work: UnitOfWork, account_id: int, kind: ChangeKind, reason: str) -> None:
    """Ask for a change on the PBX; what is asked for already is not asked for twice.

    What is still to be done and is now to be undone needs neither.

    Args:
        work: Where to.
        account_id: Number of the account.
        kind: What is to be done there.
        reason: Why, in a word: ``account-disabled``.
    """
    open_ones = (pbx_change.c.account_id == account_id) & pbx_change.c.done_at.is_(None)
    opposite = _OPPOSITE.get(kind)
    undone = delete(pbx_change).where(open_ones, pbx_change.c.kind == opposite)
    if opposite is not None and work.connection.execute(undone).rowcount:
        return
    asked = select(pbx_change.c.id).where(open_ones, pbx_change.c.kind == kind)
    if work.connection.scalar(asked) is None:
        row = {"account_id": account_id, "kind": kind, "reason": reason}
        stamp = {"asked_at": work.now, "asked_by": work.actor}
        work.connection.execute(insert(pbx_change).values(row | stamp))


def open_changes(
    work: UnitOfWork, customer: str | None = None, *, accounts: Collection[int] | None = None
) -> list[OpenChange]:
    """Return what is still to be done on the PBX, the oldest first.

    Args:
        work: Where to look.
        customer: Of this customer's accounts only.
        accounts: Of the accounts with these numbers only.

    Raises:
        NoSuchCustomer: There is no such customer.
    """
    owner = None if customer is None else find_customer(work.connection, customer)
    found = [*_asked(work, owner, accounts), *_came_due(work, owner, accounts)]
    if accounts is not None:
        wanted = set(accounts)
        found = [change for change in found if change.account_id in wanted]
    return sorted(found, key=lambda one: (one.asked_at, one.customer, one.extension, one.kind))


def open_kinds(work: UnitOfWork, accounts: Collection[int] | None = None) -> dict[int, list[str]]:
    """Return the kinds of change that are open, by the number of the account."""
    found: dict[int, list[str]] = {}
    for change in open_changes(work, accounts=accounts):
        found.setdefault(change.account_id, []).append(change.kind)
    return found


def _asked(work: UnitOfWork, owner: str | None, accounts: _Numbers) -> Iterator[OpenChange]:
    """Yield what was asked for and not marked done."""
    query = (
        select(*_OF_ACCOUNT, *_OF_CHANGE)
        .join_from(pbx_change, account, pbx_change.c.account_id == account.c.id)
        .where(pbx_change.c.done_at.is_(None))
    )
    for row in work.connection.execute(_of(query, owner, accounts)):
        yield OpenChange(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name


def _came_due(work: UnitOfWork, owner: str | None, accounts: _Numbers) -> Iterator[OpenChange]:
    """Yield the accounts to shut because their contract's last day went by."""
    shut = exists().where(
        pbx_change.c.account_id == account.c.id,
        pbx_change.c.kind == "disable",
        pbx_change.c.reason == _CONTRACT_ENDED,
    )
    query = (
        select(*_OF_ACCOUNT, contract.c.ends_on)
        .join_from(account, contract, account.c.contract_id == contract.c.id)
        .where(contract.c.ended_at.is_(None), contract.c.ends_on < work.today)
        .where(account.c.disabled_at.is_(None), ~shut)  # what is disabled here was asked for
    )
    for row in work.connection.execute(_of(query, owner, accounts)):
        yield OpenChange(
            customer=row.customer,
            extension=row.extension,
            kind="disable",
            reason=_CONTRACT_ENDED,
            asked_at=end_of_day(row.ends_on),
            asked_by=_NOBODY,
            account_id=row.account_id,
            contract_id=row.contract_id,
            id=None,
        )


_OF_CHANGE = (
    pbx_change.c.kind,
    pbx_change.c.reason,
    pbx_change.c.asked_at,
    pbx_change.c.asked_by,
    pbx_change.c.id,
)
_OF_ACCOUNT = (
    account.c.customer_id.label("customer"),
    account.c.extension,
    account.c.id.label("account_id"),
    account.c.contract_id,
)


def _of(query: Any, owner: str | None, accounts: _Numbers) -> Any:
    """Return `query` for a customer's accounts; and for those numbered alone, if they are few."""
    if owner is not None:
        query = query.where(account.c.customer_id == owner)
    if accounts is not None and len(accounts) <= _FEW:
        query = query.where(account.c.id.in_(accounts))
    return query


def changes_named(
    work: UnitOfWork,
    named: Sequence[str],
    customer: str | None,
    only: ChangeKind | None = None,
) -> tuple[list[OpenChange], list[OnhookError]]:
    """Return what is open for the accounts `named`, and what is wrong with those names.

    Args:
        work: Where to look.
        named: ``acme/101``, or ``101``; none: all accounts.
        customer: Whose, for the short form and for all.
        only: Only changes of this kind.
    """
    if not named:
        return _only(only, open_changes(work, customer)), []
    found: dict[int, str] = {}
    errors: list[OnhookError] = []
    for name in named:
        try:
            row = find_account(work.connection, name, customer)
            found[row.id] = f"{row.customer_id}/{row.extension}"
        except OnhookError as error:
            errors.append(error)
    changes = _only(only, open_changes(work, accounts=found))
    busy = {change.account_id for change in changes}
    errors += [NothingOpen(name) for number, name in found.items() if number not in busy]
    return changes, errors


def _only(kind: ChangeKind | None, changes: list[OpenChange]) -> list[OpenChange]:
    return [one for one in changes if kind in (None, one.kind)]


def mark_done(work: UnitOfWork, changes: Iterable[OpenChange]) -> None:
    """Record that `changes` were made on the PBX, by whom and when."""
    done = sorted(changes, key=lambda one: (one.customer, one.extension, one.kind))
    stamp = {"done_at": work.now, "done_by": work.actor}
    for change in done:
        if change.id is None:
            work.connection.execute(insert(pbx_change).values(_row(change) | stamp))
        else:
            query = update(pbx_change).where(pbx_change.c.id == change.id)
            work.connection.execute(query.values(stamp))
    record(work, "pbx.done", done)


def record(work: UnitOfWork, action: str, changes: Iterable[OpenChange], **details: object) -> None:
    """Record what was done with `changes`, an entry for each customer; they come in its order.

    An entry about one account has that account as its subject.
    """
    for customer, group in groupby(changes, lambda one: one.customer):
        kinds: dict[str, list[str]] = {}
        for change in group:
            kinds.setdefault(change.extension, []).append(change.kind)
        only = f"{customer}/{next(iter(kinds))}" if len(kinds) == 1 else customer
        work.record(action, only, changes=kinds, **details)


def _row(change: OpenChange) -> dict[str, object]:
    return {
        "account_id": change.account_id,
        "kind": change.kind,
        "reason": change.reason,
        "asked_at": change.asked_at,
        "asked_by": change.asked_by,
    }
