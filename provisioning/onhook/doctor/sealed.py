"""The key ring, and what it has to open and to sign."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from onhook.accounts.writer import about
from onhook.audit.verifying import verify_trail
from onhook.doctor.errors import KeyLost, KeysIncomplete
from onhook.doctor.findings import Finding
from onhook.imports import Note
from onhook.links import about_token
from onhook.sealing import PURPOSES, KeyMissing, SealBroken
from onhook.store.schema import account, contract, issue_file, kit, link

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Column, Row

    from onhook.doctor.site import Site
    from onhook.sealing import Purpose, Sealer
    from onhook.workspace import UnitOfWork

_SAMPLE = 20
"""Values opened of each kind; the ids of their keys are looked at in all."""

_SEALED: tuple[tuple[Purpose, Column[Any]], ...] = (
    ("accounts", account.c.password_sealed),
    ("accounts", account.c.msisdn_sealed),
    ("accounts", contract.c.tunnel_password_sealed),
    ("delivery", issue_file.c.content_sealed),
    ("delivery", link.c.token_sealed),
)


def check_ring(site: Site) -> Iterator[Finding | Note]:
    """Read the key ring, and see that it has keys of all purposes.

    A public server's has keys of delivery alone.
    """
    there = {key.purpose for key in site.keys.keys}
    lacking = [purpose for purpose in PURPOSES if purpose not in there]
    if lacking and there != {"delivery"}:
        yield Finding("fault", KeysIncomplete(str(site.settings.key_file), ", ".join(lacking)))
    newest = max(key.made_at for key in site.keys.keys).partition("T")[0]
    yield Note("doctor-keys", {"count": str(len(site.keys.keys)), "newest": newest})


def check_values(site: Site) -> Iterator[Finding | Note]:
    """Look whose keys all sealed values need, and open some of each kind."""
    there = {key.purpose for key in site.keys.keys}
    lost: set[str] = set()
    with site.reading() as work:
        for purpose, column in _SEALED:
            if purpose in there:
                for error in _lost(site, work, purpose, column):
                    lost.add(error.key)
                    yield Finding("fault", error)
        for broken in _broken(site, work):
            if not isinstance(broken, KeyMissing):
                yield Finding("fault", broken)
    if not lost:
        yield Note("doctor-sealed")


def _lost(site: Site, work: UnitOfWork, purpose: Purpose, column: Column[Any]) -> Iterator[KeyLost]:
    known = {key.id for key in site.keys.keys}
    used = func.substr(column, 2, 4).label("used")  # behind the version; see onhook.sealing
    many = select(used, func.count().label("many")).where(column.is_not(None)).group_by(used)
    for row in work.connection.execute(many):
        if bytes(row.used) not in known:
            yield KeyLost(bytes(row.used).hex(), purpose, str(row.many))


def _broken(site: Site, work: UnitOfWork) -> Iterator[KeyMissing | SealBroken]:
    """Yield why values of a sample do not open."""
    passwords = select(account).where(account.c.password_sealed.is_not(None)).limit(_SAMPLE)
    for row in work.connection.execute(passwords):
        place = about(row.customer_id, row.extension, "password")
        yield from _opens(site.keys.accounts, row.password_sealed, place)
    tokens = (
        select(link, kit.c.device_id, account.c.customer_id, account.c.extension)
        .join_from(link, kit, link.c.kit_id == kit.c.id)
        .join(account, kit.c.account_id == account.c.id)
        .limit(_SAMPLE)
    )
    for row in work.connection.execute(tokens):
        yield from _opens(site.keys.delivery, row.token_sealed, _token_place(row))


def _token_place(row: Row[Any]) -> str:
    return about_token(f"{row.customer_id}/{row.extension}", row.device_id, row.number)


def _opens(keys: Sealer, sealed: bytes, place: str) -> Iterator[KeyMissing | SealBroken]:
    try:
        keys.open(sealed, place)
    except (KeyMissing, SealBroken) as error:
        yield error


def check_trail(site: Site) -> Iterator[Finding | Note]:
    """Verify the audit trail from its first entry to its last."""
    if not any(key.purpose == "audit" for key in site.keys.keys):  # a public server's
        return
    with site.reading() as work:
        found = verify_trail(work.connection, site.keys.audit)
    for error in found.findings:
        yield Finding("fault", error)
    yield Note("doctor-audit", {"count": str(found.entries)})
