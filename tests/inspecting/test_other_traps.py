"""The traps of the other formats are found and told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.decoders import read_qr
from tests.inspecting.desk import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.inspecting.desk import Desk

TRAPS = {
    "baresip": [
        (f'auth_pass="{PASSWORD}"', "auth_pass=Plain-1", {"quotes-missing", "password-differs"}),
        (
            f'auth_pass="{PASSWORD}"',
            f"auth_pass={PASSWORD}",
            {"quotes-missing", "password-differs"},
        ),
        (f'"{PASSWORD}"', '"Geh"eim"', {"quote-inside", "password-differs"}),
        ("%41>", "%2541%3E", {"value-encoded"}),
        (PASSWORD, "Geh%20eim%3B101%26%3C%2541%3E", {"value-encoded"}),
        ('outbound="sip:pbx.acme.example:5060;transport=udp";', "", {"outbound-missing"}),
        (";transport=udp", "", {"outbound-missing"}),
        ("transport=udp", "transport=tcp", {"value-differs"}),
        ("transport=udp", "transport=ws", {"transport-unknown", "value-differs"}),
        ("regint=600", "regint=0", {"not-registering"}),
        ('auth_user="Xq101k";', "", {"auth-id-is-extension"}),
        ("髙橋 太郎", "x" * 500, {"line-too-long", "name-differs"}),
        (";answermode=manual", ";answermode=manual;regint=60", {"key-twice"}),
        (PASSWORD, "x;auth_user=102", {"password-differs", "key-twice"}),
        (
            '"髙橋',
            '# note\n\n<sip:102@a.example>\n"髙橋',
            {"several-accounts-inside", "outbound-missing", "value-missing"},
        ),
    ],
    "twinkle": [
        ("auth_name=Xq101k\n", "", {"value-missing"}),
        ("auth_name=Xq101k", "auth_name=101", {"auth-id-is-extension"}),
        ("sip_transport=udp", "sip_transport=tls", {"transport-unknown", "value-differs"}),
        ("sip_transport=udp", "sip_transport=auto", set()),
        ("register_at_startup=yes", "register_at_startup=no", {"not-registering"}),
        (PASSWORD, PASSWORD.replace("%41", "%2541"), {"value-encoded"}),
        (PASSWORD, "Geh%20eim%3B101%26%3C%2541%3E", {"value-encoded"}),
        (PASSWORD, PASSWORD + " ", {"white-space-at-edge"}),
        ("auth_name=", "auth_name=old\nauth_name=", {"key-twice", "auth-id-differs"}),
        (
            "registration_time=600",
            "user_name=102\nauth_name=x",
            {"several-accounts-inside", "key-twice", "value-missing"},
        ),
    ],
    "3cxphone6": [
        ("AuthID=Xq101k", "AuthID=", {"value-missing"}),
        ("AuthID=Xq101k", "AuthID=101", {"auth-id-is-extension"}),
        ("[Profile0]", "[Profile1]", {"section-gap"}),
        ("Enabled=1", "Enabled=0", {"not-enabled"}),
        ("UseTunnel=0", "UseTunnel=1", {"tunnel-incomplete"}),
        ("SipTransport=0", "SipTransport=2", {"number-unread"}),
        ("pbx.acme.example:5060", "pbx.acme.example:5070", {"value-differs"}),
        ("pbx.acme.example:5060", "PBX.acme.example", set()),
        ("Name=101", "Name=101\r\nName=102", {"key-twice"}),
        (
            "VoicemailConfirmed=0",
            "VoicemailConfirmed=0\r\n[Profile1]\r\nAuthUser=102",
            {"several-accounts-inside", "not-enabled", "value-missing"},
        ),
    ],
    "microsip": [
        (
            "displayName=髙橋",
            "displayName=" + "x" * 254 + "髙橋",
            {"value-too-long", "name-differs"},
        ),
        ("authID=Xq101k", "authID=", {"key-missing", "auth-id-is-extension"}),
        ("accountId=1", "accountId=2", {"not-enabled"}),
        ("accountId=1", "accountId=0", {"not-enabled"}),
        ("transport=udp", "transport=sctp", {"transport-unknown", "value-differs"}),
        ("SRTP=", "SRTP=mandatory", {"value-differs"}),
        (
            "ICE=0",
            "ICE=0\r\n[Account2]\r\nusername=102",
            {"several-accounts-inside", "key-missing", "value-missing"},
        ),
    ],
    "3cx": [
        ("<AuthID>Xq101k</AuthID>", "", {"value-missing"}),
        ("<AuthID>Xq101k", "<AuthID>101", {"auth-id-is-extension"}),
        ("<SIPDomain>pbx.acme", "<SIPDomain>sip.other", {"value-differs"}),
        ("<SIPTransport>udp", "<SIPTransport>quic", {"transport-unknown", "value-differs"}),
        (
            "<SRTP>",
            "<Tunnel><Address>x.example</Address></Tunnel><SRTP>",
            {"tunnel-incomplete", "value-differs"},
        ),
        ("<Extension>101", "<Extension>102</Extension><Extension>101", {"several-accounts-inside"}),
        ("<SRTP>disabled", "<SRTP>required", {"value-differs"}),
        ("<SRTP>", "<SRTP> ", {"white-space-at-edge"}),
        ("髙橋", "A & B", {"xml-ampersand", "name-differs"}),
        (
            "Geh eim;101&amp;&lt;%41&gt;",
            "Geh eim;101&amp;amp;&amp;lt;%41&amp;gt;",
            {"value-encoded"},
        ),
        ("Geh eim;101&amp;&lt;%41&gt;", "R2VoIGVpbTsxMDEmPCU0MT4=", {"value-encoded"}),
    ],
}


@pytest.mark.parametrize(
    ("family", "old", "new", "expected"),
    [(family, *trap) for family, traps in TRAPS.items() for trap in traps],
)
def test_a_trap_is_found(desk: Desk, family: str, old: str, new: str, expected: set[str]) -> None:
    path = desk.spoil(family, (old, new))
    found = desk.codes(path, "--account", "101")

    assert found == expected, found
    assert desk.item(path)["family"] == family


RECODED: list[tuple[str, Callable[[str], bytes], set[str]]] = [
    ("3cxphone6", lambda text: text.encode(), {"wrong-encoding", "issue-recoded"}),
    ("3cxphone6", lambda text: text.encode("utf-16-le"), {"wrong-encoding", "issue-recoded"}),
    ("3cxphone6", lambda text: text.encode("cp932"), {"wrong-encoding", "issue-recoded"}),
    (
        "3cxphone6",
        lambda text: text.replace("\r\n", "\n").encode("utf-16"),
        {"line-ends-wrong", "issue-recoded"},
    ),
    ("microsip", lambda text: text.encode(), {"wrong-encoding", "issue-recoded"}),
    ("microsip", lambda text: text.encode("cp932"), {"wrong-encoding", "issue-recoded"}),
    ("twinkle", lambda text: text.encode("cp932"), {"wrong-encoding", "issue-recoded"}),
    ("linphone", lambda text: text.encode("cp932"), {"wrong-encoding", "issue-recoded"}),
    ("linphone", lambda text: text.encode("utf-16"), {"issue-recoded"}),
    ("linphone", lambda text: text.replace("\n", "\r\n").encode(), {"issue-recoded"}),
]


@pytest.mark.parametrize(("family", "saved", "expected"), RECODED)
def test_a_file_saved_by_an_editor_is_found_out(
    desk: Desk, family: str, saved: Callable[[str], bytes], expected: set[str]
) -> None:
    made = desk.issue(family)
    text = made.read_bytes().decode("utf-16" if family in ("3cxphone6", "microsip") else "utf-8")
    path = desk.office.file(made.name, saved(text))

    assert desk.codes(path) == expected


def test_grandstream_settings_are_read_from_a_file_and_from_a_symbol_alike(desk: Desk) -> None:
    (text,) = read_qr(desk.issue("gswave")).zxing
    path = desk.office.file("wave.xml", text.replace("<AuthID>Xq101k", "<AuthID>101"))

    assert desk.codes(path) - {"issue-unknown"} == {"auth-id-is-extension"}
    assert desk.item(path)["family"] == "gswave"


def test_numbers_that_may_not_be_called_must_be_barred_in_the_file(desk: Desk) -> None:
    desk.office.do("init", "--service", "biglobe-mobile")
    desk.office.do("customer", "add", "mobil", "--name", "Mobil")
    typed = "Geheim-1031\n"
    words = ("--customer", "mobil", "--auth-id", "x103", "--password-file", "-")
    desk.office.do("account", "add", "103", *words, typed=typed)
    out = desk.office.home / "mobil"
    names = ("mobil/103", "--family", "twinkle", "--without-device", "--out", out)
    desk.office.do("issue", *names)
    made = out / "mobil" / "103" / "103.cfg"

    assert desk.codes(made) == set()
    kept = [line for line in made.read_text().splitlines() if "number_conversion" not in line]
    free = desk.office.file("103.cfg", "\n".join([*kept, ""]))
    finding = desk.finding(free, "barred-numbers-missing")
    assert (finding["rule"], finding["severity"]) == ("B-D1", "warning")


def test_a_vendors_own_file_is_told_and_its_extension_read(desk: Desk) -> None:
    text = (
        "<Config><A><Extension>101</Extension></A><ProvLinkExternal>x</ProvLinkExternal></Config>"
    )
    item = desk.item(desk.office.file("3cxprov_101.3cxconfig", text))

    assert (item["account"], item["family"]) == ("acme/101", "")
    assert "format-unread" in {one["code"] for one in item["findings"]}


def test_an_acrobits_account_is_told_as_such(desk: Desk) -> None:
    text = (
        "<account><title>x</title><username>101</username><password>Geheim-9</password>"
        "<host>pbx.acme.example</host></account>"
    )
    path = desk.office.file("acrobits.xml", text)

    assert {"form-of-app", "password-differs"} <= desk.codes(path)
    assert "Geheim-9" not in desk.office.run("inspect", path).said
