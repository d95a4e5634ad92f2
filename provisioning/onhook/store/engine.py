"""Connect to the database; open transactions that mean the same on SQLite and PostgreSQL.

One process writes at a time, and whoever reads sees one moment. SQLite has it so by nature.
PostgreSQL would let everybody write at once, and much of onhook leans on nobody doing so: a
transaction that writes takes an advisory lock there first.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event, make_url

from onhook.store.errors import DatabaseDriverMissing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from sqlite3 import Connection as SqliteConnection

    from psycopg import Connection as PsycopgConnection
    from sqlalchemy.engine import URL, Connection, Engine

BUSY_TIMEOUT_S = 15
"""How long a transaction waits for another process.

SQLite's URL says otherwise by ``?timeout=SECONDS``, PostgreSQL's by
``?options=-c lock_timeout=MILLISECONDS``, and so may its role or database (``ALTER ROLE … SET``).
"""
CONNECT_TIMEOUT_S = 10
"""How long a PostgreSQL server may take to answer; the URL's ``?connect_timeout=`` says otherwise.

Without a limit a firewall that swallows packets holds a command for two minutes.
"""
POSTGRESQL_PORT = 5432
WRITES = "onhook_writes"
"""Execution option of a connection that will write: its transaction takes the lock at once."""

_WRITERS_LOCK = 0x6F6E686F6F6B  # "onhook"; advisory locks are told apart by number, per database
TAKE_LOCK = f"SELECT pg_advisory_xact_lock({_WRITERS_LOCK})"
_SETTINGS = {
    "TimeZone": "'UTC'",  # instants come back in it, as from SQLite
    "lock_timeout": f"coalesce(nullif(current_setting('lock_timeout'), '0'), '{BUSY_TIMEOUT_S}s')",
    # A plan made while a table was empty and kept until it has 100,000 rows reads all of them for
    # each one: an import would take hours. Planning anew costs a tenth of a millisecond.
    "plan_cache_mode": "'force_custom_plan'",
}
_SET_UP = "SELECT " + ", ".join(f"set_config('{k}', {v}, false)" for k, v in _SETTINGS.items())


def open_engine(url: str) -> Engine:
    """Return an engine for `url`; nothing is opened yet.

    Raises:
        DatabaseDriverMissing: The package that speaks to this kind of database is not installed.
    """
    address = _with_driver(make_url(url))
    is_sqlite = address.get_backend_name() == "sqlite"
    options: dict[str, Any] = {} if is_sqlite else {"pool_pre_ping": True}
    try:
        engine = create_engine(address, hide_parameters=True, **options)
    except ImportError:
        raise DatabaseDriverMissing(address.get_backend_name()) from None
    event.listen(engine, "connect", _prepare_sqlite if is_sqlite else _prepare_postgresql)
    event.listen(engine, "begin", _begin_sqlite if is_sqlite else _begin_postgresql)
    return engine


def _with_driver(url: URL) -> URL:
    if url.get_backend_name() == "sqlite":
        return _with_defaults(url, timeout=str(BUSY_TIMEOUT_S))
    # SQLAlchemy's own choice is psycopg2. libpq takes the encoding from a variable if told nothing.
    return _with_defaults(
        url.set(drivername="postgresql+psycopg").update_query_dict({"client_encoding": "utf8"}),
        connect_timeout=str(CONNECT_TIMEOUT_S),
        fallback_application_name="onhook",
    )


def _with_defaults(url: URL, **values: str) -> URL:
    return url.update_query_dict({**values, **url.query})


def shown(engine: Engine) -> str:
    """Return the database's address for messages, without its password."""
    return _shown(engine.url)


def shown_url(url: str) -> str:
    """Return a database's address for messages, without its password."""
    return _shown(make_url(url))


def _shown(url: URL) -> str:
    """Return an address without its password, and of its options the host alone."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    plain = url.set(password=None, query={})
    told = plain.update_query_dict({k: v for k, v in url.query.items() if k in ("host", "port")})
    return told.render_as_string(hide_password=True)


def same_database(one: str, other: str) -> bool:
    """Tell whether two addresses name one database, whoever comes to it and with what password."""
    return _place(make_url(one)) == _place(make_url(other))


def _place(url: URL) -> tuple[str, ...]:
    if url.get_backend_name() == "sqlite":
        return "sqlite", str(Path(str(url.database)).resolve())
    host = url.query.get("host", url.host or "")
    port = url.query.get("port", str(url.port or POSTGRESQL_PORT))
    return "postgresql", str(host), str(port), str(url.database)


def absolute(url: str, start: Path | None = None) -> str:
    """Return `url`; a path from `start` (or from here) to an SQLite file is one from the root."""
    address = make_url(url)
    path = str(address.database)
    if address.get_backend_name() != "sqlite" or path.startswith("file:"):
        return url
    rooted = address.set(database=str(Path(start or "", path).absolute()))
    return rooted.render_as_string(hide_password=False)


@contextmanager
def read_transaction(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that changes nothing and sees one moment from its first statement on."""
    with engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def write_transaction(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that alone writes; it waits for another to end."""
    with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        yield connection


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


def _prepare_postgresql(connection: PsycopgConnection[Any], _record: Any) -> None:
    connection.execute(_SET_UP)
    connection.commit()


def _begin_postgresql(connection: Connection) -> None:
    from psycopg import IsolationLevel  # noqa: PLC0415 - an extra, there where it is used

    driver: PsycopgConnection[Any] = connection.connection.driver_connection  # type: ignore[assignment]  # SQLAlchemy does not know whose
    if connection.get_execution_options().get(WRITES, False):
        # Each statement sees what was stored before it: a moment fixed at the beginning would be
        # the one before the wait for the lock.
        driver.isolation_level, driver.read_only = IsolationLevel.READ_COMMITTED, None
        connection.exec_driver_sql(TAKE_LOCK)
    else:
        driver.isolation_level, driver.read_only = IsolationLevel.REPEATABLE_READ, True
