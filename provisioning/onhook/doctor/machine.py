"""The machine: room on the disk, the clock, the versions of programs."""

from __future__ import annotations

import os
import platform
import sqlite3
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import DateTime, func, select

from onhook import __version__
from onhook.doctor.database import database_files
from onhook.doctor.errors import ClockBehind, DiskShort
from onhook.doctor.findings import Finding
from onhook.doctor.sizes import size_text
from onhook.imports import Note
from onhook.store.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Column

    from onhook.doctor.site import Site
    from onhook.workspace import UnitOfWork

_MIB = 1 << 20
LEAST_BYTES = 16 * _MIB
"""Below that a batch of kits does not fit any more; SQLite's log alone grows to some MiB."""
WANTED_BYTES = 256 * _MIB
"""Below that, or below the database's own size again, a backup or an upgrade may not fit."""
LEAST_FILES = 100
"""Names the disk has left; a run stages a handful of files at a time, a kit folder more."""
TOLERANCE = timedelta(minutes=1)
"""Several servers' clocks differ by that without harm."""


def check_disk(site: Site) -> Iterator[Finding | Note]:
    """Look at the room left where the workspace is, and where its database is."""
    file = site.database_file
    folders = {site.folder: 0}
    if file is not None and file.parent.is_dir():
        size = sum(path.stat().st_size for path in database_files(file))
        is_same = file.parent.stat().st_dev == site.folder.stat().st_dev
        folders[site.folder if is_same else file.parent] = size
    for folder, size in folders.items():
        yield _room(folder, size)


def _room(folder: Path, database_size: int) -> Finding | Note:
    disk = os.statvfs(folder)
    left = disk.f_bavail * disk.f_frsize
    wanted = max(WANTED_BYTES, 2 * database_size)
    has_names = not disk.f_files or disk.f_favail >= LEAST_FILES
    if left >= wanted and has_names:
        return Note("doctor-disk", {"path": str(folder), "left": size_text(left)})
    short = DiskShort(str(folder), size_text(left), size_text(wanted))
    return Finding("warning" if left >= LEAST_BYTES and has_names else "fault", short)


def check_clock(site: Site) -> Iterator[Finding | Note]:
    """Compare the clock with the newest instant that is stored: nothing happened after now."""
    now = site.clock()
    with site.reading() as work:
        newest = max(filter(None, _newest(work)), default=None)
    if newest is not None and newest - now > TOLERANCE:
        behind = str(newest - now).partition(".")[0]
        yield Finding("fault", ClockBehind(_shown(now), _shown(newest), behind))
    else:
        yield Note("doctor-clock", {"now": _shown(now)})


def _newest(work: UnitOfWork) -> Iterator[datetime | None]:
    for table in metadata.tables.values():
        for column in table.columns:
            if _tells_the_past(column):
                yield work.connection.scalar(select(func.max(column)))


def _tells_the_past(column: Column[datetime]) -> bool:
    return isinstance(column.type, DateTime) and column.name != "expires_at"


def _shown(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def check_versions(site: Site) -> Iterator[Finding | Note]:
    """Tell the versions of the programs; this needs no workspace."""
    del site
    versions = {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version}
    yield Note("doctor-versions", {"onhook": __version__, **versions})
