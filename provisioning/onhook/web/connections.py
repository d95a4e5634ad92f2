"""Connections with an end: of heads, of waiting for the slow, of answers nobody takes.

uvicorn's own protocol limits none of these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    import asyncio

MOST_HEAD_BYTES = 16 * 1024
MOST_URL_BYTES = 2048
REQUEST_S = 15.0
"""How long a request may take to arrive, body and all."""
IDLE_S = 20
"""How long a connection may wait for its next request."""
TAKE_S = 30.0
"""How long an answer may wait to be taken when the connection is to end."""

_REFUSAL = b"HTTP/1.1 %b\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class HeadTooLarge(Exception):
    """A request's head is larger than any honest one."""


class GuardedProtocol(HttpToolsProtocol):
    """One connection of the public listener."""

    _arriving: asyncio.TimerHandle | None = None
    _head_bytes = 0
    _in_head = True

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        """Begin; the first request has to arrive in time."""
        super().connection_made(transport)
        self._await_request()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._arrived()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take some bytes; a head that is still not whole after so many is none."""
        super().data_received(data)
        if self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > MOST_HEAD_BYTES:
                self._refuse()

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        self._in_head, self._head_bytes = True, 0
        if self._arriving is None:
            self._await_request()

    def on_url(self, url: bytes) -> None:
        """Take a part of the address."""
        super().on_url(url)
        if len(self.url) > MOST_URL_BYTES:
            raise HeadTooLarge

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header."""
        self._head_bytes += len(name) + len(value)
        if self._head_bytes > 2 * MOST_HEAD_BYTES:  # counted on arrival, and again here
            raise HeadTooLarge
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """End a head."""
        self._in_head, self._head_bytes = False, 0
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """End a request."""
        self._arrived()
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's signature
        """Refuse what is no request."""
        self._refuse(b"400 Bad Request")

    def timeout_keep_alive_handler(self) -> None:
        """End an idle connection, also one whose peer does not take the last answer."""
        super().timeout_keep_alive_handler()
        self.loop.call_later(TAKE_S, self.transport.abort)

    def _await_request(self) -> None:
        self._arriving = self.loop.call_later(REQUEST_S, self._too_slow)

    def _arrived(self) -> None:
        if self._arriving is not None:
            self._arriving.cancel()
            self._arriving = None

    def _too_slow(self) -> None:
        self._arriving = None
        self._refuse(b"408 Request Timeout")

    def _refuse(self, status: bytes = b"431 Request Header Fields Too Large") -> None:
        transport: Any = self.transport
        if transport.is_closing():
            return
        cycle: Any = self.cycle  # None before the first request, whatever uvicorn's types say
        if cycle is None or cycle.response_complete:
            transport.write(_REFUSAL % status)
        transport.close()
        self.loop.call_later(TAKE_S, transport.abort)
