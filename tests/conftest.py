"""What every test finds: the fixtures of `workspaces`, the rules of CI, and each kind of database.

A test marked `each_database` runs on SQLite and on a real PostgreSQL: its fixture `backend` says
on which. Others, and those marked `sqlite_alone` in a file so marked, run on SQLite. Outside CI
only the rooms whose SQL differs most go to PostgreSQL, too; `CI=1 make test` sends all there.
There, too, runs what is marked `in_ci`: faults and foreign servers that take long to set up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import statements
from tests.killing import forking
from tests.memory import give_pytest_memory
from tests.postgresql import serve
from tests.thoroughness import thorough

if TYPE_CHECKING:
    from collections.abc import Iterator
    from subprocess import Popen

    from tests.postgresql import Server

pytest_plugins = ["tests.asking.fixtures", "tests.ci_rules", "tests.workspaces"]

BACKENDS = ("sqlite", "postgresql")
ALWAYS_ON_BOTH = {"delivery", "store", "upgrades"}


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "each_database: runs on SQLite and on PostgreSQL")
    config.addinivalue_line("markers", "sqlite_alone: runs on SQLite whatever its file says")
    config.addinivalue_line("markers", "in_ci: takes long, and runs where CI is set")
    statements.share()
    give_pytest_memory()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what runs in CI alone, and let pytest count it as deselected."""
    left_out = thorough([], [item for item in items if item.get_closest_marker("in_ci")])
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("in_ci")]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    marks = {mark.name for mark in metafunc.definition.iter_markers()}
    wanted = "each_database" in marks and "sqlite_alone" not in marks
    if wanted and "backend" in metafunc.fixturenames:
        is_on_both = thorough(in_ci=True, elsewhere=_room(metafunc) in ALWAYS_ON_BOTH)
        backends = BACKENDS if is_on_both else BACKENDS[:1]
        metafunc.parametrize("backend", backends, indirect=True, scope="session")


def _room(metafunc: pytest.Metafunc) -> str:
    return metafunc.definition.path.parent.name


@pytest.fixture(scope="session")
def backend(request: pytest.FixtureRequest) -> str:
    """Return the kind of database to test on."""
    return str(getattr(request, "param", BACKENDS[0]))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """Return a real PostgreSQL server; it starts in a second, once for each worker."""
    with serve() as server:
        yield server


@pytest.fixture(scope="session")
def forker() -> Iterator[Popen[str]]:
    """Return a process that runs commands and kills them (tests/killing.py), once a worker."""
    with forking() as process:
        yield process
