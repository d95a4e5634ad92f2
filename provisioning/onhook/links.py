"""Links: the short-lived way from a QR code to the current issue of a kit.

A token has 130 random bits, written in base32: capital letters and digits keep the QR symbol
small. The database knows it by its SHA-256, and sealed, so that the QR code can be
drawn again. The address is built from the setting `public_url`, never from a request.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import delete, exists, func, not_, or_, select, update

from onhook.delivery.progress import NOTHING_SEEN, seen_at_issues
from onhook.store.schema import account, issue, kit, link
from onhook.subjects import find_account, find_customer

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from sqlalchemy import ColumnElement, Row, Select

    from onhook.delivery.progress import Progress
    from onhook.sealing import Sealer
    from onhook.workspace import UnitOfWork

TOKEN_LENGTH = 26  # of 5 bits each: 130 random bits
_BASE32 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"  # RFC 4648 section 6
_SIGNS = _BASE32 * (256 // len(_BASE32))  # each sign for eight of the bytes: none is favoured

Why = Literal[
    "account-disabled",
    "assignment-ended",
    "compromised",
    "contract-ended",
    "device-lost",
    "device-replaced",
    "device-retired",
    "device-returned",
    "replaced",
    "revoked",
    "service-ended",
]
LinkState = Literal["live", "expired", "used-up", "revoked"]


@dataclass(frozen=True, slots=True)
class LinkView:
    """A link without its token, or a QR code that holds the settings itself.

    Attributes:
        account: ``acme/101``.
        device: The device's id, or ''.
        issue: Of the kit.
        state: Whether the link works; ``inline`` where there is none, for the settings stand in the
            picture.
        expires_at: When the link dies; None without one.
        fetches: How often it was fetched.
        max_fetches: How often it may be.
        why: Why it was revoked, or ''.
        secret_in_qr: Whether the kit's QR code holds the password itself: nobody can revoke that.
        progress: How far its person has come: ``issued``, ``opened``, ``fetched``.
        opened_at: When its page was last opened; None if never.
        fetched_at: When its config was last fetched; None if never.
        platform: What the phone told of itself last, or ''.
        level: Its observed level, or ''.
    """

    account: str
    device: str
    issue: int
    state: LinkState | Literal["inline"]
    expires_at: datetime | None
    fetches: int
    max_fetches: int
    why: str
    secret_in_qr: bool
    progress: Progress
    opened_at: datetime | None
    fetched_at: datetime | None
    platform: str
    level: str


def new_token() -> str:
    """Return a fresh token."""
    return os.urandom(TOKEN_LENGTH).translate(_SIGNS).decode()


def token_sha256(token: str) -> bytes:
    """Return what the database knows a token by."""
    return sha256(token.encode()).digest()


def link_url(public_url: str, token: str) -> str:
    """Return the address in the QR code."""
    return f"{public_url}/k/{token}"


def page_url(public_url: str, token: str) -> str:
    """Return the address of the link's page, for mails and paper: nothing fetches by opening it."""
    return f"{public_url}/s/{token}"


def about_token(account_name: str, device: str, number: int) -> str:
    """Return what the sealed token of a kit's issue is bound to."""
    return f"kit {account_name} {device} issue {number} token"


def open_token(keys: Sealer, account_name: str, row: Row[Any]) -> str:
    """Return the token of a link's row, which has the kit's `device_id`, too."""
    bound_to = about_token(account_name, row.device_id, row.number)
    return keys.open(row.token_sealed, bound_to).decode()


def state_of(row: Row[Any], now: datetime) -> LinkState:
    """Return whether a link still works, or why it does not."""
    if row.revoked_at is not None:
        return "revoked"
    if row.fetches >= row.max_fetches:
        return "used-up"
    return "live" if now < row.expires_at else "expired"


def revoke_links(
    work: UnitOfWork,
    *,
    why: Why,
    accounts: Collection[int] | None = None,
    device: str | None = None,
    contract: int | None = None,
) -> int:
    """Revoke the links of the kits of some accounts, of a device, or of a contract.

    What is given is combined: `accounts` with `device` are those accounts' kits on that device.

    Returns:
        How many links died by it.
    """
    kits = select(kit.c.id)
    if accounts is not None:
        kits = kits.where(kit.c.account_id.in_(accounts))
    if device is not None:
        kits = kits.where(kit.c.device_id == device)
    if contract is not None:
        kits = kits.where(kit.c.id.in_(_of_contract(contract)))
    return _revoke(work, kits, why)


def shorten_links(work: UnitOfWork, *, contract: int, at: datetime) -> None:
    """Let no link of a contract's kits live on after `at`, which is still to come."""
    late = link.c.revoked_at.is_(None) & (link.c.expires_at > at)
    query = update(link).where(late, link.c.kit_id.in_(_of_contract(contract)))
    work.connection.execute(query.values(expires_at=at))


def _of_contract(contract: int) -> Select[tuple[int]]:
    """Return the query of the kits of a contract's accounts."""
    members = select(account.c.id).where(account.c.contract_id == contract)
    return select(kit.c.id).where(kit.c.account_id.in_(members))


