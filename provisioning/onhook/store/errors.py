"""What can go wrong between onhook and its database.

SQLite tells what happened in English, PostgreSQL by SQLSTATE; only a connection that does not come
about has nothing but words, in the language that the server was set up in.
"""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from onhook_devices.errors import Conflict, NotFound, StorageFault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onhook_devices.errors import OnhookError


class DatabaseBusy(StorageFault):
    """Another process held the database for longer than we wait."""

    database: str


class DatabaseUnreachable(StorageFault):
    """No connection to the server comes about, or it broke off."""

    database: str
    reason: str


class DatabaseLoginRefused(StorageFault):
    """The server lets this user in with no or another password, or not from here."""

    database: str
    reason: str


class DatabaseMissing(NotFound):
    """The server has no database of that name."""

    database: str


class DatabaseRightsMissing(StorageFault):
    """The user may not do in the database what onhook needs to do."""

    database: str
    reason: str


class DatabaseServerOld(StorageFault):
    """The server is older than any that onhook is tried with."""

    database: str
    found: str
    needed: str


class DatabaseNotUnicode(StorageFault):
    """The database was created in an encoding that lacks most of the world's characters."""

    database: str
    encoding: str


class DatabaseOfAnother(Conflict):
    """The database has a table that another program made under a name of ours."""

    database: str
    table: str


class DatabaseDriverMissing(StorageFault):
    """The package that speaks to this kind of database is not installed."""

    kind: str


class DatabaseFull(StorageFault):
    """The database's disk has no room left."""

    database: str


class DatabaseReadOnly(StorageFault):
    """The database may not be written to."""

    database: str


class DatabaseFault(StorageFault):
    """The database answers with an error."""

    database: str
    reason: str


class DatabaseOlder(StorageFault):
    """The database has the tables of an earlier onhook."""

    database: str
    found: str
    needed: str


class DatabaseEmpty(StorageFault):
    """The database has no tables of onhook: it is new, or another took its place."""

    database: str


class DatabaseNewer(StorageFault):
    """The database has the tables of a later onhook."""

    database: str
    found: str
    needed: str


_SIGNS: tuple[tuple[str, type[DatabaseBusy | DatabaseFull | DatabaseReadOnly]], ...] = (
    ("locked", DatabaseBusy),
    ("busy", DatabaseBusy),
    ("is full", DatabaseFull),
    ("readonly", DatabaseReadOnly),
)
"""What SQLite says."""

_STATES: dict[str, type[DatabaseBusy | DatabaseFull | DatabaseReadOnly | DatabaseMissing]] = {
    "25006": DatabaseReadOnly,  # read_only_sql_transaction, as on a standby
    "3D000": DatabaseMissing,  # invalid_catalog_name
    "40001": DatabaseBusy,  # serialization_failure
    "40P01": DatabaseBusy,  # deadlock_detected
    "53100": DatabaseFull,  # disk_full
    "55P03": DatabaseBusy,  # lock_not_available
}
"""PostgreSQL's SQLSTATE (its manual, appendix A)."""

_STATES_WITH_REASON: dict[
    str, type[DatabaseUnreachable | DatabaseLoginRefused | DatabaseRightsMissing]
] = {
    "08": DatabaseUnreachable,  # class 08, connection exceptions
    "28": DatabaseLoginRefused,  # class 28, invalid authorization
    "42501": DatabaseRightsMissing,  # insufficient_privilege
    "53300": DatabaseUnreachable,  # too_many_connections
    "57P0": DatabaseUnreachable,  # shut down, or starting up
}

# What a server set up in English or in Japanese says to who knocks (its messages are translated).
_NO_LOGIN = re.compile(
    r"authentication failed|no password supplied|pg_hba\.conf|role .* (does not exist|is not permi)"
    "|認証に失敗|ロール.*(存在しません|許可されません)"
)
_NO_DATABASE = re.compile(r'database ".*" does not exist|データベース".*"は存在しません')
_NO_RIGHT = re.compile(r"permission denied|アクセスが拒否されました")


@contextmanager
def database_faults(database: str) -> Iterator[None]:
    """Turn the driver's errors into ours; integrity errors pass, their callers know what they mean.

    Raises:
        StorageFault: What the database says, without the values of the statement.
        DatabaseMissing: The server has no such database.
    """
    try:
        yield
    except IntegrityError:
        raise
    except DBAPIError as error:
        raise _fault(database, error) from error


def _fault(database: str, error: DBAPIError) -> OnhookError:
    reason = reason_of(error)
    if not hasattr(error.orig, "sqlstate"):
        # "Disk I/O error" says nothing; its kind (SQLite, "Result Codes") is in no message.
        return _sqlite_fault(database, reason, getattr(error.orig, "sqlite_errorname", ""))
    state: str | None = getattr(error.orig, "sqlstate", None)
    if state is None and isinstance(error, OperationalError):
        return no_connection(database, reason)
    return _postgresql_fault(database, state or "", reason)


def _sqlite_fault(database: str, reason: str, code: str) -> OnhookError:
    if code == "SQLITE_IOERR_SHMSIZE":  # the file beside a WAL cannot get its 32 kB
        return DatabaseFull(database)
    file = Path(database)
    if code == "SQLITE_CANTOPEN" and file.exists() and not os.access(file.parent, os.W_OK):
        return DatabaseReadOnly(database)  # even to read, SQLite makes files beside it
    for sign, kind in _SIGNS:
        if sign in reason.lower():
            return kind(database)
    return DatabaseFault(database, reason)


def _postgresql_fault(database: str, state: str, reason: str) -> OnhookError:
    if state in _STATES:
        return _STATES[state](database)
    for start, kind in _STATES_WITH_REASON.items():
        if state.startswith(start):
            return kind(database, reason)
    return DatabaseFault(database, reason)


def no_connection(database: str, reason: str) -> OnhookError:
    """Return what the words of a failed connection mean: they come without an SQLSTATE."""
    if _NO_DATABASE.search(reason):
        return DatabaseMissing(database)
    if _NO_LOGIN.search(reason):
        return DatabaseLoginRefused(database, reason)
    if _NO_RIGHT.search(reason):
        return DatabaseRightsMissing(database, reason)
    return DatabaseUnreachable(database, reason)


def reason_of(error: DBAPIError) -> str:
    """Return the line that says most; of a host's several addresses it is the last one's."""
    lines = [line.strip() for line in str(error.orig).splitlines() if not line.startswith("\t")]
    tried = [line for line in lines if "connection failed: " in line]
    if tried:
        return tried[-1].rpartition("connection failed: ")[2]
    return next(filter(None, lines), "?")
