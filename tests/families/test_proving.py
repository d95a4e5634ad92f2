"""What ``template check`` finds in families that are wrong, and passes in those that are right."""

import html
import json
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onhook.families import Families
from onhook.families.proving import Proof, prove
from onhook.families.proving.awkward import AWKWARD, PLAIN
from onhook.families.proving.errors import (
    NothingToTry,
    OutputNotWellFormed,
    ValueBreaksFile,
    ValueNotFoundAgain,
)
from onhook.families.proving.finding import ALL_READINGS, AS_IT_IS, Spot, holds, spots
from onhook.families.values import NAMES
from onhook_devices.errors import OnhookError
from tests.families.making import MANIFEST, write_family

NO_BREAKS = '[values."*"]\nrefuses = ["line-break", "control", "surrogate"]\n'
JSON = "application/json"
XML = "application/xml"


def proof_of(
    folder: Path, template: str, *, escaping: str = "xml", media: str = "text/plain", more: str = ""
) -> Proof:
    """Prove a family of one file with this template."""
    manifest = MANIFEST.format(name="mine", escaping=escaping).replace("text/plain", media) + more
    write_family(folder, "mine", {"manifest.toml": manifest, "account.j2": template})
    return prove(Families(folder), "mine")


def the_fault(proof: Proof) -> OnhookError:
    (fault,) = proof.faults
    return fault


RIGHT = {
    "elements": ("<a><b>{{ auth_id }}</b><c d='{{ password }}'/></a>", "xml"),
    "a comment": ("<a><!-- {{ mail|written('comment') }} --></a>", "xml"),
    "a section": ("<a><![CDATA[{{ display_name|written('cdata') }}]]></a>", "xml"),
    "ascii": ('<?xml version="1.0"?><a>{{ display_name }}</a>', "xml-ascii"),
    "base64 in XML": ("<a>{{ (auth_id ~ ':' ~ password)|nested('base64') }}</a>", "xml"),
    "a short base64": ("<a>{{ password|nested('base64url-bare') }}</a>", "xml"),
    "SIP in XML": ("<a>{{ display_name|sip_quoted }} {{ extension|sip_user }}</a>", "xml"),
    "XML in JSON": ('{"a": ["<b>{{ password|nested("xml") }}</b>", 1, true]}', "json"),
    "JSON": ('{"a": {"user": "{{ auth_id }}", "port": {{ sip_port }}}}', "json"),
    "sections": ("; of ours\n[A]\nName={{ display_name }}\nPass={{ password }}\n", "ini"),
    "lines": ("# of ours\nname={{ display_name }}\npass={{ password }}\nx=1\nx=2\n", "key-value"),
    "colons": ("name: {{ display_name }}\npass: {{ password }}\n  more: 1\n", "key-value"),
    "quoted": ('user="{{ auth_id }}";pass="{{ password }}";a\n', "quoted"),
    "a link": ("sip:{{ auth_id }}:{{ password }}@host?name={{ display_name }}\n", "uri"),
    "a form": ("n={{ display_name|written('form') }}&p={{ password }}", "uri"),
    "a table": ("ext,name\r\n{{ extension }},{{ display_name }}\r\n", "csv"),
    "as it is": ("{{ display_name }}:{{ password }}", "none"),
    "twice in a line": ("{{ password }};{{ password }};{{ password }}", "none"),
    "either": ("<a>{{ display_name or extension }}</a>", "xml"),
    "words": ("<a b='{{ transport|upper }}'>{{ 1 if use_tunnel else 0 }}</a>", "xml"),
    "host and port": ("<a>{{ registrar.partition(':')[0] }}</a>", "xml"),
    "nothing": ("<a/>", "xml"),
}  # fmt: skip


@pytest.mark.parametrize("shape", RIGHT)
def test_what_is_right_passes(tmp_path: Path, shape: str) -> None:
    template, escaping = RIGHT[shape]
    proof = proof_of(tmp_path, template, escaping=escaping)

    assert proof.faults == ()
    assert proof.carried > 0 or shape == "nothing"


