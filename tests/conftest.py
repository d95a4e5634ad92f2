"""Rules for every test: none is skipped in CI, and some run on each kind of database.

Where `CI` is set, a skip is a failure. `tests.programs` fails by itself when a program is missing;
this catches every other skip, of a test or of a whole file. Expected failures (`xfail`) are not
skips and stay what they are.

A test marked `each_database` runs on SQLite and on a real PostgreSQL: its fixture `backend` says
on which. Others, and those marked `sqlite_alone` in a file so marked, run on SQLite.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from tests.postgresql import Server

BACKENDS = ("sqlite", "postgresql")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "each_database: runs on SQLite and on PostgreSQL")
    config.addinivalue_line("markers", "sqlite_alone: runs on SQLite whatever its file says")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    marks = {mark.name for mark in metafunc.definition.iter_markers()}
    wanted = "each_database" in marks and "sqlite_alone" not in marks
    if wanted and "backend" in metafunc.fixturenames:
        metafunc.parametrize("backend", BACKENDS, indirect=True, scope="session")


@pytest.fixture(scope="session")
def backend(request: pytest.FixtureRequest) -> str:
    """Return the kind of database to test on."""
    return str(getattr(request, "param", BACKENDS[0]))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """Return a real PostgreSQL server; it starts in a second, once for each worker."""
    from tests.postgresql import serve  # noqa: PLC0415 - this file is tried alone, too

    with serve() as server:
        yield server


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if not hasattr(report, "wasxfail"):
        _fail_if_skipped(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _fail_if_skipped(report)
    return report


def _fail_if_skipped(report: pytest.TestReport | pytest.CollectReport) -> None:
    if not (report.skipped and os.environ.get("CI")):
        return
    report.outcome = "failed"
    report.longrepr = f"skipped, which CI does not allow: {_reason(report)}"


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    match report.longrepr:
        case (_, _, str(reason)):
            return reason
        case other:
            return str(other)
