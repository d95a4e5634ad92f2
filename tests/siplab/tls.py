"""SIP over TLS in front of the registrar, which speaks none itself."""

import socket
import ssl
from contextlib import suppress
from threading import Thread

from tests.siplab.certificate import LOOPBACK
from tests.siplab.namespace import Namespace

_MOST_BYTES = 65535


class TlsDoor:
    """A TLS port that hands everything on to a TCP port, both on 127.0.0.1.

    Args:
        namespace: the network.
        context: of a TLS server.
        port: where it listens.
        inner_port: where it hands on.
    """

    def __init__(
        self, namespace: Namespace, context: ssl.SSLContext, port: int, inner_port: int
    ) -> None:
        self._namespace, self._context, self._inner_port = namespace, context, inner_port
        self._listener = namespace.new_socket()
        self._listener.bind((LOOPBACK, port))
        self._listener.listen()
        Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        """Take no more clients."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                plain, _ = self._listener.accept()
                outside = self._context.wrap_socket(plain, server_side=True)
                inside = self._namespace.new_socket()
                inside.connect((LOOPBACK, self._inner_port))
                Thread(target=_pass_on, args=(outside, inside), daemon=True).start()
                Thread(target=_pass_on, args=(inside, outside), daemon=True).start()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with source, suppress(OSError):
        while data := source.recv(_MOST_BYTES):
            target.sendall(data)
