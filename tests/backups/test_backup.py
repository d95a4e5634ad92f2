"""A backup holds everything of one moment, for foreign programs to read, and no key."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import subprocess
import zipfile
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from onhook.store.schema import metadata
from tests.programs import need

if TYPE_CHECKING:
    from pathlib import Path

    from tests.workspaces import Office

pytestmark = pytest.mark.each_database

SECRETS = (b"Secret-101", b"Secret-102", b"Tunnel")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "office.zip"


def keys_of(office: Office) -> list[str]:
    return [one["key"] for one in json.loads((office.folder / "keys.json").read_bytes())["keys"]]


def everything_in(file: Path) -> bytes:
    with zipfile.ZipFile(file) as archive:
        return file.read_bytes() + b"".join(map(archive.read, archive.namelist()))


def test_it_holds_every_row_and_every_own_file(office: Office, file: Path) -> None:
    before = {name: len(rows) for name, rows in office.rows().items()}
    data = office.ask("backup", file).data

    assert data["rows"] == before
    assert set(data["rows"]) == set(metadata.tables)
    assert sorted(data["files"]) == [
        "workspace/onhook.toml",
        "workspace/services/note 注意.txt",
        "workspace/templates/own/page.bin",
    ]
    assert data["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert data["bytes"] == file.stat().st_size


def test_nobody_else_may_read_it(office: Office, file: Path) -> None:
    office.do("backup", file)
    assert file.stat().st_mode & 0o777 == 0o600


def test_without_being_asked_it_holds_no_key_and_no_secret(office: Office, file: Path) -> None:
    ran = office.do("backup", file)

    content = everything_in(file)
    for secret in (*SECRETS, *(one.encode() for one in keys_of(office))):
        assert secret not in content
    assert "onhook key backup" in ran.out


def test_with_keys_it_holds_them_and_says_what_that_means(office: Office, file: Path) -> None:
    ran = office.do("backup", file, "--with-keys")

    assert all(key.encode() in everything_in(file) for key in keys_of(office))
    assert "WARNING" in ran.out
    assert not any(key in ran.said for key in keys_of(office))
    assert file.stat().st_mode & 0o777 == 0o600


def test_unzip_and_jq_read_it(office: Office, file: Path, tmp_path: Path) -> None:
    unzip, jq = need("unzip", "jq")
    office.do("backup", file)
    subprocess.run([unzip, "-q", "-d", tmp_path / "out", file], check=True)
    wanted = 'select(.extension == "102") | .id, .display_name, .created_at'
    ran = subprocess.run(
        [jq, "-r", wanted, tmp_path / "out/tables/account.jsonl"], check=True, capture_output=True
    )
    (number, name, instant) = ran.stdout.decode().splitlines()

    assert (number, name) == ("2", "𠮷田 髙子 % %s :x '\" \\ é")
    assert instant.endswith("+00:00")
    manifest = json.loads((tmp_path / "out/manifest.json").read_bytes())
    for part in (*manifest["tables"], *manifest["files"]):
        content = (tmp_path / "out" / part.get("part", part["name"])).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (
            part["bytes"],
            part["sha256"],
        )


def test_it_is_recorded_in_its_table_and_in_the_audit_trail(office: Office, file: Path) -> None:
    data = office.ask("backup", file).data
    rows = office.rows()

    _, made_at, made_by, where, size, digest = rows["backup"][-1]
    assert (made_by, where, size) == ("tester", str(file), data["bytes"])
    assert (digest.hex(), made_at.isoformat()) == (data["sha256"], data["made_at"])
    last = rows["audit"][-1]
    assert last[3:5] == ("backup.make", str(file))
    assert data["sha256"] in last[5]


def test_the_same_moment_gives_the_same_parts(office: Office, tmp_path: Path) -> None:
    for name in ("one.zip", "two.zip"):
        office.do("backup", tmp_path / name)
    parts = []
    for name in ("one.zip", "two.zip"):
        with zipfile.ZipFile(tmp_path / name) as archive:
            told = json.loads(archive.read("manifest.json"))["tables"]
            kept = [one for one in told if one["name"] not in ("audit", "audit_head", "backup")]
            parts.append(kept)

    assert parts[0] == parts[1]


def test_an_earlier_backup_is_replaced_and_nothing_else_is(office: Office, file: Path) -> None:
    office.do("backup", file)
    office.do("backup", file)
    stray = office.file("list.csv", "a,b")
    for other in (stray, office.folder / "onhook.toml", office.home):
        before = other.read_bytes() if other.is_file() else None
        ran = office.ask("backup", other)
        assert (ran.code, ran.codes) == (5, ["backup-in-the-way"])
        assert before is None or other.read_bytes() == before


def test_kits_in_a_zip_file_are_not_taken_for_a_backup(office: Office, file: Path) -> None:
    office.do("issue", "101", "--archive", file)
    assert office.ask("backup", file).codes == ["backup-in-the-way"]
    assert office.ask("restore", file, "--workspace", office.home / "x").codes == ["backup-foreign"]


def test_a_folder_that_is_not_there_is_told(office: Office, tmp_path: Path) -> None:
    assert office.ask("backup", tmp_path / "nowhere/office.zip").code == 7


def test_a_backup_that_cannot_be_recorded_is_kept_and_told(
    office: Office, file: Path, backend: str
) -> None:
    if backend == "postgresql":
        engine = office.open().engine
        with engine.connect() as other:
            other.execute(text("LOCK TABLE backup IN SHARE MODE"))  # reading goes on
            url = f"{engine.url.render_as_string(hide_password=False)}&options=-c lock_timeout=50"
            ran = office.ask("backup", file, ONHOOK_DATABASE=url)
    else:
        with closing(sqlite3.connect(office.folder / "onhook.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            url = f"sqlite:///{office.folder}/onhook.db?timeout=0.05"
            ran = office.ask("backup", file, ONHOOK_DATABASE=url)

    assert (ran.code, ran.codes) == (7, ["backup-not-recorded"])
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
