"""A family of the operator's own, written or learnt, is read by its templates alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.families.making import write_family

if TYPE_CHECKING:
    from tests.inspecting.desk import Desk

MANIFEST = """\
manifest = 1
name = "office-phone"
title = "Office Phone"
version = "1"
platforms = ["pc"]
[certainty]
level = "documented"
evidence = "Made for a test."
[qr]
payload = "url"
[[files]]
name = "office-{{ extension }}.ini"
template = "office.ini.j2"
media_type = "text/plain"
encoding = "utf-16-le-bom"
line_ends = "crlf"
escaping = "ini"
"""
TEMPLATE = """\
[Konto]
Name={{ display_name }}
Nummer={{ extension }}
Anmeldung={{ auth_id }}
Kennwort={{ password }}
Server={{ registrar }}
Weg={{ transport|upper }}
{% if use_tunnel %}
Tunnel=1
{% endif %}
"""

# Shapes of the file a PBX makes; its real form is not public.
XML = """<?xml version="1.0"?>
<Ding>
  <Nummer><Extension>101</Extension></Nummer>
  <Kennung a="Xq101k" b='Geh eim;101&amp;&lt;%41&gt;'/>
  <Wo>pbx.acme.example:5060</Wo>
</Ding>
"""
MINIFIED = XML.replace("\n", "")
LINK = (
    "nummer=101\nkennung=Xq101k\n"
    "weg=https://pbx.acme.example/get?kw=Geh%20eim%3B101%26%3C%2541%3E&wo=pbx.acme.example%3A5060\n"
)
JSON = (
    '{\n "nummer": "101",\n "kennung": "Xq101k",\n'
    ' "kennwort": "Geh eim;101&<%41>",\n "wo": "pbx.acme.example:5060"\n}\n'
)


def written(desk: Desk) -> Path:
    files = {"manifest.toml": MANIFEST, "office.ini.j2": TEMPLATE}
    write_family(desk.office.folder / "templates", "office-phone", files)
    out = desk.office.home / "kits"
    desk.office.do("issue", "101", "--family", "office-phone", "--out", out)
    return out / "acme" / "101-PC-1" / "office-101.ini"


def test_a_written_family_is_read_by_its_templates(desk: Desk) -> None:
    item = desk.item(written(desk))

    assert (item["family"], item["account"], item["issue"]["state"]) == (
        "office-phone",
        "acme/101",
        "current",
    )
    values = item["profiles"][0]["values"]
    assert values["auth_id"] == "Xq101k"
    assert (values["password"], values["transport"]) == ("***", "udp")
    assert item["findings"] == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Anmeldung=Xq101k", "Anmeldung=101", {"auth-id-is-extension"}),
        ("Kennwort=Geh", "Kennwort=Weh", {"password-differs"}),
        ("Server=pbx", "Server=alt", {"value-differs"}),
        ("Weg=UDP", "Weg=TCP", {"value-differs"}),
        ("Name=髙橋", "Name=高橋", {"name-differs"}),
    ],
)
def test_what_is_wrong_in_such_a_file_is_found(
    desk: Desk, old: str, new: str, expected: set[str]
) -> None:
    text = written(desk).read_bytes().decode("utf-16")
    path = desk.office.file("office-101.ini", text.replace(old, new).encode("utf-16"))

    assert desk.codes(path) == expected
    assert desk.finding(path, "issue-changed")["line"] is not None


def test_a_file_that_only_has_the_name_is_told_so(desk: Desk) -> None:
    written(desk)
    path = desk.office.file("office-101.ini", "something else")

    assert desk.item(path)["family"] == "office-phone"
    assert "account-from-name-only" in desk.codes(path)


def learn(desk: Desk, name: str, text: str) -> None:
    sample = desk.office.file(name, text)
    words = ("--account", "101", "--family", "gelernt", "--answer", "extension=extension")
    host = ("--answer", "3:13=keep") if text is LINK else ()
    ran = desk.office.run("template", "learn", sample, *words, *host)
    assert ran.code == 0, ran.said


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("3cxprov_101.3cxconfig", XML),
        ("3cxprov_101.3cxconfig", MINIFIED),
        ("config_101.txt", LINK),
        ("config_101.js", JSON),
    ],
    ids=["xml", "minified", "link", "json"],
)
def test_a_learnt_family_is_read_whole(desk: Desk, name: str, text: str) -> None:
    before = desk.item(desk.office.file(name, text))
    assert before["family"] == ""
    learn(desk, name, text)
    out = desk.office.home / "kits"
    words = ("102", "--family", "gelernt", "--without-device", "--out", out)
    desk.office.do("issue", *words)
    (made,) = (one for one in (out / "acme" / "102").iterdir() if one.suffix == Path(name).suffix)

    assert desk.codes(made) == set()
    assert desk.item(made)["account"] == "acme/102"
    assert " : " not in desk.inspect(made).out  # it has no sections to name
    own = desk.office.file(name, text)
    assert desk.item(own)["family"] == "gelernt"
    assert desk.codes(own) <= {"issue-unknown"}
    wrong = desk.office.file(name, text.replace("Geh", "Weh"))
    assert desk.codes(wrong) - {"issue-unknown"} == {"password-differs"}
