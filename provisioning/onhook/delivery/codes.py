"""Short codes: what people type at the server's front page when no camera works.

Twelve digits in three groups. Digits have no look-alikes, are spoken on the telephone without
mistake in either language, and need no change of keyboard. A code is made when it is asked for,
lives for some minutes (a value of the service) and leads to its link's page, no further. The
database keeps it sealed, and finds it by a code of it that needs the delivery key. How often
wrong ones may be typed, and what guessing comes to, is in docs/delivery.md.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from sqlalchemy import delete, insert, select

from onhook.delivery.store import Budget
from onhook.kits.symbols import find_symbol
from onhook.store.schema import short_code

if TYPE_CHECKING:
    from sqlalchemy import Row

    from onhook.sealing import Sealer
    from onhook.workspace import UnitOfWork

DIGITS = 12
"""10^12 codes."""
GROUP = 4
WINDOW = timedelta(hours=1)
WRONG_FROM_ALL = 100
"""Wrong codes that everybody together may type in a `WINDOW`."""
WRONG_FROM_ONE = 10
"""Of these from one network."""
_KEPT = timedelta(days=1)
_WORTH_TELLING = timedelta(minutes=5)
"""A code with less time left is not told again."""
_ABOUT = "short code"
_MARKS = str.maketrans("", "", " -‐‑–ー−.\t")


@dataclass(frozen=True, slots=True)
class ShortCode:
    """A code to be told to its person.

    Attributes:
        account: ``acme/101``.
        device: The device's id, or ''.
        public_url: Where it is typed.
        expires_at: When it dies.
        code: In groups, ``1234 5678 9012``. A secret: it leads to the config.
    """

    account: str
    device: str
    public_url: str
    expires_at: datetime
    code: str = field(repr=False)


def show_code(work: UnitOfWork, named: str, customer: str | None, device: str | None) -> ShortCode:
    """Return the short code of an account's kit; make one where there is none with time left.

    Raises:
        NoLink: Its link is dead, or it has none.
        WhichDevice: It has kits for several devices.
        NoSuchAccount: There is no such account.
    """
    name, row = find_symbol(work, named, customer, device, needs_link=True)
    return code_of(work, name, row)


def code_of(work: UnitOfWork, name: str, row: Row[Any]) -> ShortCode:
    """Return the short code of a kit; make one where there is none with time left.

    Args:
        work: Where it is kept.
        name: The account's, ``acme/101``.
        row: Of the kit and its current issue, whose link is live.
    """
    keys = work.workspace.keys.delivery
    about = about_code(name, row.device_id, row.number)
    is_this = (short_code.c.kit_id == row.kit_id) & (short_code.c.number == row.number)
    there = work.connection.execute(select(short_code).where(is_this)).one_or_none()
    if there is not None and there.expires_at - work.now > _WORTH_TELLING:
        code = keys.open(there.code_sealed, about).decode()
        if there.code_tag in tags_of(keys, code):
            return ShortCode(name, row.device_id, row.public_url, there.expires_at, grouped(code))
    minutes = work.workspace.services.get(row.service).links.code_minutes
    expires_at = min(work.now + timedelta(minutes=minutes), row.expires_at)
    code = new_code()
    work.connection.execute(delete(short_code).where(is_this))
    work.connection.execute(
        insert(short_code).values(
            kit_id=row.kit_id,
            number=row.number,
            code_tag=tags_of(keys, code)[0],
            code_sealed=keys.seal(code.encode(), about),
            expires_at=expires_at,
        )
    )
    work.record("link.code", name, device=row.device_id, issue=row.number)
    return ShortCode(name, row.device_id, row.public_url, expires_at, grouped(code))


def new_code() -> str:
    """Return a fresh code."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def grouped(code: str) -> str:
    """Return a code as it is read out."""
    return " ".join(code[place : place + GROUP] for place in range(0, DIGITS, GROUP))


def typed_code(text: str) -> str | None:
    """Return the code that somebody typed, full-width or with marks in between; None if none."""
    plain = normalize("NFKC", text[:64]).translate(_MARKS)
    return plain if len(plain) == DIGITS and plain.isascii() and plain.isdigit() else None


def about_code(account_name: str, device: str, number: int) -> str:
    """Return what the sealed code of a kit's issue is bound to."""
    return f"kit {account_name} {device} issue {number} short code"


def tags_of(keys: Sealer, code: str) -> list[bytes]:
    """Return what the database may know a code by: one for each key, the newest's first."""
    return keys.tags(code, _ABOUT)


def budget_at(now: datetime) -> Budget:
    """Return how many wrong codes may be typed in the window that `now` is in."""
    length_s = int(WINDOW.total_seconds())
    began_at = datetime.fromtimestamp(int(now.timestamp()) // length_s * length_s, UTC)
    return Budget(began_at, began_at + WINDOW, now - _KEPT, WRONG_FROM_ALL, WRONG_FROM_ONE)
