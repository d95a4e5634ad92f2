"""Phones that fetch from a server, many at once."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Self

import httpx2

if TYPE_CHECKING:
    from collections.abc import Iterable


class Phones:
    """Phones that fetch until their link is dead, whatever comes in between.

    Args:
        address: Of the server.
        paths: Of the links.
        most: How many configs there are to be had of each; one more, and they stop too.

    Attributes:
        got: How many configs they got, by path.
        bodies: What these were, by path.
        dead: Paths of the links that died.
    """

    def __init__(self, address: str, paths: Iterable[str], most: int) -> None:
        self._most = most
        self.got = dict.fromkeys(paths, 0)
        self.bodies: dict[str, set[bytes]] = {path: set() for path in self.got}
        self.dead: set[str] = set()
        self._address = address
        self._may_go_on = threading.Event()
        self._may_go_on.set()
        self._threads = [
            threading.Thread(target=self._fetch, args=(path,))
            for path in self.got
            for _ in range(4)
        ]
        self._counting = threading.Lock()

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._may_go_on.clear()
        self.await_end()

    def await_end(self) -> None:
        """Wait until all links are dead."""
        for thread in self._threads:
            thread.join()

    def await_more(self, many: int) -> None:
        """Wait until they got so many more."""
        enough, until = sum(self.got.values()) + many, time.monotonic() + 30
        while sum(self.got.values()) < enough:
            assert time.monotonic() < until, self.got
            time.sleep(0.002)

    def _fetch(self, path: str) -> None:
        with httpx2.Client(base_url=self._address, timeout=10) as client:
            while self._may_go_on.is_set() and self.got[path] <= self._most:
                with suppress(httpx2.TransportError):
                    answer = client.get(path)
                    if answer.status_code == 404:
                        self.dead.add(path)
                        return
                    with self._counting:
                        self.got[path] += 1
                        self.bodies[path].add(answer.content)
