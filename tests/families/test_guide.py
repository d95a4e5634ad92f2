"""docs/families.md, followed to the letter."""

import re
from pathlib import Path

import pytest

from onhook.families import VARIABLES, Certainty, Families, check_samples
from onhook.families.characters import KINDS
from onhook.families.encoding import ENCODINGS, LINE_ENDS
from onhook.families.escaping import ESCAPERS
from onhook.families.filters import FILTERS
from onhook.families.manifest import FileSpec, Manifest, ValueRule

GUIDE = (Path(__file__).parents[2] / "docs" / "families.md").read_text(encoding="utf-8")
STEP = re.compile(r"`(templates/[^`]+)`:\n\n```\w+\n(.*?)```", re.DOTALL)


@pytest.fixture
def families(tmp_path: Path) -> Families:
    for path, text in STEP.findall(GUIDE):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return Families(tmp_path / "templates")


def test_who_follows_the_guide_has_a_family(families: Families, tmp_path: Path) -> None:
    family = families.get("office-phone")
    expected = (
        "[Account]\r\nName=髙橋 太郎\r\nUser=0101\r\nAuthUser=Xq3k\r\nPassword=n7Lq2vWd\r\n"
        "Server=pbx.sakura.example:5060\r\nTransport=TCP\r\nTunnel=0\r\n"
    )
    sample = tmp_path / "templates/office-phone/samples/plain/office-0101.ini"
    sample.write_bytes(expected.encode("utf-16"))

    assert check_samples(family) == []
    assert not families.is_shipped("office-phone")


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
        *Families().names(),
    ],
)
def test_the_guide_knows_every_word(word: str) -> None:
    assert f"`{word}`" in GUIDE
