"""No secret shows unless it is asked for by `--reveal`."""

from __future__ import annotations

import pexpect  # type: ignore[import-untyped]  # it ships no types
import pytest

from tests.workspaces import PROGRAM, Office, Prepared, make_mobile

PASSWORD = "Geheim-w0rt-101"
MSISDN = "09077776666"
TUNNEL = "Tunnel-w0rt-1"
SECRETS = (PASSWORD, MSISDN, TUNNEL)


def fill(acme: Office) -> None:
    make_mobile(acme)
    words = ("--tunnel-port", "5090", "--tunnel-password-file", "-")
    acme.do("contract", "start", *words, typed=TUNNEL + "\n")
    acme.do("account", "add", "101", "--auth-id", "auth101", "--password-file", "-", typed=PASSWORD)
    acme.do("account", "set", "101", "--msisdn-file", "-", typed=MSISDN + "\n")
    acme.do("device", "add", "D-1", "--platform", "ios", "--level", "17.2")
    acme.do("device", "assign", "D-1", "101")
    acme.do("issue", "101", "--out", acme.home / "kits")


@pytest.fixture
def office(prepared: Prepared) -> Office:
    """Return an office that holds a secret of every kind."""
    return prepared(fill)


COMMANDS = [
    ("account", "list"),
    ("account", "show", "101"),
    ("account", "set", "101", "--mail", "a@b.example"),
    ("account", "import", "{home}/again.csv"),
    ("account", "import", "{home}/again.csv", "--dry-run"),
    ("contract", "list"),
    ("contract", "show", "1"),
    ("device", "show", "D-1"),
    ("check", "--all"),
    ("issue", "--all"),
    ("link", "list"),
    ("key", "list"),
    ("key", "rotate", "--reseal"),
    ("qr", "101"),
    ("customer", "show", "acme"),
    ("template", "list"),
    ("init",),
]


@pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_no_command_shows_a_secret(
    office: Office, words: tuple[str, ...], form: tuple[str, ...]
) -> None:
    row = ("101", "auth101", PASSWORD + "-new", MSISDN)
    office.table("again.csv", ("extension", "auth_id", "password", "msisdn"), row)
    ran = office.run(*(word.format(home=office.home) for word in words), *form)

    assert ran.said
    for secret in SECRETS:
        assert secret not in ran.said


def test_no_file_but_the_kits_own_config_holds_a_secret(office: Office) -> None:
    kits = office.home / "kits"
    told = {file for file in kits.rglob("*") if file.suffix in (".json", ".html")}
    stored = {file for file in office.folder.rglob("*") if file.is_file()}

    assert told
    for file in told | stored:
        content = file.read_bytes()
        for secret in SECRETS:
            assert secret.encode() not in content, file


def test_reveal_shows_what_was_asked_for(office: Office) -> None:
    for words in (("account", "list"), ("account", "show", "101")):
        for form in ((), ("--json",)):
            said = office.run(*words, *form, "--reveal").out
            assert PASSWORD in said
            assert MSISDN in said


def test_an_export_holds_secrets_only_when_asked(office: Office) -> None:
    plain, whole = office.home / "plain.csv", office.home / "whole.csv"
    office.do("account", "export", plain)
    office.do("account", "export", whole, "--reveal")

    assert PASSWORD not in plain.read_text(encoding="utf-8-sig")
    assert PASSWORD in whole.read_text(encoding="utf-8-sig")
    assert whole.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", ["{}\n", "{}\r\nnext line", "\ufeff{}\n", "{}"])
def test_a_secret_is_the_first_line_of_its_file_and_nothing_else(
    office: Office, content: str
) -> None:
    secret = " Leer-zeichen \u3042 "
    for words, typed in (
        (("--password-file", office.file("secret", content.format(secret))), ""),
        (("--password-file", "-"), content.format(secret)),
    ):
        office.do("account", "set", "101", *words, typed=typed)
        assert office.account("101", "--reveal")["password"] == secret


@pytest.mark.parametrize("content", ["", "\n", "\nsecond"])
def test_an_empty_secret_is_refused(office: Office, content: str) -> None:
    ran = office.ask("account", "set", "101", "--password-file", office.file("secret", content))

    assert (ran.code, ran.codes) == (3, ["secret-unreadable"])


@pytest.mark.parametrize("sign", ["\x0b", "\x1c", "\u2028", "\x85"])
def test_a_secret_is_not_cut_off_at_a_strange_sign_but_refused(office: Office, sign: str) -> None:
    file = office.file("secret", f"Geheim{sign}w0rt")
    ran = office.ask("account", "set", "101", "--password-file", file)

    assert ran.codes == ["text-unprintable"]
    assert "w0rt" not in ran.said


def at_a_terminal(office: Office, *words: str, typed: tuple[str, ...]) -> tuple[int, str]:
    """Return the exit code and all that was shown to somebody who typed what was asked for."""
    child = pexpect.spawn(
        str(PROGRAM),
        list(words),
        env=office.environment | {"TERM": "dumb"},
        encoding="utf-8",
        timeout=30,
    )
    shown = ""
    for line, asked in zip(typed, ("does not show", "Once more"), strict=False):
        child.expect(asked)
        child.waitnoecho()
        child.sendline(line)
        shown += str(child.before)
    child.expect(pexpect.EOF)
    child.close()
    return child.exitstatus, shown + str(child.before)


def test_a_secret_typed_on_a_terminal_is_not_shown(office: Office) -> None:
    words = ("account", "set", "101", "--password-file", "-")
    code, shown = at_a_terminal(office, *words, typed=("Typed-w0rt-1",))

    assert code == 0
    assert "Typed-w0rt-1" not in shown
    assert office.account("101", "--reveal")["password"] == "Typed-w0rt-1"


@pytest.mark.parametrize(("again", "code"), [("Typed-w0rt-1", 0), ("Typed-w0rt-l", 3)])
def test_a_new_passphrase_is_typed_twice_so_that_a_slip_loses_no_backup(
    office: Office, again: str, code: int
) -> None:
    file = office.home / "keys.backup"
    words = ("key", "backup", str(file), "--passphrase-file", "-")
    ended, shown = at_a_terminal(office, *words, typed=("Typed-w0rt-1", again))

    assert (ended, file.exists()) == (code, code == 0)
    assert "Typed-w0rt" not in shown
