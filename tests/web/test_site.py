"""What the public addresses answer: to apps, to browsers, and to people who mean no good."""

from __future__ import annotations

import io
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from onhook.delivery.opening import open_delivery
from onhook.web import failures as failures_
from onhook.web.observing import Observer
from onhook.web.proxies import Proxies
from onhook.web.serving import public_application
from onhook.workspace import utc_now
from tests.delivery.conftest import office
from tests.delivery.phones import token_of
from tests.delivery.test_codes import code_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from httpx2 import Response

    from tests.workspaces import Office

__all__ = ["office"]

BROWSER = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "Accept-Language": "en"}
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS {} like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/17.2 Mobile/15E148 Safari/604.1"
)
GUESSES = 10_000 if os.environ.get("CI") else 500
ROUTES = ("/k/{}", "/s/{}")


class Visitor:
    """Asks the public application of an office, in this process.

    Args:
        office: Whose links.
        proxies: Who is believed.
        address: Where requests come from.
    """

    def __init__(self, office: Office, proxies: tuple[str, ...], address: str) -> None:
        workspace = office.open()
        self.log = io.StringIO()
        self.observer = Observer(self.log, utc_now)
        self.delivery = open_delivery(workspace)
        app = public_application(self.delivery, workspace, self.observer, Proxies(proxies))
        self.client = TestClient(
            app,
            base_url="https://evil.example",
            client=(address, 4711),
            follow_redirects=False,
        )

    def get(self, path: str, **headers: str) -> Response:
        return self.client.get(path, headers=headers)


@contextmanager
def visiting(office: Office, *proxies: str, address: str = "203.0.113.77") -> Iterator[Visitor]:
    visitor = Visitor(office, proxies, address)
    with visitor.client:
        yield visitor


@pytest.fixture
def visitor(office: Office) -> Iterator[Visitor]:
    with visiting(office) as found:
        yield found


def seen(response: Response) -> tuple[int, bytes, dict[str, str]]:
    return response.status_code, response.content, dict(response.headers)


def test_an_app_gets_its_config_as_it_wants_it(visitor: Visitor, office: Office) -> None:
    found = visitor.get(f"/k/{token_of(office)}", Accept="*/*", **{"Accept-Encoding": "gzip"})

    assert found.status_code == 200
    assert found.headers["content-type"] == "application/xml"
    assert found.headers["content-length"] == str(len(found.content))
    assert found.headers["content-disposition"] == 'attachment; filename="linphone-101.xml"'
    assert found.headers["cache-control"] == "no-store, private"
    assert "content-encoding" not in found.headers
    assert b"Secret-101" in found.content


def test_a_cameras_browser_gets_the_page_and_uses_nothing_up(
    visitor: Visitor, office: Office
) -> None:
    token = token_of(office)
    for path in (f"/k/{token}", f"/s/{token}"):
        page = visitor.get(path, **BROWSER, **{"User-Agent": IPHONE.format("17_2")})
        assert page.status_code == 200
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert "101" in page.text
        assert "Secret-101" not in page.text
        policy = page.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert page.headers["referrer-policy"] == "no-referrer"
    visitor.client.head(f"/k/{token}")
    rows = office.rows()["visit"]
    assert [row[4] for row in rows] == ["opened", "opened"]


def test_newer_linphones_get_the_config_whatever_they_accept(
    visitor: Visitor, office: Office
) -> None:
    found = visitor.get(f"/k/{token_of(office)}", **BROWSER, **{"X-Linphone-Provisioning": "1"})
    assert b"Secret-101" in found.content


def test_the_file_is_handed_over_by_a_button_and_counted(visitor: Visitor, office: Office) -> None:
    agent = {"User-Agent": IPHONE.format("17_2")}
    found = visitor.client.post(f"/s/{token_of(office)}", headers=BROWSER | agent)

    assert b"Secret-101" in found.content
    assert [row[4:7] for row in office.rows()["visit"]] == [("file", "ios", "17.2")]


def test_a_phone_below_the_minimum_gets_no_config(visitor: Visitor, office: Office) -> None:
    path = f"/s/{token_of(office)}"
    old = {"User-Agent": IPHONE.replace("Version/17.2", "Version/8.0").format("8_0_2")}
    for answer in ({}, {"platform": "ios", "level": "17"}):
        found = visitor.client.post(path, data=answer, headers=BROWSER | old)
        assert b"Secret-101" not in found.content
    assert office.rows()["visit"] == []


def test_a_phone_that_does_not_tell_is_asked_and_believed(visitor: Visitor, office: Office) -> None:
    path = f"/s/{token_of(office)}"
    asked = visitor.client.post(path, headers=BROWSER)
    below = visitor.client.post(path, data={"platform": "ios", "level": "8.0.2"}, headers=BROWSER)
    fine = visitor.client.post(path, data={"platform": "ios", "level": "8.1"}, headers=BROWSER)

    assert b"Secret-101" not in asked.content + below.content
    assert b"Secret-101" in fine.content


