"""Run the server: two listeners, a look round every second, an orderly end."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import signal
import socket
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import uvicorn
import uvloop
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from onhook import settings as settings_
from onhook.delivery.opening import open_delivery
from onhook.hosts import is_loopback
from onhook.web.connections import IDLE_S, GuardedProtocol
from onhook.web.errors import CannotListen, CertificateUnusable, ListeningInClear
from onhook.web.failures import Failures
from onhook.web.front import Front, OnlyFrom
from onhook.web.operations import Operations
from onhook.web.proxies import Proxies
from onhook.web.site import Site, warm_up
from onhook.workspace import WorkspaceMoved

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from ssl import SSLContext

    from starlette.types import ASGIApp

    from onhook.delivery.fetching import Delivery
    from onhook.web.certificates import Certificate
    from onhook.web.observing import Observer
    from onhook.workspace import Workspace

MOST_CONNECTIONS = 1000
GRACE_S = 10
"""How long requests under way may take to end when the server stops."""
LOOK_ROUND_S = 1.0
"""How often files are looked at: certificate, key ring, settings, database."""
_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Listening:
    """Where and how the server listens.

    Attributes:
        host: The public listener's address.
        port: Its port; 0 for any that is free.
        ops_port: Of the operator's listener, on the loopback address; 0 for any that is free.
        certificate: For HTTPS; None without.
        proxies: That are believed; empty where phones come themselves.
    """

    host: str
    port: int
    ops_port: int
    certificate: Certificate | None
    proxies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the server really listens."""

    public: str
    operations: str


def serve(
    workspace: Workspace,
    listening: Listening,
    observer: Observer,
    started: Callable[[Addresses], None],
) -> None:
    """Serve until SIGTERM or SIGINT.

    Args:
        workspace: Whose links.
        listening: Where.
        observer: Is told what happens.
        started: Called when phones can come.

    Raises:
        ListeningInClear: Others could reach it, over neither TLS nor a proxy.
        ProxyUnreadable: A proxy is neither an address nor a network.
        CannotListen: The address is taken, or not this machine's.
        WorkspaceMoved: The workspace's database became another; start again.
        PurposeMissing: The key ring has no delivery key.
    """
    proxies = Proxies(listening.proxies)
    if not (is_loopback(listening.host) or listening.certificate or listening.proxies):
        raise ListeningInClear(listening.host)
    with contextlib.ExitStack() as stack:
        public = stack.enter_context(_listen(listening.host, listening.port))
        operations = stack.enter_context(_listen(_LOOPBACK, listening.ops_port))
        logging.getLogger("uvicorn").setLevel(logging.CRITICAL)  # it would tell whole tracebacks
        server = _Server(workspace, listening, proxies, observer)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            scheme = "https" if listening.certificate else "http"
            addresses = Addresses(_address(scheme, public), _address("http", operations))
            runner.run(server.run(public, operations, lambda: started(addresses)))


class Listener(uvicorn.Server):
    """One listener of two in a process: signals are not its own."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Leave signals to whoever runs both."""
        yield


class _Server:
    def __init__(
        self, workspace: Workspace, listening: Listening, proxies: Proxies, observer: Observer
    ) -> None:
        self._workspace = workspace
        self._certificate = listening.certificate
        self._observer = observer
        self._delivery = open_delivery(workspace)
        self._operations = Operations(self._delivery, observer)
        app = public_application(self._delivery, workspace, observer, proxies)
        context = None if listening.certificate is None else listening.certificate.context
        self._listeners = (listener(app, context), listener(self._operations.application(), None))
        self._moved = False

    async def run(
        self, public: socket.socket, operations: socket.socket, started: Callable[[], None]
    ) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop)
        tasks = [
            asyncio.ensure_future(one.serve([where]))
            for one, where in zip(self._listeners, (public, operations), strict=True)
        ]
        looking = asyncio.ensure_future(self._look_round())
        await self._until_started(started)
        try:
            await tasks[0]
            self._listeners[1].should_exit = True
            await tasks[1]
        finally:
            looking.cancel()
            await self._delivery.close()
        if self._moved:
            raise WorkspaceMoved(str(self._workspace.settings.folder))

    async def _until_started(self, started: Callable[[], None]) -> None:
        while not all(one.started or one.should_exit for one in self._listeners):  # noqa: ASYNC110 - uvicorn tells it by an attribute
            await asyncio.sleep(0.01)
        self._note_certificate()
        warm_up()
        started()

    def _stop(self) -> None:
        self._operations.is_stopping = True
        self._listeners[0].should_exit = True

    async def _look_round(self) -> None:
        """Notice what was replaced meanwhile."""
        while True:
            await asyncio.sleep(LOOK_ROUND_S)
            try:
                self._renew_certificate()
                await self._delivery.refresh()
                if not settings_.database_stays(self._workspace.settings):
                    self._moved = True
                    self._stop()
            except Exception as error:  # noqa: BLE001 - whatever it is, phones are to be served
                self._observer.failed(error)

    def _renew_certificate(self) -> None:
        try:
            if self._certificate is not None and self._certificate.refresh():
                self._note_certificate()
                self._observer.write("certificate renewed")
        except CertificateUnusable:  # half of it is there: the next look finds the whole
            return

    def _note_certificate(self) -> None:
        if self._certificate is not None:
            self._observer.certificate_ends(self._certificate.ends_at)


def public_application(
    delivery: Delivery, workspace: Workspace, observer: Observer, proxies: Proxies
) -> ASGIApp:
    """Return the whole public application."""
    site = Site(delivery, Failures(time.monotonic), workspace.settings.language)
    app: ASGIApp = Front(site.application(), observer)
    if not proxies.named:
        return app
    believing: ASGIApp = ProxyHeadersMiddleware(app, list(proxies.named))  # type: ignore[arg-type,assignment]  # uvicorn's and starlette's names for one thing
    return OnlyFrom(believing, proxies)


def listener(
    app: ASGIApp,
    context: SSLContext | None,
    protocol: type[GuardedProtocol] = GuardedProtocol,
) -> Listener:
    """Return what listens for `app`; `protocol` says how long it waits for the slow."""
    return Listener(
        uvicorn.Config(
            app,
            http=protocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            limit_concurrency=MOST_CONNECTIONS,
            timeout_keep_alive=IDLE_S,
            timeout_graceful_shutdown=GRACE_S,
            ssl_context_factory=None if context is None else lambda _config, _default: context,
        )
    )


@contextlib.contextmanager
def _listen(host: str, port: int) -> Generator[socket.socket, None, None]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, where = found[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise CannotListen(f"{host}:{port}", error.strerror or "?") from None
    with listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(where)
            listener.listen(2048)
        except OSError as error:
            reason = errno.errorcode.get(error.errno or 0, "?")
            raise CannotListen(f"{host}:{port}", error.strerror or reason) from None
        yield listener


def _address(scheme: str, listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"
