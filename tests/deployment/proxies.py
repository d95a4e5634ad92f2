"""Run the shipped proxy files with the real programs; names, ports and places are others."""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.asking.front import LOOPBACK
from tests.programs import need
from tests.siplab.waiting import poll

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from trustme import LeafCert

SHIPPED = Path(__file__).parents[2] / "examples/deployment"
HOST = "phone.acme.example"

# As Debian's own nginx.conf has it: what a site does not say, its logs say.
_NGINX_MAIN = """
{user}
pid {place}/nginx.pid;
error_log {place}/main-error.log info;
events {{}}
http {{
    access_log {place}/main-access.log;
    client_body_temp_path {place}/body;
    proxy_temp_path {place}/proxy;
    fastcgi_temp_path {place}/fastcgi;
    uwsgi_temp_path {place}/uwsgi;
    scgi_temp_path {place}/scgi;
    gzip on;
    include {place}/onhook.conf;
}}
"""


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy that runs.

    Attributes:
        port: Where it speaks HTTPS.
        plain_port: Where it speaks HTTP; 0 where it does not.
        place: The folder with all that it writes.
        process: Its first process.
    """

    port: int
    plain_port: int
    place: Path
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """Return its address."""
        return f"https://localhost:{self.port}"

    def stop(self) -> None:
        """Stop it, so that all is written."""
        self.process.terminate()
        self.process.wait(10)

    def written(self) -> bytes:
        """Return all that it has written, in whatever file."""
        files = [path for path in self.place.rglob("*") if path.is_file()]
        return b"\n".join(path.read_bytes() for path in files if path.suffix != ".pem")

    def say(self, request: bytes, authority: Path | None) -> bytes:
        """Send bytes, over TLS or with no authority in clear, and return the answer.

        The host ``HERE`` is named as a client would name it.
        """
        port = self.port if authority is not None else self.plain_port or self.port
        request = request.replace(b"Host: HERE", f"Host: localhost:{port}".encode())
        with socket.create_connection((LOOPBACK, port), 10) as plain:
            if authority is None:
                return _exchange(plain, request)
            context = ssl.create_default_context(cafile=authority)
            with context.wrap_socket(plain, server_hostname="localhost") as connection:
                return _exchange(connection, request)


def _exchange(connection: socket.socket, request: bytes) -> bytes:
    connection.sendall(request)
    parts = []
    try:
        while part := connection.recv(1 << 16):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)


@contextmanager
def nginx(place: Path, certificate: LeafCert, upstream: str) -> Iterator[Proxy]:
    """Run nginx with the shipped site."""
    (program,) = need("nginx")
    port, plain_port = free_port(), free_port()
    folder = f"/etc/letsencrypt/live/{HOST}"
    changes = {
        "    listen [::]:443 ssl;\n": "",
        "    listen [::]:80;\n": "",
        "listen 443": f"listen {LOOPBACK}:{port}",
        "listen 80": f"listen {LOOPBACK}:{plain_port}",
        "127.0.0.1:8080": upstream,
        f"{folder}/fullchain.pem": f"{place}/chain.pem",
        f"{folder}/privkey.pem": f"{place}/key.pem",
        "/var/log/nginx": str(place),
        f"server_name {HOST}": "server_name localhost",
    }
    (place / "onhook.conf").write_text(shipped("nginx.conf", changes), "utf-8")
    user = "user root;" if os.geteuid() == 0 else ""
    main = place / "main.conf"
    main.write_text(_NGINX_MAIN.format(user=user, place=place), "utf-8")
    command: list[str | Path] = [
        program,
        "-p",
        place,
        "-c",
        place / "main.conf",
        "-g",
        "daemon off;",
    ]
    with _running(command, place, certificate, (port, plain_port)) as proxy:
        yield proxy


@contextmanager
def caddy(place: Path, certificate: LeafCert, upstream: str) -> Iterator[Proxy]:
    """Run Caddy with the shipped site."""
    (program,) = need("caddy")
    port = free_port()
    changes = {
        f"\n{HOST} {{\n": f"\nhttps://localhost:{port} {{\n"
        f"\ttls {place}/chain.pem {place}/key.pem\n\tbind {LOOPBACK}\n",
        "{\n\t# No way": "{\n\tadmin off\n\t# No way",
        "/var/log/caddy": str(place),
        "127.0.0.1:8080": upstream,
    }
    file = place / "Caddyfile"
    file.write_text(shipped("Caddyfile", changes), "utf-8")
    command: list[str | Path] = [
        program,
        "run",
        "--adapter",
        "caddyfile",
        "--config",
        place / "Caddyfile",
    ]
    with _running(command, place, certificate, (port, 0)) as proxy:
        yield proxy


def shipped(name: str, changes: Mapping[str, str]) -> str:
    """Return a shipped file with texts replaced, each of them there."""
    text = (SHIPPED / name).read_text("utf-8")
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


def free_port() -> int:
    """Return a port that nobody has now."""
    with socket.create_server((LOOPBACK, 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def _running(
    command: list[str | Path], place: Path, certificate: LeafCert, ports: tuple[int, int]
) -> Iterator[Proxy]:
    (place / "chain.pem").write_bytes(b"".join(p.bytes() for p in certificate.cert_chain_pems))
    certificate.private_key_pem.write_to_path(place / "key.pem")
    environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(place)}
    with (
        (place / "said").open("wb") as said,
        subprocess.Popen(command, stdout=said, stderr=said, env=environment) as process,
    ):
        proxy = Proxy(*ports, place, process)
        try:
            assert poll(lambda: _listens(proxy), 20), proxy.written().decode(errors="replace")
            yield proxy
        finally:
            proxy.stop()


def _listens(proxy: Proxy) -> bool | None:
    assert proxy.process.poll() is None, proxy.written().decode(errors="replace")
    try:
        socket.create_connection((LOOPBACK, proxy.port), 1).close()
    except OSError:
        return None
    return True
