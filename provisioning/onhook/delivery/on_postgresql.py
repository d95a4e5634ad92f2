"""Delivery from PostgreSQL: some connections, each for one statement at a time, none waited for.

A database that is gone must hold up nobody who does not need it: every wait has an end, and who
comes while no connection comes about is told so at once.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg

from onhook.delivery import statements
from onhook.delivery.store import MOST_OPENS, PATIENCE_S, Coded, Config, Guess, Page
from onhook.store.errors import DatabaseUnreachable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
    from datetime import datetime

    from onhook.delivery.store import Budget
    from onhook.delivery.visits import Visit

T = TypeVar("T")
Connection = psycopg.AsyncConnection[tuple[Any, ...]]

CONNECTIONS = 8
"""Of each server process; more only wait for each other in the database."""
REST_S = 1.0
"""After a connection did not come about, how long none is tried."""

_SET_UP = """SELECT set_config('TimeZone', 'UTC', false),
    set_config('statement_timeout', '5s', false), set_config('lock_timeout', '5s', false),
    -- A plan made while a table was empty would read all of it later.
    set_config('enable_seqscan', 'off', false)"""
_FETCH, _OPEN, _CONFIG, _PAGE, _CODE, _COUNT_WRONG, _FORGET_WRONG = map(
    statements.for_psycopg,
    (
        statements.FETCH_AT_ONCE,
        statements.OPEN_AT_ONCE,
        statements.CONFIG,
        statements.PAGE,
        statements.CODE,
        statements.COUNT_WRONG,
        statements.FORGET_WRONG,
    ),
)


class PostgresqlStore:
    """See `onhook.delivery.store.Store`.

    Args:
        parameters: What psycopg connects with.
        shown: The database's name for messages.
    """

    def __init__(self, parameters: Mapping[str, Any], shown: str) -> None:
        self._parameters = {"tcp_user_timeout": "5000", **parameters, "connect_timeout": "5"}
        self._shown = shown
        self._idle: list[Connection] = []
        self._places = asyncio.Semaphore(CONNECTIONS)
        self._resting_until = 0.0

    async def config(self, token: bytes, now: datetime) -> Config | None:
        """See `Store`."""
        row = await self._row(_CONFIG, {"token": token, "now": now})
        return None if row is None else Config._make(row)

    async def fetch(self, token: bytes, visit: Visit) -> Config | None:
        """See `Store`."""
        row = await self._row(_FETCH, _asked(token, visit))
        return None if row is None else Config._make(row)

    async def page(self, token: bytes, now: datetime) -> Page | None:
        """See `Store`."""
        row = await self._row(_PAGE, {"token": token, "now": now})
        return None if row is None else Page._make(row)

    async def opened(self, token: bytes, visit: Visit) -> None:
        """See `Store`."""
        asked = {**_asked(token, visit), "most_opens": MOST_OPENS}
        await self._do(lambda db: db.execute(_OPEN, asked))

    async def guess(
        self, tags: Sequence[bytes], visit_address: str, budget: Budget, now: datetime
    ) -> Guess:
        """See `Store`."""
        return await self._do(lambda db: _guess(db, tags, visit_address, budget, now))

    async def ready(self) -> None:
        """See `Store`."""
        await self._row(statements.READY, {})

    async def refresh(self) -> None:
        """See `Store`: a server that was replaced breaks the connections by itself."""

    async def close(self) -> None:
        """See `Store`."""
        idle, self._idle = self._idle, []
        for connection in idle:
            await connection.close()

    async def _row(self, statement: str, asked: Mapping[str, Any]) -> tuple[Any, ...] | None:
        async def work(db: Connection) -> tuple[Any, ...] | None:
            cursor = await db.execute(statement.encode(), asked)
            return await cursor.fetchone()

        return await self._do(work)

    async def _do(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        """Do something, a second time where the connection turns out to have been dead.

        It may have been counted then without our knowing: better twice than delivered uncounted.
        """
        try:
            # psycopg, told to stop, asks the database to stop too, and waits ten seconds for one
            # that is silent; told a second time it lets go.
            async with asyncio.timeout(PATIENCE_S), asyncio.timeout(0.8 * PATIENCE_S):
                try:
                    return await self._on_a_connection(work)
                except (psycopg.OperationalError, psycopg.InterfaceError):
                    await self.close()
                    return await self._on_a_connection(work)
        except (psycopg.Error, OSError) as error:  # a timeout is an OSError
            kind = getattr(error, "sqlstate", None) or type(error).__name__
            raise DatabaseUnreachable(self._shown, kind) from None

    async def _on_a_connection(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        async with self._places, self._connected() as connection:
            return await work(connection)

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[Connection]:
        connection = self._idle.pop() if self._idle else await self._connect()
        try:
            yield connection
        except BaseException:
            await connection.close()
            raise
        self._idle.append(connection)

    async def _connect(self) -> Connection:
        if time.monotonic() < self._resting_until:
            raise psycopg.OperationalError
        try:
            connection = await psycopg.AsyncConnection.connect(**self._parameters, autocommit=True)
            await connection.execute(_SET_UP)
        except BaseException:
            self._resting_until = time.monotonic() + REST_S
            raise
        return connection


def _asked(token: bytes, visit: Visit) -> dict[str, Any]:
    return {"token": token, "now": visit.at, **visit._asdict()}


async def _guess(
    db: Connection, tags: Sequence[bytes], address: str, budget: Budget, now: datetime
) -> Guess:
    found: Coded | None = None
    async with db.transaction() as whole:
        for place, most in (("", budget.from_all), (address, budget.from_one)):
            asked = {"began_at": budget.began_at, "address": place}
            counted = await (await db.execute(_COUNT_WRONG.encode(), asked)).fetchone()
            if counted is None or counted[0] > most:
                raise psycopg.Rollback(whole)
        for tag in tags:
            row = await (await db.execute(_CODE.encode(), {"tag": tag, "now": now})).fetchone()
            if row is not None:
                found = Coded._make(row)
                raise psycopg.Rollback(whole)  # a right one is not counted
        await db.execute(_FORGET_WRONG.encode(), {"oldest": budget.oldest})
        return Guess(None, is_over=False)
    return Guess(found, is_over=found is None)
