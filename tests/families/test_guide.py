"""docs/families.md, followed to the letter."""

import contextlib
import re
import shlex
from configparser import RawConfigParser
from pathlib import Path

import pytest

from onhook.families import VARIABLES, Certainty, Families, check_samples
from onhook.families.characters import KINDS
from onhook.families.encoding import ENCODINGS, LINE_ENDS
from onhook.families.escaping import ESCAPERS
from onhook.families.filters import FILTERS
from onhook.families.manifest import FileSpec, Manifest, Screen, ValueRule
from tests.workspaces import Office, Ran

GUIDE = (Path(__file__).parents[2] / "docs" / "families.md").read_text(encoding="utf-8")
TRY_IT = GUIDE.partition("**4. Try it**")[2].partition("## ")[0]
COMMAND = re.compile(r"^\$ (onhook .*)$", re.MULTILINE)
STEP = re.compile(r"`(templates/[^`]+)`:\n\n```\w+\n(.*?)```", re.DOTALL)


EXPECTED = (
    "[Account]\r\nName=髙橋 太郎\r\nUser=0101\r\nAuthUser=Xq3k\r\nPassword=n7Lq2vWd\r\n"
    "Server=pbx.sakura.example:5060\r\nTransport=TCP\r\nTunnel=0\r\n"
)


@pytest.fixture
def office(acme: Office) -> Office:
    """Return a workspace in which the guide was followed: its files, and the sample's by hand."""
    for path, text in STEP.findall(GUIDE):
        (acme.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (acme.folder / path).write_text(text, encoding="utf-8")
    sample = acme.folder / "templates/office-phone/samples/plain/office-0101.ini"
    sample.write_bytes(EXPECTED.encode("utf-16"))
    return acme


@pytest.fixture
def typed(office: Office) -> dict[str, Ran]:
    """Return what came of each command of the guide, by its first words."""
    office.accounts("101")
    office.do("device", "add", "PC-1", "--platform", "pc", "--level", "14.0.47020.0")
    office.do("device", "assign", "PC-1", "101")
    commands = [shlex.split(line)[1:] for line in COMMAND.findall(TRY_IT)]
    with contextlib.chdir(office.home):
        return {" ".join(words[:2]): office.run(*words) for words in commands}


def test_who_follows_the_guide_has_a_family(office: Office) -> None:
    families = Families(office.folder / "templates")

    assert check_samples(families.get("office-phone")) == []
    assert not families.is_shipped("office-phone")


def test_each_command_of_the_guide_goes_well(typed: dict[str, Ran]) -> None:
    assert set(typed) == {"template show", "template check", "issue 101"}
    assert [ran.said for ran in typed.values() if ran.code != 0] == []


def test_the_guides_family_is_shown_and_passes(typed: dict[str, Ran]) -> None:
    assert "Office Phone for Windows" in typed["template show"].out
    assert "Password={{ password }}" in typed["template show"].out
    assert re.search(r"^office-phone +1 .* ok *$", typed["template check"].out, re.MULTILINE)


def test_the_guides_family_is_issued(typed: dict[str, Ran], office: Office) -> None:
    assert typed["issue 101"].code == 0
    content = (office.home / "try/acme/101-PC-1/office-101.ini").read_bytes()

    assert content.startswith(b"\xff\xfe[\0A\0")
    parser = RawConfigParser()
    parser.read_string(content.decode("utf-16"))
    assert dict(parser["Account"])["authuser"] == "auth101"
    assert parser["Account"]["password"] == "Secret-101"


@pytest.mark.parametrize(
    ("file", "right", "wrong", "told"),
    [
        (
            "office.ini.j2",
            "{{ password }}",
            "{{ passwrd }}",
            "line 5: there is no variable",
        ),
        ("office.ini.j2", "{{ extension }}", "{{ extension|int }}", "extension is read back as"),
        ("office.ini.j2", "[Account]\n", "", "no section header"),
        ("office.ini.j2", "Tunnel=", "Tunel=", "office-0101.ini, line 8"),
        ("manifest.toml", "required = true", "requierd = true", "values.password.requierd"),
        ("manifest.toml", 'escaping = "ini"', 'escaping = "inni"', '"inni"'),
    ],
)
def test_a_mistake_in_the_guides_family_is_told(
    office: Office, file: str, right: str, wrong: str, told: str
) -> None:
    path = office.folder / "templates/office-phone" / file
    path.write_text(path.read_text(encoding="utf-8").replace(right, wrong), encoding="utf-8")
    ran = office.run("template", "check", "office-phone")

    assert ran.code == 3
    assert str(path.parent) in ran.out
    assert told in ran.out


def test_the_guide_lists_every_variable() -> None:
    _, _, table = GUIDE.partition("<!-- variables -->\n")
    rows = [
        f"| `{one.name}` | {one.type} | {one.meaning}{' Secret.' if one.is_secret else ''} |"
        for one in VARIABLES
    ]

    assert table.splitlines()[2:] == rows


@pytest.mark.parametrize(
    "word",
    [
        *(*ESCAPERS, *ENCODINGS, *LINE_ENDS, *KINDS, *FILTERS, *map(str, Certainty)),
        *(*ValueRule._fields, *FileSpec._fields),
        *sorted(set(Manifest._fields) - {"certainty", "qr", "files"}),
        *Screen._fields,
        *Families().names(),
    ],
)
def test_the_guide_knows_every_word(word: str) -> None:
    assert f"`{word}`" in GUIDE
