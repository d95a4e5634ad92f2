"""Delivery from SQLite: in the event loop itself, for a statement takes less than a thread does."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from onhook.delivery import statements
from onhook.delivery.store import MOST_OPENS, PATIENCE_S, Coded, Config, Guess, Page
from onhook.store.errors import DatabaseBusy, DatabaseFault
from onhook.store.schema import instant_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from onhook.delivery.store import Budget
    from onhook.delivery.visits import Visit
    from onhook_devices.errors import StorageFault

T = TypeVar("T")

_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.001, 0.05


class SqliteStore:
    """See `onhook.delivery.store.Store`.

    Args:
        database: The file, or a ``file:`` address.
        shown: Its name for messages.
    """

    def __init__(self, database: str, shown: str) -> None:
        self._address = _existing(database)
        self._file = None if database.startswith("file:") else Path(database)
        self._shown = shown
        self._connection: sqlite3.Connection | None = None
        self._inode = 0

    async def config(self, token: bytes, now: datetime) -> Config | None:
        """See `Store`."""
        return await self._do(lambda db: _config(db, token, instant_text(now)))

    async def fetch(self, token: bytes, visit: Visit) -> Config | None:
        """See `Store`."""
        return await self._do(lambda db: _fetch(db, token, visit))

    async def page(self, token: bytes, now: datetime) -> Page | None:
        """See `Store`."""
        return await self._do(lambda db: _page(db, token, instant_text(now)))

    async def opened(self, token: bytes, visit: Visit) -> None:
        """See `Store`."""
        await self._do(lambda db: _opened(db, token, visit))

    async def guess(
        self, tags: Sequence[bytes], visit_address: str, budget: Budget, now: datetime
    ) -> Guess:
        """See `Store`."""
        return await self._do(lambda db: _guess(db, tags, visit_address, budget, now))

    async def ready(self) -> None:
        """See `Store`."""
        await self._do(lambda db: db.execute(statements.READY).fetchone())

    async def refresh(self) -> None:
        """Let go of a file that another took the place of, as a restored backup does."""
        if self._connection is not None and self._inode != _inode(self._file):
            await self.close()

    async def close(self) -> None:
        """See `Store`."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    async def _do(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do something; while another process writes, let other requests have their turn."""
        until, pause = time.monotonic() + PATIENCE_S, _FIRST_PAUSE_S
        while True:
            try:
                return work(self._connection or self._open())
            except sqlite3.Error as error:
                self._roll_back()
                if _code(error) not in _BUSY or time.monotonic() > until:
                    raise await self._fault(error) from None
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_S)

    def _open(self) -> sqlite3.Connection:
        self._inode = _inode(self._file)
        connection = sqlite3.connect(self._address, timeout=0, isolation_level=None, uri=True)
        connection.execute("PRAGMA foreign_keys = ON")
        # A server that is killed loses nothing by this; a power cut may forget the last fetches,
        # so that a link could be fetched as often again. For each fetch to wait for the disk
        # would hold up all others, tenfold. Other processes' commits are as durable as before.
        connection.execute("PRAGMA synchronous = NORMAL")
        self._connection = connection
        return connection

    def _roll_back(self) -> None:
        if self._connection is not None and self._connection.in_transaction:
            self._connection.rollback()

    async def _fault(self, error: sqlite3.Error) -> StorageFault:
        await self.close()  # the next request tries afresh
        if _code(error) in _BUSY:
            return DatabaseBusy(self._shown)
        return DatabaseFault(self._shown, getattr(error, "sqlite_errorname", type(error).__name__))


def _existing(database: str) -> str:
    """Return the address of a file that must be there: a new one would be an empty database."""
    if database.startswith("file:"):
        return database
    return f"{Path(database).absolute().as_uri()}?mode=rw"


def _inode(file: Path | None) -> int:
    try:
        return 0 if file is None else file.stat().st_ino
    except OSError:
        return 0


def _code(error: sqlite3.Error) -> int:
    """Return the error's kind; what is added to it says where it arose."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _config(db: sqlite3.Connection, token: bytes, now: str) -> Config | None:
    row = db.execute(statements.CONFIG, {"token": token, "now": now}).fetchone()
    return None if row is None else Config._make(row)


def _fetch(db: sqlite3.Connection, token: bytes, visit: Visit) -> Config | None:
    # Read first: a guess that finds nothing must not keep those from writing who have to.
    now = instant_text(visit.at)
    found = _config(db, token, now)
    if found is None or not _count(db, statements.COUNT_FETCH, token, now, visit):
        return None
    return found


def _opened(db: sqlite3.Connection, token: bytes, visit: Visit) -> None:
    _count(db, statements.COUNT_OPEN, token, instant_text(visit.at), visit)


def _count(db: sqlite3.Connection, counting: str, token: bytes, now: str, visit: Visit) -> bool:
    """Count and keep a visit in one transaction; False where the link has just died."""
    db.execute("BEGIN IMMEDIATE")
    asked = {"token": token, "now": now, "most_opens": MOST_OPENS}
    counted = db.execute(counting, asked).fetchone()
    if counted is None:
        db.execute("ROLLBACK")
        return False
    db.execute(statements.RECORD, (*counted, now, *visit[1:]))
    db.execute("COMMIT")
    return True


def _page(db: sqlite3.Connection, token: bytes, now: str) -> Page | None:
    row = db.execute(statements.PAGE, {"token": token, "now": now}).fetchone()
    if row is None:
        return None
    page = Page._make(row)
    return page._replace(expires_at=datetime.fromisoformat(str(page.expires_at)))


def _guess(
    db: sqlite3.Connection, tags: Sequence[bytes], address: str, budget: Budget, now: datetime
) -> Guess:
    db.execute("BEGIN IMMEDIATE")
    began = instant_text(budget.began_at)
    for place, most in (("", budget.from_all), (address, budget.from_one)):
        asked = {"began_at": began, "address": place}
        (wrong,) = db.execute(statements.COUNT_WRONG, asked).fetchone()
        if wrong > most:
            db.execute("ROLLBACK")
            return Guess(None, is_over=True)
    for tag in tags:
        row = db.execute(statements.CODE, {"tag": tag, "now": instant_text(now)}).fetchone()
        if row is not None:
            db.execute("ROLLBACK")  # a right one is not counted
            return Guess(Coded._make(row), is_over=False)
    db.execute(statements.FORGET_WRONG, {"oldest": instant_text(budget.oldest)})
    db.execute("COMMIT")
    return Guess(None, is_over=False)
