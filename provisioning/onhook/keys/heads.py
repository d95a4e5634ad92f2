"""Read in SQL which key a value was sealed with: its id stands in the value's head."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, LargeBinary, func, literal_column

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

# Literals: PostgreSQL would have to guess the types of parameters.
_START = literal_column("2", Integer)  # SQL counts from 1; `onhook.sealing` has the layout
_LENGTH = literal_column("4", Integer)


def key_id_in(column: ColumnElement[Any]) -> ColumnElement[bytes]:
    """Return the id of the key that sealed a column's value."""
    return func.substr(column, _START, _LENGTH, type_=LargeBinary)
