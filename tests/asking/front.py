"""A real HTTPS server on loopback that answers as badly as a test wants."""

from __future__ import annotations

import ssl
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator

    from trustme import CA, LeafCert

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Seen:
    """A request that came: its headers' names are in small letters."""

    method: str
    path: str
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered; a header of None is left out."""

    status: int = 200
    headers: dict[str, str | None] = field(default_factory=dict)
    body: bytes = b""


class Front:
    """The server as a test sees it.

    Attributes:
        port: Where it listens.
        seen: What came, since the last `reset`.
        reply: Makes the answer to a request.
        context: The certificate that it shows; None for plain HTTP.
    """

    def __init__(self, port: int, context: ssl.SSLContext) -> None:
        self.port = port
        self._usual = context
        self.reset()

    def reset(self) -> None:
        """Forget what came, and answer nothing but 404 with the good certificate."""
        self.seen: list[Seen] = []
        self.reply: Callable[[Seen], Reply] = lambda _: Reply(404)
        self.context: ssl.SSLContext | None = self._usual

    @property
    def url(self) -> str:
        """Return its address by name."""
        return f"https://localhost:{self.port}"

    def show(self, certificate: LeafCert) -> None:
        """Show another certificate."""
        self.context = context_of(certificate)


def context_of(certificate: LeafCert) -> ssl.SSLContext:
    """Return a TLS server's context with this certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    front: Front

    def get_request(self) -> tuple[socket.socket, object]:
        plain, address = super().get_request()
        context = self.front.context
        if context is None:
            return plain, address
        # The handshake is left to the first read, in the connection's own thread.
        return context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False), address

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a client that trusts us not breaks off."""


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 10
    server: _Server

    def _answer(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        seen = Seen(self.command, self.path, headers)
        self.server.front.seen.append(seen)
        reply = self.server.front.reply(seen)
        self.close_connection = True
        self.send_response(reply.status)
        told = {"Content-Length": str(len(reply.body)), **reply.headers}
        for name, value in told.items():
            if value is not None:
                self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body)

    do_GET = do_HEAD = _answer  # noqa: N815 - the base's names

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Print nothing: `Front.seen` is the log."""


@contextmanager
def fronting(authority: CA) -> Iterator[Front]:
    """Serve as `localhost` and 127.0.0.1 until the context ends."""
    context = context_of(authority.issue_cert("localhost", LOOPBACK))
    with _Server((LOOPBACK, 0), _Answer) as server:
        server.front = Front(server.server_address[1], context)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server.front
        finally:
            server.shutdown()
            thread.join()
