"""What a link's server answers, held against what a phone needs; over real HTTPS."""

from __future__ import annotations

import logging
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.asking.front import LOOPBACK, Reply
from tests.decoders import both_read
from tests.inspecting.desk import Desk
from tests.workspaces import Office

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from trustme import CA

    from tests.asking.front import Front, Seen
    from tests.workspaces import Ran

PAGE = Reply(200, {"Content-Type": "text/html; charset=utf-8"}, b"<!doctype html><p>Hello")


@dataclass(frozen=True)
class Counter:
    """An office with a kit for 101, and the server that stands for its `onhook serve`.

    Attributes:
        desk: The office.
        front: The server.
        body: The config that was issued.
        url: Its link. A secret.
        ca: The authority's certificate.
    """

    desk: Desk
    front: Front
    body: bytes
    url: str
    ca: Path

    @property
    def good(self) -> Reply:
        """Return the answer that a phone needs."""
        headers: dict[str, str | None] = {
            "Content-Type": "application/xml",
            "Content-Disposition": 'attachment; filename="linphone-101.xml"',
            "Cache-Control": "no-store",
        }
        return Reply(200, headers, self.body)

    def serve(self, config: Reply, page: Reply = PAGE) -> None:
        """Answer browsers with the page and all else with the config."""

        def reply(seen: Seen) -> Reply:
            return page if "text/html" in seen.headers.get("accept", "") else config

        self.front.reply = reply

    def inspect(self, *words: str, url: str = "") -> Ran:
        """Inspect the link; its token never shows."""
        words = (url or self.url, "--ca", str(self.ca), *words)
        ran = self.desk.inspect(*words)
        assert self.url.rpartition("/")[2] not in ran.said
        return ran

    def found(self, *words: str, url: str = "") -> dict[str, str]:
        """Return the severity of all that is found, by code."""
        items = self.inspect(*words, url=url).data["items"]
        return {one["code"]: one["severity"] for item in items for one in item["findings"]}


@pytest.fixture(scope="session")
def counter_made_once(
    desk_made_once: Path,
    issued_once: Callable[[str], Path],
    front_for_all: Front,
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, bytes, str]:
    """Return an office whose links lead to the server; only to be copied."""
    home = tmp_path_factory.mktemp("counter") / "home"
    shutil.copytree(desk_made_once, home)
    desk = Desk(Office(home / "workspace", home), issued_once)
    desk.office.do("init", "--public-url", front_for_all.url)
    path = desk.issue("linphone")
    return home, path.read_bytes(), both_read(path.with_name("qr.png"))


@pytest.fixture
def counter(
    counter_made_once: tuple[Path, bytes, str],
    issued_once: Callable[[str], Path],
    front: Front,
    authority_file: Path,
    tmp_path: Path,
) -> Counter:
    """Return a fresh office with the server before it."""
    home, body, url = counter_made_once
    shutil.copytree(home, tmp_path / "home")
    desk = Desk(Office(tmp_path / "home" / "workspace", tmp_path / "home"), issued_once)
    counter = Counter(desk, front, body, url, authority_file)
    counter.serve(counter.good)
    return counter


# --- as it should be --------------------------------------------------------------------------


def test_a_good_link_is_looked_at_without_using_it_up(counter: Counter) -> None:
    ran = counter.inspect()
    (item,) = ran.data["items"]

    assert (ran.code, item["findings"]) == (0, [])
    assert item["server"]["answers"][0] == {
        "status": 200,
        "media_type": "application/xml",
        "length": len(counter.body),
        "file_name": "linphone-101.xml",
    }
    assert item["server"]["certificate"]["names"] == ["localhost"]
    assert [seen.method for seen in counter.front.seen] == ["HEAD", "HEAD"]
    phone, camera = counter.front.seen
    assert "accept" not in phone.headers
    assert phone.headers["accept-encoding"] == "identity"
    assert "text/html" in camera.headers["accept"]
    assert phone.path == camera.path


def test_it_is_said_in_both_languages(counter: Counter) -> None:
    for lang, told in (("en", "until"), ("ja", "有効期限")):
        said = counter.desk.office.run("inspect", counter.url, "--ca", counter.ca, "--lang", lang)
        assert told in said.out
        assert "linphone-101.xml" in said.out


def test_with_consume_the_config_is_taken_and_read(counter: Counter) -> None:
    ran = counter.inspect("--consume", "--account", "101")
    link, config = ran.data["items"]

    assert (ran.code, link["findings"], config["findings"]) == (0, [], [])
    assert (config["account"], config["issue"]["state"]) == ("acme/101", "current")
    assert [seen.method for seen in counter.front.seen] == ["HEAD", "HEAD", "GET"]


def test_a_mails_address_is_the_page_and_its_config_is_where_the_phone_gets_it(
    counter: Counter,
) -> None:
    assert counter.found(url=counter.url.replace("/k/", "/s/")) == {}
    assert [seen.path[:3] for seen in counter.front.seen] == ["/k/", "/s/"]


