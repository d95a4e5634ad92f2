"""Connect to the database and keep its tables up to date."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event, inspect, make_url

from onhook.files import disk_faults
from onhook.store.errors import (
    DatabaseDriverMissing,
    DatabaseEmpty,
    DatabaseNewer,
    DatabaseOlder,
    database_faults,
)

if TYPE_CHECKING:
    from sqlite3 import Connection as SqliteConnection

    from alembic.config import Config
    from sqlalchemy.engine import URL, Connection, Engine

SCHEMA = "0001"
"""Revision of the newest migration, the one this program works with."""

BUSY_TIMEOUT_S = 15
"""How long SQLite waits for another process; the URL's ``?timeout=`` says otherwise."""
WRITES = "onhook_writes"
"""Execution option of a connection that will write: its transaction takes the lock at once."""


def open_engine(url: str) -> Engine:
    """Return an engine for `url`; nothing is opened yet.

    Raises:
        DatabaseDriverMissing: The package that speaks to this kind of database is not installed.
    """
    address = _with_driver(make_url(url))
    try:
        engine = create_engine(address, hide_parameters=True)
    except ImportError:
        raise DatabaseDriverMissing(address.get_backend_name()) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _with_driver(url: URL) -> URL:
    if url.drivername == "postgresql":
        return url.set(drivername="postgresql+psycopg")  # SQLAlchemy's own choice is psycopg2
    if url.get_backend_name() != "sqlite" or "timeout" in url.query:
        return url
    return url.update_query_dict({"timeout": str(BUSY_TIMEOUT_S)})


def shown(engine: Engine) -> str:
    """Return the database's address for messages, without its password."""
    if engine.dialect.name == "sqlite":
        return str(engine.url.database)
    return engine.url.render_as_string(hide_password=True)


def migrate(engine: Engine) -> tuple[str | None, str]:
    """Bring the tables to `SCHEMA` and return the revision before and after.

    Raises:
        DatabaseNewer: The tables are of a later onhook.
        StorageFault: The database cannot be reached or written to.
    """
    from alembic import command  # noqa: PLC0415 - start-up time

    if engine.dialect.name == "sqlite":
        _make_private(Path(str(make_url(engine.url).database)))
    with database_faults(shown(engine)), engine.connect() as connection:
        before = _revision(connection)
    if before is not None and before > SCHEMA:
        raise DatabaseNewer(shown(engine), before)
    if before != SCHEMA:
        with database_faults(shown(engine)), engine.connect() as connection:
            config = _alembic_config()
            config.attributes["connection"] = connection.execution_options(**{WRITES: True})
            command.upgrade(config, "head")
    return before, SCHEMA


def require_current(engine: Engine) -> None:
    """Make sure that the tables are those of this program.

    Raises:
        DatabaseEmpty: There are none.
        DatabaseOlder: They are earlier; `migrate` brings them up.
        DatabaseNewer: They are later; only a newer program can work with them.
        StorageFault: The database cannot be reached.
    """
    with database_faults(shown(engine)), engine.connect() as connection:
        found = _revision(connection)
    if found is None:
        raise DatabaseEmpty(shown(engine))
    if found < SCHEMA:
        raise DatabaseOlder(shown(engine), found, SCHEMA)
    if found > SCHEMA:
        raise DatabaseNewer(shown(engine), found)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return None if found is None else str(found)


def _alembic_config() -> Config:
    from alembic.config import Config  # noqa: PLC0415 - start-up time

    config = Config()
    config.set_main_option("script_location", "onhook.store:migrations")
    config.set_main_option("path_separator", "os")
    return config


def _make_private(path: Path) -> None:
    # SQLite gives its -wal and -shm files the mode of the database itself.
    with disk_faults(path):
        path.touch(mode=0o600)


def _prepare_sqlite(connection: SqliteConnection, _record: Any) -> None:
    connection.isolation_level = None  # BEGIN is ours, see _begin_sqlite
    connection.execute("PRAGMA journal_mode = WAL")
    # A printed QR must not outlive its row: a commit survives a power cut.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later could fail in the middle with "locked".
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
