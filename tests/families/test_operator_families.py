"""An operator adds families of any form without a line of Python."""

import configparser
import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import unquote

import pytest
from hypothesis import given
from lxml import etree

from onhook.families import CannotCarry, Families, Family, Rendering, Values
from tests.families.making import MANIFEST, SHIPPED, TEXTS, values, write_family

HEAD, _, _ = MANIFEST.partition("[qr]")

INI = (
    HEAD.format(name="ini-phone")
    + """\
[qr]
payload = "url"

[[files]]
name = "Phone.ini"
template = "phone.ini.j2"
media_type = "text/plain"
encoding = "utf-16-le-bom"
line_ends = "crlf"
escaping = "ini"

[values."*"]
max_length = 255

[values.transport]
one_of = ["udp", "tcp"]
"""
)
INI_TEMPLATE = """\
[Settings]
accountId=1
[Account1]
label={{ display_name }}
username={{ extension }}
authID={{ auth_id }}
password={{ password }}
transport={{ transport }}
"""

KEY_VALUE = (
    HEAD.format(name="key-phone")
    + """\
[qr]
payload = "url"

[[files]]
name = "{{ extension }}.cfg"
template = "phone.cfg.j2"
media_type = "text/plain"
escaping = "key-value"

[values.auth_id]
required = true
"""
)
KEY_VALUE_TEMPLATE = "auth_name={{ auth_id }}\nauth_pass={{ password }}\n"

QUOTED = (
    HEAD.format(name="line-phone")
    + """\
[qr]
payload = "url"

[[files]]
name = "accounts"
template = "accounts.j2"
media_type = "text/plain"
escaping = "quoted"

[values.auth_id]
refuses = [";", ">", "white-space"]
"""
)
QUOTED_TEMPLATE = (
    '"{{ display_name }}" <sip:{{ extension }}@{{ sip_domain }}>;auth_user={{ auth_id }}'
    ';auth_pass="{{ password }}";outbound="sip:{{ registrar }};transport={{ transport }}"\n'
)

INLINE = (
    HEAD.format(name="picture-phone")
    + """\
[qr]
payload = "inline"
template = "qr.xml.j2"
escaping = "xml-ascii"
"""
)
INLINE_TEMPLATE = (
    '<?xml version="1.0" encoding="utf-8"?><AccountConfig version="1"><Account>'
    "<UserID>{{ extension }}</UserID><AuthPass>{{ password }}</AuthPass>"
    "<DisplayName>{{ display_name }}</DisplayName>"
    "<Dialplan>{ {% for number in barred_numbers %}^{{ number }}|{% endfor %}x+ }</Dialplan>"
    "</Account></AccountConfig>"
)

URI = (
    HEAD.format(name="cloud-phone")
    + """\
[qr]
payload = "inline"
template = "qr.txt.j2"
escaping = "uri"
"""
)
URI_TEMPLATE = "csc:{{ auth_id }}:{{ password }}@CLOUDID"


@pytest.fixture(scope="module")
def families() -> Iterator[Families]:
    with TemporaryDirectory() as folder:
        operator = Path(folder)
        write_family(operator, "ini-phone", {"manifest.toml": INI, "phone.ini.j2": INI_TEMPLATE})
        write_family(
            operator, "key-phone", {"manifest.toml": KEY_VALUE, "phone.cfg.j2": KEY_VALUE_TEMPLATE}
        )
        write_family(
            operator, "line-phone", {"manifest.toml": QUOTED, "accounts.j2": QUOTED_TEMPLATE}
        )
        write_family(
            operator, "picture-phone", {"manifest.toml": INLINE, "qr.xml.j2": INLINE_TEMPLATE}
        )
        write_family(operator, "cloud-phone", {"manifest.toml": URI, "qr.txt.j2": URI_TEMPLATE})
        yield Families(operator)


def test_an_operators_families_stand_beside_the_shipped_ones(families: Families) -> None:
    own = ("cloud-phone", "ini-phone", "key-phone", "line-phone", "picture-phone")
    assert families.names() == tuple(sorted((*SHIPPED, *own)))


def test_utf_16_with_mark_and_windows_line_ends(families: Families) -> None:
    (file,) = families.get("ini-phone").render(values(display_name="𠮷")).files

    assert file.content.startswith(b"\xff\xfe[\0S\0e\0")
    text = file.content.decode("utf-16")
    assert "label=𠮷\r\n" in text
    assert text.count("\n") == text.count("\r\n") == 8


@given(name=TEXTS, password=TEXTS)
def test_ini_carries_any_text_or_refuses_it(families: Families, name: str, password: str) -> None:
    rendering = _rendering(families.get("ini-phone"), values(display_name=name, password=password))
    if rendering is None:
        return

    reader = configparser.RawConfigParser()
    reader.read_string(rendering.files[0].content.decode("utf-16"))
    assert reader["Account1"]["label"] == name
    assert reader["Account1"]["password"] == password


@pytest.mark.parametrize(
    "text", ['"quoted"', "'quoted'", " edge", "edge ", "a\nb", "a\x85b", "a\0"]
)
def test_ini_refuses_what_its_readers_change(families: Families, text: str) -> None:
    (refusal,) = families.get("ini-phone").refusals(values(password=text))

    assert refusal.field == "password"


def test_length_counts_in_the_encodings_units(families: Families) -> None:
    family = families.get("ini-phone")

    assert family.refusals(values(password="x" * 255)) == []
    assert family.refusals(values(password="𠮷" * 127)) == []
    (refusal,) = family.refusals(values(password="𠮷" * 128))
    assert (refusal.code(), refusal.what) == ("too-long-to-carry", "255")


