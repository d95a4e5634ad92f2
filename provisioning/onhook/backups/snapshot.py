"""Read one moment of a database, table by table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import MetaData

from onhook.backups.manifest import TablePart, table_part
from onhook.backups.rows import encoder, read_rows, shape_of
from onhook.sealing import key_id_of
from onhook.store.migration import SCHEMA
from onhook.store.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Table
    from sqlalchemy.engine import Connection, Row

    from onhook.backups.archive import BackupFile
    from onhook.backups.rows import Shape

_SEALED = "_sealed"
_SIGNED_BY = "key_id"


def shapes_of(connection: Connection, revision: str) -> list[Shape]:
    """Return the shape of every table, those that others refer to first.

    Args:
        connection: To the database.
        revision: Of its tables; what an earlier one's are, the database itself says.
    """
    if revision == SCHEMA:
        return [shape_of(table) for table in metadata.sorted_tables]
    return [shape_of(table) for table in _reflected(connection)]


def _reflected(connection: Connection) -> list[Table]:
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


class Snapshot:
    """Writes tables into a backup, and notes which keys they need.

    Attributes:
        keys: Ids of the keys that something written was sealed or signed with.
    """

    def __init__(self, connection: Connection, file: BackupFile) -> None:
        self.keys: set[bytes] = set()
        self._connection = connection
        self._file = file

    def write(self, shape: Shape) -> TablePart:
        """Write a table."""
        counter = _Counter()
        lines = counter.count(self._chunks(shape))
        part = self._file.add(table_part(shape.name), lines)
        return TablePart(shape, counter.rows, part)

    def _chunks(self, shape: Shape) -> Iterator[list[bytes]]:
        encode = encoder(shape)
        for rows in read_rows(self._connection, shape):
            self._note_keys(shape, rows)
            yield [encode(row) for row in rows]

    def _note_keys(self, shape: Shape, rows: Sequence[Row[Any]]) -> None:
        for place, name in enumerate(shape.columns):
            if name == _SIGNED_BY:
                self.keys.update(row[place] for row in rows)
            elif name.endswith(_SEALED):
                self.keys.update(key_id_of(row[place]) for row in rows if row[place] is not None)


class _Counter:
    """Counts lines that pass by."""

    def __init__(self) -> None:
        self.rows = 0

    def count(self, chunks: Iterable[list[bytes]]) -> Iterator[bytes]:
        for lines in chunks:
            self.rows += len(lines)
            yield b"".join(lines)
