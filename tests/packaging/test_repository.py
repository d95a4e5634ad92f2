"""The repository speaks of onhook alone, and its files are as they should be."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

from tests.programs import lack, need

ROOT = Path(__file__).parents[2]

# Written in two halves, so that this file does not find itself.
FOREIGN_WORDS = re.compile(
    "|".join(
        re.escape(head + tail)
        for head, tail in [
            ("/ro", "ot/"),
            ("/wo", "rk/"),
            ("/opt/py", "pi"),
            ("/opt/wh", "eels"),
            ("bash_", "jobs"),
            ("py", "pi.org"),
            ("python", "hosted.org"),
            ("npm", "js.org"),
            ("debian", ".org"),
            ("index", "-url"),
            ("find", "-links"),
        ]
    )
)
CONFLICT = re.compile(r"^(<{7}|>{7}) ", re.MULTILINE)


@cache
def _tracked() -> dict[str, str]:
    """Return the mode of every file git knows, by path; the file itself may be newer."""
    (git,) = need("git")
    listed = subprocess.run(
        [git, "-C", ROOT, "ls-files", "--stage", "-z"], capture_output=True, text=True, check=False
    )
    if listed.returncode != 0:
        lack("these sources are not a git work tree")
    entries = (entry.partition("\t") for entry in listed.stdout.split("\0") if entry)
    return {path: stage.split()[0] for stage, _, path in entries if (ROOT / path).exists()}


def _texts() -> dict[str, str]:
    """Return the content of every tracked text file (one without a NUL) by path."""
    contents = {path: (ROOT / path).read_bytes() for path in _tracked()}
    return {
        path: raw.decode("utf-8", errors="replace")
        for path, raw in contents.items()
        if b"\0" not in raw
    }


def test_no_file_names_a_machine_or_a_registry() -> None:
    found = {path: sorted(set(FOREIGN_WORDS.findall(text))) for path, text in _texts().items()}

    assert {path: words for path, words in found.items() if words} == {}


def test_no_file_holds_a_merge_conflict() -> None:
    assert [path for path, text in _texts().items() if CONFLICT.search(text)] == []


def test_there_are_plain_files_only() -> None:
    assert set(_tracked().values()) <= {"100644", "100755"}


def test_a_file_is_executable_when_it_says_what_runs_it() -> None:
    executable = {path for path, mode in _tracked().items() if mode == "100755"}
    scripts = {path for path in _tracked() if (ROOT / path).read_bytes().startswith(b"#!")}

    assert executable == scripts


@pytest.mark.parametrize("path", [".ci/run", "examples/demo.sh"])
def test_scripts_that_people_start_are_executable(path: str) -> None:
    assert _tracked()[path] == "100755"


@pytest.mark.parametrize("end", [".py", ".toml", ".md", ".sh"])
def test_sources_are_utf8_with_plain_line_ends(end: str) -> None:
    for path in _tracked():
        if path.endswith(end):
            text = (ROOT / path).read_bytes().decode("utf-8")
            assert "\r" not in text, path
            assert not text or text.endswith("\n"), path
