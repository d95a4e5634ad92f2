"""An office whose links a real server serves."""

from __future__ import annotations

import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.delivery.phones import token_of
from tests.workspaces import PROGRAM, PUBLIC_URL, Office

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_3CX = tuple(str(number) for number in range(101, 113))
_LINPHONE = "201"


@dataclass
class Site:
    """What the server shows, by address.

    Attributes:
        base: Where it listens.
    """

    base: str
    _tokens: dict[str, str]
    _taken: int = 0

    @property
    def host(self) -> str:
        """Return the server's host and port."""
        return self.base.removeprefix("http://")

    @property
    def link(self) -> str:
        """Return the page of a link to a file; only to be looked at."""
        return self._page(_3CX[0])

    @property
    def linphone(self) -> str:
        """Return the page of a link that opens an app."""
        return self._page(_LINPHONE)

    @property
    def dead(self) -> str:
        """Return the page of no link."""
        return f"{self.base}/s/{'A' * 26}"

    @property
    def kit_url(self) -> str:
        """Return what the symbol of `link` holds."""
        return f"{PUBLIC_URL}/k/{self._tokens[_3CX[0]]}"

    def fresh(self) -> str:
        """Return the page of a link that nobody has fetched from: each can be only some times."""
        self._taken += 1
        return self._page(_3CX[self._taken])

    def _page(self, extension: str) -> str:
        return f"{self.base}/s/{self._tokens[extension]}"


@contextmanager
def served(home: Path) -> Iterator[Site]:
    """Make an office in `home` and serve its links."""
    office = Office(home / "workspace", home)
    office.do("init", "--customer", "acme", "--pbx", "pbx.acme.example", "--public-url", PUBLIC_URL)
    office.accounts(*_3CX, _LINPHONE)
    for extension in (_3CX[0], _LINPHONE):
        office.do("account", "set", extension, "--display-name", "髙橋 太郎")
    office.do("issue", *_3CX, "--without-device")
    office.do("issue", _LINPHONE, "--without-device", "--family", "linphone")
    tokens = {extension: token_of(office, extension) for extension in (*_3CX, _LINPHONE)}
    office.close()
    words = ("serve", "--port", "0", "--ops-port", "0", "--lang", "en")
    variables = office.environment | {"PYTHONUNBUFFERED": "1"}  # it tells its address by a pipe
    with subprocess.Popen(
        [PROGRAM, *words], env=variables, cwd=home, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout is not None
            said = server.stdout.readline()
            yield Site(said.removeprefix("listening on ").partition(",")[0], tokens)
        finally:
            server.terminate()
            server.communicate()
