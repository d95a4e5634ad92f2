"""Kits of the family whose settings are in the picture, made by the command."""

import json
import os
from pathlib import Path

import pytest
from lxml import etree

from tests.decoders import both_read
from tests.workspaces import run_here

NAME = "髙橋 太郎 " + "﨑" * 40


def onhook(workspace: Path, *arguments: str, exits_with: int = 0) -> str:
    """Run the command and return all that it prints."""
    ended = run_here(
        arguments, {**os.environ, "ONHOOK_WORKSPACE": str(workspace), "ONHOOK_LANG": "en"}
    )
    assert ended.code == exits_with, ended.said
    return ended.said


def import_person(workspace: Path, password: str, name: str = NAME) -> None:
    path = workspace.parent / "people.csv"
    path.write_text(
        f"Number,AuthID,AuthPassword,display_name\n101,auth-101,{password},{name}\n",
        encoding="utf-8",
    )
    onhook(workspace, "account", "import", str(path))


def issue(workspace: Path, *options: str, exits_with: int = 0) -> str:
    kits = str(workspace.parent / "kits")
    asked = ("issue", "101", "--without-device", "--family", "gswave", "--out", kits)
    return onhook(workspace, *asked, *options, exits_with=exits_with)


def scanned(workspace: Path) -> dict[str, str]:
    """Return what the app would read in the kit's picture."""
    text = both_read((workspace.parent / "kits/acme/101/qr.png").read_bytes())
    (account,) = etree.fromstring(text.encode())
    return {str(item.tag): item.text or "" for item in account}


@pytest.fixture(params=["https://phone.acme.example", None], ids=["with links", "without links"])
def workspace(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    path = tmp_path / "workspace"
    links = ("--public-url", request.param) if request.param else ()
    place = ("--customer", "acme", "--pbx", "pbx.acme.example", "--service", "biglobe-mobile")
    onhook(path, "init", *place, *links)
    import_person(path, "k<&>8'é")
    return path


def test_a_picture_with_the_password_is_made_only_when_asked_for(workspace: Path) -> None:
    told = issue(workspace, exits_with=6)

    assert "--allow-secret-qr" in told
    assert not (workspace.parent / "kits/acme").exists()


def test_the_picture_holds_all_settings_and_the_barred_numbers(workspace: Path) -> None:
    issue(workspace, "--allow-secret-qr")

    assert scanned(workspace) == {
        "RegisterServer": "pbx.acme.example:5060",
        "OutboundServer": "",
        "UserID": "101",
        "AuthID": "auth-101",
        "AuthPass": "k<&>8'é",
        "AccountName": "101",
        "DisplayName": NAME,
        "Dialplan": "{^xxx|^0120x+|^0990x+|^0204x+|x+|*x+|*++}",
        "RandomPort": "0",
        "Voicemail": "",
    }
    kit = workspace.parent / "kits/acme/101"
    files = json.loads((kit / "manifest.json").read_text(encoding="utf-8"))["files"]
    assert sorted(files) == ["qr.png"]


def test_a_new_password_makes_a_new_picture(workspace: Path) -> None:
    issue(workspace, "--allow-secret-qr")
    assert "1 unchanged" in issue(workspace, "--allow-secret-qr")
    import_person(workspace, "another-9")

    assert "1 changed" in issue(workspace, "--allow-secret-qr")
    assert scanned(workspace)["AuthPass"] == "another-9"


def test_what_is_too_much_for_a_picture_is_refused_by_name(workspace: Path) -> None:
    import_person(workspace, "k8", name="髙" * 100)
    told = issue(workspace, "--allow-secret-qr", exits_with=6)

    assert "acme/101: QR of gswave would have more than the 997 bytes" in told
    assert "shorten the display name" in told
    assert not (workspace.parent / "kits/acme").exists()
