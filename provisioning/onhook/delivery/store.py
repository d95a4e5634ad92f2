"""What delivery asks of a database; SQLite and PostgreSQL answer in their own ways."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from onhook.delivery.visits import Visit
    from onhook.workspace import Workspace

MOST_OPENS = 100
"""How often it is written down that a link's page was opened; after that it is only shown."""
PATIENCE_S = 5.0
"""How long a request waits for the database before it is told to come back later."""


class Config(NamedTuple):
    """A link's config as it is kept: sealed, and bound to the names before it."""

    customer: str
    extension: str
    device: str
    number: int
    name: str
    media_type: str
    content_sealed: bytes


class Page(NamedTuple):
    """What a link's page says, as it is kept."""

    customer: str
    extension: str
    first_name: str
    last_name: str
    display_name: str
    language: str
    device: str
    platform: str | None
    number: int
    family: str
    service: str
    file_name: str
    public_url: str
    expires_at: datetime
    fetches_left: int


class Coded(NamedTuple):
    """The link that a short code leads to; its token is sealed."""

    token_sealed: bytes
    customer: str
    extension: str
    device: str
    number: int


class Budget(NamedTuple):
    """How many wrong codes may be typed in a stretch of time.

    Attributes:
        began_at: The stretch's beginning.
        ends_at: Its end: then more may be typed.
        oldest: Stretches before this are forgotten.
        from_all: By everybody together.
        from_one: From one network (see `visits.shortened`).
    """

    began_at: datetime
    ends_at: datetime
    oldest: datetime
    from_all: int
    from_one: int


class Guess(NamedTuple):
    """What a typed code came to; `is_over` when no more may be tried in this stretch of time."""

    found: Coded | None
    is_over: bool


class Store(Protocol):
    """A database as delivery uses it. What does not work gives None, whatever the reason.

    Every method raises `StorageFault` when the database cannot be used now.
    """

    async def config(self, token: bytes, now: datetime) -> Config | None:
        """Return the config behind a token's SHA-256; nothing is counted."""

    async def fetch(self, token: bytes, visit: Visit) -> Config | None:
        """Count a fetch, keep the visit and return the config: all three or nothing."""

    async def page(self, token: bytes, now: datetime) -> Page | None:
        """Return what the link's page says."""

    async def opened(self, token: bytes, visit: Visit) -> None:
        """Keep that the page was opened, up to `MOST_OPENS` times."""

    async def guess(
        self, tags: Sequence[bytes], visit_address: str, budget: Budget, now: datetime
    ) -> Guess:
        """Find the link of a short code; a wrong one is counted before it is looked for."""

    async def ready(self) -> None:
        """Ask the database something, to know that it answers."""

    async def refresh(self) -> None:
        """Notice once in a while that the database was put in another's place."""

    async def close(self) -> None:
        """Close what is open."""


def open_store(workspace: Workspace) -> Store:
    """Return the store over a workspace's database; it connects when it is first asked."""
    from onhook.store.engine import shown  # noqa: PLC0415 - start-up time of others

    engine = workspace.engine
    _, parameters = engine.dialect.create_connect_args(engine.url)
    if engine.dialect.name == "sqlite":
        from onhook.delivery.on_sqlite import SqliteStore  # noqa: PLC0415 - one of two

        return SqliteStore(str(engine.url.database), shown(engine))
    from onhook.delivery.on_postgresql import PostgresqlStore  # noqa: PLC0415 - as above

    return PostgresqlStore(parameters, shown(engine))