def test_a_client_that_knows_no_tls_is_not_given_it(families: Families) -> None:
    (refusal,) = families.get("ini-phone").refusals(values(transport="tls"))

    assert (refusal.code(), refusal.field, refusal.what) == (
        *("value-not-held", "transport"),
        "udp, tcp",
    )


@given(auth_id=TEXTS, password=TEXTS)
def test_key_value_carries_any_text_or_refuses_it(
    families: Families, auth_id: str, password: str
) -> None:
    rendering = _rendering(families.get("key-phone"), values(auth_id=auth_id, password=password))
    if rendering is None:
        return

    assert rendering.files[0].name == "101.cfg"
    lines = rendering.files[0].content.decode().splitlines()
    read = dict(line.split("=", 1) for line in lines)
    assert read == {"auth_name": auth_id, "auth_pass": password}


@given(name=TEXTS, password=TEXTS)
def test_a_quoted_line_carries_any_text_or_refuses_it(
    families: Families, name: str, password: str
) -> None:
    given = values(display_name=name, password=password)
    rendering = _rendering(families.get("line-phone"), given)
    if rendering is None:
        assert set('"\n\r') & set(name + password) or not (name + password).isprintable()
        return

    line = rendering.files[0].content.decode()
    assert line.count("\n") == 1
    read = re.fullmatch(r'"([^"]*)" <sip:101@.*>;auth_user=.*;auth_pass="([^"]*)";.*\n', line)
    assert read is not None
    assert read.groups() == (name, password)


def test_a_quotation_mark_in_a_quoted_password_is_refused_by_name(families: Families) -> None:
    with pytest.raises(CannotCarry) as refused:
        families.get("line-phone").render(values(password='hunter"2'))

    assert refused.value.data == {
        "account": "acme/101",
        "family": "line-phone",
        "field": "password",
        "what": '"',
    }
    assert "hunter" not in f"{refused.value!r} {refused.value}"


def test_a_manifest_refuses_characters_by_variable(families: Families) -> None:
    (refusal,) = families.get("line-phone").refusals(values(auth_id="a;b"))

    assert (refusal.field, refusal.what) == ("auth_id", ";")


@given(name=TEXTS, password=TEXTS)
def test_settings_in_the_picture_carry_any_text_or_refuse_it(
    families: Families, name: str, password: str
) -> None:
    given = values(display_name=name, password=password, barred_numbers=("110", "0990x+"))
    rendering = _rendering(families.get("picture-phone"), given)
    if rendering is None:
        return

    assert rendering.files == ()
    assert rendering.qr is not None
    assert rendering.qr.isascii()
    read = etree.fromstring(rendering.qr.encode())
    assert (read.findtext(".//DisplayName") or "") == name
    assert (read.findtext(".//AuthPass") or "") == password
    assert read.findtext(".//Dialplan") == "{ ^110|^0990x+|x+ }"


def test_a_picture_with_a_password_is_marked(families: Families) -> None:
    marked = {name for name in families.names() if families.get(name).has_secret_in_qr}

    assert marked == {"picture-phone", "cloud-phone", "gswave"}


@given(auth_id=TEXTS, password=TEXTS)
def test_a_uri_carries_any_text_or_refuses_it(
    families: Families, auth_id: str, password: str
) -> None:
    rendering = _rendering(families.get("cloud-phone"), values(auth_id=auth_id, password=password))
    if rendering is None:
        return

    assert rendering.qr is not None
    read = re.fullmatch(r"csc:([^:@]*):([^:@]*)@CLOUDID", rendering.qr)
    assert read is not None
    assert tuple(map(unquote, read.groups())) == (auth_id, password)


def test_non_ascii_that_stays_so_in_a_picture_is_refused_beforehand(tmp_path: Path) -> None:
    manifest = INLINE.replace('"xml-ascii"', '"xml"')
    write_family(
        tmp_path, "picture-phone", {"manifest.toml": manifest, "qr.xml.j2": INLINE_TEMPLATE}
    )
    (refusal,) = Families(tmp_path).get("picture-phone").refusals(values(display_name="髙橋"))

    assert refusal.field == "display_name"


def test_an_operators_folder_shadows_a_shipped_family(tmp_path: Path) -> None:
    manifest = MANIFEST.format(name="linphone", escaping="none")
    write_family(tmp_path, "linphone", {"manifest.toml": manifest, "account.j2": "mine"})
    families = Families(tmp_path)

    assert families.names() == SHIPPED
    assert families.get("linphone").render(values()).files[0].content == b"mine"
    assert not families.is_shipped("linphone")


def test_a_broken_family_hides_no_other(tmp_path: Path) -> None:
    write_family(tmp_path, "broken", {"manifest.toml": "= ="})
    (tmp_path / "notes").mkdir()
    (tmp_path / "Not A Family").mkdir()
    families = Families(tmp_path)

    assert families.names() == tuple(sorted((*SHIPPED, "broken")))
    assert families.get("linphone").name == "linphone"


def test_a_workspace_without_templates_has_the_shipped_families(tmp_path: Path) -> None:
    assert Families(tmp_path / "none").names() == SHIPPED


def _rendering(family: Family, given: Values) -> Rendering | None:
    """Return what is rendered; None where it is refused beforehand."""
    if family.refusals(given):
        with pytest.raises(CannotCarry):
            family.render(given)
        return None
    return family.render(given)
