"""Keep the tables up to date, and tell whether a database's tables are those of this program."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from onhook import __version__
from onhook.files import disk_faults
from onhook.store.engine import open_engine, read_transaction, shown, write_transaction
from onhook.store.errors import (
    DatabaseEmpty,
    DatabaseNewer,
    DatabaseNotUnicode,
    DatabaseOfAnother,
    DatabaseOlder,
    DatabaseServerOld,
    database_faults,
)
from onhook.store.schema import metadata

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy.engine import Connection, Engine

SCHEMA = "0007"
"""Revision of the newest migration, the one this program works with."""

OLDEST_POSTGRESQL = 14
"""The oldest version that PostgreSQL's own authors still mend."""

_COPY = " copy"
"""Ends the revision of a database that was copied from another and that nobody has used yet."""


def migrate(engine: Engine) -> tuple[str | None, str]:
    """Bring the tables to `SCHEMA` and return the revision before and after.

    Raises:
        DatabaseNewer: The tables are of a later onhook.
        DatabaseOfAnother: A table of ours is there and is not ours.
        DatabaseServerOld: The server is too old.
        DatabaseNotUnicode: The database is not in UTF-8.
        DatabaseMissing: The server has no such database.
        StorageFault: The database cannot be reached or written to.
    """
    make_private(engine)
    with database_faults(shown(engine)):
        with read_transaction(engine) as connection:
            check_server(connection)
            before, is_copy = find_revision(connection)
        if before != SCHEMA or is_copy:
            with write_transaction(engine) as connection:
                upgrade(connection)
    return before, SCHEMA


def upgrade(connection: Connection, to: str = SCHEMA) -> None:
    """Bring the tables to a revision within a transaction that writes.

    Args:
        connection: To the database.
        to: The revision; one before `SCHEMA` is for rows that are still of that time.

    Raises:
        DatabaseNewer: The tables are of a later onhook.
        DatabaseOfAnother: A table of ours is there and is not ours.
    """
    from alembic import command  # noqa: PLC0415 - start-up time

    found, _ = find_revision(connection)
    if found is not None and found > SCHEMA:
        raise DatabaseNewer(shown(connection.engine), found, find_program(connection))
    if found is None:
        _check_bare(connection)
    else:
        _set_revision(connection, found)
    if found != to:
        config = _alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, to)
    if found != SCHEMA == to:
        _set_program(connection)


@cache
def revisions() -> tuple[str, ...]:
    """Return every revision there ever was, the first one first."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - start-up time

    script = ScriptDirectory.from_config(_alembic_config())
    return tuple(sorted(one.revision for one in script.walk_revisions()))


def require_current(engine: Engine) -> None:
    """Make sure that the tables are those of this program.

    Raises:
        DatabaseEmpty: There are none.
        DatabaseOlder: They are earlier; `migrate` brings them up.
        DatabaseNewer: They are later; only a newer program can work with them.
        DatabaseServerOld: The server is too old.
        DatabaseMissing: The server has no such database.
        StorageFault: The database cannot be reached.
    """
    with database_faults(shown(engine)):
        try:
            is_copy = _require_current(engine)
        except DatabaseEmpty:
            # Who began to read while another replaced all tables sees none of the new ones' rows
            # on PostgreSQL; who begins now does.
            is_copy = _require_current(engine)
        if is_copy:  # whoever uses it makes it their own
            with write_transaction(engine) as connection:
                _set_revision(connection, SCHEMA)


def _require_current(engine: Engine) -> bool:
    """Make sure of it once; return whether they are a copy that nobody has used."""
    with read_transaction(engine) as connection:
        check_server(connection)
        found, is_copy = find_revision(connection)
        require_revision(connection, found)
    return is_copy


def require_revision(connection: Connection, found: str | None) -> None:
    """Make sure that a revision is this program's.

    Args:
        connection: To its database, which knows the program that is needed.
        found: See `find_revision`.

    Raises:
        DatabaseEmpty: There is none.
        DatabaseOlder: It is earlier; `migrate` brings it up.
        DatabaseNewer: It is later; only a newer program can work with it.
    """
    database = shown(connection.engine)
    if found is None:
        raise DatabaseEmpty(database)
    if found < SCHEMA:
        raise DatabaseOlder(database, found, SCHEMA)
    if found > SCHEMA:
        raise DatabaseNewer(database, found, find_program(connection))


def has_tables(url: str) -> bool:
    """Tell whether there is a database with tables of onhook; none is made by asking.

    Raises:
        DatabaseMissing: The server has no such database.
        StorageFault: The database cannot be reached.
    """
    engine = open_engine(url)
    path = engine.url.database
    if engine.dialect.name == "sqlite" and not Path(str(path)).exists():
        return False
    try:
        with database_faults(shown(engine)), read_transaction(engine) as connection:
            return find_revision(connection)[0] is not None
    finally:
        engine.dispose()


def make_private(engine: Engine) -> None:
    """Make SQLite's file, if it is not there, so that nobody else can read it."""
    if engine.dialect.name == "sqlite":
        # SQLite gives its -wal and -shm files the mode of the database itself.
        path = Path(str(engine.url.database))
        with disk_faults(path):
            path.touch(mode=0o600)


