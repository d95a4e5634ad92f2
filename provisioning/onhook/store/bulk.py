"""Insert thousands of rows: what SQLAlchemy prepares for each statement, prepared once for all."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import insert

from onhook.store.numbers import reserve_ids

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Table
    from sqlalchemy.engine import Connection, Dialect


def insert_many(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert `rows`, in half the time of ``execute(insert(table), rows)``.

    Args:
        connection: In a transaction.
        table: Where to; defaults of its columns are the database's own.
        rows: Values by column name; all name the same columns. Rows of a numbered table that do
            not name their ``id`` get the next ones.

    Raises:
        IntegrityError: A row contradicts a constraint.
    """
    if not rows:
        return
    if "id" in table.columns and "id" not in rows[0]:
        # The column's own default would ask for the highest number once a row.
        numbers = reserve_ids(connection, table, len(rows))
        rows = [{"id": number, **row} for number, row in zip(numbers, rows, strict=True)]
    plan = _plan(table, tuple(rows[0]), connection.dialect)
    binders = plan.binders
    values = ([row[n] if bind is None else bind(row[n]) for n, bind in binders] for row in rows)
    if plan.is_positional:
        connection.exec_driver_sql(plan.statement, [tuple(row) for row in values])
    else:
        names = [name for name, _ in binders]
        connection.exec_driver_sql(
            plan.statement, [dict(zip(names, row, strict=True)) for row in values]
        )


class _Plan(NamedTuple):
    statement: str
    is_positional: bool
    binders: tuple[tuple[str, Callable[[Any], Any] | None], ...]


@lru_cache(32)
def _plan(table: Table, columns: tuple[str, ...], dialect: Dialect) -> _Plan:
    compiled = insert(table).inline().compile(dialect=dialect, column_keys=columns)
    names = tuple(compiled.positiontup or columns)
    binders = tuple((name, _binder(table, name, dialect)) for name in names)
    return _Plan(str(compiled), compiled.positional, binders)


def _binder(table: Table, name: str, dialect: Dialect) -> Callable[[Any], Any] | None:
    """Return what turns a value of a column into one that the driver takes, None if all are."""
    return table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
