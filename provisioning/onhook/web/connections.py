"""Connections with an end: of heads, of waiting for the slow, of answers nobody takes.

uvicorn's own protocol limits none of these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from onhook.web.answers import PLAIN

if TYPE_CHECKING:
    import asyncio

MOST_HEAD_BYTES = 16 * 1024
MOST_URL_BYTES = 2048
IDLE_S = 20
"""How long a connection may wait for its next request."""
FAREWELL_S = 0.5
"""How long an idle one may take to end when the server does."""

_HEADERS = "".join(f"{name}: {value}\r\n" for name, value in PLAIN.items()).encode()
_REFUSAL = b"HTTP/1.1 %b\r\ncontent-length: 0\r\nconnection: close\r\n" + _HEADERS + b"\r\n"


class HeadTooLarge(Exception):
    """A request's head is larger than any honest one."""


class GuardedProtocol(HttpToolsProtocol):
    """One connection of the public listener.

    Attributes:
        request_s: How long a request may take to arrive, body and all.
        take_s: How long an answer may wait to be taken when the connection is to end.
    """

    request_s = 15.0
    take_s = 30.0

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
        self.loop.call_later(self.take_s, self.transport.abort)

    def shutdown(self) -> None:
        """End with the server; who idles does not hold it up."""
        super().shutdown()
        transport: Any = self.transport
        if transport.is_closing() and not transport.get_write_buffer_size():
            # With TLS the end would wait for the peer's good-bye, and who idles says none.
            self.loop.call_later(FAREWELL_S, transport.abort)

    def _await_request(self) -> None:
        self._arriving = self.loop.call_later(self.request_s, self._too_slow)

    def _arrived(self) -> None:
        if self._arriving is not None:
            self._arriving.cancel()
            self._arriving = None

    def _owes_no_answer(self) -> bool:
        """Tell whether nothing else is to be written, or was: a refusal would run into it."""
        cycle: Any = self.cycle  # None before the first request, whatever uvicorn's types say
        if cycle is None or cycle.response_complete:
            return True
        return cycle.more_body and not cycle.response_started and not self.pipeline

    def _too_slow(self) -> None:
        self._arriving = None
        self._refuse(b"408 Request Timeout")

    def _refuse(self, status: bytes = b"431 Request Header Fields Too Large") -> None:
        transport: Any = self.transport
        if transport.is_closing():
            return
        if self._owes_no_answer():
            transport.write(_REFUSAL % status)
        transport.close()
        self.loop.call_later(self.take_s, transport.abort)
