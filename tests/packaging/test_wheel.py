"""What people install: the wheel's content, and that it runs where nothing else is."""

from __future__ import annotations

import fnmatch
import os
import subprocess
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = {
    "onhook": ROOT / "provisioning/onhook",
    "onhook_cli": ROOT / "cli/onhook_cli",
    "onhook_devices": ROOT / "devices/onhook_devices",
    "onhook_templates": ROOT / "templates/onhook_templates",
}

pytestmark = pytest.mark.slow


def _run(*command: str | Path) -> None:
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, ROOT)
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of programs of a clean environment that holds the wheel alone."""
    venv = tmp_path_factory.mktemp("clean") / "venv"
    _run(sys.executable, "-m", "venv", "--without-pip", venv)
    pip = (sys.executable, "-m", "pip", "--python", venv / "bin/python")
    _run(
        *pip,
        "--quiet",
        "--disable-pip-version-check",
        "install",
        "--no-compile",
        "-c",
        ROOT / "constraints.txt",
        wheel,
    )
    return venv / "bin"


def _onhook(programs: Path, *words: str, cwd: Path) -> str:
    """Run the installed command as a stranger would: elsewhere, with a bare environment.

    Returns what it printed; a complaint or an exit code other than 0 is a failure.
    """
    bare = {"PATH": os.defpath, "HOME": str(cwd), "LANG": "C.UTF-8"}
    command = [str(programs / "onhook"), *words]
    ran = subprocess.run(command, cwd=cwd, env=bare, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    return ran.stdout


def _data_files() -> set[str]:
    """Return every file of the four packages in the work tree that is not compiled code."""
    return {
        f"{name}/{file.relative_to(folder).as_posix()}"
        for name, folder in PACKAGES.items()
        for file in folder.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }


def test_wheel_holds_four_packages_and_its_own_record(names: set[str]) -> None:
    top = {PurePosixPath(name).parts[0] for name in names}

    assert top == {*PACKAGES, f"onhook-{version('onhook')}.dist-info"}


def test_wheel_holds_every_file_of_the_packages(names: set[str]) -> None:
    assert _data_files() - names == set()


@pytest.mark.parametrize("package", PACKAGES)
def test_wheel_says_that_it_is_typed(names: set[str], package: str) -> None:
    assert f"{package}/py.typed" in names


@pytest.mark.parametrize(
    "file",
    [
        "onhook_templates/messages/*.toml",
        "onhook_templates/sheets/sheet.typ",
        "onhook_templates/fonts/BIZUDPGothic-Regular.ttf",
        "onhook_templates/fonts/OFL.txt",
        "onhook_templates/**/3cx/manifest.toml",
        "onhook_templates/**/linphone/manifest.toml",
        "onhook_devices/services/jiyu-hodai.toml",
        "onhook_devices/services/biglobe-mobile.toml",
        "onhook/store/migrations/versions/0*.py",
    ],
)
def test_wheel_holds_data(names: set[str], file: str) -> None:
    assert fnmatch.filter(names, file) or fnmatch.filter(names, file.replace("**/", ""))


def test_wheel_holds_no_tests_and_no_examples(names: set[str]) -> None:
    assert [name for name in names if "test" in name or "sakura" in name] == []


def test_wheel_carries_its_licence(names: set[str]) -> None:
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


@pytest.mark.in_ci
def test_installed_command_works_where_nothing_else_is(installed: Path, tmp_path: Path) -> None:
    # One test, not three: the environment takes long, and parallel workers would each make one.
    told = _onhook(installed, "--version", cwd=tmp_path)
    assert version("onhook") in told

    explained = _onhook(installed, "--help", cwd=tmp_path)
    for command in ("init", "account", "device", "check", "issue", "qr"):
        assert command in explained

    words = ["init", "--customer", "acme", "--service", "jiyu-hodai", "--pbx", "pbx.acme.example"]
    _onhook(installed, *words, "--workspace", "here", cwd=tmp_path)
    assert any((tmp_path / "here").iterdir())
