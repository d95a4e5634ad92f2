"""A QR code that holds the settings themselves: only when asked for, marked, kept up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lxml import etree, html

from tests.decoders import both_read
from tests.kits.office import manifests

if TYPE_CHECKING:
    from tests.workspaces import Office

PASSWORD = "Geheim ;:@&<x>\"'4711"
INLINE = ("--family", "gswave", "--without-device")


@pytest.fixture
def office(acme: Office) -> Office:
    """Return an office of one with a password of note."""
    acme.do("account", "add", "101", "--auth-id", "a101", "--password-file", "-", typed=PASSWORD)
    return acme


def issue(office: Office, *words: str) -> dict[str, int]:
    ran = office.ask("issue", "--all", *INLINE, "--out", str(office.home / "kits"), *words)
    counts: dict[str, int] = ran.data["counts"]
    return {state: count for state, count in counts.items() if count}


def password_in_picture(office: Office) -> str | None:
    text = both_read(office.home / "kits/acme/101/qr.png")
    return etree.fromstring(text.encode()).findtext("Account/AuthPass")


def test_it_is_made_only_when_asked_for(office: Office) -> None:
    ran = office.ask("issue", "101", *INLINE, "--out", str(office.home / "kits"))
    assert (ran.code, ran.codes) == (6, ["secret-in-qr"])
    assert not list((office.home / "kits").glob("*/*/*"))
    assert issue(office, "--allow-secret-qr") == {"new": 1}
    assert password_in_picture(office) == PASSWORD


def test_it_is_left_alone_until_what_it_holds_changes(office: Office) -> None:
    issue(office, "--allow-secret-qr")
    assert issue(office, "--allow-secret-qr") == {"unchanged": 1}
    office.do("account", "set", "101", "--password-file", "-", typed="Neues-Geheimnis")
    assert issue(office, "--allow-secret-qr") == {"changed": 1}
    assert password_in_picture(office) == "Neues-Geheimnis"


def test_no_link_stands_beside_a_picture_that_needs_none(office: Office) -> None:
    issue(office, "--allow-secret-qr")
    (_, manifest), *others = manifests(office.home / "kits")
    assert (manifest["link"], others) == (None, [])
    assert list(manifest["files"]) == ["qr.png"]


def test_page_and_list_and_manifest_mark_it(office: Office) -> None:
    issue(office, "--allow-secret-qr")
    page = html.fromstring((office.home / "kits/index.html").read_bytes())
    assert page.xpath("//*[@class='secret']")
    assert page.xpath("//a") == []
    (_, manifest), *_ = manifests(office.home / "kits")
    assert manifest["secret_in_qr"] is True
    (listed,) = office.ask("link", "list").data["links"]
    assert (listed["state"], listed["secret_in_qr"]) == ("inline", True)
    assert "password in the picture" in office.do("link", "list", "--lang", "en").out


def test_other_kits_are_not_marked(office: Office) -> None:
    words = ("--without-device", "--out", str(office.home / "kits"))
    office.do("issue", "101", *words)
    page = html.fromstring((office.home / "kits/index.html").read_bytes())
    assert page.xpath("//*[@class='secret']") == []
    (listed,) = office.ask("link", "list").data["links"]
    assert (listed["state"], listed["secret_in_qr"]) == ("live", False)


def test_it_is_drawn_again_only_when_asked_for(office: Office) -> None:
    issue(office, "--allow-secret-qr")
    ran = office.ask("qr", "101")
    assert (ran.code, ran.codes) == (6, ["secret-in-qr"])
    drawn = office.do("qr", "101", "--allow-secret-qr", "--lang", "en")
    assert "never photograph it" in drawn.out
    assert PASSWORD not in drawn.said


def test_picture_is_all_that_holds_the_password(office: Office) -> None:
    issue(office, "--allow-secret-qr")
    for path in [*office.home.rglob("*"), *office.folder.rglob("*")]:
        if path.is_file():
            assert b"Geheim" not in path.read_bytes()
