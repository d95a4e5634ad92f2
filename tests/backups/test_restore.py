"""What is restored is what was there, on either kind of database, and it works at once."""

from __future__ import annotations

import json
import os
import shutil
import tomllib
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text, update

from onhook.audit.trail import covered, read_head
from onhook.backups import loading
from onhook.store.bulk import insert_many
from onhook.store.engine import open_engine, write_transaction
from onhook.store.migration import migrate
from onhook.store.schema import account
from tests.postgresql import PASSWORD
from tests.workspaces import PBX, Office

if TYPE_CHECKING:
    from pathlib import Path

    from tests.backups.conftest import Elsewhere

pytestmark = pytest.mark.each_database

Rows = dict[str, list[tuple[Any, ...]]]
CHAIN = ("audit", "audit_head")


@pytest.fixture
def rows(office: Office) -> Rows:
    """Return all that the office has stored before the backup."""
    return office.rows()


@pytest.fixture
def file(rows: Rows, office: Office, tmp_path: Path) -> Path:
    """Return a backup of the office; what comes after it is not in it."""
    assert rows
    office.do("backup", tmp_path / "office.zip")
    return tmp_path / "office.zip"


def kind_of(office: Office) -> str:
    return office.open().engine.dialect.name


def without_chain(rows: Rows) -> Rows:
    return {name: found for name, found in rows.items() if name not in CHAIN}


@pytest.mark.parametrize("onto", ["sqlite", "postgresql"])
def test_every_row_and_file_is_there_again_on_either_database(
    rows: Rows,
    office: Office,
    file: Path,
    elsewhere: Elsewhere,
    onto: str,
) -> None:
    place = elsewhere(onto)
    keys = ("--keys", office.folder / "keys.json")
    data = place.ask("restore", file, *keys, *place.database).data

    after = place.rows()
    assert without_chain(after) == without_chain(rows)
    assert after["audit"][:-1] == rows["audit"]
    assert data["rows"] == {name: len(found) for name, found in rows.items()}
    assert data["opened"] == {"config": "acme/102 3cxprov_102.3cxconfig", "password": "acme/104"}
    assert data["keys"] == {"from": "named", "missing": [], "wanted_at": ""}
    assert data["signed"] is True
    assert tree(place) == tree(office)
    assert [path for path in place.folder.rglob("*") if path.stat().st_mode & 0o077] == []


def tree(office: Office) -> dict[str, bytes | object]:
    found: dict[str, bytes | object] = {
        str(path.relative_to(office.folder)): path.read_bytes()
        for path in office.folder.rglob("*")
        if path.is_file() and not path.name.startswith(("onhook.db", ".hidden", "onhook.toml"))
    }
    settings = tomllib.loads((office.folder / "onhook.toml").read_text("utf-8"))
    settings.pop("database", None)
    return {**found, "settings": settings}


@pytest.mark.parametrize("onto", ["sqlite", "postgresql"])
def test_it_works_at_once_and_links_are_the_same(
    office: Office,
    file: Path,
    elsewhere: Elsewhere,
    onto: str,
) -> None:
    place = elsewhere(onto)
    place.do("restore", file, "--keys", office.folder / "keys.json", *place.database)

    assert place.ask("check", "101").code == 0
    counts = place.ask("issue", "--all").data["counts"]
    assert (counts["unchanged"], counts["new"], counts["changed"]) == (1, 0, 0)
    assert place.do("qr", "101").out == office.do("qr", "101").out
    assert place.account("101", "--reveal")["password"] == "Secret-101"
    place.accounts("105")
    assert [row[0] for row in place.rows()["account"]] == [1, 2, 3, 4, 5]


def test_a_restored_workspace_gives_the_very_same_backup(
    office: Office,
    file: Path,
    elsewhere: Elsewhere,
    backend: str,
) -> None:
    place = elsewhere("sqlite" if backend == "postgresql" else "postgresql")
    place.do("restore", file, "--keys", office.folder / "keys.json", *place.database)
    place.do("backup", place.home / "again.zip")

    assert parts_of(file) == parts_of(place.home / "again.zip")


