"""The ring comes from a file, a command or a variable; each fault of each has its own words."""

from __future__ import annotations

import shlex
import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from onhook.keys import asking
from onhook.keys.errors import KeyCommandSlow
from onhook.sealing import KeyRing
from tests.keys.conftest import ring_of
from tests.workspaces import Office

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def elsewhere(office: Office) -> Path:
    """Take the ring out of the workspace and return where it is."""
    place = office.home / "elsewhere.json"
    (office.folder / "keys.json").rename(place)
    return place


def settle(office: Office, **settings: str) -> None:
    """Put settings at the top of the settings file."""
    file = office.folder / "onhook.toml"
    lines = [f"{name} = '{text}'\n" for name, text in settings.items()]
    file.write_text("".join(lines) + file.read_text("utf-8"), encoding="utf-8")


def opens(office: Office, **variables: str) -> bool:
    ran = office.ask("account", "show", "101", "--reveal", **variables)
    return ran.code == 0 and ran.data["account"]["password"] == "Secret-101"


def printing(path: Path) -> str:
    return shlex.join(["cat", str(path)])


def test_the_ring_comes_from_a_file_of_ones_choice(office: Office, elsewhere: Path) -> None:
    assert opens(office, ONHOOK_KEY_FILE=str(elsewhere))
    settle(office, key_file="../elsewhere.json")
    assert opens(office)
    office.do("key", "rotate")
    assert not (office.folder / "keys.json").exists()
    assert opens(office)


def test_the_ring_comes_from_a_command(office: Office, elsewhere: Path) -> None:
    assert opens(office, ONHOOK_KEY_COMMAND=printing(elsewhere))
    settle(office, key_command=printing(elsewhere))
    assert opens(office)


def test_the_ring_comes_from_a_variable(office: Office, elsewhere: Path) -> None:
    assert opens(office, ONHOOK_KEYS=elsewhere.read_text("ascii"))


def test_a_variable_goes_before_the_settings_file(office: Office, elsewhere: Path) -> None:
    settle(office, key_command="false")

    assert not opens(office)
    assert opens(office, ONHOOK_KEY_FILE=str(elsewhere))
    assert opens(office, ONHOOK_KEYS=elsewhere.read_text("ascii"))


def test_two_sources_in_one_place_are_refused(office: Office) -> None:
    both = {"ONHOOK_KEYS": "{}", "ONHOOK_KEY_FILE": "x"}
    ran = office.ask("account", "list", **both)
    assert (ran.code, ran.codes) == (3, ["key-source-ambiguous"])
    assert "ONHOOK_KEYS, ONHOOK_KEY_FILE" in ran.json["errors"][0]["message"]

    settle(office, key_file="a", key_command="b")
    assert office.ask("account", "list").codes == ["key-source-ambiguous"]


def test_init_works_with_a_ring_from_elsewhere_and_makes_none(nowhere: Office) -> None:
    other = Office(nowhere.home / "other", nowhere.home)
    other.do("init")
    ring = (other.folder / "keys.json").read_text("ascii")

    ran = nowhere.ask("init", "--customer", "acme", ONHOOK_KEYS=ring)

    assert ran.code == 0
    assert not (nowhere.folder / "keys.json").exists()
    assert nowhere.run("account", "list", ONHOOK_KEYS=ring).code == 0
    assert nowhere.ask("account", "list").codes == ["key-ring-missing"]


SECRET = "c2VjcmV0LXNlY3JldC1zZWNyZXQ"


@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("no-such-program-anywhere --token {secret}", "key-command-missing"),
        (
            '{python} -c \'import sys; print("{secret}"); sys.exit("{secret}")\'',
            "key-command-failed",
        ),
        ("{python} -c 'print(\"{secret}\")'", "key-command-no-ring"),
        ("{python} -c 'print(\"\\u3042{secret}\")'", "key-command-no-ring"),
        ("true {secret}", "key-command-no-ring"),
        ("yes {secret}", "key-command-no-ring"),
    ],
)
def test_a_command_that_does_not_work_is_told_without_what_it_holds(
    office: Office, program: str, code: str
) -> None:
    command = program.format(python=sys.executable, secret=SECRET)
    text = office.run("account", "list", ONHOOK_KEY_COMMAND=command)
    ran = office.ask("account", "list", ONHOOK_KEY_COMMAND=command)
    assert (text.code, ran.code) == (7, 7)
    assert SECRET not in text.said + ran.said
    assert ran.codes == [code]
    assert command.split()[0] in ran.json["errors"][0]["message"]


