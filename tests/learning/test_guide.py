"""docs/learning.md, followed to the letter."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.workspaces import Office

GUIDE = Path(__file__).parents[2] / "docs" / "learning.md"
SAMPLE = re.compile(r"`(3cxprov_\d+\.3cxconfig)`, for [^\n]*:\n\n```xml\n(.*?)```", re.DOTALL)
SESSION = re.compile(r"```console\n\$ onhook ((?:[^\n]*\\\n)*[^\n]*)\n(.*?)```", re.DOTALL)
PLACE = "/srv/onhook"
PEOPLE = {
    "101": ("Xq3kTz81", "Tr0ub4dor&3", "Taro", "Yamada", "taro@acme.example", "Taro Yamada"),
    "102": ("mP9wLr27", "hunter-2<b", "花子", "髙橋", "hanako@acme.example", "髙橋 花子"),
}


@pytest.fixture
def office(acme: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Return an office with the guide's accounts and files, and stand in its folder."""
    for extension, (auth_id, password, first, last, mail, shown) in PEOPLE.items():
        names = (
            "--first-name",
            first,
            "--last-name",
            last,
            "--display-name",
            shown,
            "--mail",
            mail,
        )
        words = ("--auth-id", auth_id, "--password-file", "-", *names)
        acme.do("account", "add", extension, *words, typed=password + "\n")
    for name, text in SAMPLE.findall(GUIDE.read_text(encoding="utf-8")):
        acme.file(name, text)
    monkeypatch.chdir(acme.home)
    return acme


def test_who_follows_the_guide_sees_what_it_shows(office: Office) -> None:
    sessions = SESSION.findall(GUIDE.read_text(encoding="utf-8"))

    assert len(sessions) == 4
    for command, shown in sessions:
        ran = office.run(*shlex.split(command.replace("\\\n", " ")))
        said = "\n".join(line.rstrip() for line in ran.said.splitlines())
        assert said.replace(str(office.folder), PLACE) == shown.rstrip("\n"), command
