"""What waits for a person: changes on the PBX, a backup, devices that get no kit as they are."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, select

from onhook.doctor.errors import (
    BackupMissing,
    BackupOld,
    DevicesDisputed,
    DevicesTooOld,
    DevicesUnknown,
    PbxChangesWait,
)
from onhook.doctor.findings import Finding
from onhook.imports import Note
from onhook.pbx_changes import open_changes
from onhook.store.engine import shown
from onhook.store.schema import account, assignment, backup, contract, device
from onhook.workspace import TOKYO
from onhook_devices.errors import OnhookError
from onhook_devices.levels import parse_level
from onhook_devices.platforms import Platform
from onhook_devices.rules import BelowMinimum, LevelUnknown, minimum_level

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onhook.doctor.site import Site
    from onhook.workspace import UnitOfWork

PBX_PATIENCE = timedelta(days=3)
"""How long a change may wait on the PBX: an account to be shut can call until then."""
BACKUP_AGE = timedelta(days=7)
_SHOWN = 5


def check_pbx_changes(site: Site) -> Iterator[Finding | Note]:
    """Count what a person must still do on the PBX, and for how long it waits."""
    with site.reading() as work:
        changes = open_changes(work)
    if not changes:
        yield Note("doctor-pbx")
        return
    oldest = changes[0].asked_at
    late = site.clock() - oldest > PBX_PATIENCE
    since = oldest.astimezone(TOKYO).strftime("%Y-%m-%d")
    waiting = PbxChangesWait(str(len(changes)), since)
    yield Finding("warning" if late else "note", waiting)


def check_backups(site: Site) -> Iterator[Finding | Note]:
    """Look at how old the last backup is."""
    with site.reading() as work:
        made_at = work.connection.scalar(select(func.max(backup.c.made_at)))
    if made_at is None:
        yield Finding("warning", BackupMissing(shown(site.workspace.engine)))
        return
    age = site.clock() - made_at
    made_on = made_at.astimezone(TOKYO).strftime("%Y-%m-%d")
    if age > BACKUP_AGE:
        yield Finding("warning", BackupOld(made_on, str(age.days)))
    else:
        yield Note("doctor-backups", {"made_on": made_on})


def check_assignments(site: Site) -> Iterator[Finding | Note]:
    """Find devices that came with several accounts (J-A1)."""
    query = select(assignment.c.device_id).where(assignment.c.status == "disputed").distinct()
    with site.reading() as work:
        found = sorted(work.connection.scalars(query))
    if found:
        yield Finding("warning", DevicesDisputed(*_few(found), rule="J-A1"))
    else:
        yield Note("doctor-assignments")


def check_levels(site: Site) -> Iterator[Finding | Note]:
    """Find devices in use that run less than their service's minimum (J-A2)."""
    with site.reading() as work:
        faults = [fault for row in _in_use(work) if (fault := _too_old(site, row)) is not None]
    rule = faults[0].rule if faults else None
    below = sorted({fault.device for fault in faults if isinstance(fault, BelowMinimum)})
    unknown = sorted({fault.device for fault in faults if isinstance(fault, LevelUnknown)})
    if below:
        yield Finding("warning", DevicesTooOld(*_few(below), rule=rule))
    if unknown:
        yield Finding("note", DevicesUnknown(*_few(unknown), rule=rule))
    if not faults:
        yield Note("doctor-levels")


class InUse(NamedTuple):
    """A device that an account is on, and the service of the account's contract."""

    device: str
    platform: str
    level: str
    service: str


def _in_use(work: UnitOfWork) -> Iterator[InUse]:
    query = (
        select(device.c.id, device.c.platform, device.c.level, contract.c.service)
        .join_from(assignment, device, assignment.c.device_id == device.c.id)
        .join(account, assignment.c.account_id == account.c.id)
        .join(contract, account.c.contract_id == contract.c.id)
        .where(assignment.c.status != "ended", device.c.retired_at.is_(None))
    )
    for row in work.connection.execute(query):
        yield InUse(*row)


def _too_old(site: Site, row: InUse) -> BelowMinimum | LevelUnknown | None:
    platform = Platform(row.platform)
    level = parse_level(row.level, platform) if row.level else None
    try:
        service = site.workspace.services.get(row.service).on(site.workspace.today)
    except OnhookError:  # told by the checks of services and contracts
        return None
    return minimum_level(row.device, platform, level, service)


def _few(names: list[str]) -> tuple[str, str, str]:
    """Return some of the names, how many there are, and the first."""
    more = len(names) - _SHOWN
    shown_ = ", ".join(names[:_SHOWN]) + (f" … +{more}" if more > 0 else "")
    return shown_, str(len(names)), names[0]
