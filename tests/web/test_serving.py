"""One real server, over real HTTPS: what only a process and its sockets show."""

from __future__ import annotations

import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import httpx2
import pytest
import trustme

from onhook.web.serving import GRACE_S
from tests.delivery.conftest import office
from tests.delivery.phones import token_of
from tests.web.running import serving, write_pair

if TYPE_CHECKING:
    from tests.workspaces import Office

__all__ = ["office"]

pytestmark = pytest.mark.each_database


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


def test_fifty_phones_at_once_get_exactly_as_many_as_may(
    office: Office, authority: trustme.CA
) -> None:
    token = token_of(office)
    with serving(office, authority) as served, served.client() as client:
        with ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(lambda _: client.get(f"/k/{token}"), range(50)))
        assert sorted(one.status_code for one in answers) == [200] * 5 + [404] * 45
        assert client.get(f"/k/{token_of(office, '102')}").headers["strict-transport-security"]
        assert httpx2.get(f"{served.operations}/readyz").text == "ready\n"
        metrics = httpx2.get(f"{served.operations}/metrics").text
        assert client.get("/metrics").status_code == 404
        began = time.monotonic()
        assert served.stop() == 0  # though the client keeps its connections
        assert time.monotonic() - began < GRACE_S
    told = metrics + served.log.read_text()
    assert 'route="/k/{token}",status="200"' in told
    for secret in (token, "Secret-10", "127.0.0.1"):
        assert secret not in told


@pytest.mark.sqlite_alone
def test_a_renewed_certificate_is_shown_without_a_restart(
    office: Office, authority: trustme.CA
) -> None:
    with serving(office, authority) as served:
        before = served.serial()
        (office.home / "key.pem").write_text("half a renewal", "ascii")
        assert served.serial() == before
        write_pair(authority, office.home)
        until = time.monotonic() + 20
        while served.serial() == before:
            assert time.monotonic() < until
        assert served.stop() == 0


@pytest.mark.sqlite_alone
def test_a_request_under_way_is_answered_before_the_end(
    office: Office, authority: trustme.CA
) -> None:
    body = b"code=1"
    head = b"POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 6\r\n\r\n"
    with serving(office, authority) as served:
        with served.connection() as connection:
            connection.sendall(head + body[:3])
            served.process.send_signal(signal.SIGTERM)
            connection.sendall(body[3:])
            answer = connection.recv(100)
        assert answer.startswith(b"HTTP/1.1 404")
        assert served.process.wait(20) == 0


@pytest.mark.sqlite_alone
def test_what_is_no_honest_request_is_refused(office: Office, authority: trustme.CA) -> None:
    with serving(office, authority) as served:
        long_header = b"GET / HTTP/1.1\r\nx: " + b"y" * 100_000
        many = b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 20_000
        path = b"GET /" + b"k" * 5_000 + b" HTTP/1.1\r\n\r\n"
        for request in (long_header, many, path, b"\x16\x03\x01 nonsense\r\n\r\n"):
            assert served.say(request)[:12] in (b"HTTP/1.1 400", b"HTTP/1.1 431")
        asterisk = b"OPTIONS * HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
        assert served.say(asterisk)[9:10] == b"4"
        with served.client() as client:
            assert client.get("/robots.txt").status_code == 200
        assert "fault" not in served.log.read_text()


@pytest.mark.sqlite_alone
@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        (("--host", "0.0.0.0"), 6, "listening-in-clear"),  # noqa: S104 - to be refused
        (("--host", "::"), 6, "listening-in-clear"),
        (("--tls-cert", "x.pem"), 2, "certificate-half"),
        (("--tls-cert", "x.pem", "--tls-key", "x.pem"), 3, "certificate-unreadable"),
        (("--behind-proxy", "proxy.example"), 2, "proxy-unreadable"),
        (("--host", "192.0.2.1", "--behind-proxy", "192.0.2.7"), 7, "cannot-listen"),
    ],
)
def test_a_server_that_would_be_unsafe_does_not_start(
    office: Office, words: tuple[str, ...], code: int, error: str
) -> None:
    ran = office.ask("serve", *words)
    assert (ran.code, ran.codes) == (code, [error])


@pytest.mark.sqlite_alone
def test_a_port_that_is_taken_is_said(office: Office) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert office.ask("serve", "--port", port).codes == ["cannot-listen"]