def parts_of(file: Path) -> list[dict[str, object]]:
    with zipfile.ZipFile(file) as archive:
        tables = json.loads(archive.read("manifest.json"))["tables"]
    return [one for one in tables if one["name"] not in (*CHAIN, "backup")]


def test_the_restore_is_in_the_audit_trail_and_its_chain_holds(
    office: Office,
    file: Path,
    elsewhere: Elsewhere,
    backend: str,
) -> None:
    place = elsewhere(backend)
    place.do("restore", file, "--keys", office.folder / "keys.json", *place.database)
    workspace = place.open()
    with workspace.reading() as work:
        head = read_head(work.connection)
    entries, mac = place.rows()["audit"], b"\0" * 32
    names = ("number", "at", "actor", "action", "subject", "details", "key_id", "mac")
    for entry in entries:
        row = dict(zip(names, entry, strict=True))
        mac = workspace.keys.audit.sign(row["key_id"], covered(mac, row))
        assert mac == row["mac"]

    assert (head.number, head.mac) == (len(entries), mac)
    assert entries[-1][3:5] == ("backup.restore", "office.zip")


# --- where to ------------------------------------------------------------------------------------


@pytest.mark.sqlite_alone
def test_without_an_option_the_settings_say_where(
    office: Office, file: Path, elsewhere: Elsewhere
) -> None:
    place = elsewhere()
    place.do("restore", file, "--keys", office.folder / "keys.json")

    assert (place.folder / "onhook.db").stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in place.folder.iterdir()) == [
        "keys.json", "onhook.db", "onhook.toml", "services", "templates",
    ]  # fmt: skip


def test_a_database_that_holds_something_is_refused_and_named(
    office: Office, file: Path, elsewhere: Elsewhere
) -> None:
    place = elsewhere()
    url, before = office.open().settings.database, office.rows()
    ran = place.ask("restore", file, "--database", url)

    assert (ran.code, ran.codes) == (5, ["database-not-empty"])
    assert PASSWORD not in ran.said
    assert not place.folder.exists()
    assert office.rows() == before


def test_empty_tables_are_as_good_as_none(
    rows: Rows, office: Office, file: Path, elsewhere: Elsewhere
) -> None:
    place = elsewhere(kind_of(office))
    engine = open_engine(place.database[1])
    migrate(engine)
    engine.dispose()
    place.do("restore", file, *place.database, "--keys", office.folder / "keys.json")

    assert without_chain(place.rows()) == without_chain(rows)


@pytest.mark.sqlite_alone
def test_a_folder_with_something_else_in_it_is_refused(
    office: Office, file: Path, elsewhere: Elsewhere
) -> None:
    place = elsewhere()
    assert place.ask("restore", file, "--workspace", office.folder).codes == ["workspace-there"]
    for name in ("letters.txt", "services/own.toml", "templates/x/y"):
        shutil.rmtree(place.folder, ignore_errors=True)
        (place.folder / name).parent.mkdir(parents=True)
        (place.folder / name).write_text("mine")
        ran = place.ask("restore", file)
        assert (ran.code, ran.codes) == (5, ["folder-not-empty"])
        assert [str(p.relative_to(place.folder)) for p in place.folder.rglob("*.*")] == [
            one for one in [name] if "." in name
        ]
        assert (place.folder / name).read_text() == "mine"


# --- keys ----------------------------------------------------------------------------------------


@pytest.mark.sqlite_alone
def test_without_keys_it_restores_and_says_that_nothing_opens(
    office: Office, file: Path, elsewhere: Elsewhere, rows: Rows
) -> None:
    place = elsewhere()
    told = place.do("restore", file).out
    assert f"until it is put at {place.folder / 'keys.json'}" in told
    assert place.ask("account", "list").codes == ["key-ring-missing"]

    shutil.copy(office.folder / "keys.json", place.folder)
    assert place.rows() == rows  # no entry: nobody could have signed it
    assert place.account("101", "--reveal")["password"] == "Secret-101"


