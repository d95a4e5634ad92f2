"""Whatever a file holds: no hang, no failure of onhook's own, no secret on the screen."""

from __future__ import annotations

import itertools
import os
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from onhook.families import EXAMPLE, Families
from onhook.inspecting.formats import FORMATS, format_of
from onhook.inspecting.markup import Markup
from onhook.inspecting.source import source_of
from tests.inspecting.desk import ENCODINGS, SHIPPED
from tests.thoroughness import thorough

if TYPE_CHECKING:
    from pathlib import Path

    from tests.inspecting.desk import Desk

LAUGHS = (
    '<!DOCTYPE config [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(20))
    + "]><config><section name='proxy_0'><entry name='reg_identity'>&u;</entry></section></config>"
)
OUTSIDE = '<!DOCTYPE config [<!ENTITY x SYSTEM "file:///etc/passwd">]><config>&x;</config>'
REMOTE = '<!DOCTYPE config SYSTEM "http://127.0.0.1:9/x.dtd"><config/>'
LONG = [
    "<a>" * 1_300_000,
    "<a>" * 50_000 + "</a>" * 50_000,
    "<config>" + "<section name='x'/>" * 200_000 + "</config>",
    "<config><section name='a'>" + "<entry name='b'>x</entry>" * 90_000 + "</section></config>",
    '"' * 4_000_000,
    "<" * 4_000_000,
    "& " * 2_000_000,
    "<config>" + "& " * 1_000_000 + "</config>",
    "<config>" + "<!--" * 1_000_000,
    "<config>" + "<![CDATA[" * 300_000,
    "[Profile0]\nAuthUser=1\n" + "a=b\n" * 900_000,
    "\n".join(f"[Profile{number}]\nAuthUser={number}" for number in range(100_000)),
    "<sip:a@b>\n" * 100_000,
    "<sip:a@b>" + ";a=" * 1_000_000,
    '"' + "\\" * 2_000_000 + "<sip:a@b>",
    "user_name=1\nuser_domain=x\n" + "user_name=2\n" * 300_000,
    "{" * 4_000_000,
    "[" * 4_000_000,
    "=" * 4_000_000,
    " " * 4_000_000 + "x",
    "\r" * 4_000_000 + "x",
]


@pytest.mark.parametrize("text", [LAUGHS, OUTSIDE, REMOTE], ids=["bomb", "file", "remote"])
def test_xml_with_a_document_type_is_not_read(desk: Desk, text: str) -> None:
    path = desk.office.file("bomb.xml", text)

    assert "doctype" in desk.codes(path)
    assert "root:" not in desk.inspect(path).said


@pytest.mark.in_ci
@pytest.mark.parametrize("text", LONG, ids=itertools.count())
def test_a_file_made_to_take_long_does_not(desk: Desk, text: str) -> None:
    path = desk.office.file("long", text)
    began = time.process_time()
    ran = desk.inspect(path)

    assert time.process_time() - began < 20  # seconds of computing, on a slow machine
    assert ran.code == 3
    assert len(ran.said) < 100_000


@pytest.mark.parametrize(
    ("content", "code", "exit_code"),
    [
        (b"", "inspect-empty", 3),
        (b" \r\n\t", "inspect-empty", 3),
        (b"x" * (4 << 20) + b"x", "inspect-too-large", 3),
        (b"\0" * 100, "findings-wrong", 3),
        (os.urandom(5000), "findings-wrong", 3),
    ],
)
def test_what_cannot_be_a_config_is_refused(
    desk: Desk, content: bytes, code: str, exit_code: int
) -> None:
    ran = desk.inspect(desk.office.file("what", content))

    assert (ran.code, ran.codes) == (exit_code, [code])


def test_what_is_no_file_is_refused(desk: Desk, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    assert desk.inspect(tmp_path).codes == ["inspect-no-file"]
    assert desk.inspect(tmp_path / "pipe").codes == ["inspect-no-file"]
    assert desk.inspect("/dev/zero").codes == ["inspect-no-file"]
    assert desk.inspect(tmp_path / "none").codes == ["inspect-missing"]
    assert desk.inspect("x" * 5000).codes == ["inspect-unreadable"]
    assert desk.inspect(tmp_path / "none").code == 4


@pytest.mark.parametrize(
    ("content", "looks"),
    [
        (b"PK\x03\x04abc", "ZIP"),
        (b"\x1f\x8babc", "gzip"),
        (b"<!DOCTYPE html><html><body>Login</body></html>", "web page"),
        (b"<html/>", "web page"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (b"<a><b/></a>", "XML"),
        (b'{"a": 1}', "JSON"),
        (b"[a]\nb=c\n", "INI"),
        (b"a=b\nc=d\n", "key=value"),
        (b"Number,FirstName,LastName\n101,a,b\n", "CSV"),
        (b"hello", "plain text"),
        ("こんにちは".encode("cp932"), "plain text"),
    ],
)
def test_what_is_no_config_is_told_by_its_looks(desk: Desk, content: bytes, looks: str) -> None:
    ran = desk.office.run("inspect", desk.office.file("what", content), "--lang", "en")

    assert ran.code == 3
    assert looks in ran.out


def test_the_other_files_of_a_kit_are_told_as_what_they_are(desk: Desk) -> None:
    made = desk.issue("linphone")

    for name, told in (("manifest.json", "manifest.json"), ("../../index.html", "printable page")):
        said = desk.office.run("inspect", made.parent / name, "--lang", "en").out
        assert told in said, said


@pytest.fixture(scope="module")
def kits() -> dict[str, bytes]:
    """Return a file of every format, made for the example account."""
    values = replace(EXAMPLE, transport="udp")
    rendered = {name: Families().get(name).render(values) for name in SHIPPED}
    return {name: one.files[0].content for name, one in rendered.items() if one.files}


@settings(
    max_examples=thorough(300, 50), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
@given(st.data())
def test_no_damage_makes_a_reader_fail(kits: dict[str, bytes], data: st.DataObject) -> None:
    family = data.draw(st.sampled_from(sorted(kits)))
    codec = ENCODINGS.get(family, "utf-8")
    text = kits[family].decode(codec)
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 40)))
        text = text[:start] + data.draw(st.text(max_size=10)) + text[end:]
    source = source_of("x", text.encode(codec, "surrogatepass"))
    for one in FORMATS:
        if one.fits(source):
            one.read(source)


@settings(max_examples=thorough(300, 50), deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_make_a_reader_fail(content: bytes) -> None:
    source = source_of("x", content)
    format_ = format_of(source)
    if format_ is not None:
        format_.read(source)


@settings(max_examples=thorough(200, 50), deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_text_within_xml_is_read_as_it_is(text: str) -> None:
    try:
        node = etree.Element("a")
        node.text = text
    except ValueError:  # what XML cannot hold
        return
    markup = Markup.of(etree.tostring(node, encoding="unicode"))

    assert markup.root is not None
    assert markup.root.text == (text or "")


def test_a_hostile_name_does_not_reach_the_terminal(desk: Desk) -> None:
    path = desk.spoil("twinkle", ("user_display=髙橋", "user_display=\x1b[2J\u202e"))
    said = desk.office.run("inspect", path).said
    assert "\x1b" not in said

    evil = desk.office.home / "\x1b[2Jname"
    evil.write_bytes(path.read_bytes())
    assert "\x1b" not in desk.office.run("inspect", evil).said
