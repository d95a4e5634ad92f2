"""Load a backup's rows into a database, compare what is there then, and migrate."""

from __future__ import annotations

from hashlib import sha256
from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import DataError, IntegrityError

from onhook.backups.errors import BackupDamaged, RestoreDiffers
from onhook.backups.rows import CHUNK, encoder, read_rows
from onhook.backups.snapshot import shapes_of
from onhook.store.bulk import insert_many
from onhook.store.engine import shown
from onhook.store.migration import SCHEMA, upgrade

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Connection

    from onhook.backups.manifest import TablePart
    from onhook.backups.reading import Backup


def load(connection: Connection, backup: Backup) -> None:
    """Make the tables of the backup's time, fill them, compare them, and bring them up to date.

    Args:
        connection: In a transaction that writes; the database has no tables of onhook.
        backup: What to load.

    Raises:
        BackupDamaged: A row is none, or contradicts the others.
        RestoreDiffers: A table does not hold afterwards what was loaded into it.
        StorageFault: The database fails, or lacks the room.
    """
    revision = backup.manifest.schema
    upgrade(connection, revision)
    _check_shapes(connection, backup)
    for table in backup.manifest.tables:
        _insert(connection, backup, table)
    for table in backup.manifest.tables:
        _compare(connection, table)
    if revision != SCHEMA:
        upgrade(connection)


def _check_shapes(connection: Connection, backup: Backup) -> None:
    """Make sure that the backup has the very tables and columns of its time."""
    here = {shape.name: shape for shape in shapes_of(connection, backup.manifest.schema)}
    told = {table.shape.name: table.shape for table in backup.manifest.tables}
    if here != told:
        raise BackupDamaged(str(backup.path), "its tables")


def _insert(connection: Connection, backup: Backup, table: TablePart) -> None:
    into = table.shape.table()
    try:
        for rows in _some(backup.rows(table)):
            insert_many(connection, into, rows)
    except (IntegrityError, DataError, OverflowError):  # the last is SQLite's, of a number
        raise BackupDamaged(str(backup.path), table.part.name) from None


def _some(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


def _compare(connection: Connection, table: TablePart) -> None:
    """Read a table as a backup would, and compare count and SHA-256 with the manifest's."""
    found, count, encode = sha256(), 0, encoder(table.shape)
    for rows in read_rows(connection, table.shape):
        found.update(b"".join(encode(row) for row in rows))
        count += len(rows)
    if (count, found.hexdigest()) != (table.rows, table.part.sha256):
        raise RestoreDiffers(shown(connection.engine), table.shape.name)
