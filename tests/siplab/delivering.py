"""The real `onhook serve` in the laboratory's network, and a person's browser there."""

from __future__ import annotations

import signal
import ssl
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPSConnection
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from lxml import html

from tests.siplab.certificate import LOOPBACK
from tests.siplab.namespace import interrupt
from tests.siplab.waiting import poll
from tests.web.agents import LINUX
from tests.workspaces import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.siplab.lab import Lab
    from tests.workspaces import Office

_PORT = 8443
PUBLIC_URL = f"https://{LOOPBACK}:{_PORT}"
"""Where it listens: nothing else does in a network of one's own."""

START_TIMEOUT_S = 20.0
END_TIMEOUT_S = 20.0
_ANSWER_TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class Served:
    """A running server.

    Attributes:
        log: What it says, on both streams.
        browser: Of a person in the laboratory's network.
    """

    log: Path
    browser: Browser


@contextmanager
def served(lab: Lab, office: Office, keys: str) -> Iterator[Served]:
    """Serve an office's links inside the laboratory until the context ends.

    Args:
        lab: The laboratory, whose certificate is shown.
        office: Whose links; its public address is `PUBLIC_URL`.
        keys: The key ring that the server has.
    """
    log = office.home / "serve.log"
    chain, key = lab.certificate.chain, lab.certificate.key
    words = ("--port", _PORT, "--ops-port", 0, "--tls-cert", chain, "--tls-key", key)
    with log.open("wb") as output:
        process = lab.namespace.spawn(
            [str(PROGRAM), "serve", *map(str, words)],
            env=office.environment | {"ONHOOK_KEYS": keys},
            cwd=office.home,
            output=output,
        )
    try:
        poll(lambda: _has_started(log) or process.poll() is not None or None, START_TIMEOUT_S)
        assert _has_started(log), log.read_text("utf-8")
        yield Served(log, Browser(lab))
    finally:
        interrupt(process, signal.SIGTERM)
        code = process.wait(END_TIMEOUT_S)
    assert code == 0, log.read_text("utf-8")


def _has_started(log: Path) -> bool:
    return f"listening on {PUBLIC_URL}," in log.read_text("utf-8")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Browser:
    """What a person at a PC asks with; it trusts the laboratory's authority."""

    _lab: Lab

    def open(self, url: str) -> Answer:
        """Open an address of the server."""
        return self._ask("GET", urlsplit(url).path)

    def download(self, url: str) -> Answer:
        """Open a link's page and press the button that gives the file."""
        page = self.open(url)
        assert page.status == 200, page
        (form,) = html.fromstring(page.body).findall(".//form[@method='post']")
        fields = {one.get("name", ""): one.get("value", "") for one in form.iterfind(".//input")}
        return self._ask("POST", form.get("action", ""), urlencode(fields))

    def _ask(self, method: str, path: str, form: str | None = None) -> Answer:
        headers = {"User-Agent": LINUX, "Accept": "text/html,*/*;q=0.8"}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = HTTPSConnection(LOOPBACK, _PORT)
        connection.sock = self._connected()
        try:
            connection.request(method, path, form, headers)
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.headers), answer.read())
        finally:
            connection.close()

    def _connected(self) -> ssl.SSLSocket:
        context = ssl.create_default_context(cafile=str(self._lab.certificate.authority))
        plain = self._lab.namespace.new_socket()
        plain.settimeout(_ANSWER_TIMEOUT_S)
        plain.connect((LOOPBACK, _PORT))
        return context.wrap_socket(plain, server_hostname=LOOPBACK)
