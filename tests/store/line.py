"""A line to a PostgreSQL server that can be cut, and mended: the network between two machines."""

from __future__ import annotations

import contextlib
import socket
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.postgresql import Server

SOCKET = ".s.PGSQL.5432"


class Line:
    """Passes on what comes to the socket in `here` to the server's in `there`.

    Attributes:
        sent: Bytes that went to the server so far.
    """

    def __init__(self, here: Path, there: Path) -> None:
        self._here = here / SOCKET
        self._there = there / SOCKET
        self._ends: list[socket.socket] = []
        self._door: socket.socket | None = None
        self.sent = 0
        self._room: int | None = None
        self._flows = threading.Event()
        self._flows.set()

    def cut_after(self, sent: int) -> None:
        """Cut it by itself as soon as so many bytes more went to the server."""
        self._room = self.sent + sent

    def hold(self) -> None:
        """Let nothing through any more, and break nothing: the other end has gone silent."""
        self._flows.clear()

    def release(self) -> None:
        """Let through what was held, and all that comes."""
        self._flows.set()

    def mend(self) -> None:
        """Let connections through."""
        self._room = None
        door = self._door = socket.socket(socket.AF_UNIX)
        door.bind(str(self._here))
        door.listen()
        threading.Thread(target=self._welcome, args=(door,), daemon=True).start()

    def cut(self) -> None:
        """Break all connections and refuse new ones."""
        self._flows.set()
        if self._door is not None:
            self._here.unlink()
            _end(self._door)
            self._door = None
        while self._ends:
            _end(self._ends.pop())

    def _welcome(self, door: socket.socket) -> None:
        with contextlib.suppress(OSError):  # the line was cut
            while True:
                near, _ = door.accept()
                far = socket.socket(socket.AF_UNIX)
                far.connect(str(self._there))
                self._ends += [near, far]
                for source, target in ((near, far), (far, near)):
                    way = (source, target, target is far)
                    threading.Thread(target=self._pass, args=way, daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, counts: bool) -> None:  # noqa: FBT001 - a thread's arguments have no names
        with contextlib.suppress(OSError):
            while content := source.recv(1 << 16):
                self._flows.wait()
                target.sendall(content)
                self.sent += len(content) if counts else 0
                if self._room is not None and self.sent > self._room:
                    self._room = None
                    self.cut()
        _end(source)
        _end(target)


def _end(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()


@contextmanager
def laid(here: Path, there: Path) -> Iterator[Line]:
    """Provide a line that works, for a while."""
    line = Line(here, there)
    line.mend()
    try:
        yield line
    finally:
        line.cut()


@pytest.fixture
def line(postgresql: Server) -> Iterator[tuple[Line, str]]:
    """Return a line to an empty database and the address at its near end."""
    url = postgresql.create()
    with tempfile.TemporaryDirectory() as place, laid(Path(place), postgresql.folder) as made:
        yield made, url.replace(str(postgresql.folder), place)
    postgresql.drop(url)