@pytest.mark.sqlite_alone
def test_keys_that_lie_in_the_folder_are_taken(
    office: Office, file: Path, elsewhere: Elsewhere
) -> None:
    place = elsewhere()
    place.folder.mkdir()
    shutil.copy(office.folder / "keys.json", place.folder)
    data = place.ask("restore", file).data

    assert data["keys"] == {"from": "workspace", "missing": [], "wanted_at": ""}
    assert data["opened"]["password"] == "acme/104"


@pytest.mark.sqlite_alone
def test_keys_in_the_backup_are_taken(office: Office, file: Path, elsewhere: Elsewhere) -> None:
    office.do("backup", file, "--with-keys")
    place = elsewhere()
    data = place.ask("restore", file).data

    assert data["keys"]["from"] == "backup"
    assert place.account("101", "--reveal")["password"] == "Secret-101"
    assert (place.folder / "keys.json").stat().st_mode & 0o777 == 0o600


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    """Return the key ring of another workspace."""
    theirs = Office(tmp_path / "theirs", tmp_path)
    theirs.do("init", "--customer", "acme", "--pbx", PBX)
    return theirs.folder / "keys.json"


@pytest.mark.sqlite_alone
def test_the_keys_of_another_workspace_are_told_before_anything_is_touched(
    file: Path, elsewhere: Elsewhere, foreign: Path
) -> None:
    place = elsewhere()
    ran = place.ask("restore", file, "--keys", foreign)
    assert (ran.code, ran.codes) == (5, ["key-ring-foreign"])
    assert not place.folder.exists()

    place.folder.mkdir()
    shutil.copy(foreign, place.folder)
    ran = place.ask("restore", file)
    assert (ran.code, ran.codes) == (5, ["key-ring-foreign"])
    assert [path.name for path in place.folder.iterdir()] == ["keys.json"]


@pytest.mark.sqlite_alone
def test_a_ring_with_another_secret_under_the_same_id_is_told(
    office: Office, file: Path, elsewhere: Elsewhere
) -> None:
    place = elsewhere()
    ring = json.loads((office.folder / "keys.json").read_bytes())
    for key in ring["keys"]:
        if key["purpose"] == "accounts":
            key["key"] = key["key"][::-1].lstrip("=")[:43] + "="
    wrong = place.home / "wrong.json"
    wrong.touch(mode=0o600)
    wrong.write_text(json.dumps(ring))
    ran = place.ask("restore", file, "--keys", wrong)

    assert (ran.code, ran.codes) == (7, ["seal-broken"])
    assert not place.folder.exists()


@pytest.mark.sqlite_alone
def test_a_ring_that_lacks_a_key_restores_and_names_it(
    office: Office, file: Path, elsewhere: Elsewhere
) -> None:
    place = elsewhere()
    ring = json.loads((office.folder / "keys.json").read_bytes())
    (gone,) = [key for key in ring["keys"] if key["purpose"] == "accounts"]
    ring["keys"].remove(gone)
    part = place.home / "part.json"
    part.touch(mode=0o600)
    part.write_text(json.dumps(ring))
    data = place.ask("restore", file, "--keys", part).data

    assert data["keys"]["missing"] == [gone["id"]]
    assert data["opened"] == {"config": "acme/102 3cxprov_102.3cxconfig", "password": ""}


@pytest.mark.sqlite_alone
def test_a_named_ring_must_be_closed_to_others_and_not_contradict_the_one_there(
    office: Office, file: Path, elsewhere: Elsewhere, foreign: Path
) -> None:
    place, keys = elsewhere(), office.folder / "keys.json"
    keys.chmod(0o644)
    assert place.ask("restore", file, "--keys", keys).codes == ["key-ring-open-to-others"]
    keys.chmod(0o600)
    assert place.ask("restore", file, "--keys", place.home / "none").codes == ["key-ring-missing"]
    place.folder.mkdir()
    shutil.copy(foreign, place.folder)
    assert place.ask("restore", file, "--keys", keys).codes == ["key-ring-in-the-way"]


