"""What there is to look at; each part is opened when a check first asks for it, or raises."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import make_url

from onhook import settings as settings_
from onhook.keys.sources import read_source
from onhook.sealing import KeyRing
from onhook.workspace import Workspace, utc_now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from onhook.settings import Settings
    from onhook.workspace import UnitOfWork

_PATIENCE_S = "3"
"""How long a busy database or a silent server is waited for: somebody is standing there."""


@dataclass(frozen=True)
class Site:
    """A workspace, or what is left of one.

    Attributes:
        folder: The workspace's folder.
        environment: Variables that lie over its settings.
        clock: Tells the instant.
        authorities: A file of authorities that phones trust besides the public ones.
    """

    folder: Path
    environment: Mapping[str, str]
    clock: Callable[[], datetime] = utc_now
    authorities: Path | None = None

    @cached_property
    def settings(self) -> Settings:
        """The settings."""
        return settings_.load(self.folder, self.environment)

    @cached_property
    def keys(self) -> KeyRing:
        """The key ring."""
        return read_source(self.settings.keys)

    @cached_property
    def workspace(self) -> Workspace:
        """The workspace, with no key in its ring: most checks need none."""
        settings = replace(self.settings, database=_hurried(self.settings.database))
        return Workspace(settings, KeyRing(()), "doctor", self.clock)

    @property
    def database_file(self) -> Path | None:
        """The database's file; None where it is on a server."""
        url = make_url(self.settings.database)
        return Path(str(url.database)) if url.get_backend_name() == "sqlite" else None

    @contextmanager
    def reading(self) -> Iterator[UnitOfWork]:
        """Open a unit of work that changes nothing, and has no keys."""
        with self.workspace.reading() as work:
            yield work

    def close(self) -> None:
        """Close the database's connections, if any were opened."""
        if "workspace" in vars(self):
            self.workspace.close()


def _hurried(url: str) -> str:
    address = make_url(url)
    name = "timeout" if address.get_backend_name() == "sqlite" else "connect_timeout"
    query = {name: _PATIENCE_S, **address.query}
    return address.update_query_dict(query).render_as_string(hide_password=False)
