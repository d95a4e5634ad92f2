"""Rows in a form of no database's own: one JSON object a line, in the order of the key.

The same rows are the same bytes, whichever database they come from: that is how a restored table is
compared with its backup.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from contextlib import closing
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    select,
)

from onhook.store.schema import Instant, Text, instant_text

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence

    from sqlalchemy.engine import Connection, Row
    from sqlalchemy.types import TypeEngine

Kind = Literal["text", "integer", "boolean", "date", "instant", "bytes", "json"]
KINDS: tuple[Kind, ...] = get_args(Kind)
CHUNK = 1000
"""Rows read, written and joined at a time."""


class RowDamaged(Exception):
    """A line is no row of its table; the backup it stands in is damaged."""


class Shape(NamedTuple):
    """A table as a backup describes it.

    Attributes:
        name: The table's.
        columns: What each column holds, by name, in order.
        key: Columns of the primary key, by which rows are sorted.
    """

    name: str
    columns: dict[str, Kind]
    key: tuple[str, ...]

    def table(self) -> Table:
        """Return the table to read from and write to."""
        columns = (
            Column(name, _TYPES[kind], primary_key=name in self.key)
            for name, kind in self.columns.items()
        )
        return Table(self.name, MetaData(), *columns)


_TYPES: dict[Kind, TypeEngine[Any] | type[TypeEngine[Any]]] = {
    "text": Text,
    "integer": Integer,
    "boolean": Boolean,
    "date": Date,
    "instant": Instant,
    "bytes": LargeBinary,
    "json": JSON,
}

# In this order: what a database says its columns are is a sub-class of one of these.
_KIND_OF: tuple[tuple[type[TypeEngine[Any]], Kind], ...] = (
    (Boolean, "boolean"),
    (Integer, "integer"),
    (DateTime, "instant"),
    (Date, "date"),
    (JSON, "json"),
    (LargeBinary, "bytes"),
    (String, "text"),
)


def shape_of(table: Table) -> Shape:
    """Return the shape of a table, of the schema's or as its database describes it."""
    columns = {column.name: _kind_of(column.type) for column in table.columns}
    return Shape(table.name, columns, tuple(column.name for column in table.primary_key))


def _kind_of(type_: TypeEngine[Any]) -> Kind:
    return next(kind for known, kind in _KIND_OF if isinstance(type_, known))


def read_rows(connection: Connection, shape: Shape) -> Generator[Sequence[Row[Any]], None, None]:
    """Yield a table's rows in the order of its key, some at a time, in bounded memory."""
    table = shape.table()
    query = select(table).order_by(*(table.c[name] for name in shape.key))
    with closing(connection.execute(query.execution_options(yield_per=CHUNK))) as result:
        yield from result.partitions()


def encoder(shape: Shape) -> Callable[[Sequence[Any]], bytes]:
    """Return what turns a row of the shape into a line."""
    columns = [(name, _ENCODERS.get(kind)) for name, kind in shape.columns.items()]

    def encode(row: Sequence[Any]) -> bytes:
        told = {
            name: value if value is None or turn is None else turn(value)
            for (name, turn), value in zip(columns, row, strict=True)
        }
        return _dumps(told).encode() + b"\n"

    return encode


_dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _sorted_json(value: Any) -> Any:
    """Return a JSON value with the keys of its objects in order, for databases order them."""
    if isinstance(value, dict):
        return {key: _sorted_json(value[key]) for key in sorted(value)}
    return [_sorted_json(one) for one in value] if isinstance(value, list) else value


_ENCODERS: dict[Kind, Callable[[Any], Any]] = {
    "date": date.isoformat,
    "instant": instant_text,
    "bytes": lambda value: b64encode(value).decode(),
    "json": _sorted_json,
}


def decode_lines(shape: Shape, lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """Yield the rows that lines stand for.

    Raises:
        RowDamaged: A line is no row of this table.
    """
    for number, line in enumerate(lines, start=1):
        try:
            yield _row(shape, json.loads(line))
        except (ValueError, TypeError, RecursionError):
            # The cause would show the row.
            raise RowDamaged(f"{shape.name}, line {number}") from None


def _row(shape: Shape, told: Any) -> dict[str, Any]:
    if not isinstance(told, dict) or list(told) != list(shape.columns):
        raise ValueError
    return {name: _value(shape.columns[name], value) for name, value in told.items()}


def _value(kind: Kind, value: Any) -> Any:
    if value is None or kind == "json":
        return value
    if not _is_written(kind, value):
        raise TypeError
    decode = _DECODERS.get(kind)
    return value if decode is None else decode(value)


def _is_written(kind: Kind, value: object) -> bool:
    return type(value) is _WRITTEN_AS.get(kind, str)  # a bool is no number here


def read_instant(text: str) -> datetime:
    """Return the instant that a text tells.

    Raises:
        TypeError, ValueError: It tells none, or one without its time zone.
    """
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError
    return found


_WRITTEN_AS: dict[Kind, type] = {"integer": int, "boolean": bool}
_DECODERS: dict[Kind, Callable[[str], Any]] = {
    "date": date.fromisoformat,
    "instant": read_instant,
    "bytes": lambda text: b64decode(text, validate=True),
}
