"""An office whose people have mail addresses and kits, and servers to mail them."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from tests.mailing.server import Rules, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.mailing.server import MailServer
    from tests.workspaces import Office, Prepared


def fill(acme: Office) -> None:
    acme.do("customer", "set", "acme", "--name", "株式会社さくら電機")
    people = (("101", "渡邉 直樹"), ("102", "山﨑 亮"), ("103", "Smith, John"))
    acme.accounts(*(extension for extension, _ in people))
    for extension, name in people:
        words = ("--mail", f"p{extension}@acme.example", "--display-name", name)
        acme.do("account", "set", extension, *words)
        acme.do("device", "add", f"D-{extension}", "--platform", "ios", "--level", "17.2")
        acme.do("device", "assign", f"D-{extension}", extension)
    acme.do("issue", "--all")


@pytest.fixture
def office(prepared: Prepared) -> Office:
    """Return an office with three people, who can be mailed."""
    return prepared(fill)


@pytest.fixture
def server_with(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., MailServer]]:
    """Return a way to get a server that behaves as told."""
    with ExitStack() as stack:

        def start(folder: Path | None = None, **rules: object) -> MailServer:
            place = folder or tmp_path_factory.mktemp("mails")
            return stack.enter_context(serving(place, Rules(**rules)))  # type: ignore[arg-type]  # as named

        yield start


@pytest.fixture(scope="session")
def willing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    """Return a server that takes everything, to be shared; it remembers."""
    with serving(tmp_path_factory.mktemp("mails"), Rules()) as server:
        yield server


@pytest.fixture
def mailing(office: Office, willing: MailServer) -> MailServer:
    """Return a server that takes everything, has nothing yet, and that `office` mails to."""
    for path in willing.folder.iterdir():
        path.unlink()
    office.variables.update(willing.variables)
    return willing