def test_a_command_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "TIME_LIMIT_S", 0.2)

    for command in (["sleep", "60"], ["sh", "-c", "exec 1>&-; exec sleep 60"]):
        with pytest.raises(KeyCommandSlow):
            asking.ask(command)


def test_no_shell_reads_the_command(office: Office, elsewhere: Path) -> None:
    trap = office.home / "trap"
    command = f"cat {shlex.quote(str(elsewhere))} ; touch {shlex.quote(str(trap))}"

    assert not opens(office, ONHOOK_KEY_COMMAND=command)
    assert not trap.exists()


def test_a_command_that_a_shell_could_not_split_is_refused(office: Office) -> None:
    for command in ("'", " "):
        assert office.ask("account", "list", ONHOOK_KEY_COMMAND=command).codes == ["bad-setting"]


@pytest.mark.parametrize("mode", [0o602, 0o620])
def test_settings_that_others_may_write_run_no_command(
    office: Office, elsewhere: Path, mode: int
) -> None:
    settle(office, key_command=printing(elsewhere))
    (office.folder / "onhook.toml").chmod(mode)

    ran = office.ask("account", "list")
    assert (ran.code, ran.codes) == (7, ["key-command-untrusted"])


def test_a_variable_that_is_no_ring_is_named_and_not_shown(office: Office) -> None:
    for form in ((), ("--json",)):
        ran = office.run("account", "list", *form, ONHOOK_KEYS='{"keys": ["' + SECRET)
        assert ran.code == 7
        assert "ONHOOK_KEYS" in ran.said
        assert SECRET not in ran.said


@pytest.mark.parametrize("kind", ["command", "variable"])
def test_a_ring_from_elsewhere_is_rotated_through_a_file(
    office: Office, elsewhere: Path, kind: str
) -> None:
    def source() -> dict[str, str]:
        if kind == "command":
            return {"ONHOOK_KEY_COMMAND": printing(elsewhere)}
        return {"ONHOOK_KEYS": elsewhere.read_text("ascii")}

    for words in (("rotate",), ("rotate", "--reseal"), ("rotate", "--only-reseal", "--retire")):
        ran = office.ask("key", *words, **source())
        assert (ran.code, ran.codes) == (6, ["key-ring-not-ours"])
        assert "--out" in ran.json["errors"][0]["mend"]

    new, smaller = office.home / "new.json", office.home / "smaller.json"
    ran = office.ask("key", "rotate", "--out", new, "--reseal", **source())
    assert (ran.code, ran.codes) == (2, ["new-ring-not-in-force"])
    assert not new.exists()
    assert office.run("key", "rotate", "--out", new, **source()).code == 0
    assert new.stat().st_mode & 0o777 == 0o600
    shutil.copy(new, elsewhere)  # into the store
    ran = office.ask("key", "rotate", "--only-reseal", **source())
    assert (ran.code, ran.data["resealed"]) == (0, 9)
    remove = ("key", "rotate", "--only-reseal", "--retire", "--out", smaller)
    assert office.run(*remove, **source()).code == 0
    shutil.copy(smaller, elsewhere)
    assert len(KeyRing.loads(elsewhere.read_text("ascii"), "").keys) == 4
    assert opens(office, **source())


def test_an_older_copy_of_the_ring_is_refused_by_the_key_it_lacks(office: Office) -> None:
    keys, copy = office.folder / "keys.json", office.home / "older.json"
    shutil.copy(keys, copy)
    office.do("key", "rotate")
    lacking = ring_of(office).newest["audit"].id.hex()
    shutil.copy(copy, keys)

    ran = office.ask("account", "list")
    assert (ran.code, ran.codes) == (7, ["key-ring-of-another"])
    assert lacking in ran.json["errors"][0]["message"]


def test_a_foreign_ring_is_found_where_nothing_is_signed_yet(office: Office) -> None:
    other = Office(office.home / "other", office.home)
    other.do("init")
    with office.open().writing() as work:
        work.connection.exec_driver_sql("DELETE FROM audit")
        work.connection.exec_driver_sql("DELETE FROM audit_head")
    assert opens(office)
    shutil.copy(other.folder / "keys.json", office.folder / "keys.json")

    assert office.ask("account", "list").codes == ["key-ring-of-another"]
