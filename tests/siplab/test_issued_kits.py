"""What `onhook issue` writes makes a real softphone register at a real registrar."""

from __future__ import annotations

import csv
import os
from typing import TYPE_CHECKING

import pytest

from tests.decoders import both_read
from tests.siplab import PORT, Lab, Verdict
from tests.siplab.samples import AWKWARD, CARRIED_BY_ALL
from tests.workspaces import run_here

if TYPE_CHECKING:
    from pathlib import Path

    from tests.workspaces import Ran

PEOPLE = {
    "101": ("auth-101", AWKWARD, "髙橋 一郎 & <Söhne>"),
    "0150": ("Xq 3k@z", "k8Sd-92jf0", 'He said "hi" \\o/'),
}


def onhook(workspace: Path, *arguments: str) -> str:
    """Run the command and return what it prints; it must succeed."""
    ended = run_onhook(workspace, *arguments)
    assert ended.code == 0, ended.said
    return ended.out


def run_onhook(workspace: Path, *arguments: str) -> Ran:
    """Run the command and return how it ended."""
    environment = {**os.environ, "ONHOOK_WORKSPACE": str(workspace), "ONHOOK_LANG": "en"}
    return run_here(arguments, environment)


def import_people(workspace: Path, people: dict[str, tuple[str, str, str]]) -> None:
    """Import accounts the way an installer does: from a CSV file."""
    path = workspace.parent / "people.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Number", "AuthID", "AuthPassword", "display_name"])
        writer.writerows([extension, *person] for extension, person in people.items())
    onhook(workspace, "account", "import", str(path))


def issue(workspace: Path, family: str = "linphone") -> Path:
    """Issue all kits for people with their own phones and return the customer's folder."""
    kits = workspace.parent / "kits"
    onhook(workspace, "issue", "--all", "--without-device", "--family", family, "--out", str(kits))
    return kits / "acme"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """Return a workspace whose PBX is the laboratory's registrar, with two people in it."""
    path = tmp_path / "workspace"
    onhook(
        path,
        *("init", "--customer", "acme", "--pbx", f"127.0.0.1:{PORT}"),
        *("--public-url", "https://phone.acme.example"),
    )
    import_people(path, PEOPLE)
    return path


def test_linphone_registers_from_issued_files_of_two_people_at_once(
    workspace: Path, tmp_path: Path
) -> None:
    kits = issue(workspace)
    with Lab(tmp_path) as lab:
        registrar = lab.registrar({auth: (ext, pw) for ext, (auth, pw, _) in PEOPLE.items()})
        phones = {extension: lab.linphone() for extension in PEOPLE}
        for extension, phone in phones.items():
            phone.provision(kits / extension / f"linphone-{extension}.xml")
        outcomes = {extension: phone.outcome() for extension, phone in phones.items()}
        assert {extension: o.verdict for extension, o in outcomes.items()} == dict.fromkeys(
            PEOPLE, Verdict.REGISTERED
        )
        assert {(a.auth_id, a.to_user) for a in registrar.registrations()} == {
            (auth, extension) for extension, (auth, _, _) in PEOPLE.items()
        }


def test_an_issued_file_with_another_password_than_the_registrars_does_not_register(
    workspace: Path, tmp_path: Path
) -> None:
    kits = issue(workspace)
    with Lab(tmp_path) as lab:
        lab.registrar({"auth-101": ("101", AWKWARD + "?")})
        outcome = lab.provision_linphone(kits / "101" / "linphone-101.xml")
        assert outcome.verdict is Verdict.WRONG_PASSWORD


def test_a_kit_issued_again_with_a_new_password_replaces_the_old_one_on_the_same_phone(
    workspace: Path, tmp_path: Path
) -> None:
    kits = issue(workspace)
    first = (kits / "101" / "qr.png").read_bytes()
    with Lab(tmp_path) as lab:
        registrar = lab.registrar({"auth-101": ("101", AWKWARD)})
        phone = lab.linphone()
        phone.provision(kits / "101" / "linphone-101.xml")
        assert phone.outcome().registered
        registrar.change({"auth-101": ("101", "a new one")})
        import_people(workspace, {"101": ("auth-101", "a new one", "髙橋 一郎")})
        issue(workspace)
        phone.provision(kits / "101" / "linphone-101.xml")
        assert phone.outcome().registered
    assert both_read((kits / "101" / "qr.png").read_bytes()) != both_read(first)


@pytest.mark.parametrize(("family", "file"), [("baresip", "accounts"), ("twinkle", "101.cfg")])
def test_other_softphones_register_from_issued_files_with_the_right_password_only(
    workspace: Path, tmp_path: Path, family: str, file: str
) -> None:
    import_people(workspace, {"101": ("auth-101", CARRIED_BY_ALL, '髙橋 "一郎" & <Söhne>')})
    kits = issue(workspace, family)
    with Lab(tmp_path) as lab:
        registrar = lab.registrar({"auth-101": ("101", CARRIED_BY_ALL)})
        phone = lab.baresip() if family == "baresip" else lab.twinkle()
        phone.start(kits / "101" / file)
        assert phone.outcome().registered
        phone.end()
        registrar.change({"auth-101": ("101", CARRIED_BY_ALL + "?")})
        phone.start(kits / "101" / file)
        assert phone.outcome().verdict is Verdict.WRONG_PASSWORD


@pytest.mark.parametrize(
    ("family", "password", "told"),
    [
        ("baresip", 'se"cret', 'cannot hold this password, because of: "'),
        ("twinkle", "secret ", "password begins or ends with white space"),
        ("microsip", '"secret"', "cannot hold this password, because of: quotation marks"),
    ],
)
def test_what_a_softphone_cannot_hold_is_refused_by_name_before_anything_is_written(
    workspace: Path, family: str, password: str, told: str
) -> None:
    import_people(workspace, {"101": ("auth-101", password, "Taro"), "0150": ("b", "pw", "Hana")})
    kits = workspace.parent / "kits"
    selection = ("issue", "--all", "--without-device", "--family", family)
    ended = run_onhook(workspace, *selection, "--out", str(kits))

    assert ended.code == 6
    assert told in ended.err
    assert "acme/101" in ended.err
    assert "secret" not in ended.said
    assert [kit.name for kit in (kits / "acme").iterdir()] == ["0150"]
