"""Retention: cut off the oldest entries, so that what is left still is a chain that verifies.

The head tells, signed, behind which entry the trail begins; the cut is an entry itself. What is cut
off was verified and, unless that was not wanted, written to a file that verifies on its own and
ends where the trail now begins.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, time
from filecmp import cmp
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from onhook.audit.chain import Mark, breaks_of
from onhook.audit.errors import (
    AuditCutMeanwhile,
    AuditCutTooLate,
    AuditExportExists,
)
from onhook.audit.exporting import check_kind, export_stretch, verify_file
from onhook.audit.joining import code_at
from onhook.audit.trail import read_head, read_sealed_head, write_head
from onhook.audit.verifying import ENTRIES, entries_of, verify_trail
from onhook.files import disk_faults, sync_folder
from onhook.store.schema import audit
from onhook.workspace import TOKYO

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from onhook.workspace import UnitOfWork, Workspace
    from onhook_devices.errors import OnhookError


@dataclass(frozen=True, slots=True)
class Cut:
    """What was cut off.

    Attributes:
        entries: How many entries.
        end: The last of them; the trail begins behind it now.
    """

    entries: int
    end: Mark


def cut_trail(workspace: Workspace, day: date, *, export: Path | None) -> Cut | None:
    """Remove the entries before `day`, after they were verified and exported.

    Killed at any moment, the trail is as it was or cut whole; run again, it completes.

    Args:
        workspace: Whose trail.
        day: The first day that is kept, in Japan (P0).
        export: A ``.jsonl`` file to keep the entries in; None keeps them nowhere.

    Returns:
        What was cut off; None if there is nothing that old.

    Raises:
        AuditCutTooLate: `day` is to come.
        AuditExportKind: The file is named otherwise.
        AuditExportExists: The file is there, and holds something else.
        AuditCutMeanwhile: Somebody else cut the trail in the meantime.
        StorageFault: The trail is not whole: its first fault. Or the file cannot be written.
    """
    if day > workspace.today:
        raise AuditCutTooLate(str(day), str(workspace.today))
    if export is not None:
        check_kind(export, ".jsonl")
    with workspace.reading() as work:
        begin, end = _stretch(work, day)
        if end == begin:
            return None
        _raise_first(verify_trail(work.connection, workspace.keys.audit).findings)
        if export is not None:
            _keep(work, export, begin, end)
    with workspace.writing() as work:
        _cut(work, begin, end)
        entries, file = end.number - begin.number, "" if export is None else export.name
        told = {"number": end.number, "code": end.mac.hex(), "entries": entries}
        work.record("audit.cut", "", before=str(day), file=file, **told)
    return Cut(entries, end)


def _stretch(work: UnitOfWork, day: date) -> tuple[Mark, Mark]:
    """Return the places between which entries shall go.

    A clock that was set back left younger entries among the older: from the first that is young
    enough on, all stay.
    """
    head = read_head(work.connection)
    midnight = datetime.combine(day, time(), TOKYO)
    kept = work.connection.scalar(
        select(func.min(audit.c.number)).where(
            audit.c.at >= midnight, audit.c.number > head.cut_number
        )
    )
    last = head.number if kept is None else kept - 1
    begin = Mark(head.cut_number, head.cut_mac)
    return begin, Mark(last, code_at(work.connection, head, last) or b"")


def _raise_first(findings: Sequence[OnhookError]) -> None:
    """Raise the first finding, unless the chain is whole and only tells that it was not once."""
    for fault in breaks_of(findings):
        raise fault


def _keep(work: UnitOfWork, path: Path, begin: Mark, end: Mark) -> None:
    """Put the stretch into the file, and read it again.

    It is written beside, so that a file that is there, perhaps the only copy of older entries, is
    not replaced; one that was left by a run that was killed is the same.
    """
    keys = work.workspace.keys.audit
    with disk_faults(path):
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".audit-", suffix=".jsonl")
    os.close(descriptor)
    made = Path(name)
    try:
        with closing(entries_of(work.connection, ENTRIES.c.number <= end.number)) as rows:
            export_stretch(made, rows, begin, keys)
        _raise_first(verify_file(made, keys).findings)
        _publish(made, path)
    finally:
        made.unlink(missing_ok=True)


def _publish(made: Path, path: Path) -> None:
    with disk_faults(path):
        if not path.exists():
            made.replace(path)
            sync_folder(path.parent)  # no power cut may take it away again: the entries go now
        elif not path.is_file() or not cmp(made, path, shallow=False):
            raise AuditExportExists(str(path))


def _cut(work: UnitOfWork, begin: Mark, end: Mark) -> None:
    connection, keys = work.connection, work.workspace.keys.audit
    sealed = read_sealed_head(connection)
    if sealed is None or not sealed.holds(keys) or sealed.head[:2] != begin:
        raise AuditCutMeanwhile(begin.number)
    if code_at(connection, sealed.head, end.number) != end.mac:
        raise AuditCutMeanwhile(end.number)
    connection.execute(delete(audit).where(audit.c.number <= end.number))
    moved = sealed.head._replace(cut_number=end.number, cut_mac=end.mac)
    write_head(connection, keys, moved)
