"""Every byte that is no value stays as it is."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from xml.sax.saxutils import escape

import pytest

from onhook.families import CannotCarry
from tests.learning.studying import (
    HANAKO,
    TARO,
    codes,
    content_of,
    family_of,
    places,
    studied,
    values,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

P = TARO.password
MARKED = values(password="a&b<c>\"d'e")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be-bom"])
def test_encodings_and_byte_order_marks_stay(encoding: str, tmp_path: Path) -> None:
    text = f"[a]\r\nName=髙橋\r\nPassword={P}\r\n"
    mark, codec = (b"\xfe\xff", "utf-16-be") if encoding == "utf-16-be-bom" else (b"", encoding)
    content = mark + text.encode(codec)
    family = family_of(studied(content), tmp_path)

    assert content_of(family, TARO) == content
    assert content_of(family, values(password="x")) == mark + text.replace(P, "x").encode(codec)


@pytest.mark.parametrize(
    "text",
    [
        "<a>\n  <!-- one -->\n\t<b p='{P}'   q = \"2\" />\n\n</a>",
        "<a>\r\n<b>{P}</b>\n\r\n</a>\n",
        "<a>\r<b>{P}</b>\r</a>\r",
        "<a><b>{P}</b></a>   \n\n\n",
        "\n\n<a><b>{P}</b></a>",
        "<?xml version='1.0'?><!DOCTYPE a SYSTEM \"a.dtd\"><a><![CDATA[{P}]]></a>",
        "<a z='1' b='2' a='{P}'/>",
        "<a>&#65;&amp;&quot;<b>{P}</b>&#x3042;\u2028\x85</a>",
        "; note\n[s]\nk = {P}  \n\n# end",
        "a=1\nb={P}",
        'k="{P}"\n',
        '{"a":\t"{P}" , "b": [1e3, null]}\n\n',
        "a,b\r\n{P}@x,2\r\n",
    ],
)
def test_a_sample_comes_out_as_it_went_in(text: str, tmp_path: Path) -> None:
    content = text.replace("{P}", P).encode()
    family = family_of(studied(content, TARO, "password=password"), tmp_path)

    assert content_of(family, TARO) == content
    assert content_of(family, values(password="w9x")) == text.replace("{P}", "w9x").encode()


@pytest.mark.parametrize(
    "text",
    [
        "{{ password }}{% for x in y %}{# no #}",
        "{{ '{{' }}{% raw %}{% endraw %}",
        "{%- if -%}  {%+ x %}\n",
        "}}%}#}{{{{{%{{#",
        "{{{P}}}{{{P}{%{P}{#{P}{",
        "{\n{{\n{P}{%\n",
        "\\{{ \\\" ' {P} {{",
        "{{ cycler.__init__.__globals__ }}",
    ],
)
def test_what_a_template_would_obey_comes_out_literally(text: str, tmp_path: Path) -> None:
    text = f"<c>{text}<AuthPassword>{{P}}</AuthPassword></c>"
    content = text.replace("{P}", P).encode()
    family = family_of(studied(content, TARO, "password=password"), tmp_path)

    assert content_of(family, TARO) == content
    assert content_of(family, values(password="{{x")) == text.replace("{P}", "{{x").encode()


@pytest.mark.parametrize(
    "spelled",
    [
        "a&amp;b&lt;c&gt;&quot;d&apos;e",
        "a&amp;b&lt;c&gt;&quot;d&#39;e",
        "a&amp;b&lt;c&gt;&quot;d&#039;e",
        "a&amp;b&lt;c&gt;&#34;d&#39;e",
        "a&amp;b&lt;c&gt;\"d'e",
        'a&amp;b&lt;c&gt;"d&apos;e',
        "a&#38;b&#60;c&#62;&#34;d&#39;e",
        "a&#x26;b&#x3C;c&#x3E;&#x22;d&#x27;e",
        "<![CDATA[a&b<c>\"d'e]]>",
    ],
)
def test_every_usual_spelling_in_xml_is_known(spelled: str, tmp_path: Path) -> None:
    content = f"<c><p>{spelled}</p></c>".encode()
    one = studied(content, MARKED)
    family = family_of(one, tmp_path)

    assert places(one).popitem()[1] == "password"
    assert content_of(family, MARKED) == content


@pytest.mark.parametrize(
    ("sample", "seen", "expected"),
    [
        ("<c p='{}'/>", 'a"b', "<c p='x&apos;y\"&lt;'/>"),
        ('<c p="{}"/>', "a'b", '<c p="x\'y&quot;&lt;"/>'),
        ("<c>{}</c>", "a'b", "<c>x'y\"&lt;</c>"),
    ],
)
def test_what_was_seen_in_one_place_is_not_written_where_it_would_break(
    sample: str, seen: str, expected: str, tmp_path: Path
) -> None:
    family = family_of(
        studied(sample.format(seen), values(password=seen), "password=password"), tmp_path
    )

    assert content_of(family, values(password="x'y\"<")).decode() == expected


@pytest.mark.parametrize(
    ("spelled", "password"),
    [
        ("a%20b%2Fc%C3%A9d", "a b/céd"),
        ("a%20b%2fc%c3%a9d", "a b/céd"),
        ("a+b%2Fc%C3%A9d", "a b/céd"),
        ("a+b%2fc%c3%a9d", "a b/céd"),
        ("a%20b(c)!%26", "a b(c)!&"),
    ],
)
def test_every_usual_spelling_in_a_url_is_known(
    spelled: str, password: str, tmp_path: Path
) -> None:
    of = values(password=password)
    content = f"<c><u>https://h.example/p?x=1&amp;secret={spelled}&amp;y=2</u></c>".encode()
    family = family_of(studied(content, of), tmp_path)

    assert content_of(family, of) == content
    other = content_of(family, values(password="&=%+ "))
    assert b"secret=%26%3" in other
    assert b"=%+" not in other


def test_every_usual_spelling_in_json_is_known(tmp_path: Path) -> None:
    of = values(password='a/"b"\\é髙𠮷')
    for spelled in (
        r"a/\"b\"\\é髙𠮷",
        r"a/\"b\"\\\u00e9\u9ad9\ud842\udfb7",
        r"a\/\"b\"\\\u00e9\u9ad9\ud842\udfb7",
    ):
        content = f'{{"AuthPassword": "{spelled}"}}'.encode()
        assert content_of(family_of(studied(content, of), tmp_path), of) == content


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
@pytest.mark.parametrize("padding", [b"", b"="])
def test_a_value_in_base64_is_found(
    padding: bytes, encode: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    of = values(password="pass\u07ffword?>~")
    encoded = encode(of.password.encode())
    encoded = encoded if padding else encoded.rstrip(b"=")
    content = b"<c><p>" + encoded + b"</p></c>"
    family = family_of(studied(content, of), tmp_path)

    assert content_of(family, of) == content
    other = content_of(family, values(password="x"))
    assert base64.urlsafe_b64decode(other[6:-8] + b"==") == b"x"


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        ("<u>https://h.example/?secret={}</u>", "<u>https://h.example/?secret=a%26%22%3C%20b</u>"),
        ("<u>sip:x:{}@h.example</u>", "<u>sip:x:a%26%22%3C%20b@h.example</u>"),
        ('<u>{{"secret": "{}"}}</u>', '<u>{{"secret": "a&amp;\\&quot;&lt; b"}}</u>'),
        ("<u>secret={}&amp;x=1</u>", "<u>secret=a%26%22%3C%20b&amp;x=1</u>"),
        ('<u>"{}" &lt;sip:x></u>', '<u>"a&amp;\\&quot;&lt; b" &lt;sip:x></u>'),
    ],
)
def test_the_inner_format_counts_though_the_sample_needs_no_escape(
    sample: str, expected: str, tmp_path: Path
) -> None:
    family = family_of(studied(f"<c>{sample.format(P)}</c>"), tmp_path)

    content = content_of(family, values(password='a&"< b')).decode()
    assert content == f"<c>{expected.replace('{{', '{').replace('}}', '}')}</c>"


def test_what_quotation_marks_hold_cannot_hold_one(tmp_path: Path) -> None:
    family = family_of(studied(f'a="{P}"\nb=2\n'), tmp_path)

    with pytest.raises(CannotCarry):
        content_of(family, values(password='a"b'))


def test_formats_nest_as_deep_as_programs_nest_them(tmp_path: Path) -> None:
    def write(password: str) -> bytes:
        link = "https://h.example/?" + urlencode({"secret": password})
        inner = json.dumps({"link": link, "secret": password})
        outer = base64.b64encode(f"<i><secret>{escape(inner)}</secret></i>".encode()).decode()
        return f'{{"blob": "{outer}"}}'.encode()

    of = values(password='n7Lq &<2"vWd')
    one = studied(write(of.password), of)
    family = family_of(one, tmp_path)

    assert set(places(one).values()) == {"password"}
    assert content_of(family, of) == write(of.password)
    assert content_of(family, values(password='x&y"z<')) == write('x&y"z<')


def test_base64_in_lines_is_found_and_refused() -> None:
    encoded = base64.encodebytes(f"{'x' * 80}\n{P}\n{'y' * 80}".encode()).decode()

    one = studied(f"<c><p>{encoded}</p></c>", TARO, "password=password")
    assert codes(one) == ["spelling-unknown"]


def test_a_spelling_nobody_knows_is_refused_not_normalised() -> None:
    one = studied("<c><p>&#x61;&amp;b&#60;c></p></c>", values(password="a&b<c>"))

    assert codes(one) == ["spelling-unknown"]


def test_what_the_place_cannot_hold_is_refused_at_issue(tmp_path: Path) -> None:
    family = family_of(studied(f"<c><![CDATA[{P}]]></c>"), tmp_path)
    with pytest.raises(CannotCarry):
        content_of(family, values(password="a]]>b"))


def test_names_beyond_ascii_are_not_guessed_an_encoding_for(tmp_path: Path) -> None:
    content = f"DisplayName={TARO.display_name}\nAuthPassword={P}\n"
    with pytest.raises(CannotCarry):
        content_of(family_of(studied(content), tmp_path), HANAKO)
    told = family_of(studied(content, encoding="utf-8"), tmp_path)
    assert HANAKO.display_name.encode() in content_of(told, HANAKO)


def test_numbers_in_json_stay_numbers(tmp_path: Path) -> None:
    content = f'{{"Extension": 101, "SipPort": 5060, "AuthPassword": "{P}"}}'
    family = family_of(studied(content), tmp_path)

    assert b'"Extension": 202, "SipPort": 5061' in content_of(
        family, values(extension="202", sip_port=5061)
    )
    with pytest.raises(CannotCarry):  # JSON has no 0202
        content_of(family, HANAKO)


@pytest.mark.parametrize(
    ("file", "issued"),
    [
        ("3cxprov_101.3cxconfig", "3cxprov_202.3cxconfig"),
        ("phone.ini", "phone.ini"),
        ("1010.xml", "1010.xml"),
        ("設定 101.xml", "learned-202.xml"),
        ("{{ x }}.xml", "learned-202.xml"),
        (f"{P}-..", "learned-202.txt"),
        ("manifest.json", "learned-202.json"),
        ("x" * 300, "x" * 80),
    ],
)
def test_the_file_is_named_as_the_sample_where_it_can_be(
    file: str, issued: str, tmp_path: Path
) -> None:
    sample = f"<c><AuthPassword>{P}</AuthPassword></c>"
    family = family_of(studied(sample, file=file), tmp_path)

    (rendered,) = family.render(values(extension="202")).files
    assert rendered.name == issued
