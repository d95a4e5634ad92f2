"""An HTTPS server of the laboratory: gives a softphone its file, as plainly as can be."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import socket
from ssl import SSLContext
from threading import Thread

from tests.siplab.certificate import LOOPBACK

XML = "application/xml"


@dataclass(frozen=True, slots=True)
class Fetch:
    """One GET that was answered: what was asked and who said to be asking."""

    path: str
    headers: dict[str, str]


class Web:
    """What the server has to give, and what was taken.

    No redirect, no compression, a Content-Length: more than that old softphones do not bear.
    """

    def __init__(self, port: int) -> None:
        self.root = f"https://{LOOPBACK}:{port}"
        self.fetches: list[Fetch] = []
        self._files: dict[str, tuple[bytes, str]] = {}

    def publish(self, body: bytes, media_type: str = XML) -> str:
        """Serve `body` under a URL of its own; return that URL."""
        path = f"/{len(self._files)}/config.xml"
        self._files[path] = (body, media_type)
        return self.root + path

    def give(self, fetch: Fetch) -> tuple[bytes, str] | None:
        """Return body and media type of the asked path, noting the fetch; None for no such."""
        self.fetches.append(fetch)
        return self._files.get(fetch.path)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, listener: socket, context: SSLContext) -> None:
        super().__init__(listener.getsockname(), _Answer, bind_and_activate=False)
        self.socket.close()
        # The handshake is left to the first read, in the client's own thread: one that stalls
        # must not stop the others.
        self.socket = context.wrap_socket(listener, server_side=True, do_handshake_on_connect=False)
        self.web = Web(listener_port(self.socket))

    def handle_error(self, request: object, client_address: object) -> None:
        """Leave a broken connection to the test's assertions; a killed client breaks some."""


def listener_port(listener: socket) -> int:
    """Return the port of a bound IPv4 socket."""
    port: int = listener.getsockname()[1]
    return port


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 10
    server: _Server

    def do_GET(self) -> None:
        found = self.server.web.give(Fetch(self.path, dict(self.headers)))
        body, media_type = found or (b"", XML)
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Print nothing: `Web.fetches` is the log."""


@contextmanager
def serving(listener: socket, context: SSLContext) -> Iterator[Web]:
    """Serve HTTPS on a listening socket until the context ends."""
    with _Server(listener, context) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server.web
        finally:
            server.shutdown()
            thread.join()
