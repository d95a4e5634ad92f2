"""What an account's QR code holds now, to be drawn again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from onhook.families.family import SYMBOL
from onhook.kits.candidates import issued_kits
from onhook.kits.records import about_file
from onhook.links import link_url, open_token, state_of
from onhook.store.schema import issue_file, kit
from onhook.subjects import find_account, read_device_id
from onhook_devices.errors import Refused, UsageError

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Row

    from onhook.sealing import Sealer
    from onhook.workspace import UnitOfWork


class NoLink(Refused):
    """The account's kits have no live link."""

    account: str


class WhichDevice(UsageError):
    """The account has QR codes for several devices."""

    account: str
    devices: str


class SecretInQr(Refused):
    """The family's QR code would hold the password itself."""

    account: str
    family: str


@dataclass(frozen=True, slots=True)
class DrawnSymbol:
    """A QR code to be drawn.

    Attributes:
        account: ``acme/101``.
        device: The device's id, or ''.
        family: The softphone family.
        expires_at: When its link dies; None where the settings stand in the picture itself.
        text: What it holds. A secret: whoever has it may fetch the config.
    """

    account: str
    device: str
    family: str
    expires_at: datetime | None
    text: str = field(repr=False)

    @property
    def subject(self) -> str:
        """Return account and device as people read them."""
        return f"{self.account} {self.device}".rstrip()


def current_symbol(
    work: UnitOfWork,
    named: str,
    customer: str | None,
    device: str | None,
    *,
    allow_secret_qr: bool = False,
) -> DrawnSymbol:
    """Return what the QR code of an account's kit holds.

    Args:
        work: Where to look.
        named: ``acme/101``, or ``101``.
        customer: Whose, for the short form.
        device: Which of its devices, if it has several.
        allow_secret_qr: Whether it may hold the password itself.

    Raises:
        NoLink: Its link is dead, or it has none.
        SecretInQr: It holds the password.
        WhichDevice: It has several.
        NoSuchAccount: There is no such account.
    """
    name, one = find_symbol(work, named, customer, device)
    if one.secret_in_qr and not allow_secret_qr:
        raise SecretInQr(name, one.family)
    expires_at = None if one.content_sealed is not None else one.expires_at
    text = _text(work.workspace.keys.delivery, name, one)
    return DrawnSymbol(name, one.device_id, one.family, expires_at, text)


def find_symbol(
    work: UnitOfWork,
    named: str,
    customer: str | None,
    device: str | None,
    *,
    needs_link: bool = False,
) -> tuple[str, Row[Any]]:
    """Return an account's name and the row of its kit's current issue, which has a QR code.

    Args:
        work: Where to look.
        named: ``acme/101``, or ``101``.
        customer: Whose, for the short form.
        device: Which of its devices, if it has several.
        needs_link: Whether the settings in the picture itself are not enough.

    Raises:
        NoLink: Its link is dead, or it has none.
        WhichDevice: It has several.
        NoSuchAccount: There is no such account.
    """
    row = find_account(work.connection, named, customer)
    name = f"{row.customer_id}/{row.extension}"
    found = _current(work, row.id, None if device is None else read_device_id(device))
    if needs_link:
        found = [one for one in found if one.content_sealed is None]
    if not found:
        raise NoLink(name)
    if len(found) > 1:
        raise WhichDevice(name, ", ".join(one.device_id or "-" for one in found))
    return name, found[0]


def _text(keys: Sealer, account_name: str, row: Row[Any]) -> str:
    if row.content_sealed is None:
        return link_url(row.public_url, open_token(keys, account_name, row))
    bound_to = about_file(account_name, row.device_id, row.number, SYMBOL)
    return keys.open(row.content_sealed, bound_to).decode()


def _current(work: UnitOfWork, account_id: int, device: str | None) -> list[Row[Any]]:
    """Return the current issues of an account's kits that have a QR code, by device."""
    on_symbol = (
        (issue_file.c.kit_id == kit.c.id)
        & (issue_file.c.number == kit.c.current_issue)
        & (issue_file.c.name == SYMBOL)
    )
    query = (
        issued_kits()
        .add_columns(issue_file.c.content_sealed)
        .outerjoin(issue_file, on_symbol)
        .where(kit.c.account_id == account_id)
        .order_by(kit.c.device_id)
    )
    if device is not None:
        query = query.where(kit.c.device_id == device)
    rows = work.connection.execute(query).all()
    return [row for row in rows if _works(row, work.now)]


def _works(row: Row[Any], now: datetime) -> bool:
    if row.content_sealed is not None:  # nothing ends what a picture itself says
        return True
    return row.token_sealed is not None and state_of(row, now) == "live"
