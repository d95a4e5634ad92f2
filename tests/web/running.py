"""One real server in a process of its own, as an operator starts it."""

from __future__ import annotations

import signal
import socket
import ssl
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx2

from tests.workspaces import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import trustme

    from tests.workspaces import Office


@dataclass(frozen=True)
class Served:
    """A running server."""

    process: subprocess.Popen[str]
    address: str
    operations: str
    context: ssl.SSLContext
    log: Path

    @property
    def where(self) -> tuple[str, int]:
        host, _, port = self.address.rpartition("/")[2].rpartition(":")
        return host, int(port)

    def client(self) -> httpx2.Client:
        return httpx2.Client(base_url=self.address, verify=self.context)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)

    def connection(self) -> ssl.SSLSocket:
        plain = socket.create_connection(self.where, timeout=20)
        return self.context.wrap_socket(plain, server_hostname="localhost")

    def say(self, request: bytes) -> bytes:
        """Send bytes over a TLS connection and return all that comes until it is closed."""
        with self.connection() as connection:
            connection.sendall(request)
            answer = b""
            while part := connection.recv(65536):
                answer += part
            return answer

    def serial(self) -> int:
        """Return the serial number of the certificate that a new connection is shown."""
        with self.connection() as connection:
            shown: Any = connection.getpeercert()
        return int(shown["serialNumber"], 16)


def write_pair(authority: trustme.CA, folder: Path) -> tuple[Path, Path]:
    """Write a new certificate and its key; return where."""
    issued = authority.issue_cert("localhost", "127.0.0.1")
    chain, key = folder / "chain.pem", folder / "key.pem"
    for path, pem in ((chain, issued.cert_chain_pems[0]), (key, issued.private_key_pem)):
        fresh = path.with_suffix(".new")
        pem.write_to_path(str(fresh))
        fresh.rename(path)
    return chain, key


@contextmanager
def serving(office: Office, authority: trustme.CA | None, *more: str) -> Iterator[Served]:
    """Start a server for a while; with an authority it speaks TLS."""
    words = ["--host", "127.0.0.1", "--port", "0", "--ops-port", "0", *more]
    context = ssl.create_default_context()
    if authority is not None:
        chain, key = write_pair(authority, office.home)
        words += ["--tls-cert", str(chain), "--tls-key", str(key)]
        authority.configure_trust(context)
    log = office.home / "log"
    with (
        log.open("a") as told,
        subprocess.Popen(
            [PROGRAM, "serve", *words],
            env=office.environment,
            stdout=subprocess.PIPE,
            stderr=told,
            text=True,
        ) as process,
    ):
        assert process.stdout is not None
        line = process.stdout.readline()
        try:
            assert line.startswith("listening on "), log.read_text()
            first, second = (word.rstrip(",") for word in line.split() if "://" in word)
            yield Served(process, first.replace("127.0.0.1", "localhost"), second, context, log)
        finally:
            process.kill()
