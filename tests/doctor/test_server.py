"""What the doctor says of the public address, over a real HTTPS server."""

from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from onhook.doctor import Site, server
from onhook.doctor.findings import Finding
from tests.asking.front import LOOPBACK, Front, Reply

if TYPE_CHECKING:
    from pathlib import Path

    from trustme import CA

    from tests.workspaces import Office

SIGNS: dict[str, str | None] = {
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}


def found(office: Office, url: str, authorities: Path | None = None) -> list[tuple[str, str]]:
    """Return grades and codes, and the keys of what is well."""
    (office.folder / "onhook.toml").write_text(f'public_url = "{url}"\n', "utf-8")
    told = server.check_server(Site(office.folder, {}, authorities=authorities))
    return [
        (one.grade, one.error.code()) if isinstance(one, Finding) else ("ok", one.key)
        for one in told
    ]


def test_a_server_that_answers_as_onhook_is_well(
    acme: Office, front: Front, authority_file: Path
) -> None:
    front.reply = lambda _: Reply(200, SIGNS)
    assert found(acme, front.url, authority_file) == [("ok", "doctor-server")]
    assert [(seen.method, seen.path) for seen in front.seen] == [("HEAD", "/")]


@pytest.mark.parametrize(
    "reply", [Reply(200, {}), Reply(502, SIGNS), Reply(302, {**SIGNS, "Location": "/login"})]
)
def test_what_does_not_answer_as_onhook_is_a_warning(
    acme: Office, front: Front, authority_file: Path, reply: Reply
) -> None:
    front.reply = lambda _: reply
    assert found(acme, front.url, authority_file)[0] == ("warning", "public-url-other")


def test_a_certificate_that_ends_soon_is_a_warning_and_an_expired_one_a_fault(
    acme: Office, front: Front, authority: CA, authority_file: Path
) -> None:
    now, day = datetime.now(UTC), timedelta(days=1)
    front.reply = lambda _: Reply(200, SIGNS)
    front.show(authority.issue_cert("localhost", not_after=now + 13 * day))
    assert found(acme, front.url, authority_file)[0] == ("warning", "certificate-ends-soon")
    front.show(authority.issue_cert("localhost", not_after=now + 15 * day))
    assert found(acme, front.url, authority_file) == [("ok", "doctor-server")]
    gone = authority.issue_cert("localhost", not_before=now - 9 * day, not_after=now - day)
    front.show(gone)
    assert found(acme, front.url, authority_file) == [("fault", "certificate-expired")]


def test_a_private_authority_is_a_warning(acme: Office, front: Front) -> None:
    assert found(acme, front.url) == [("warning", "certificate-untrusted")]


def test_one_that_the_phones_know_is_named_on_the_command_line(
    acme: Office, front: Front, authority_file: Path
) -> None:
    front.reply = lambda _: Reply(200, SIGNS)
    acme.do("init", "--public-url", front.url)
    ran = acme.ask("doctor", "--ca", authority_file)
    (told,) = (one for one in ran.data["checks"] if one["check"] == "server")
    assert told["grade"] == "ok"


def test_a_server_that_is_not_there_is_a_warning(acme: Office) -> None:
    assert found(acme, "https://localhost:1") == [("warning", "host-closed")]


def test_a_server_that_says_nothing_is_soon_left(
    acme: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "DEADLINE_S", 0.2)
    with socket.create_server((LOOPBACK, 0)) as listener:
        url = f"https://{LOOPBACK}:{listener.getsockname()[1]}"
        assert found(acme, url) == [("warning", "host-silent")]


def test_names_for_examples_are_told_and_not_asked(acme: Office) -> None:
    for host in ("phone.acme.example", "example.com", "a.test"):
        assert found(acme, f"https://{host}") == [("warning", "public-url-example")]


def test_on_this_machine_it_may_be_without_certificate(acme: Office, front: Front) -> None:
    front.context = None
    front.reply = lambda _: Reply(200, SIGNS)
    assert found(acme, f"http://{LOOPBACK}:{front.port}") == [("ok", "doctor-server-plain")]


def test_without_an_address_there_is_nothing_to_ask(acme: Office) -> None:
    (acme.folder / "onhook.toml").write_text("", "utf-8")
    (told,) = server.check_server(Site(acme.folder, {}))
    assert not isinstance(told, Finding)