@pytest.mark.sqlite_alone
def test_a_ring_that_the_settings_look_for_elsewhere_is_not_put_anywhere(
    office: Office, file: Path, elsewhere: Elsewhere
) -> None:
    keys, safe = office.folder / "keys.json", office.home / "safe.json"
    settings = office.folder / "onhook.toml"
    settings.write_text(f'key_file = "{safe}"\n' + settings.read_text("utf-8"), "utf-8")
    shutil.copy(keys, safe)
    office.do("backup", file)
    first, second = elsewhere(), elsewhere()
    assert first.ask("restore", file).data["keys"]["from"] == "workspace"

    safe.unlink()
    words = ("restore", file, "--keys", keys, "--database", f"sqlite:///{office.home}/second.db")
    assert second.ask(*words).data["keys"]["wanted_at"] == str(safe)
    assert not (second.folder / "keys.json").exists()
    shutil.copy(keys, safe)
    assert second.account("101", "--reveal")["password"] == "Secret-101"


@pytest.mark.sqlite_alone
def test_a_command_that_a_backup_names_is_not_run(
    office: Office, file: Path, elsewhere: Elsewhere
) -> None:
    ran = office.home / "ran"
    prints = office.file("ring.sh", f"touch {ran}; cat {office.folder}/keys.json\n")
    settings = office.folder / "onhook.toml"
    command = f'key_command = "sh {prints}"\n'
    settings.write_text(command + settings.read_text("utf-8"), "utf-8")
    office.do("backup", file)
    ran.unlink()
    place = elsewhere()
    data = place.ask("restore", file).data
    assert (data["keys"]["from"], ran.exists()) == ("command", False)

    assert place.account("101", "--reveal")["password"] == "Secret-101"
    assert ran.exists()
    again = elsewhere()
    variable = {"ONHOOK_KEY_COMMAND": f"sh {prints}"}
    data = again.ask("restore", file, **variable).data
    assert (data["keys"]["from"], data["opened"]["password"]) == ("workspace", "acme/104")


@pytest.mark.sqlite_alone
def test_rotated_keys_restore_what_came_before_and_after(
    office: Office, file: Path, elsewhere: Elsewhere
) -> None:
    shutil.copy(office.folder / "keys.json", office.home / "old.json")
    office.do("key", "rotate")
    office.accounts("107")
    office.do("backup", file)
    whole, part = elsewhere(), elsewhere()
    assert (
        whole.ask("restore", file, "--keys", office.folder / "keys.json").data["keys"]["missing"]
        == []
    )
    assert whole.account("107", "--reveal")["password"] == "Secret-107"

    data = part.ask("restore", file, "--keys", office.home / "old.json").data
    assert len(data["keys"]["missing"]) == 2  # that of accounts, and that of the audit trail
    assert data["opened"]["password"] == "acme/104"
    assert (data["signed"], data["recorded"]) == (False, False)
    assert part.ask("account", "list").codes == ["key-ring-of-another"]
    shutil.copy(office.folder / "keys.json", part.folder)
    assert part.account("107", "--reveal")["password"] == "Secret-107"


# --- links ---------------------------------------------------------------------------------------


@pytest.mark.sqlite_alone
def test_links_revoked_since_the_backup_work_again_and_that_is_said(
    office: Office, file: Path, elsewhere: Elsewhere
) -> None:
    office.do("link", "revoke", "101")
    place = elsewhere()
    ran = place.do("restore", file, "--keys", office.folder / "keys.json")

    assert "also if they were revoked since: 1." in ran.out
    states = {one["account"]: one["state"] for one in place.ask("link", "list").data["links"]}
    assert states["acme/101"] == "live"


def test_revoke_links_lets_none_of_them_work(
    office: Office,
    file: Path,
    elsewhere: Elsewhere,
    backend: str,
) -> None:
    place, keys = elsewhere(backend), office.folder / "keys.json"
    words = ("--keys", keys, "--revoke-links", *place.database)
    data = place.ask("restore", file, *words).data

    assert data["links"] == {"revoked": 1, "live": 0}
    states = {one["state"] for one in place.ask("link", "list").data["links"]}
    assert states == {"revoked"}
    assert '"links_revoked":1' in place.rows()["audit"][-1][5]
    assert place.ask("issue", "101").data["counts"]["renewed"] == 1


