"""The database: there, reachable, of this program's version, writable and whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onhook.doctor.errors import DatabaseDamaged, DatabaseGone
from onhook.doctor.findings import Finding
from onhook.doctor.place import open_to_others
from onhook.doctor.sizes import size_text
from onhook.imports import Note
from onhook.store.engine import shown, write_transaction
from onhook.store.errors import DatabaseBusy, database_faults
from onhook.store.migration import check_server, find_revision, require_revision
from onhook_devices.errors import StorageFault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from onhook.doctor.site import Site

_FIRST_FAULTS = 5


def check_version(site: Site) -> Iterator[Finding | Note]:
    """Connect, compare the version of the tables, and see whether they can be written."""
    file = site.database_file
    if file is not None and not file.exists():  # to connect would make an empty one
        raise DatabaseGone(str(file))
    for path in () if file is None else database_files(file):
        yield from open_to_others(path)
    with site.reading() as work:
        check_server(work.connection)
        found, _ = find_revision(work.connection)
        require_revision(work.connection, found)
    address = shown(site.workspace.engine)
    yield from _not_writable(site)
    size = "" if file is None else size_text(sum(p.stat().st_size for p in database_files(file)))
    yield Note("doctor-database", {"database": address, "version": str(found), "size": size})


def database_files(file: Path) -> list[Path]:
    """Return the files that SQLite keeps a database in, those that are there."""
    names = (file.name, f"{file.name}-wal", f"{file.name}-shm")
    return [path for name in names if (path := file.with_name(name)).exists()]


def _not_writable(site: Site) -> Iterator[Finding]:
    engine = site.workspace.engine
    try:
        with database_faults(shown(engine)), write_transaction(engine) as connection:
            # To begin is not enough: SQLite lets it pass on a disk that is read-only.
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")
            connection.rollback()
    except DatabaseBusy as busy:
        yield Finding("note", busy)
    except StorageFault as fault:
        yield Finding("fault", fault)


def check_integrity(site: Site) -> Iterator[Finding | Note]:
    """Let SQLite look through its file; a server looks after its own."""
    if site.database_file is None:
        yield Note("doctor-integrity-server")
        return
    with site.reading() as work:
        rows = work.connection.exec_driver_sql(f"PRAGMA quick_check({_FIRST_FAULTS})")
        told = [str(row[0]) for row in rows]
    if told == ["ok"]:
        yield Note("doctor-integrity")
    else:
        yield Finding("fault", DatabaseDamaged(str(site.database_file), told[0]))
