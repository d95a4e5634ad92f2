"""`onhook init` makes what is missing, loses nothing, and refuses where it would."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tomllib
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.workspaces import Office

if TYPE_CHECKING:
    from pathlib import Path


def states(office: Office, *words: str) -> dict[str, str]:
    made = office.ask("init", *words).data["made"]
    return {one["what"]: one["state"] for one in made}


def settings_of(office: Office) -> dict[str, object]:
    return tomllib.loads((office.folder / "onhook.toml").read_text(encoding="utf-8"))


def test_init_makes_all_and_a_second_time_keeps_all(nowhere: Office) -> None:
    words = ("--pbx", "pbx.acme.example:5070", "--service", "biglobe-mobile")

    assert states(nowhere, *words) == {"settings": "made", "keys": "made", "database": "made"}
    before = {path: path.read_bytes() for path in nowhere.folder.glob("*.[jt]*")}
    assert states(nowhere, *words) == {"settings": "kept", "keys": "kept", "database": "kept"}
    assert {path: path.read_bytes() for path in nowhere.folder.glob("*.[jt]*")} == before


def test_init_says_what_to_back_up(nowhere: Office) -> None:
    said = nowhere.do("init").out

    assert f"Back up {nowhere.folder / 'keys.json'} now" in said
    assert "No links and no QR codes" in said
    assert "Back up" not in nowhere.do("init").out, "the ring is the one that was backed up"


def test_init_with_a_customer_adds_it_once(nowhere: Office) -> None:
    assert "added: acme" in nowhere.do("init", "--customer", "acme").out
    assert "there already: acme" in nowhere.do("init", "--customer", "acme").out


def test_nothing_in_a_workspace_is_for_others_to_read(acme: Office) -> None:
    acme.accounts("101")
    wide = [
        path
        for path in (acme.folder, *acme.folder.rglob("*"))
        if path.stat().st_mode & 0o077 and not path.is_symlink()
    ]

    assert not wide


def test_comments_and_other_settings_survive_an_option(acme: Office) -> None:
    file = acme.folder / "onhook.toml"
    text = '# our office\nlanguage = "en" # for visitors\n\n[pbx] # by hand\nhost = "old.example"\n'
    file.write_text(text, encoding="utf-8")

    acme.do("init", "--public-url", "https://new.example/", "--pbx", "new.example")

    after = file.read_text(encoding="utf-8")
    for comment in ("# our office", "# for visitors", "# by hand"):
        assert comment in after
    assert settings_of(acme) == {
        "language": "en",
        "public_url": "https://new.example",
        "pbx": {"host": "new.example"},
    }


@pytest.mark.parametrize(
    "words",
    [
        ("--public-url", "http://phone.example"),
        ("--public-url", "ftp://phone.example"),
        ("--pbx", "pbx.example:0"),
        ("--pbx", "a b"),
        ("--pbx", ""),
        ("--database", "nonsense"),
        ("--service", "jiyu-houdai"),
        ("--service", "../../etc/passwd"),
        ("--customer", "../acme"),
    ],
)
def test_a_bad_option_makes_nothing(nowhere: Office, words: tuple[str, str]) -> None:
    ran = nowhere.ask("init", *words)

    assert ran.code in (3, 4)
    assert not nowhere.folder.exists()


def test_a_bad_option_changes_nothing_that_is_there(acme: Office) -> None:
    before = (acme.folder / "onhook.toml").read_bytes()

    assert acme.ask("init", "--service", "jiyu-houdai").code == 4
    assert (acme.folder / "onhook.toml").read_bytes() == before


def test_a_settings_file_that_is_no_toml_is_told_and_not_overwritten(acme: Office) -> None:
    (acme.folder / "onhook.toml").write_text("service = ", encoding="utf-8")

    assert acme.ask("init", "--pbx", "a.example").codes == ["settings-unreadable"]
    assert (acme.folder / "onhook.toml").read_text(encoding="utf-8") == "service = "


def test_a_workspace_that_lost_its_keys_gets_no_new_ones(acme: Office) -> None:
    (acme.folder / "keys.json").unlink()

    for words in (("init",), ("account", "list")):
        ran = acme.ask(*words)
        assert (ran.code, ran.codes) == (7, ["key-ring-missing"])
    assert not (acme.folder / "keys.json").exists()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
def test_a_key_ring_open_to_others_is_refused_until_it_is_closed(acme: Office, mode: int) -> None:
    (acme.folder / "keys.json").chmod(mode)

    ran = acme.ask("account", "list")
    assert (ran.code, ran.codes) == (7, ["key-ring-open-to-others"])
    (error,) = ran.json["errors"]
    assert error["mend"] == f"close it: chmod 600 {acme.folder / 'keys.json'}"
    assert f"{mode:04o}" in error["message"]

    (acme.folder / "keys.json").chmod(0o600)
    assert acme.ask("account", "list").code == 0


def test_a_damaged_key_ring_shows_nothing_of_itself(acme: Office) -> None:
    keys = acme.folder / "keys.json"
    secret = "c2VjcmV0LXNlY3JldC1zZWNyZXQ"
    keys.write_text('{"keys": [{"key": "' + secret, encoding="ascii")

    ran = acme.run("account", "list")
    assert ran.code == 7
    assert "is no key ring" in ran.err
    assert secret not in ran.said


def test_the_keys_of_another_workspace_open_nothing(acme: Office, tmp_path: Path) -> None:
    acme.accounts("101")
    other = Office(tmp_path / "other", tmp_path)
    other.do("init", "--customer", "acme")
    shutil.copy(other.folder / "keys.json", acme.folder / "keys.json")

    for words in (("account", "list"), ("account", "add", "102"), ("init",)):
        ran = acme.ask(*words)
        assert (ran.code, ran.codes) == (7, ["key-ring-of-another"])


def set_revision(office: Office, revision: str) -> None:
    with closing(sqlite3.connect(office.folder / "onhook.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = ?", (revision,))


def test_a_database_of_a_later_onhook_is_left_alone(acme: Office) -> None:
    set_revision(acme, "9001")

    for words in (("account", "list"), ("init",)):
        ran = acme.ask(*words)
        assert (ran.code, ran.codes) == (7, ["database-newer"])
        assert "9001" in ran.json["errors"][0]["message"]


def test_a_database_of_an_earlier_onhook_asks_for_init(acme: Office) -> None:
    set_revision(acme, "0000")

    ran = acme.ask("account", "list")
    assert (ran.code, ran.codes) == (7, ["database-older"])
    assert "onhook init" in ran.json["errors"][0]["mend"]


def test_a_database_that_is_gone_is_told_and_no_empty_one_takes_its_place(acme: Office) -> None:
    for path in acme.folder.glob("onhook.db*"):
        path.unlink()

    ran = acme.ask("account", "list")
    assert (ran.code, ran.codes) == (7, ["database-empty"])
    assert "backup" in ran.json["errors"][0]["mend"]


def test_a_file_that_is_no_database_is_told(acme: Office) -> None:
    for path in acme.folder.glob("onhook.db*"):
        path.unlink()
    (acme.folder / "onhook.db").write_bytes(b"no database at all" * 300)

    ran = acme.ask("account", "list")
    assert (ran.code, ran.codes) == (7, ["database-fault"])


def test_a_database_that_may_not_be_written_is_told(acme: Office) -> None:
    if os.getuid() == 0:  # root may write everywhere; SQLite's own switch stands in
        database = f"sqlite:///file:{acme.folder}/onhook.db?mode=ro&uri=true"
        ran = acme.ask("customer", "add", "sakura", ONHOOK_DATABASE=database)
    else:
        (acme.folder / "onhook.db").chmod(0o400)
        ran = acme.ask("customer", "add", "sakura")

    assert (ran.code, ran.codes) == (7, ["database-read-only"])


def test_a_database_another_process_holds_is_told(acme: Office) -> None:
    database = f"sqlite:///{acme.folder}/onhook.db?timeout=0.05"
    with closing(sqlite3.connect(acme.folder / "onhook.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        ran = acme.ask("customer", "add", "sakura", ONHOOK_DATABASE=database)

    assert (ran.code, ran.codes) == (7, ["database-busy"])


def test_without_its_driver_a_database_is_refused_with_the_way_to_get_it(acme: Office) -> None:
    # An installation without the extra: the driver's module cannot be found.
    hide = "import sys; sys.modules['psycopg'] = None; from onhook_cli.main import run; run()"
    ran = subprocess.run(
        [sys.executable, "-c", hide, "account", "list"],
        env=acme.environment | {"ONHOOK_DATABASE": "postgresql://onhook:geheim@db.example/onhook"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 7
    assert "pip install -c constraints.txt '.[postgresql]'" in ran.stderr
    assert "geheim" not in ran.stdout + ran.stderr