@pytest.mark.parametrize(
    ("template", "escaping", "media"),
    [
        ("<a>{{ password }}</a>", "none", XML),
        ('{"a": "{{ password }}"}', "none", JSON),
        ('{"a": "{{ password }}"}', "xml", JSON),
        ("<a>{{ password|written('none') }}</a>", "xml", "text/plain"),
        ("[A]\n{{ password }}=a\n", "ini", "text/plain"),
        ("a={{ password|percent|upper }}\n", "key-value", "text/plain"),
        ('"{{ password|written("none") }}",b\n', "csv", "text/plain"),
    ],
)
def test_what_is_written_in_the_way_of_another_form_is_found(
    tmp_path: Path, template: str, escaping: str, media: str
) -> None:
    proof = proof_of(tmp_path, template, escaping=escaping, media=media)

    assert proof.faults
    for fault in proof.faults:
        assert isinstance(fault, ValueBreaksFile | ValueNotFoundAgain)
        assert fault.variable == "password"
        assert fault.file.endswith("mine/account.j2")


@pytest.mark.parametrize(
    ("expression", "variable", "value"),
    [
        ("extension|int", "extension", "0101"),
        ("password|trim", "password", "U+0020"),
        ("password|replace('&', '+')", "password", "a&b"),
        ("password|upper", "password", "a<b>"),
        ("password.split('%')[0]", "password", "100%"),
        ("display_name|percent|percent|percent", "display_name", "a&b"),
        ("mail|lower", "mail", ""),
        ("tunnel_password if not use_tunnel else password", "password", ""),
    ],
)
def test_a_value_that_a_template_changes_is_found(
    tmp_path: Path, expression: str, variable: str, value: str
) -> None:
    proof = proof_of(tmp_path, f"<a>\n{{{{ {expression} }}}}</a>", more=NO_BREAKS)
    faults = [fault for fault in proof.faults if isinstance(fault, ValueNotFoundAgain)]

    if not value:  # nothing is changed
        assert proof.faults == ()
        return
    assert [(fault.variable, fault.line) for fault in faults] == [(variable, 2)]
    assert value in faults[0].values


@pytest.mark.parametrize(
    ("template", "escaping", "line", "reason"),
    [
        ("<a>\n<b></a>", "xml", 2, "mismatched tag"),
        ("name={{ mail }}\n", "ini", 1, "no section header"),
        ("[A]\na=1\na=2\n", "ini", 3, "a key for the second time"),
        ("[A]\na=1\n[A]\n", "ini", 3, "a section for the second time"),
        ('{\n"a": {{ mail }}}', "json", 2, "Expecting value"),
        ('"a" b\n', "csv", 1, "',' expected after '\"'"),
    ],
)
def test_a_file_no_reader_reads_is_told_with_the_readers_reason(
    tmp_path: Path, template: str, escaping: str, line: int, reason: str
) -> None:
    fault = the_fault(proof_of(tmp_path, template, escaping=escaping))

    assert isinstance(fault, OutputNotWellFormed)
    assert (fault.line, fault.reason) == (line, reason)
    assert fault.file.endswith("mine/account.j2")


def test_a_symbol_that_holds_the_settings_is_read_back_too(tmp_path: Path) -> None:
    inline = MANIFEST.format(name="mine", escaping="xml").replace(
        'payload = "url"', 'payload = "inline"\ntemplate = "qr.j2"\nescaping = "none"'
    )
    rules = '[values.password]\nmatches = "[!-~]+"\n'
    files = {"manifest.toml": inline + rules, "account.j2": "<a/>", "qr.j2": "{{ password|trim }}"}
    write_family(tmp_path, "mine", files)

    assert prove(Families(tmp_path), "mine").faults == ()
    (tmp_path / "mine" / "qr.j2").write_text("{{ password|replace('%', '') }}")
    fault = the_fault(prove(Families(tmp_path), "mine"))
    assert isinstance(fault, ValueNotFoundAgain)
    assert fault.file.endswith("mine/qr.j2")


