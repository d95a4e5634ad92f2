"""What goes round the application: who is believed, what becomes of faults, what is noted."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from onhook.web import answers, pages
from onhook.web.languages import language_of
from onhook_devices.errors import StorageFault

if TYPE_CHECKING:
    from collections.abc import Container

    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from onhook.delivery.facts import HelpFacts
    from onhook.web.observing import Observer

_TRANSPORT_SECURITY = (b"strict-transport-security", b"max-age=31536000")


class Front:
    """The outermost application but for proxies' headers.

    Args:
        app: What answers.
        observer: Notes every answer and fault.
        help_: Whom a page that failed sends people to.
    """

    def __init__(self, app: ASGIApp, observer: Observer, help_: HelpFacts) -> None:
        self._app = app
        self._observer = observer
        self._help = help_

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
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
            self._observer.failed(error)
            if status == 0:
                await self._sorry(scope, error)(scope, receive, note)
        endpoint = getattr(scope.get("endpoint"), "__name__", "")
        seconds = time.perf_counter() - began
        self._observer.answered(endpoint, scope["method"], status, seconds)

    def _sorry(self, scope: Scope, error: Exception) -> Response:
        is_storage = isinstance(error, StorageFault)
        status = 503 if is_storage else 500
        headers = {"Retry-After": str(answers.RETRY_AFTER_S)} if is_storage else {}
        asked = dict(scope["headers"])
        if b"text/html" not in asked.get(b"accept", b""):
            return answers.plain("Try again later.\n", status, headers)
        language = language_of(asked.get(b"accept-language", b"").decode("latin-1"), "ja")
        return answers.page(pages.busy_page(self._help, language), status, headers)


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
        if peer is not None and peer[0] in self._proxies:
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await answers.plain("", 403)(scope, receive, send)
