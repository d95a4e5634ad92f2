"""The real server, the shipped proxy files before it, and what inspect and doctor say of both."""

from __future__ import annotations

import json
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.asking.front import LOOPBACK
from tests.delivery.phones import token_of
from tests.deployment.proxies import caddy, free_port, nginx
from tests.workspaces import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from trustme import CA

    from tests.workspaces import Office, Ran

pytestmark = pytest.mark.in_ci

DOORS = ("nginx", "caddy", "itself")


@dataclass(frozen=True, slots=True)
class Server:
    """`onhook serve` as phones reach it.

    Attributes:
        url: Where that is.
        office: Whose links.
        ca: The authority that phones know.
    """

    url: str
    office: Office
    ca: Path

    def ask(self, *words: object) -> Ran:
        """Type a command of this office."""
        return self.office.ask(*words, "--ca", self.ca)

    def link(self) -> str:
        """Return the link of 101. A secret."""
        return f"{self.url}/k/{token_of(self.office)}"


@contextmanager
def serving(office: Office, place: Path, *words: str) -> Iterator[None]:
    """Run `onhook serve` until the context ends."""
    command = [str(PROGRAM), "serve", "--ops-port", "0", *words]
    with (
        (place / "serve.log").open("wb") as log,
        subprocess.Popen(
            command, env=office.environment, stdout=subprocess.PIPE, stderr=log
        ) as process,
    ):
        assert process.stdout is not None
        assert process.stdout.readline()  # where it listens, as soon as it does
        try:
            yield
        finally:
            process.terminate()
            (place / "serve.out").write_bytes(process.stdout.read())


@contextmanager
def opened(office: Office, door: str, authority: CA) -> Iterator[str]:
    """Serve through a proxy, or directly, and provide the address."""
    place = office.home / "door"
    place.mkdir()
    certificate = authority.issue_cert("localhost")
    port = str(free_port())
    if door == "itself":
        both = place / "both.pem"
        certificate.private_key_and_cert_chain_pem.write_to_path(both)
        issue(office, f"https://localhost:{port}")
        words = ("--tls-cert", str(both), "--tls-key", str(both))
        with serving(office, place, "--port", port, *words):
            yield f"https://localhost:{port}"
        return
    run = nginx if door == "nginx" else caddy
    with run(place, certificate, f"{LOOPBACK}:{port}") as proxy:
        issue(office, proxy.url)
        with serving(office, place, "--port", port, "--behind-proxy", LOOPBACK):
            yield proxy.url


@pytest.fixture(params=DOORS)
def server(
    request: pytest.FixtureRequest, acme: Office, authority: CA, authority_file: Path
) -> Iterator[Server]:
    """Return a server with a kit for 101; at its end no log may hold the token."""
    acme.accounts("101")
    with opened(acme, request.param, authority) as url:
        token = token_of(acme).encode()
        yield Server(url, acme, authority_file)
    written = {path: path.read_bytes() for path in acme.home.glob("door/**/*") if path.is_file()}
    assert [path for path, content in written.items() if token in content] == []
    assert b" /k/{token} " in written[acme.home / "door/serve.log"]


def issue(office: Office, url: str) -> None:
    office.do("init", "--public-url", url)
    words = ("--family", "linphone", "--without-device", "--out", office.home / "kits")
    office.do("issue", "101", *words)


def test_a_phones_way_is_found_good_from_end_to_end(server: Server) -> None:
    looked = server.ask("inspect", server.link())
    (item,) = looked.data["items"]
    assert (looked.code, item["findings"]) == (0, []), looked.out
    assert item["link"]["fetches"] == 0

    taken = server.ask("inspect", server.link(), "--consume", "--account", "101")
    link, config = taken.data["items"]
    assert (taken.code, link["findings"], config["findings"]) == (0, [], []), taken.out
    assert (link["link"]["fetches"], config["issue"]["state"]) == (1, "current")
    assert (link["kind"], config["family"]) == ("link", "linphone")

    (told,) = (one for one in server.ask("doctor").data["checks"] if one["check"] == "server")
    assert told["grade"] == "ok", json.dumps(told)

    url = server.link()
    server.office.do("link", "revoke", "101")
    dead = server.ask("inspect", url)
    assert [one["code"] for one in dead.data["items"][0]["findings"]] == ["link-dead"]
    unknown = server.ask("inspect", f"{server.url}/k/{'A' * 26}")
    codes = {one["code"] for one in unknown.data["items"][0]["findings"]}
    assert codes == {"link-unknown", "link-dead-outside"}
