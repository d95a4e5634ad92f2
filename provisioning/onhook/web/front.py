"""What goes round the application: who is believed, what becomes of faults, what is noted."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from onhook.web import answers

if TYPE_CHECKING:
    from collections.abc import Container

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from onhook.web.observing import Observer

FAULT: Final = "onhook.fault"
_TRANSPORT_SECURITY = (b"strict-transport-security", b"max-age=31536000")


class Front:
    """The outermost application but for proxies' headers.

    Args:
        app: What answers; a fault that it answered for stands in the scope under `FAULT`.
        observer: Notes every answer and fault.
    """

    def __init__(self, app: ASGIApp, observer: Observer) -> None:
        self._app = app
        self._observer = observer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 0
        is_https = scope["scheme"] == "https"

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                if is_https:
                    message["headers"].append(_TRANSPORT_SECURITY)
            await send(message)

        try:
            await self._app(scope, receive, note)
        except Exception as error:  # noqa: BLE001 - nothing of it may reach anybody's screen or log
            scope[FAULT] = error
        if FAULT in scope:
            self._observer.failed(scope[FAULT])
        endpoint = getattr(scope.get("endpoint"), "__name__", "")
        seconds = time.perf_counter() - began
        self._observer.answered(endpoint, scope["method"], status, seconds)


class OnlyFrom:
    """Lets only named proxies in: whoever else reaches the port comes over a plain connection.

    Args:
        app: What answers them.
        proxies: Believed addresses.
    """

    def __init__(self, app: ASGIApp, proxies: Container[str]) -> None:
        self._app = app
        self._proxies = proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, if it comes from a proxy."""
        peer = scope.get("client")
        if scope["type"] != "http" or (peer is not None and peer[0] in self._proxies):
            await self._app(scope, receive, send)
        else:
            await answers.plain("", 403)(scope, receive, send)
