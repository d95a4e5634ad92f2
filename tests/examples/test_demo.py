"""What the demo promises comes out: `examples/README.md` counts the kits and the refusals."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.examples.files import DEVICES, EXAMPLES, accounts, rows

pytestmark = pytest.mark.slow

REFUSED = {"106", "112", "115", "118", "121", "122", "127", "131"}
DEVICE_OF = {row["extension"]: row["device"] for row in rows(DEVICES, "utf-8")} | {"131": "none"}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that holds a copy of the examples, as a work tree does."""
    folder = tmp_path_factory.mktemp("tree")
    shutil.copytree(EXAMPLES, folder / "examples")
    return folder


@pytest.fixture(scope="module")
def shown(root: Path) -> str:
    """Run the demo once; return what it printed."""
    programs = Path(sys.executable).parent
    env = {
        "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "HOME": str(root),
        "LANG": "C.UTF-8",
        "ONHOOK_ACTOR": "demo",
    }
    ran = subprocess.run(
        ["sh", root / "examples/demo.sh"],
        cwd=root,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,  # as on a terminal: refusals stand below their command
        encoding="utf-8",
        check=False,
    )
    assert ran.returncode == 0, ran.stdout
    return ran.stdout


@pytest.mark.in_ci
@pytest.mark.usefixtures("shown")
def test_everyone_who_can_have_a_kit_has_one(root: Path) -> None:
    kits = [file.parent.name for file in root.glob("demo/kits/sakura/*/manifest.json")]

    assert len(kits) == 38
    assert {name.split("-")[0] for name in kits} == accounts().keys() - REFUSED


@pytest.mark.in_ci
@pytest.mark.usefixtures("shown")
def test_phone_and_pc_of_one_account_have_a_kit_each(root: Path) -> None:
    assert len(list(root.glob("demo/kits/sakura/102-*/manifest.json"))) == 2


@pytest.mark.in_ci
@pytest.mark.usefixtures("shown")
def test_every_kit_has_a_symbol(root: Path) -> None:
    for manifest in root.glob("demo/kits/sakura/*/manifest.json"):
        assert (manifest.parent / "qr.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.in_ci
@pytest.mark.parametrize("extension", sorted(REFUSED))
def test_refusal_is_explained(shown: str, extension: str) -> None:
    said_by_issue = shown.partition("$ onhook issue")[2].partition("$ onhook qr")[0]

    assert f"sakura/{extension}" in said_by_issue or DEVICE_OF[extension] in said_by_issue
    assert "->" in said_by_issue


@pytest.mark.in_ci
def test_symbol_is_drawn_in_the_terminal(shown: str) -> None:
    assert set("█▀▄") & set(shown.partition("$ onhook qr")[2])


@pytest.mark.in_ci
def test_a_phone_fetches_what_was_issued_and_it_is_counted(root: Path, shown: str) -> None:
    fetched = shown.partition("$ python examples/phone.py")[2]

    assert "scanned: https://phone.sakura-denki.example/k/..." in fetched
    assert "application/3cxconfig" in fetched
    assert "byte for byte what was issued" in fetched
    assert "fetched 1/5" in fetched
    assert not subprocess.run(["pgrep", "-f", str(root)], capture_output=True, check=False).stdout


@pytest.mark.in_ci
def test_demo_ends_with_the_page_to_print(root: Path, shown: str) -> None:
    page = root / "demo/kits/index.html"

    assert shown.rstrip().endswith(str(page))
    assert page.is_file()


@pytest.mark.in_ci
def test_no_password_is_shown(shown: str) -> None:
    passwords = {row["AuthPassword"] for row in accounts().values()} - {""}

    assert [password for password in passwords if password in shown] == []


STUBS = {
    "onhook": 'case "$1" in "$FAILS") exit 1 ;; esac; case "$1 $2" in *--all) exit 6 ;;'
    " serve*) echo listening on http://127.0.0.1:9,; exec sleep 60 ;; esac",
    "python": 'test "$FAILS" != python',
}


@pytest.fixture
def rehearsal(tmp_path: Path) -> Path:
    """Return a tree whose `onhook` only ends with the exit codes the demo counts on."""
    shutil.copytree(EXAMPLES, tmp_path / "examples")
    (tmp_path / "bin").mkdir()
    for name, text in STUBS.items():
        stub = tmp_path / "bin" / name
        stub.write_text(f"#!/bin/sh\n{text}\n")
        stub.chmod(0o700)
    return tmp_path


def _rehearse(tree: Path, fails: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", tree / "examples/demo.sh"],
        env={"PATH": f"{tree / 'bin'}{os.pathsep}{os.defpath}", "FAILS": fails},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_demo_runs_again_over_its_own_folder(rehearsal: Path) -> None:
    assert _rehearse(rehearsal).returncode == 0
    (rehearsal / "demo/old").touch()

    assert _rehearse(rehearsal).returncode == 0
    assert not (rehearsal / "demo/old").exists()


@pytest.mark.parametrize("command", ["init", "account", "device", "qr"])
def test_demo_fails_when_a_command_fails(rehearsal: Path, command: str) -> None:
    ran = _rehearse(rehearsal, fails=command)

    assert ran.returncode == 1
    assert f"exit code 1 instead of 0: onhook {command}" in ran.stderr


@pytest.mark.parametrize(
    ("fails", "told"), [("serve", "the server did not start"), ("python", "python examples/phone")]
)
def test_demo_fails_when_the_server_or_the_phone_does(
    rehearsal: Path, fails: str, told: str
) -> None:
    ran = _rehearse(rehearsal, fails=fails)

    assert ran.returncode == 1
    assert told in ran.stderr


def test_demo_leaves_a_folder_of_somebody_else_alone(rehearsal: Path) -> None:
    (rehearsal / "demo").mkdir()
    (rehearsal / "demo/thesis.txt").write_text("mine", encoding="utf-8")

    ran = _rehearse(rehearsal)

    assert ran.returncode == 1
    assert "not the demo's own" in ran.stderr
    assert (rehearsal / "demo/thesis.txt").read_text(encoding="utf-8") == "mine"
