"""The shipped proxy files: nothing is spoilt for phones, and no log ever holds a token."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from onhook.asking.server import Wish, ask
from tests.asking.front import LOOPBACK, Front, Reply, Seen
from tests.deployment.proxies import SHIPPED, Proxy, caddy, free_port, nginx
from tests.programs import need

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from trustme import CA

pytestmark = pytest.mark.in_ci

TOKEN = "SECRETSECRETSECRETSECRET27"
CONFIG = b"<config>" + b" " * 5000 + b"</config>"  # long enough to be worth compressing
HEADERS: dict[str, str | None] = {
    "Content-Type": "application/xml",
    "Content-Disposition": 'attachment; filename="linphone-101.xml"',
    "Cache-Control": "no-store, private",
}
PROXIES = {"nginx": nginx, "caddy": caddy}


@pytest.fixture(scope="module", params=PROXIES)
def proxy(
    request: pytest.FixtureRequest,
    front_for_all: Front,
    authority: CA,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Proxy]:
    """Return each proxy in front of a server that speaks plain HTTP on loopback."""
    place = tmp_path_factory.mktemp(request.param)
    certificate = authority.issue_cert("localhost")
    upstream = f"{LOOPBACK}:{front_for_all.port}"
    with PROXIES[request.param](place, certificate, upstream) as running:
        yield running


@pytest.fixture
def trusted(authority: CA, authority_file: Path) -> tuple[CA, Path]:
    """Return who signs certificates, and the file that clients trust."""
    return authority, authority_file


@pytest.fixture
def upstream(front: Front) -> Front:
    """Return the server behind: apps get a config, browsers a page."""
    front.context = None

    def reply(seen: Seen) -> Reply:
        if "text/html" in seen.headers.get("accept", ""):
            return Reply(200, {"Content-Type": "text/html"}, b"<p>page</p>")
        return Reply(200, HEADERS, CONFIG)

    front.reply = reply
    return front


def spoken(method: str, target: str, *headers: str, version: str = "HTTP/1.1") -> bytes:
    """Return a request, in its bytes."""
    lines = [f"{method} {target} {version}", "Host: HERE", "Connection: close", *headers]
    return "\r\n".join([*lines, "", ""]).encode()


def test_a_phone_gets_through_it_what_it_would_get_without(
    proxy: Proxy, upstream: Front, authority_file: Path
) -> None:
    url = f"{proxy.url}/k/{TOKEN}"
    wishes = [Wish("HEAD", url), Wish("GET", url, most_bytes=1 << 20)]
    found = ask([*wishes, Wish("HEAD", url, "text/html")], authority_file, seconds=20)

    assert found.fault is None
    head, config, page = found.answers
    for answer in (head, config):
        assert (answer.status, answer.media_type) == (200, "application/xml")
        assert (answer.length, answer.packing) == (len(CONFIG), "")
        assert answer.file_name == "linphone-101.xml"
        assert answer.header("Cache-Control") == "no-store, private"
    assert config.body == CONFIG
    assert page.media_type == "text/html"
    assert [seen.path for seen in upstream.seen] == [f"/k/{TOKEN}"] * 3


def test_it_compresses_nothing_though_asked(
    proxy: Proxy, upstream: Front, authority_file: Path
) -> None:
    del upstream
    answer = proxy.say(spoken("GET", "/k/x", "Accept-Encoding: gzip, br, zstd"), authority_file)
    assert CONFIG in answer
    assert f"content-length: {len(CONFIG)}".encode() in answer.lower()


def test_what_a_stranger_says_of_himself_is_not_handed_on(
    proxy: Proxy, upstream: Front, authority_file: Path
) -> None:
    told = ("X-Forwarded-For: 203.0.113.9", "X-Forwarded-Proto: http")
    proxy.say(spoken("GET", "/", *told), authority_file)
    (seen,) = upstream.seen

    assert seen.headers["x-forwarded-for"] == LOOPBACK
    assert seen.headers["x-forwarded-proto"] == "https"
    assert seen.headers["host"].partition(":")[0] == "localhost"


def test_long_forms_stop_at_the_proxy(proxy: Proxy, upstream: Front, authority_file: Path) -> None:
    form = b"code=" + b"A" * 40_000
    request = spoken("POST", f"/s/{TOKEN}", f"Content-Length: {len(form)}") + form
    answer = proxy.say(request, authority_file)
    assert b" 200 " not in answer.partition(b"\r\n")[0] or upstream.seen == []


def strange_requests() -> Iterator[bytes]:
    """Yield requests with a token wherever one may come to stand."""
    links = ("Referer: https://localhost/s/" + TOKEN, f"Cookie: a={TOKEN}", f"X-Token: {TOKEN}")
    for path in ("/s/", "//k/", "/K/", "/x/../k/", "/k//", "/%6b/", "/", "/?code=", "/k/?"):
        yield spoken("GET", path + TOKEN, *links)
    for method in ("GET", "HEAD", "POST", "OPTIONS", "BREW"):
        yield spoken(method, f"/k/{TOKEN}", *links)
    yield spoken("GET", f"https://localhost/k/{TOKEN}")
    yield spoken("GET", f"/k/{TOKEN}", version="HTTP/9.9")
    yield spoken("GET", f"/k/{TOKEN}", version="")
    yield spoken("GET", f"/k/{TOKEN}\0", *links)
    yield spoken("GET", f"/k/{TOKEN}", "Expect: 100-continue", "Content-Length: x")
    yield spoken("GET", f"/k/{TOKEN}" * 1000)
    yield spoken("GET", f"/k/{TOKEN}", "X-Long: " + TOKEN * 4000)
    yield f"GET /k/{TOKEN} HTTP/1.1\r\n\r\n".encode()
    yield f"GET /k/{TOKEN} HTTP/1.1\r\nHost: {TOKEN}.example\r\nConnection: close\r\n\r\n".encode()


@pytest.mark.parametrize("is_up", [True, False])
@pytest.mark.parametrize("name", PROXIES)
def test_no_token_is_in_anything_it_writes(
    trusted: tuple[CA, Path], upstream: Front, tmp_path: Path, name: str, *, is_up: bool
) -> None:
    """With a server behind it that is there, and with one that is not."""
    authority, authority_file = trusted
    where = f"{LOOPBACK}:{upstream.port if is_up else free_port()}"
    with PROXIES[name](tmp_path, authority.issue_cert("localhost"), where) as proxy:
        for said in strange_requests():
            proxy.say(said, authority_file)
        proxy.say(spoken("GET", f"/k/{TOKEN}"), None)
        upstream.reply = lambda _: Reply(200, {"Content-Length": "99999"}, CONFIG)
        proxy.say(spoken("GET", f"/k/{TOKEN}"), authority_file)
        proxy.stop()
    written = proxy.written()

    assert b"/k/***" in (tmp_path / "onhook.log").read_bytes()
    assert [line for line in written.splitlines() if TOKEN.encode() in line] == []


def test_plain_http_leads_nowhere(proxy: Proxy, upstream: Front, authority_file: Path) -> None:
    del authority_file
    answer = proxy.say(spoken("GET", f"/k/{TOKEN}"), None)
    assert b"Location" not in answer
    assert upstream.seen == []


def test_caddy_takes_the_shipped_file_as_it_is() -> None:
    (program,) = need("caddy")
    command = [
        program,
        "validate",
        "--adapter",
        "caddyfile",
        "--config",
        str(SHIPPED / "Caddyfile"),
    ]
    checked = subprocess.run(command, capture_output=True, check=False)
    assert checked.returncode == 0, checked.stderr
