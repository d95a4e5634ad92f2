"""What an operator sees of the server: metrics, and a line for each request, without any token."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from traceback import extract_tb
from typing import TYPE_CHECKING, Final, TextIO

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from onhook import __version__

if TYPE_CHECKING:
    from collections.abc import Callable

ROUTES: Final = {
    "kit": "/k/{token}",
    "page": "/s/{token}",
    "hand_over": "/s/{token}",
    "entry": "/",
    "enter": "/",
    "robots": "/robots.txt",
    "icon": "/favicon.ico",
}
"""Addresses as they are told, by the name of what answers them; any other is ``other``."""
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Observer:
    """Counts and tells.

    Args:
        log: Where lines go.
        clock: Tells the instant that stands before a line.
    """

    def __init__(self, log: TextIO, clock: Callable[[], datetime]) -> None:
        self._log = log
        self._clock = clock
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "onhook_requests",
            "Requests answered, by route, method and status.",
            ("route", "method", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "onhook_request_seconds",
            "Time to an answer, by route.",
            ("route",),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._faults = Counter(
            "onhook_faults",
            "Requests that failed here, by the fault's name.",
            ("fault",),
            registry=self.registry,
        )
        self._ready = Gauge(
            "onhook_ready", "Whether the database answered when last asked.", registry=self.registry
        )
        self._certificate = Gauge(
            "onhook_certificate_expires_timestamp_seconds",
            "End of the certificate in use; 0 without one.",
            registry=self.registry,
        )
        build = Gauge("onhook_build_info", "This onhook.", ("version",), registry=self.registry)
        build.labels(__version__).set(1)
        self._children = lru_cache(256)(self._find_children)

    def answered(self, endpoint: str, method: str, status: int, seconds: float) -> None:
        """Note an answer."""
        route = ROUTES.get(endpoint, "other")
        told = method if method in _METHODS else "other"  # a method can be any word
        counter, histogram = self._children(route, told, status)
        counter.inc()
        histogram.observe(seconds)
        self.write(f"{told} {route} {status} {seconds * 1000:.1f}ms")

    def failed(self, error: BaseException) -> None:
        """Note a fault by its name and place: what it says may hold a secret."""
        name = type(error).__name__
        self._faults.labels(name).inc()
        self.write(f"fault {name} at {_place(error)}")

    def is_ready(self, *, ready: bool) -> None:
        """Note whether the database answers."""
        self._ready.set(ready)

    def certificate_ends(self, at: datetime) -> None:
        """Note when the certificate in use ends."""
        self._certificate.set(at.timestamp())

    def write(self, text: str) -> None:
        """Write a line."""
        now = self._clock().astimezone(UTC)
        try:
            self._log.write(f"{now:%Y-%m-%dT%H:%M:%S}Z {text}\n")
            self._log.flush()
        except (OSError, ValueError):  # nobody reads it any more: serve on
            self._log = open_nowhere()

    def metrics(self) -> bytes:
        """Return all metrics in Prometheus's text format."""
        return generate_latest(self.registry)

    def _find_children(self, route: str, method: str, status: int) -> tuple[Counter, Histogram]:
        return self._requests.labels(route, method, status), self._seconds.labels(route)


def open_nowhere() -> TextIO:
    """Return a stream that forgets what is written to it."""
    return Path("/dev/null").open("w", encoding="utf-8")


def _place(error: BaseException) -> str:
    frames = extract_tb(error.__traceback__) if error.__traceback__ else []
    if not frames:
        return "?"
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}"


def standard_log() -> TextIO:
    """Return where a server's lines go: standard error, as systemd and containers collect it."""
    return sys.stderr