def test_neither_proxy_nor_password_nor_log_comes_between(
    counter: Counter, caplog: pytest.LogCaptureFixture
) -> None:
    (counter.desk.office.home / ".netrc").write_text("machine localhost login a password b\n")
    caplog.set_level(logging.DEBUG)
    words = (counter.url.replace("//", "//user:Geheim@"), "--ca", counter.ca)
    ran = counter.desk.office.ask("inspect", *words, HTTPS_PROXY="http://127.0.0.1:1")

    assert ran.data["items"][0]["server"]["answers"][0]["status"] == 200
    assert "authorization" not in counter.front.seen[0].headers
    assert counter.url.rpartition("/")[2] not in caplog.text
    assert "Geheim" not in ran.out


def test_the_account_is_found_before_anything_is_asked(counter: Counter) -> None:
    assert counter.inspect("--consume", "--account", "999").codes == ["no-such-account"]
    assert counter.front.seen == []


def test_offline_nothing_is_asked(counter: Counter) -> None:
    assert counter.found("--offline") == {}
    assert counter.front.seen == []


# --- traps ------------------------------------------------------------------------------------


def test_an_answer_without_length_is_told(counter: Counter) -> None:
    counter.serve(Reply(200, counter.good.headers | {"Content-Length": None}))
    assert counter.found() == {"length-missing": "error"}


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (
            {"Content-Length": None, "Transfer-Encoding": "chunked"},
            {"length-chunked": "note"},
        ),
        ({"Content-Length": "7"}, {"length-differs": "error"}),
        ({"Content-Length": "0"}, {"answer-empty": "error"}),
        ({"Content-Encoding": "gzip"}, {"answer-packed": "error"}),
        ({"Content-Type": "text/plain"}, {"media-type-differs": "error"}),
        ({"Content-Type": None}, {"media-type-differs": "error"}),
        ({"Content-Type": "text/html"}, {"answer-is-page": "error"}),
        ({"Content-Disposition": None}, {"file-name-missing": "warning"}),
        (
            {"Content-Disposition": "attachment; filename=x.xml"},
            {"file-name-differs": "warning"},
        ),
        ({"Cache-Control": None}, {"answer-kept": "warning"}),
        ({"Cache-Control": "public, max-age=60"}, {"answer-kept": "warning"}),
        ({"Content-Type": 'application/xml; charset="UTF-8"'}, {}),
        ({"Content-Encoding": "identity"}, {}),
    ],
)
def test_each_trap_in_the_headers_is_told(
    counter: Counter, headers: dict[str, str | None], expected: dict[str, str]
) -> None:
    counter.serve(Reply(200, counter.good.headers | headers, counter.body))

    assert counter.found() == expected


@pytest.mark.parametrize(
    ("status", "headers", "code", "told"),
    [
        (302, {"Location": "https://elsewhere.example/k/TOKEN"}, "server-redirects", "elsewhere"),
        (301, {"Location": "//[broken"}, "server-redirects", "***"),
        (401, {"WWW-Authenticate": "Basic"}, "server-denies", "401"),
        (429, {"Retry-After": "17"}, "server-limits", "17"),
        (502, {}, "server-fails", "502"),
        (418, {}, "server-status", "418"),
        (405, {}, "head-refused", "405"),
        (404, {}, "link-dead-there", "says that it does not"),
    ],
)
def test_each_status_is_told(
    counter: Counter, status: int, headers: dict[str, str | None], code: str, told: str
) -> None:
    counter.serve(Reply(status, headers))
    ran = counter.inspect()
    (item,) = ran.data["items"]
    (finding,) = item["findings"]

    assert finding["code"] == code
    assert told in finding["message"]
    assert finding["mend"]
    assert "TOKEN" not in ran.out
    assert ran.code == (0 if finding["severity"] == "note" else 3)


def test_a_redirect_is_not_followed(counter: Counter) -> None:
    counter.serve(Reply(307, {"Location": f"{counter.front.url}/elsewhere"}))
    counter.inspect("--consume")
    asked = {seen.path for seen in counter.front.seen}
    assert asked == {counter.url.removeprefix(counter.front.url)}


def test_a_camera_that_gets_no_page_is_told(counter: Counter) -> None:
    counter.serve(counter.good, page=counter.good)
    assert counter.found() == {"page-missing": "warning"}


# --- what is taken ----------------------------------------------------------------------------


