"""Show that a key ring opens what was restored: one config, one password."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy import select

from onhook.accounts.writer import about
from onhook.kits.records import about_file
from onhook.sealing import KeyMissing, SealBroken
from onhook.store.schema import account, issue_file, kit

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from onhook.sealing import KeyRing


@dataclass(frozen=True, slots=True)
class Opened:
    """What was opened.

    Attributes:
        config: Account and file of a config that was opened and has its SHA-256; '' if none is
            there, or none could be.
        password: The account whose password was opened; '' likewise.
    """

    config: str = ""
    password: str = ""


def open_some(connection: Connection, keys: KeyRing) -> Opened:
    """Open the newest config and the newest password that the ring has the key of.

    Raises:
        SealBroken: The ring has a key of that id, and it opens nothing, or something else.
    """
    return Opened(_open_config(connection, keys), _open_password(connection, keys))


def _open_config(connection: Connection, keys: KeyRing) -> str:
    query = (
        select(issue_file, kit.c.device_id, account.c.customer_id, account.c.extension)
        .join(kit, kit.c.id == issue_file.c.kit_id)
        .join(account, account.c.id == kit.c.account_id)
        .order_by(issue_file.c.kit_id.desc(), issue_file.c.number.desc(), issue_file.c.name)
        .execution_options(yield_per=100)
    )
    with connection.execute(query) as rows:
        for row in rows:
            owner = f"{row.customer_id}/{row.extension}"
            bound_to = about_file(owner, row.device_id, row.number, row.name)
            try:
                content = keys.delivery.open(row.content_sealed, bound_to)
            except KeyMissing:
                continue
            if sha256(content).digest() != row.sha256:
                raise SealBroken(bound_to)
            return f"{owner} {row.name}"
    return ""


def _open_password(connection: Connection, keys: KeyRing) -> str:
    query = (
        select(account.c.customer_id, account.c.extension, account.c.password_sealed)
        .where(account.c.password_sealed.is_not(None))
        .order_by(account.c.id.desc())
        .execution_options(yield_per=100)
    )
    with connection.execute(query) as rows:
        for row in rows:
            bound_to = about(row.customer_id, row.extension, "password")
            try:
                keys.accounts.open(row.password_sealed, bound_to)
            except KeyMissing:
                continue
            return f"{row.customer_id}/{row.extension}"
    return ""
