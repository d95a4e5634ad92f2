"""The second listener, for the operator's own machines: is it well, and the metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from onhook_devices.errors import OnhookError

if TYPE_CHECKING:
    from starlette.requests import Request

    from onhook.delivery.fetching import Delivery
    from onhook.web.observing import Observer


class Operations:
    """What an operator's tools ask.

    Args:
        delivery: Is asked whether its database answers.
        observer: Has the metrics.
    """

    def __init__(self, delivery: Delivery, observer: Observer) -> None:
        self._delivery = delivery
        self._observer = observer
        self.is_stopping = False

    def application(self) -> Starlette:
        """Return the application."""
        return Starlette(
            routes=[
                Route("/healthz", self.healthy, methods=["GET"]),
                Route("/readyz", self.ready, methods=["GET"]),
                Route("/metrics", self.metrics, methods=["GET"]),
            ]
        )

    async def healthy(self, _request: Request) -> Response:
        """Say that the process lives; it is not for the database to have it restarted."""
        return PlainTextResponse("ok\n")

    async def ready(self, _request: Request) -> Response:
        """Say whether phones should be sent here now."""
        if self.is_stopping:
            return PlainTextResponse("stopping\n", 503)
        try:
            await self._delivery.ready()
        except OnhookError as error:
            self._observer.is_ready(ready=False)
            return PlainTextResponse(f"{error.code()}\n", 503)
        self._observer.is_ready(ready=True)
        return PlainTextResponse("ready\n")

    async def metrics(self, _request: Request) -> Response:
        """Return the metrics."""
        kind = "text/plain; version=0.0.4; charset=utf-8"
        return Response(self._observer.metrics(), headers={"Content-Type": kind})
