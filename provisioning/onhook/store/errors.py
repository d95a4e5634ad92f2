"""What can go wrong between onhook and its database."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError, IntegrityError

from onhook_devices.errors import StorageFault

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(eq=False)
class DatabaseBusy(StorageFault):
    """Another process held the database for longer than we wait."""

    database: str


@dataclass(eq=False)
class DatabaseDriverMissing(StorageFault):
    """The package that speaks to this kind of database is not installed."""

    kind: str


@dataclass(eq=False)
class DatabaseFull(StorageFault):
    """The database's disk has no room left."""

    database: str


@dataclass(eq=False)
class DatabaseReadOnly(StorageFault):
    """The database may not be written to."""

    database: str


@dataclass(eq=False)
class DatabaseFault(StorageFault):
    """The database answers with an error."""

    database: str
    reason: str


@dataclass(eq=False)
class DatabaseOlder(StorageFault):
    """The database has the tables of an earlier onhook."""

    database: str
    found: str
    needed: str


@dataclass(eq=False)
class DatabaseEmpty(StorageFault):
    """The database has no tables of onhook: it is new, or another took its place."""

    database: str


@dataclass(eq=False)
class DatabaseNewer(StorageFault):
    """The database has the tables of a later onhook."""

    database: str
    found: str


_SIGNS: tuple[tuple[str, type[DatabaseBusy | DatabaseFull | DatabaseReadOnly]], ...] = (
    ("locked", DatabaseBusy),
    ("busy", DatabaseBusy),
    ("lock timeout", DatabaseBusy),
    ("is full", DatabaseFull),
    ("no space left", DatabaseFull),
    ("readonly", DatabaseReadOnly),
    ("read-only", DatabaseReadOnly),
)


@contextmanager
def database_faults(database: str) -> Iterator[None]:
    """Turn the driver's errors into ours; integrity errors pass, their callers know what they mean.

    Raises:
        StorageFault: What the database says, without the values of the statement.
    """
    try:
        yield
    except IntegrityError:
        raise
    except DBAPIError as error:
        reason = str(error.orig).strip().splitlines()[0]
        for sign, fault in _SIGNS:
            if sign in reason.lower():
                raise fault(database) from error
        raise DatabaseFault(database, reason) from error