def _revoke(work: UnitOfWork, kits: Select[tuple[int]], why: Why) -> int:
    live = link.c.revoked_at.is_(None)
    query = update(link).where(live, link.c.kit_id.in_(kits))
    return work.connection.execute(query.values(revoked_at=work.now, revoked_why=why)).rowcount


def revoke_all(work: UnitOfWork, named: str, customer: str | None) -> tuple[str, int]:
    """Revoke every link of an account; phones that are set up stay so.

    Returns:
        The account's name and how many links died.

    Raises:
        NoSuchAccount: There is none.
    """
    row = find_account(work.connection, named, customer)
    name = f"{row.customer_id}/{row.extension}"
    dead = revoke_links(work, accounts=[row.id], why="revoked")
    work.record("link.revoke", name, links_revoked=dead)
    return name, dead


def revoke_everything(work: UnitOfWork, customer: str | None) -> int:
    """Revoke every link there is, or all of a customer; phones that are set up stay so.

    Returns:
        How many links died.

    Raises:
        NoSuchCustomer: There is none.
    """
    kits, owner = select(kit.c.id), ""
    if customer is not None:
        owner = find_customer(work.connection, customer)
        members = select(account.c.id).where(account.c.customer_id == owner)
        kits = kits.where(kit.c.account_id.in_(members))
    dead = _revoke(work, kits, "revoked")
    work.record("link.revoke", owner, links_revoked=dead)
    return dead


def list_links(
    work: UnitOfWork,
    customer_id: str | None = None,
    accounts: Collection[int] | None = None,
) -> Iterator[LinkView]:
    """Yield all links, by account and device, the newest of each first.

    With them what no link stands for: QR codes that hold the password itself.

    Args:
        work: Where they are.
        customer_id: Of this customer's accounts only.
        accounts: Of these accounts only, by number.
    """
    of_issue = (link.c.kit_id == issue.c.kit_id) & (link.c.number == issue.c.number)
    columns = [
        account.c.customer_id,
        account.c.extension,
        kit.c.device_id,
        issue.c.kit_id,
        issue.c.number,
        issue.c.secret_in_qr,
        link.c.token_sha256,
        link.c.expires_at,
        link.c.fetches,
        link.c.max_fetches,
        link.c.revoked_at,
        link.c.revoked_why,
    ]
    query = (
        select(*columns)
        .join(kit, kit.c.account_id == account.c.id)
        .join(issue, issue.c.kit_id == kit.c.id)
        .outerjoin(link, of_issue)
        .where(or_(link.c.token_sha256.is_not(None), issue.c.secret_in_qr))
        .order_by(
            account.c.customer_id, account.c.extension, kit.c.device_id, issue.c.number.desc()
        )
    )
    wanted = []
    if customer_id is not None:
        wanted.append(account.c.customer_id == customer_id)
    if accounts is not None:
        wanted.append(account.c.id.in_(accounts))
    kits = select(kit.c.id).join(account, account.c.id == kit.c.account_id).where(*wanted)
    all_seen = seen_at_issues(work.connection, kits)
    for row in work.connection.execute(query.where(*wanted)):
        seen = all_seen.get((row.kit_id, row.number), NOTHING_SEEN)
        has_link = row.token_sha256 is not None
        yield LinkView(
            account=f"{row.customer_id}/{row.extension}",
            device=row.device_id,
            issue=row.number,
            state=state_of(row, work.now) if has_link else "inline",
            expires_at=row.expires_at,
            fetches=row.fetches or 0,
            max_fetches=row.max_fetches or 0,
            why=row.revoked_why or "",
            secret_in_qr=row.secret_in_qr,
            progress=seen.progress,
            opened_at=seen.opened_at,
            fetched_at=seen.fetched_at,
            platform=seen.platform,
            level=seen.level,
        )


def newest_links(
    work: UnitOfWork,
    customer_id: str | None = None,
    accounts: Collection[int] | None = None,
) -> dict[str, tuple[LinkView, ...]]:
    """Return the newest link of each kit, by account, but for kits that never had one.

    Which accounts': as in `list_links`.
    """
    found: dict[str, dict[str, LinkView]] = {}
    for one in list_links(work, customer_id, accounts):
        found.setdefault(one.account, {}).setdefault(one.device, one)
    return {account_name: tuple(kits.values()) for account_name, kits in found.items()}


def purge_links(work: UnitOfWork) -> int:
    """Delete links that no longer work and are not their kit's newest; return how many."""
    newer = link.alias()
    not_newest = exists().where(newer.c.kit_id == link.c.kit_id, newer.c.number > link.c.number)
    count = work.connection.execute(delete(link).where(_is_dead(work.now), not_newest)).rowcount
    if count:
        work.record("link.purge", "", links=count)
    return count


def count_live(work: UnitOfWork) -> int:
    """Return how many links work."""
    live = select(func.count()).where(not_(_is_dead(work.now)))
    return work.connection.scalar(live) or 0


def _is_dead(now: datetime) -> ColumnElement[bool]:
    """Return what `state_of` tells, as SQL: a link that does not work.

    `delivery.statements` says the opposite in plain SQL, for the server.
    """
    return or_(
        link.c.revoked_at.is_not(None),
        link.c.expires_at <= now,
        link.c.fetches >= link.c.max_fetches,
    )