# --- in place of what is there ------------------------------------------------------------------


def test_replace_puts_the_rows_back_and_keeps_what_was_there(
    office: Office, rows: Rows, file: Path, elsewhere: Elsewhere
) -> None:
    with office.open().writing() as work:
        work.connection.execute(update(account).values(mail="wrong"))
    office.accounts("199")
    (office.folder / "services/note 注意.txt").write_text("newer", "utf-8")
    spoilt = office.rows()
    data = office.ask("restore", file, "--replace").data

    after = office.rows()
    assert without_chain(after) == without_chain(rows)
    assert after["audit"][-1][3] == "backup.restore"
    assert data["differing"] == ["services/note 注意.txt"]
    assert (office.folder / "services/note 注意.txt").read_text("utf-8") == "newer"
    place = elsewhere()
    words = ("--database", f"sqlite:///{place.home}/kept.db", "--keys", office.folder / "keys.json")
    place.do("restore", data["kept"], *words)
    assert without_chain(place.rows()) == without_chain(spoilt)


@pytest.mark.sqlite_alone
def test_replace_keeps_database_and_keys(office: Office, file: Path) -> None:
    for words in (("--keys", "x"), ("--database", "sqlite:///x")):
        ran = office.ask("restore", file, "--replace", *words)
        assert (ran.code, ran.codes) == (2, ["replace-and-more"])


def test_a_row_that_does_not_come_through_stops_it(
    rows: Rows, office: Office, file: Path, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    def spoil(connection: Any, table: Any, found: Any) -> None:
        spoilt = [row | {"mail": "x"} if "mail" in row else row for row in found]
        insert_many(connection, table, spoilt)

    monkeypatch.setattr(loading, "insert_many", spoil)
    place = elsewhere(kind_of(office))
    ran = place.ask("restore", file, *place.database)
    assert (ran.code, ran.codes) == (7, ["restore-differs"])
    assert not place.folder.exists()

    assert office.ask("restore", file, "--replace").codes == ["restore-differs"]
    assert without_chain(office.rows())["account"] == rows["account"]


@pytest.mark.sqlite_alone
def test_a_newer_backup_names_the_onhook_it_needs(file: Path, elsewhere: Elsewhere) -> None:
    newer = rewritten(file, {"schema": "9001", "onhook": "7.8.9"})
    place = elsewhere()
    ran = place.ask("restore", newer)

    assert (ran.code, ran.codes) == (3, ["backup-newer"])
    assert "install onhook 7.8.9 or later" in ran.json["errors"][0]["mend"]
    assert not place.folder.exists()


def rewritten(file: Path, changed: dict[str, object]) -> Path:
    path = file.with_name("rewritten.zip")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "manifest.json":
                content = json.dumps(json.loads(content) | changed).encode()
            new.writestr(name, content)
    return path


def test_a_newer_database_names_the_onhook_it_needs(office: Office) -> None:
    engine = open_engine(office.open().settings.database)
    with write_transaction(engine) as connection:
        connection.execute(
            text("UPDATE alembic_version SET version_num = '9001', onhook = '7.8.9'")
        )
    engine.dispose()
    for words in (("account", "list"), ("backup", "x.zip"), ("init",)):
        ran = office.ask(*words)
        assert (ran.code, ran.codes) == (7, ["database-newer"])
        assert "install onhook 7.8.9 or later" in ran.json["errors"][0]["mend"]


@pytest.mark.sqlite_alone
def test_a_restore_into_a_folder_that_cannot_be_written_to_is_told(
    file: Path, elsewhere: Elsewhere
) -> None:
    place = elsewhere()
    place.folder.write_text("a file")
    assert place.ask("restore", file).code in (5, 7)
    if os.geteuid() != 0:
        place.home.chmod(0o500)
        assert elsewhere().ask("restore", file).code == 7
        place.home.chmod(0o700)
