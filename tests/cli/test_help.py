"""Help shows what there is, whole, with an example; completion offers it too."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

import pexpect  # type: ignore[import-untyped]  # it ships no types
import pytest

from tests.cli.commands import groups, paths
from tests.programs import need

if TYPE_CHECKING:
    from tests.workspaces import Office

COMMANDS = list(paths())


def join(path: tuple[str, ...]) -> str:
    return " ".join(path) or "onhook"


@pytest.mark.parametrize("path", COMMANDS, ids=join)
def test_every_command_has_an_example_of_itself(nowhere: Office, path: tuple[str, ...]) -> None:
    shown = nowhere.do(*path, "--help").out
    (example,) = re.findall(r"Example:\s+(onhook .*)", re.sub(r"\n\s*(?=\S+://)", " ", shown))

    assert tuple(shlex.split(example)[1 : len(path) + 1]) == path
    for option in re.findall(r"--[a-z-]+", example):
        assert f"{option} " in shown.split("Options:")[1] or f"{option}\n" in shown, option


@pytest.mark.parametrize("path", groups(), ids=join)
def test_no_description_is_cut_off_on_an_ordinary_terminal(
    nowhere: Office, path: tuple[str, ...]
) -> None:
    shown = nowhere.run(*path, "--help", COLUMNS="80").out
    described = re.findall(r"^  ([a-z]+)  +(.*)$", shown.split("Commands:")[1], re.MULTILINE)

    assert described
    for name, text in described:
        assert text.endswith("."), name
        assert not text.endswith("..."), name


@pytest.mark.parametrize("path", COMMANDS, ids=join)
def test_every_command_takes_the_common_options(nowhere: Office, path: tuple[str, ...]) -> None:
    shown = nowhere.do(*path, "--help").out

    for option in ("--json", "--workspace DIR", "--customer ID", "--lang ja|en"):
        assert option in shown


def test_the_version_is_told(nowhere: Office) -> None:
    assert re.fullmatch(r"onhook \d+\.\d+\S*\n", nowhere.do("--version").out)


def test_a_mistyped_word_is_a_usage_error(nowhere: Office) -> None:
    for words in (("acount",), ("account", "lst"), ("qr",), ("issue", "--al"), ("--nonsense",)):
        assert nowhere.run(*words).code == 2, words


# --- completion -------------------------------------------------------------------------------


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_completion_script_is_made(nowhere: Office, shell: str) -> None:
    ran = nowhere.spawn(_ONHOOK_COMPLETE=f"source_{shell}")

    assert ran.returncode == 0, ran.stderr
    assert b"_ONHOOK_COMPLETE" in ran.stdout


def test_completion_works_in_a_real_bash(nowhere: Office) -> None:
    (bash,) = need("bash")
    script = nowhere.file("complete.bash", nowhere.spawn(_ONHOOK_COMPLETE="source_bash").stdout)
    shell = pexpect.spawn(
        bash,
        ["--norc", "--noprofile", "-i"],
        env=nowhere.environment | {"TERM": "dumb", "PS1": "ready> "},
        cwd=str(nowhere.home),
        encoding="utf-8",
        timeout=30,
    )
    shell.expect_exact("ready> ")
    shell.sendline(f"source {script}")
    shell.expect_exact("ready> ")
    shell.send("onhook acc\t")
    shell.expect_exact("onhook account ")
    shell.send("disa\t")
    shell.expect_exact("disable ")
    shell.close(force=True)


def test_starting_for_the_version_imports_no_parser() -> None:
    code = "import sys; from onhook_cli.main import run; sys.argv[1:] = ['--version']; run(); "
    code += "print([name for name in ('typer', 'sqlalchemy', 'rich') if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout.splitlines()[-1] == "[]"


def test_a_command_that_was_built_alone_leaves_the_others_in_the_help(nowhere: Office) -> None:
    assert nowhere.run("lease", "show", "--help").code == 0
    shown = nowhere.run("lease", "--help").out
    assert all(f"\n  {name} " in shown for name in ("show", "list", "import", "export"))
    assert "Did you mean 'show'?" in nowhere.run("lease", "shw").said
