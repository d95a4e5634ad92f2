"""What is said on a terminal, into a pipe, in which language and in which signs."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pexpect  # type: ignore[import-untyped]  # it ships no types
import pytest

from tests.thoroughness import thorough
from tests.workspaces import PROGRAM

if TYPE_CHECKING:
    from tests.workspaces import Office, Prepared

NAME = "𠮷田 髙橋 ﾔﾏﾀﾞ"


def fill(acme: Office) -> None:
    acme.accounts("101")
    acme.do("account", "set", "101", "--display-name", NAME)
    acme.do("device", "add", "D-1", "--platform", "ios", "--level", "17.2")
    acme.do("device", "assign", "D-1", "101")


@pytest.fixture
def office(prepared: Prepared) -> Office:
    return prepared(fill)


def fill_and_issue(acme: Office) -> None:
    fill(acme)
    acme.do("issue", "101")


@pytest.fixture
def issued(prepared: Prepared) -> Office:
    return prepared(fill_and_issue)


# --- language ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "variables", "japanese"),
    [
        ((), {}, False),
        (("--lang", "ja"), {}, True),
        ((), {"LANG": "ja_JP.UTF-8"}, True),
        ((), {"LANG": "ja_JP.UTF-8", "LC_ALL": "C.UTF-8"}, False),
        ((), {"ONHOOK_LANG": "ja"}, True),
        (("--lang", "en"), {"LANG": "ja_JP.UTF-8", "ONHOOK_LANG": "ja"}, False),
    ],
)
def test_messages_are_in_the_language_asked_for(
    office: Office, words: tuple[str, ...], variables: dict[str, str], *, japanese: bool
) -> None:
    ran = office.run("account", "show", "999", *words, **variables)
    cure = "一覧で確認してください" if japanese else "see: onhook account list"

    assert ran.code == 4
    assert ("アカウント acme/999 はありません" in ran.err) is japanese
    assert cure in ran.err


def test_json_speaks_the_language_too_and_keeps_its_codes(office: Office) -> None:
    english, japanese = (
        office.ask("account", "show", "999", "--lang", language).json["errors"][0]
        for language in ("en", "ja")
    )

    assert english["code"] == japanese["code"] == "no-such-account"
    assert japanese["message"] == "アカウント acme/999 はありません"


# --- signs a terminal may lack ----------------------------------------------------------------


NARROW = [
    {"PYTHONIOENCODING": "ascii"},
    {"PYTHONIOENCODING": "latin-1"},
    {"PYTHONIOENCODING": "cp932"},
    {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
    {"LC_ALL": "POSIX"},
]
SPEAKING = [
    ("account", "show", "101"),
    ("account", "show", "999"),
    ("check", "--all"),
    ("issue", "--all"),
    ("qr", "101"),
    ("account", "list"),
]
PAIRS = [
    *((SPEAKING[0], variables) for variables in NARROW),
    *((words, NARROW[0]) for words in SPEAKING[1:]),
]


@pytest.mark.parametrize(("words", "variables"), PAIRS[:: thorough(1, 6)], ids=str)
def test_a_terminal_without_japanese_stops_nothing(
    issued: Office, words: tuple[str, ...], variables: dict[str, str]
) -> None:
    ran = issued.spawn(*words, "--lang", "ja", **variables)
    as_json = issued.spawn(*words, "--lang", "ja", "--json", **variables)

    assert ran.returncode == as_json.returncode == (4 if "999" in words else 0), ran.stderr
    assert ran.stdout + ran.stderr
    encoding = variables.get("PYTHONIOENCODING", "utf-8")
    assert json.loads(as_json.stdout.decode(encoding))["schema"] == "onhook/1"


def test_json_holds_the_name_whatever_the_terminal_can_write(office: Office) -> None:
    for variables in ({}, {"PYTHONIOENCODING": "ascii"}, {"PYTHONIOENCODING": "cp932"}):
        out = office.spawn("account", "show", "101", "--json", **variables).stdout
        found = json.loads(out.decode(variables.get("PYTHONIOENCODING", "utf-8")))
        assert found["data"]["account"]["name"] == NAME


def test_words_that_are_no_text_are_refused_and_not_a_crash(office: Office) -> None:
    ran = subprocess.run(
        [PROGRAM.as_posix().encode(), b"account", b"show", b"\xff101"],
        env=office.environment,
        capture_output=True,
        check=False,
    )

    assert ran.returncode == 3
    assert b"cannot be an extension" in ran.stderr


# --- pipes ------------------------------------------------------------------------------------


MANY = thorough(2000, 800)
"""Rows of a list: what is said of them is more than a pipe holds."""


def test_a_reader_that_goes_away_stops_the_printing_and_not_the_work(office: Office) -> None:
    rows = [(str(number), f"Sato {number}") for number in range(1000, 1000 + MANY)]
    office.table("many.csv", ("extension", "display_name"), *rows)
    notes = [
        ("１" + str(number), "x") for number in range(2000, 2000 + MANY)
    ]  # each is remarked on
    office.table("wide.csv", ("extension", "display_name"), *notes)

    for words in ("account import many.csv", "account import wide.csv", "account list"):
        line = f"{PROGRAM} {words}; echo $? >&2"
        ran = subprocess.run(
            ["sh", "-c", f"({line}) | head -n 1"],
            env=office.environment,
            cwd=office.home,
            capture_output=True,
            text=True,
            check=True,
        )
        assert ran.stderr == "0\n", words
    assert len(office.ask("account", "list").data["accounts"]) == 2 * MANY + 1


def test_into_a_pipe_go_no_colours_and_no_line_is_cut(office: Office) -> None:
    office.do("account", "set", "101", "--mail", "a" * 60 + "@a-long-name.example")
    out = office.spawn("account", "list", COLUMNS="40").stdout.decode()

    assert "\x1b" not in out
    assert "a" * 60 + "@a-long-name.example" in out
    assert len(out.splitlines()) == 2


# --- a real terminal --------------------------------------------------------------------------


def on_terminal(office: Office, *words: str, **variables: str) -> str:
    child = pexpect.spawn(
        str(PROGRAM),
        list(words),
        env=office.environment | {"TERM": "xterm-256color"} | variables,
        encoding="utf-8",
        dimensions=(50, 160),
        timeout=60,
    )
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0, child.before
    return str(child.before)


def test_on_a_terminal_issuing_shows_how_far_it_is(office: Office) -> None:
    rows = [(str(number), f"a{number}", f"secret-{number}") for number in range(2000, 2300)]
    office.do(
        "account", "import", office.table("m.csv", ("extension", "auth_id", "password"), *rows)
    )
    shown = on_terminal(office, "issue", "--all", "--without-device")

    assert "issuing" in shown
    assert "/301" in shown
    assert "kits: 301 new" in shown


def test_into_a_pipe_and_with_json_no_bar_is_drawn(office: Office) -> None:
    for form in ((), ("--json",)):
        ran = office.spawn("issue", "--all", *form)
        assert b"issuing" not in ran.stdout + ran.stderr
        assert b"\x1b" not in ran.stdout + ran.stderr
    assert "issuing" not in on_terminal(office, "issue", "--all", "--json")


def test_a_name_cannot_command_the_terminal(acme: Office) -> None:
    row = ("101\x1b[2J", "\u202eevil")
    path = acme.table("evil.csv", ("extension", "display_name"), row)
    ran = acme.run("account", "import", path)

    assert ran.code == 3
    assert "\x1b" not in ran.said
    assert "\u202e" not in ran.said