@pytest.mark.parametrize("headers", [{}, BROWSER], ids=["app", "browser"])
@pytest.mark.parametrize("route", ROUTES)
def test_every_way_a_link_can_be_dead_is_answered_alike(
    office: Office, headers: dict[str, str], route: str
) -> None:
    used, revoked = token_of(office), token_of(office, "102")
    office.do("link", "revoke", "102")
    with visiting(office) as visitor:
        for _ in range(5):
            assert visitor.get(f"/k/{used}").status_code == 200
        unknown, *others = (
            seen(visitor.get(route.format(token), **headers))
            for token in ("B" * 26, used, revoked, "x", "ü" * 9, "A" * 300)
        )
    assert unknown[0] == 404
    assert all(other == unknown for other in others)


def test_guesses_get_one_answer_and_then_the_limit(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failures_, "REFILL_S", 1e9)  # no time passes
    with visiting(office) as visitor:
        answers = [seen(visitor.get(f"/k/{n:026}")) for n in range(GUESSES)]
        assert [one[0] for one in answers] == [404] * 60 + [429] * (GUESSES - 60)
        assert len({str(one) for one in answers}) == 2
        # A good link works from there all the same: an office shares one address.
        assert visitor.get(f"/k/{token_of(office)}").status_code == 200


def test_the_host_header_is_never_used(visitor: Visitor, office: Office) -> None:
    token = token_of(office)
    for path in (f"/s/{token}", "/", "/s/dead", f"/s/{token}/"):
        page = visitor.get(path, Host="attacker.example", **BROWSER)
        assert "attacker" not in page.text
        assert "evil" not in page.text
        assert "location" not in page.headers


@pytest.mark.parametrize("believed", [True, False])
def test_only_named_proxies_are_believed(office: Office, *, believed: bool) -> None:
    proxy = "192.0.2.7"
    proxies = (proxy,) if believed else ()
    with visiting(office, *proxies, address=proxy) as visitor:
        told = {"X-Forwarded-For": "6.6.6.6, 198.51.100.9", "X-Forwarded-Proto": "https"}
        visitor.get(f"/k/{token_of(office)}", **told)
    ((*_, network),) = office.rows()["visit"]
    assert network == ("198.51.100.0/24" if believed else "192.0.2.0/24")


def test_who_is_no_proxy_does_not_come_in(office: Office) -> None:
    with visiting(office, "192.0.2.0/28", address="203.0.113.77") as visitor:
        assert visitor.get(f"/k/{token_of(office)}").status_code == 403


@pytest.mark.parametrize(
    "path",
    ["/../k/x", "/k/../../etc/passwd", "/k/%2e%2e/x", "//k/x", "/k/", "/k", "/k/a/b", "/metrics"],
)
def test_there_are_no_other_paths(visitor: Visitor, path: str) -> None:
    found = visitor.get(path)
    assert found.status_code == 404
    assert "location" not in found.headers


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "SECRETWORD"])
def test_there_are_no_other_methods(visitor: Visitor, office: Office, method: str) -> None:
    found = visitor.client.request(method, f"/s/{token_of(office)}")

    assert found.status_code == 405
    assert found.headers["allow"] == "GET, HEAD, POST"
    assert "SECRETWORD" not in visitor.log.getvalue()


@pytest.mark.parametrize("path", ["/", "/s/x"])
def test_a_body_larger_than_any_form_is_refused(visitor: Visitor, path: str) -> None:
    assert visitor.client.post(path, content=b"x" * 3000).status_code == 413
    fields = {str(n): "1" for n in range(20)}
    assert visitor.client.post(path, data=fields).status_code == 404


def test_a_short_code_leads_to_the_page(visitor: Visitor, office: Office) -> None:
    found = visitor.client.post("/", data={"code": code_of(office)})
    wrong = visitor.client.post("/", data={"code": "1" * 12}, headers=BROWSER)

    assert (found.status_code, found.headers["location"]) == (303, f"/s/{token_of(office)}")
    assert wrong.status_code == 404


def test_a_database_that_is_gone_is_said_and_comes_back(visitor: Visitor, office: Office) -> None:
    path = f"/k/{token_of(office)}"
    there, away = office.folder / "onhook.db", office.folder / "away.db"
    there.rename(away)
    gone, page = visitor.get(path), visitor.get(path, **BROWSER)
    away.rename(there)

    assert (gone.status_code, page.status_code) == (503, 503), visitor.log.getvalue()
    assert gone.headers["retry-after"] == page.headers["retry-after"] == "10"
    assert "fault DatabaseFault at " in visitor.log.getvalue()
    assert visitor.get(path).status_code == 200


def test_neither_log_nor_metrics_tell_a_secret(visitor: Visitor, office: Office) -> None:
    token, code = token_of(office), code_of(office)
    visitor.get(f"/k/{token}")
    visitor.get(f"/k/{token}?token={token}", **BROWSER)
    visitor.get(f"/{token}", **BROWSER)
    visitor.client.post("/", data={"code": code})
    visitor.client.request(token, "/")
    told = visitor.log.getvalue() + visitor.observer.metrics().decode()

    for secret in (token, code, code.replace(" ", ""), "Secret-101", "203.0.113.77"):
        assert secret not in told
    assert "GET /k/{token} 200 " in told
