"""SQL that is put together once for a whole test run.

A command opens an engine of its own, and SQLAlchemy keeps what it made of a statement for an
engine: thousands of commands in one process would make thousands of times the same. Here all
engines on SQLite say that they speak one dialect, and share what was made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

_COMPILED: dict[Any, Any] = {}


class OneDialect(SQLiteDialect_pysqlite):
    """SQLite's, of which every one is the same."""

    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OneDialect)

    def __hash__(self) -> int:
        return hash(OneDialect)

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        engine.update_execution_options(compiled_cache=_COMPILED)


def share() -> None:
    """Let every engine on SQLite that is opened from now on share its statements."""
    registry.register("sqlite", __name__, OneDialect.__name__)
