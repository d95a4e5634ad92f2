"""The migrations lead to exactly the tables that the code works with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from onhook.store import migrations
from onhook.store.engine import open_engine
from onhook.store.migration import SCHEMA, migrate
from onhook.store.schema import metadata

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    made = open_engine(f"sqlite:///{tmp_path / 'onhook.db'}")
    migrate(made)
    return made


def test_the_newest_migration_is_the_one_the_program_names() -> None:
    assert ScriptDirectory(migrations.__path__[0]).get_heads() == [SCHEMA]


def test_migrations_lead_to_the_schema(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert compare_metadata(context, metadata) == []


def test_checks_and_partial_indexes_are_the_schemas_too(engine: Engine, tmp_path: Path) -> None:
    # compare_metadata looks neither at CHECKs nor at an index's condition.
    direct = open_engine(f"sqlite:///{tmp_path / 'direct.db'}")
    metadata.create_all(direct)

    assert checks(engine) == checks(direct)
    assert indexes(engine) == indexes(direct)
    assert any("WHERE status = 'active'" in sql for sql in indexes(engine))


def checks(engine: Engine) -> dict[str, list[str]]:
    looking = inspect(engine)
    return {
        table: sorted(
            f"{one['name']} {one['sqltext']}" for one in looking.get_check_constraints(table)
        )
        for table in metadata.tables
    }


def indexes(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        query = text("SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
        return sorted(connection.scalars(query))


def test_migrating_again_changes_nothing(engine: Engine) -> None:
    assert migrate(engine) == (SCHEMA, SCHEMA)
