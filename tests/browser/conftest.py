"""One real Chromium for all stories here, and a site for it to look at.

The browser lives in a thread of its own, and so do the stories: its driver leaves an event loop
running in its thread, and no other test could start one there.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests.browser.serving import Site, served
from tests.browser.visiting import Visitors, launched
from tests.programs import need

if TYPE_CHECKING:
    from collections.abc import Iterator

_THREAD = ThreadPoolExecutor(1, "browser")


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a story in the browser's thread."""
    if "visitors" not in pyfuncitem.fixturenames:
        return None
    names = pyfuncitem._fixtureinfo.argnames  # noqa: SLF001 - as pytest's own call does
    values = {name: pyfuncitem.funcargs[name] for name in names}
    _THREAD.submit(pyfuncitem.obj, **values).result()
    return True


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served(tmp_path_factory.mktemp("browser")) as found:
        yield found


@pytest.fixture(scope="session")
def chromium() -> Iterator[Visitors]:
    (program,) = need("chromium")
    opened = launched(program)
    yield _THREAD.submit(opened.__enter__).result()
    _THREAD.submit(opened.__exit__, None, None, None).result()


@pytest.fixture
def visitors(chromium: Visitors) -> Iterator[Visitors]:
    yield chromium
    _THREAD.submit(chromium.leave).result()