def find_revision(connection: Connection) -> tuple[str | None, bool]:
    """Return the tables' revision, None if there are none, and whether they are an unused copy."""
    if not inspect(connection).has_table("alembic_version"):
        return None, False
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    if found is None:
        return None, False
    return str(found).removesuffix(_COPY), str(found).endswith(_COPY)


def find_program(connection: Connection) -> str:
    """Return the version of the onhook that brought the tables to their revision, '?' if unknown.

    An older program cannot know which newer one a database needs; the database tells it.
    """
    looking = inspect(connection)
    if not looking.has_table("alembic_version"):
        return "?"
    if "onhook" not in {column["name"] for column in looking.get_columns("alembic_version")}:
        return "?"
    return connection.exec_driver_sql("SELECT onhook FROM alembic_version").scalar() or "?"


def _set_program(connection: Connection) -> None:
    connection.execute(text("UPDATE alembic_version SET onhook = :new"), {"new": __version__})


def mark_as_copy(connection: Connection) -> None:
    """Mark the tables as a copy that nobody uses: a move that was interrupted may drop it."""
    _set_revision(connection, SCHEMA + _COPY)


def drop_tables(connection: Connection) -> None:
    """Drop every table of onhook: those of a copy that nobody uses, or that others will replace."""
    metadata.drop_all(connection)
    connection.exec_driver_sql("DROP TABLE alembic_version")


def check_server(connection: Connection) -> None:
    """Make sure that the server is one onhook can work with.

    Raises:
        DatabaseServerOld: It is too old.
        DatabaseNotUnicode: Its database is not in UTF-8.
    """
    if connection.dialect.name != "postgresql":
        return
    found = connection.dialect.server_version_info or ()
    database = shown(connection.engine)
    if found < (OLDEST_POSTGRESQL,):
        raise DatabaseServerOld(database, ".".join(map(str, found)), str(OLDEST_POSTGRESQL))
    encoding = str(connection.exec_driver_sql("SHOW server_encoding").scalar())
    if encoding != "UTF8":
        raise DatabaseNotUnicode(database, encoding)


def _check_bare(connection: Connection) -> None:
    """Make sure that no table stands where ours shall be."""
    there = metadata.tables.keys() & set(inspect(connection).get_table_names())
    if there:
        raise DatabaseOfAnother(shown(connection.engine), min(there))


def _set_revision(connection: Connection, revision: str) -> None:
    connection.execute(text("UPDATE alembic_version SET version_num = :new"), {"new": revision})


def _alembic_config() -> Config:
    from alembic.config import Config  # noqa: PLC0415 - start-up time

    config = Config()
    config.set_main_option("script_location", "onhook.store:migrations")
    config.set_main_option("path_separator", "os")
    return config