def test_a_variable_in_an_included_file_is_told_there(tmp_path: Path) -> None:
    write_family(tmp_path, "mine", {"tail.j2": "\n\n{{ password|trim }}"})
    fault = the_fault(proof_of(tmp_path, "<a>{% include 'tail.j2' %}</a>"))

    assert isinstance(fault, ValueNotFoundAgain)
    assert fault.file.endswith("mine/tail.j2")
    assert fault.line == 3


def test_a_name_that_makes_an_unsafe_file_name_is_found(tmp_path: Path) -> None:
    manifest = MANIFEST.format(name="mine", escaping="xml").replace(
        "account.txt", "{{ auth_id }}.txt"
    )
    write_family(tmp_path, "mine", {"manifest.toml": manifest, "account.j2": "<a/>"})

    assert the_fault(prove(Families(tmp_path), "mine")).code() == "file-name-unsafe"


def test_a_family_that_takes_nobody_is_told(tmp_path: Path) -> None:
    more = '[values.mail]\nmatches = "nobody"\n'
    fault = the_fault(proof_of(tmp_path, "<a>{{ mail }}</a>", more=more))

    assert isinstance(fault, NothingToTry)
    assert fault.refused == "mail"


def test_a_sample_shows_what_a_family_takes(tmp_path: Path) -> None:
    more = '[values.mail]\nmatches = "(nobody|somebody)@here"\n'
    sample = {"samples/a/values.toml": 'mail = "nobody@here"\n', "samples/a/account.txt": "<a>"}
    write_family(tmp_path, "mine", sample)
    proof = proof_of(tmp_path, "<a>{{ mail }}</a>", more=more)

    assert [fault.code() for fault in proof.faults] == ["sample-differs"]
    assert proof.samples == 1


def test_no_sample_hides_anothers_fault(tmp_path: Path) -> None:
    samples = {
        "a/values.toml": "extensoin = 1\n",
        "b/values.toml": "[",
        "c/account.txt": "",
        "d/values.toml": "",
        "d/account.txt": "<b/>",
    }
    write_family(tmp_path, "mine", {f"samples/{name}": text for name, text in samples.items()})

    assert [fault.code() for fault in proof_of(tmp_path, "<a/>").faults] == [
        "manifest-key-unknown",
        "manifest-syntax-wrong",
        "family-file-missing",
        "sample-differs",
    ]


def test_every_variable_has_awkward_values() -> None:
    assert AWKWARD.keys() == NAMES


TEXTS = st.text(st.sampled_from(' ;"\\%&<a=b:0髙'), max_size=8)
WRITERS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "percent": lambda text: quote(text, safe=""),
    "form": quote_plus,
    "quoted": lambda text: text.replace("\\", "\\\\").replace('"', '\\"'),
    "JSON": lambda text: json.dumps(text)[1:-1],
    "XML": html.escape,
    "CSV": lambda text: text.replace('"', '""'),
    "XML, percent-encoded": lambda text: quote(html.escape(text)),
}


@pytest.mark.parametrize("writer", WRITERS)
@given(around=st.lists(TEXTS, min_size=2, max_size=4), value=TEXTS)
def test_a_value_is_found_however_its_place_writes_it(
    writer: str, around: list[str], value: str
) -> None:
    spot = Spot("", tuple(around))
    leaf = {"": WRITERS[writer](value).join(around)}

    assert holds(leaf, spot, value, ALL_READINGS)


@given(around=st.lists(TEXTS, min_size=2, max_size=2), value=TEXTS, other=TEXTS)
def test_another_value_is_not_taken_for_it(around: list[str], value: str, other: str) -> None:
    found = holds({"": other.join(around)}, Spot("", tuple(around)), value, AS_IT_IS)

    assert found == (value == other)


def test_where_a_value_stands_is_found_in_base64_too() -> None:
    leaf = "Basic " + b64encode(f"a:{PLAIN[0]}".encode()).decode()

    assert spots({"x": leaf, "y": "z"}, PLAIN[0]) == [Spot("x", ("Basic a:", ""), is_base64=True)]
