"""Copy all that is stored from one database into another, and compare the two row by row."""

from __future__ import annotations

from contextlib import closing
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, inspect, select
from sqlalchemy.exc import IntegrityError

from onhook.store.bulk import insert_many
from onhook.store.engine import shown
from onhook.store.errors import DatabaseFault, DatabaseNewer, database_faults, reason_of
from onhook.store.migration import (
    SCHEMA,
    drop_tables,
    find_program,
    find_revision,
    mark_as_copy,
    upgrade,
)
from onhook.store.schema import metadata
from onhook_devices.errors import Conflict, StorageFault

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from sqlalchemy import Row, Table
    from sqlalchemy.engine import Connection

CHUNK = 1000
"""Rows read and written at a time."""


class DatabaseNotEmpty(Conflict):
    """The database that something shall be copied into holds something already."""

    database: str


class CopyDiffers(StorageFault):
    """A row of the copy is not that of the original."""

    database: str
    table: str
    row: str
    column: str


def copy_database(source: Connection, target: Connection) -> dict[str, int]:
    """Copy every row, compare each with the original, and mark the target as an unused copy.

    Args:
        source: In a transaction that writes, so that nobody else does; it is only read.
        target: In a transaction that writes: all is stored together or nothing. What a copy that
            was interrupted left there is replaced.

    Returns:
        How many rows each table has.

    Raises:
        DatabaseNotEmpty: The target holds something already.
        CopyDiffers: A row did not come through as it was.
        StorageFault: A database failed, or holds what the other refuses.
    """
    _keep_still(source)
    _make_room(target)
    counts = {table.name: _copy(source, target, table) for table in metadata.sorted_tables}
    for table in metadata.sorted_tables:
        _compare(source, target, table)
    mark_as_copy(target)
    return counts


def _keep_still(source: Connection) -> None:
    """Let nobody write for the time being, not even who needs not be alone for it."""
    if source.dialect.name == "postgresql":
        with database_faults(shown(source.engine)):
            source.exec_driver_sql(f"LOCK TABLE {', '.join(metadata.tables)} IN SHARE MODE")


def _make_room(target: Connection) -> None:
    revision, is_copy = find_revision(target)
    if is_copy:
        drop_tables(target)
    elif revision is not None:
        _check_empty(target)
    upgrade(target)


def clear(target: Connection) -> None:
    """Drop the tables of onhook, which must be empty or a copy that nobody uses.

    Raises:
        DatabaseNotEmpty: The target holds something.
        DatabaseNewer: Its tables are of a later onhook, even if empty.
    """
    revision, is_copy = find_revision(target)
    if revision is None:
        return
    if revision > SCHEMA:
        raise DatabaseNewer(shown(target.engine), revision, find_program(target))
    if not is_copy:
        _check_empty(target)
    drop_tables(target)


def _check_empty(target: Connection) -> None:
    there = set(inspect(target).get_table_names())
    for table in metadata.sorted_tables:
        if table.name in there and target.scalar(select(exists(select(*table.primary_key)))):
            raise DatabaseNotEmpty(shown(target.engine))


def _copy(source: Connection, target: Connection, table: Table) -> int:
    count = 0
    with closing(_chunks(source, table)) as chunks:
        for rows in chunks:
            try:
                insert_many(target, table, [row._asdict() for row in rows])
            except IntegrityError as error:
                raise DatabaseFault(shown(target.engine), reason_of(error)) from error
            count += len(rows)
    return count


def _compare(source: Connection, target: Connection, table: Table) -> None:
    with closing(_chunks(source, table)) as here, closing(_chunks(target, table)) as there:
        pairs = zip_longest(chain.from_iterable(here), chain.from_iterable(there))
        for number, (row, copy) in enumerate(pairs, start=1):
            if row != copy:
                column = _difference(table, row, copy)
                raise CopyDiffers(shown(target.engine), table.name, str(number), column)


def _difference(table: Table, row: Row[Any] | None, copy: Row[Any] | None) -> str:
    """Return the name of the column in which a row and its copy differ, '' if one is not there."""
    if row is None or copy is None:
        return ""
    names = table.columns.keys()
    return next(name for name, a, b in zip(names, row, copy, strict=True) if a != b)


def _chunks(connection: Connection, table: Table) -> Generator[Sequence[Row[Any]], None, None]:
    """Yield the rows of a table in the order of its key, which is the same on every database."""
    query = select(table).order_by(*table.primary_key).execution_options(yield_per=CHUNK)
    with database_faults(shown(connection.engine)), connection.execute(query) as result:
        yield from result.partitions()
