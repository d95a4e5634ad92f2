"""The key ring, and what it has to open and to sign."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from onhook.audit.verifying import verify_trail
from onhook.doctor.errors import KeyLost, KeysIncomplete
from onhook.doctor.findings import Finding
from onhook.imports import Note
from onhook.keys.sealed_columns import SEALED_COLUMNS
from onhook.sealing import PURPOSES, KeyMissing, SealBroken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onhook.doctor.site import Site
    from onhook.keys.sealed_columns import SealedColumn
    from onhook.workspace import UnitOfWork

_SAMPLE = 20
"""Values opened of each kind; the ids of their keys are looked at in all."""


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
        for sealed in SEALED_COLUMNS:
            if sealed.purpose in there:
                for error in _lost(site, work, sealed):
                    lost.add(error.key)
                    yield Finding("fault", error)
        for sealed in SEALED_COLUMNS:
            for broken in _broken(site, work, sealed):
                yield Finding("fault", broken)
    if not lost:
        yield Note("doctor-sealed")


def _lost(site: Site, work: UnitOfWork, sealed: SealedColumn) -> Iterator[KeyLost]:
    used = sealed.key_id.label("used")
    many = select(used, func.count().label("many")).where(sealed.column.is_not(None))
    for row in work.connection.execute(many.group_by(used)):
        if row.used not in site.keys.ids:
            yield KeyLost(row.used.hex(), sealed.purpose, str(row.many))


def _broken(site: Site, work: UnitOfWork, sealed: SealedColumn) -> Iterator[SealBroken]:
    """Yield why values of a sample do not open, other than for want of their key."""
    keys = site.keys.sealer(sealed.purpose)
    for row in work.connection.execute(sealed.rows().limit(_SAMPLE)):
        try:
            keys.open(row.sealed, sealed.about(row))
        except KeyMissing:
            continue
        except SealBroken as error:
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