def with_body(reply: Reply, body: bytes) -> Reply:
    return Reply(200, reply.headers | {"Content-Length": str(len(body))}, body)


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (lambda body: body.replace(b"101", b"102"), {"extension-differs", "issue-unknown"}),
        (lambda _: b"<html>Please log in</html>", {"length-differs", "looks-like"}),
        (lambda _: b" \n", {"length-differs", "answer-empty"}),
        (lambda _: b"", {"answer-empty"}),
        (lambda body: body.replace(b"</config>", b""), {"xml-broken"}),
    ],
)
def test_a_body_that_is_not_what_was_issued_is_told(
    counter: Counter, change: Callable[[bytes], bytes], codes: set[str]
) -> None:
    counter.serve(with_body(counter.good, change(counter.body)))
    found = counter.found("--consume")

    assert codes & set(found), found
    assert "error" in found.values() or "issue-unknown" in found


def test_an_answer_cut_off_or_without_end_is_told(counter: Counter) -> None:
    counter.serve(Reply(200, counter.good.headers | {"Content-Length": "99999"}, counter.body))
    assert "answer-cut" in counter.found("--consume")
    counter.serve(Reply(200, counter.good.headers, b"x" * (5 << 20)))
    assert "answer-too-large" in counter.found("--consume")


# --- what the workspace knows beside it -------------------------------------------------------


def test_a_revoked_link_that_the_server_refuses_is_only_dead(counter: Counter) -> None:
    counter.desk.office.do("link", "revoke", "101")
    counter.serve(Reply(404))
    assert counter.found() == {"link-dead": "error"}


def test_a_revoked_link_that_the_server_delivers_is_told(counter: Counter) -> None:
    counter.desk.office.do("link", "revoke", "101")
    assert counter.found() == {"link-dead": "error", "link-alive-there": "error"}


def test_a_link_nobody_knows_looks_like_every_dead_one_from_outside(counter: Counter) -> None:
    counter.serve(Reply(404))
    found = counter.found(url=f"{counter.front.url}/k/{'A' * 26}")
    assert found == {"link-unknown": "error", "link-dead-outside": "error"}


def test_another_programs_address_is_asked_like_a_config(counter: Counter) -> None:
    found = counter.found("--consume", url=f"{counter.front.url}/some/config.xml")
    assert found == {"foreign-link": "note"}
    assert [seen.method for seen in counter.front.seen] == ["HEAD", "GET"]


# --- the way there ----------------------------------------------------------------------------


def test_an_expired_certificate_is_told_and_no_token_sent(counter: Counter, authority: CA) -> None:
    now = datetime.now(UTC)
    days = timedelta(days=1)
    counter.front.show(
        authority.issue_cert("localhost", not_before=now - 3 * days, not_after=now - days)
    )
    ran = counter.inspect("--consume")

    assert ran.code == 3
    assert [one["code"] for one in ran.data["items"][0]["findings"]] == ["certificate-expired"]
    assert counter.front.seen == []


def test_a_certificate_that_ends_soon_is_a_warning(counter: Counter, authority: CA) -> None:
    ends = datetime.now(UTC) + timedelta(days=5, hours=1)
    counter.front.show(authority.issue_cert("localhost", not_after=ends))
    ran = counter.inspect()
    (finding,) = ran.data["items"][0]["findings"]

    assert (ran.code, finding["code"]) == (0, "certificate-ends-soon")
    assert "in 5 days" in finding["message"]


def test_linphone_does_not_find_an_address_in_a_certificate(counter: Counter) -> None:
    found = counter.found(url=counter.url.replace("localhost", LOOPBACK))
    assert found == {"certificate-ip-only": "error", "link-address-other": "error"}


def test_a_server_that_is_not_there_ends_with_7(counter: Counter) -> None:
    url = counter.url.replace(str(counter.front.port), "1")
    ran = counter.inspect(url=url)

    assert (ran.code, ran.codes) == (7, ["host-closed"])
    assert ran.data["items"][0]["account"] == "acme/101"
    said = counter.desk.office.run("inspect", url, "--lang", "en")
    assert said.err == ""
    assert "onhook serve" in said.out


def test_plain_http_is_told_and_not_asked(counter: Counter) -> None:
    ran = counter.inspect(url=f"http://phone.acme.example/k/{'A' * 26}")
    codes = {one["code"] for one in ran.data["items"][0]["findings"]}

    assert ran.code == 3
    assert "link-insecure" in codes
    assert ran.data["items"][0]["server"] is None


def test_plain_http_on_loopback_is_asked(counter: Counter) -> None:
    counter.front.context = None
    url = counter.url.replace("https", "http").replace("localhost", LOOPBACK)
    (item,) = counter.inspect(url=url).data["items"]
    assert item["server"]["certificate"] is None
    assert item["server"]["answers"][0]["status"] == 200


def test_a_file_of_authorities_that_is_none_is_refused(counter: Counter) -> None:
    empty = counter.desk.office.file("empty.pem", "nothing")
    for path in (empty, counter.desk.office.home / "missing.pem"):
        ran: Any = counter.desk.office.ask("inspect", counter.url, "--ca", path)
        assert (ran.code, ran.codes) == (3, ["authorities-unreadable"])
    assert counter.front.seen == []
