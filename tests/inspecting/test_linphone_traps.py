"""Every trap of Linphone's files, each met with the real client, is told with its cure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from onhook.inspecting.formats.linphone import ha1_of
from tests.inspecting.desk import PASSWORD

if TYPE_CHECKING:
    from tests.inspecting.desk import Desk

PASSWD = "Geh eim;101&amp;&lt;%41&gt;"
HA1 = '<entry name="ha1" overwrite="true"></entry>'
DOMAIN = '    <entry name="domain" overwrite="true">pbx.acme.example</entry>\n'
USERID = '    <entry name="userid" overwrite="true">Xq101k</entry>\n'
TRANSIENT = '<entry name="transient_provisioning" overwrite="true">1</entry>'
NAMESPACE = ' xmlns="http://www.linphone.org/xsds/lpconfig.xsd"'
SECOND = """  <section name="proxy_1">
    <entry name="reg_identity" overwrite="true">&lt;sip:102@pbx.acme.example&gt;</entry>
    <entry name="reg_proxy" overwrite="true">&lt;sip:pbx.acme.example:5060&gt;</entry>
  </section>
  <section name="auth_info_1">
    <entry name="username" overwrite="true">102</entry>
    <entry name="userid" overwrite="true">Xq102k</entry>
    <entry name="passwd" overwrite="true">Other-1</entry>
    <entry name="ha1" overwrite="true"></entry>
    <entry name="domain" overwrite="true">pbx.acme.example</entry>
  </section>
</config>"""

TRAPS = [
    ('<entry name="passwd" overwrite="true">', '<entry name="passwd">', {"overwrite-missing"}),
    ('name="passwd" overwrite="true"', 'name="passwd" overwrite="false"', {"overwrite-missing"}),
    (DOMAIN, "", {"auth-info-without-domain"}),
    (HA1, "", {"ha1-not-cleared"}),
    (TRANSIENT, "", {"transient-missing"}),
    (TRANSIENT, TRANSIENT.replace(">1<", ">0<"), {"transient-missing"}),
    ("auth_info_0", "auth_info_1", {"section-gap"}),
    ('name="proxy_0"', 'name="proxy_2"', {"section-gap", "key-missing"}),
    (PASSWD, f"\n      {PASSWD}\n    ", {"white-space-inside"}),
    (">Xq101k<", "> Xq101k<", {"white-space-inside"}),
    ('<section name="misc">', '<section name="misc" overwrite="true">', {"attribute-on-section"}),
    (NAMESPACE, "", {"namespace-missing"}),
    (USERID, "", {"key-missing", "auth-id-is-extension"}),
    (DOMAIN, DOMAIN * 2, {"key-twice"}),
    ("transport=udp", "transport=sctp", {"transport-unknown", "value-differs"}),
    (
        '"reg_sendregister" overwrite="true">1',
        '"reg_sendregister" overwrite="true">0',
        {"not-registering"},
    ),
    ('default_proxy" overwrite="true">0', 'default_proxy" overwrite="true">-1', {"key-missing"}),
    ("sip:101@", "sip:", {"sip-address-wrong", "value-missing"}),
    (PASSWD, "", {"value-missing"}),
    ("</config>", SECOND, {"several-accounts-inside"}),
    ("髙橋", "髙橋 & Co", {"xml-ampersand", "name-differs"}),
    ("髙橋", "髙橋 &nbsp; Co", {"xml-ampersand", "name-differs"}),
    ("髙橋", "<髙橋>", {"xml-broken"}),
    ("</section>\n</config>", "</config>", {"xml-broken"}),
    ("<?xml", "\n<?xml", {"xml-broken"}),
]


@pytest.mark.parametrize(("old", "new", "expected"), TRAPS)
def test_a_trap_is_found(desk: Desk, old: str, new: str, expected: set[str]) -> None:
    path = desk.spoil("linphone", (old, new))
    known = desk.codes(path, "--account", "101")

    assert known == expected, known
    assert desk.item(path)["family"] == "linphone"


def test_each_entry_that_cannot_be_read_again_is_named(desk: Desk) -> None:
    path = desk.spoil("linphone", (' overwrite="true"', ""))
    finding = desk.finding(path, "overwrite-missing")

    for name in ("misc/transient_provisioning", "proxy_0/reg_proxy", "auth_info_0/passwd"):
        assert name in finding["message"]
    assert 'overwrite="true"' in finding["mend"]
    assert finding["severity"] == "error"


@pytest.mark.parametrize("text", ["R&D", "a & b", "&#xZ;", "&nbsp;"])
def test_a_stray_ampersand_is_told_with_line_and_column(desk: Desk, text: str) -> None:
    path = desk.spoil("linphone", ("髙橋 太郎", text))
    finding = desk.finding(path, "xml-ampersand")
    written = path.read_text().splitlines()[finding["line"] - 1]

    assert text in written
    column = int(re.findall(r"column (\d+)", finding["message"])[0])
    assert written[column - 1 :].startswith(text[text.index("&") :])


def test_a_file_with_a_stray_ampersand_is_read_on(desk: Desk) -> None:
    path = desk.spoil("linphone", ("髙橋", "A&B"), ("Xq101k", "101"))

    assert {"xml-ampersand", "auth-id-is-extension"} <= desk.codes(path)
    assert desk.item(path)["account"] == "acme/101"


@pytest.mark.parametrize(
    ("user", "realm", "password", "expected"),
    [
        ("Xq101k", "3CXPhoneSystem", PASSWORD, set()),
        ("101", "3CXPhoneSystem", PASSWORD, {"ha1-of-extension"}),
        ("Xq101k", "3CXPhoneSystem", "old", {"ha1-differs"}),
        ("Xq101k", "", PASSWORD, {"ha1-without-realm"}),
    ],
)
def test_a_ha1_is_checked_against_the_account(
    desk: Desk, user: str, realm: str, password: str, expected: set[str]
) -> None:
    ha1 = HA1.replace("></", f">{ha1_of(user, realm, password)}</")
    if realm:
        ha1 += f'<entry name="realm" overwrite="true">{realm}</entry>'
    passwd = f'<entry name="passwd" overwrite="true">{PASSWD}</entry>'
    path = desk.spoil("linphone", (HA1, ha1), (passwd, ""))

    assert desk.codes(path) == expected
    assert ha1_of(user, realm, password) not in desk.inspect(path).said


def test_a_ha1_beside_a_password_hides_it(desk: Desk) -> None:
    digest = ha1_of("Xq101k", "3CXPhoneSystem", PASSWORD)
    realm = '<entry name="realm" overwrite="true">3CXPhoneSystem</entry>'
    path = desk.spoil("linphone", (HA1, HA1.replace("></", f">{digest}</") + realm))

    assert desk.codes(path) == {"ha1-hides-password"}


def test_what_excuses_nothing_is_not_told(desk: Desk) -> None:
    path = desk.spoil("linphone", ("<config", "<!-- R&D --><config"))

    assert desk.codes(path) == set()


def test_findings_are_told_in_the_order_of_the_file_the_worst_first(desk: Desk) -> None:
    path = desk.spoil("linphone", (TRANSIENT, ""), (HA1, ""), (' overwrite="true">600', ">600"))
    found = desk.item(path)["findings"]

    assert [one["severity"] for one in found] == ["error", "error", "warning", "warning"]
    said = desk.office.run("inspect", path, "--lang", "en").out
    assert re.search(r"ERROR +line \d+: without overwrite.*\n +-> write overwrite", said)
