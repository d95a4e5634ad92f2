"""A port that hears what a softphone says, for what no registrar logs."""

import socket

from tests.siplab.certificate import LOOPBACK
from tests.siplab.namespace import Namespace

_MOST_BYTES = 65535


class Listener:
    """A UDP port in the laboratory's network that answers every INVITE with 404.

    Args:
        namespace: the network.
        port: of 127.0.0.1.
        timeout_s: how long `hear` waits at most.
    """

    def __init__(self, namespace: Namespace, port: int, timeout_s: float = 5.0) -> None:
        self._socket = namespace.new_socket(socket.SOCK_DGRAM)
        self._socket.bind((LOOPBACK, port))
        self._socket.settimeout(timeout_s)
        self._heard: set[tuple[str, str]] = set()

    def hear(self, method: str) -> dict[str, str]:
        """Return the headers of the next request of this method, its first line under ``""``.

        Empty when none comes. Other requests before it stay unanswered, and one that is sent again,
        since the answer took long, is no next one.
        """
        while True:
            try:
                datagram, sender = self._socket.recvfrom(_MOST_BYTES)
            except TimeoutError:
                return {}
            first, *rest = datagram.decode().split("\r\n\r\n")[0].split("\r\n")
            headers = {"": first} | dict(line.split(": ", 1) for line in rest)
            if first.startswith("INVITE "):
                self._socket.sendto(_not_found(headers), sender)
            sent = headers["Call-ID"], headers["CSeq"]
            if first.startswith(f"{method} ") and sent not in self._heard:
                self._heard.add(sent)
                return headers

    def close(self) -> None:
        """Give the port back."""
        self._socket.close()


def _not_found(headers: dict[str, str]) -> bytes:
    kept = [f"{name}: {headers[name]}" for name in ("Via", "From", "Call-ID", "CSeq")]
    lines = ["SIP/2.0 404 Not Found", *kept, f"To: {headers['To']};tag=1", "Content-Length: 0"]
    return "\r\n".join([*lines, "", ""]).encode()
