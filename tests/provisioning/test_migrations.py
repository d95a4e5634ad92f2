"""The migrations lead to exactly the tables that the code works with, on each database."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, inspect
from sqlalchemy.types import TypeEngine

from onhook.store import migrations
from onhook.store.engine import open_engine, write_transaction
from onhook.store.errors import DatabaseFault, DatabaseOfAnother
from onhook.store.migration import SCHEMA, migrate
from onhook.store.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.each_database


@pytest.fixture
def engine(empty_databases: Callable[[], str]) -> Iterator[Engine]:
    made = open_engine(empty_databases())
    migrate(made)
    yield made
    made.dispose()


def test_the_newest_migration_is_the_one_the_program_names() -> None:
    assert ScriptDirectory(migrations.__path__[0]).get_heads() == [SCHEMA]


def test_migrations_lead_to_the_schema(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert compare_metadata(context, metadata) == []


def test_what_no_comparison_looks_at_is_the_schemas_too(
    engine: Engine, empty_databases: Callable[[], str]
) -> None:
    # compare_metadata looks neither at CHECKs nor at an index's condition, a column's collation ...
    for index in chain.from_iterable(table.indexes for table in metadata.tables.values()):
        # schema.py says it to SQLite alone, so as not to load the other dialect at every start.
        condition = index.dialect_options["sqlite"]["where"]
        index.dialect_options["postgresql"]["where"] = condition
    direct = create_engine(empty_databases())
    metadata.create_all(direct)
    migrated, created = described(engine), described(direct)
    direct.dispose()

    assert migrated == created
    assert re.search("_where.*status.*active", str(migrated["assignment"]))


def described(engine: Engine) -> dict[str, list[str]]:
    """Return all that the database itself says of each table."""
    looking = inspect(engine)
    aspects: list[Callable[[str], Any]] = [
        looking.get_columns,
        looking.get_pk_constraint,
        looking.get_foreign_keys,
        looking.get_unique_constraints,
        looking.get_check_constraints,
        looking.get_indexes,
    ]
    return {
        table: [line for look in aspects for line in lines(look(table))]
        for table in metadata.tables
    }


def lines(found: Any) -> list[str]:
    """Return what was found as text, each thing in a line, in an order of its own."""
    return sorted(plain(one) for one in (found if isinstance(found, list) else [found]))


def plain(found: Any) -> str:
    if isinstance(found, dict):
        return str({key: plain(value) for key, value in sorted(found.items())})
    return f"{found!r} {found.__dict__}" if isinstance(found, TypeEngine) else str(found)


def test_text_sorts_by_code_points_whatever_language_the_server_speaks(
    engine: Engine, backend: str
) -> None:
    texts = [
        column
        for table in metadata.tables
        for column in inspect(engine).get_columns(table)
        if column["type"].python_type is str
    ]

    assert len(texts) > 30
    collations = {getattr(column["type"], "collation", None) for column in texts}
    assert collations == ({"C"} if backend == "postgresql" else {None})


def test_migrating_again_changes_nothing(engine: Engine) -> None:
    assert migrate(engine) == (SCHEMA, SCHEMA)


def test_a_migration_is_stored_whole_or_not_at_all(empty_databases: Callable[[], str]) -> None:
    engine = open_engine(empty_databases())
    with write_transaction(engine) as connection:
        # The name of the last index that is made is taken: an error in the middle.
        connection.exec_driver_sql("CREATE TABLE other (id INTEGER)")
        connection.exec_driver_sql("CREATE INDEX ix_link_kit_id ON other (id)")
    with pytest.raises(DatabaseFault, match="ix_link_kit_id"):
        migrate(engine)

    assert inspect(engine).get_table_names() == ["other"]
    engine.dispose()


def test_a_table_that_another_program_made_is_left_alone(
    empty_databases: Callable[[], str],
) -> None:
    engine = open_engine(empty_databases())
    with write_transaction(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE device (id INTEGER)")
    with pytest.raises(DatabaseOfAnother, match="device"):
        migrate(engine)

    assert inspect(engine).get_table_names() == ["device"]
    engine.dispose()
