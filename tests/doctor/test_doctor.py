"""Everything the doctor finds, produced for real; and that it ends whatever is broken."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, text, update

from onhook.doctor import Finding, Site, examine
from onhook.doctor.findings import Check
from onhook.sealing import KeyRing
from onhook.store.schema import account, audit, audit_head, backup, contract
from onhook.workspace import utc_now
from tests.kits.disk import disk
from tests.pbx.test_pending import new_password
from tests.thoroughness import thorough
from tests.workspaces import PROGRAM, Office

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from onhook.imports import Note
    from tests.kits.disk import Disk
    from tests.workspaces import Prepared


def checks(office: Office) -> dict[str, dict[str, Any]]:
    """Return what each check found, by its name."""
    ran = office.ask("doctor")
    errors = ran.json["errors"]
    faults = [
        found["code"]
        for check in ran.data["checks"]
        for found in check["findings"]
        if found["grade"] == "fault"
    ]
    assert [error["code"] for error in errors] == faults
    assert ran.code == (errors[0]["exit_code"] if errors else 0)
    return {check["check"]: check for check in ran.data["checks"]}


def found(office: Office, check: str) -> list[tuple[str, str]]:
    """Return the grades and codes of what a check found."""
    return [(one["grade"], one["code"]) for one in checks(office)[check]["findings"]]


def grades(office: Office) -> dict[str, str]:
    return {name: check["grade"] for name, check in checks(office).items()}


def backed_up(office: Office, days_ago: float = 0) -> None:
    row = {"made_by": "tester", "file": "b", "bytes": 1, "sha256": b""}
    with office.open().writing() as work:
        made_at = work.now - timedelta(days=days_ago)
        work.connection.execute(insert(backup).values(row | {"made_at": made_at}))


def fill(acme: Office) -> None:
    acme.accounts("101", "102")
    acme.do("device", "add", "D-1", "--platform", "ios", "--level", "17.2")
    acme.do("device", "assign", "D-1", "101")
    acme.do("issue", "101")
    backed_up(acme)


@pytest.fixture
def office(prepared: Prepared) -> Office:
    """Return an office with something of everything, and nothing wrong."""
    return prepared(fill)


@pytest.mark.each_database
def test_a_sound_workspace_is_ok_all_over_and_unchanged(office: Office) -> None:
    before = office.rows()
    ran = office.run("doctor")
    assert ran.code == 0, ran.said
    # The address is one for examples; tests/doctor/test_server.py has a real one.
    assert {name for name, grade in grades(office).items() if grade != "ok"} == {"server"}
    assert "20 checks: 19 ok, 0 to note, 1 warnings, 0 faults, 0 skipped" in ran.out
    assert office.rows() == before


# --- the folder and the settings --------------------------------------------------------------


def test_no_workspace_is_said_and_the_rest_skipped(nowhere: Office) -> None:
    assert found(nowhere, "workspace") == [("fault", "no-workspace")]
    others = {grade for name, grade in grades(nowhere).items() if name != "workspace"}
    assert others == {"skipped", "ok"}  # the versions can be told all the same
    assert nowhere.run("doctor").code == 4
    assert not nowhere.folder.exists()


@pytest.mark.parametrize(
    ("mode", "grade"), [(0o755, "warning"), (0o770, "fault"), (0o702, "fault")]
)
def test_a_folder_open_to_others_is_found(office: Office, mode: int, grade: str) -> None:
    office.folder.chmod(mode)
    ((told, code),) = found(office, "workspace")
    assert told == grade
    assert code == ("readable-by-others" if grade == "warning" else "writable-by-others")


def test_settings_and_database_open_to_others_are_found(office: Office) -> None:
    (office.folder / "onhook.toml").chmod(0o666)
    (office.folder / "onhook.db").chmod(0o644)
    assert found(office, "workspace") == [("fault", "writable-by-others")]
    assert found(office, "database") == [("warning", "readable-by-others")]


def test_every_bad_setting_is_told(office: Office) -> None:
    file = office.folder / "onhook.toml"
    file.write_text('servce = "x"\nlanguage = "fr"\n[pbx]\nsip_port = 0\n', "utf-8")
    assert found(office, "settings") == [("fault", "bad-setting")] * 3
    assert grades(office)["database"] == "skipped"
    file.write_text("service = [", "utf-8")
    assert found(office, "settings") == [("fault", "settings-unreadable")]


def test_a_variable_that_cannot_be_is_told(office: Office) -> None:
    ran = office.ask("doctor", ONHOOK_PUBLIC_URL="http://phone.example")
    assert (ran.code, ran.codes) == (3, ["bad-setting"])


def test_an_address_no_phone_reaches_is_a_warning(office: Office) -> None:
    file = office.folder / "onhook.toml"
    for url, code in (("", "no-public-url"), ("https://localhost:8443", "public-url-here")):
        file.write_text(f'public_url = "{url}"\n' if url else "", "utf-8")
        assert found(office, "settings") == [("warning", code)]


def test_a_running_contract_without_pbx_is_a_warning(office: Office) -> None:
    (office.folder / "onhook.toml").write_text("", "utf-8")
    assert found(office, "contracts") == [("warning", "contracts-without-pbx")]


# --- keys -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda path: path.unlink(), "key-ring-missing"),
        (lambda path: path.chmod(0o644), "key-ring-open-to-others"),
        (lambda path: path.write_text("{}"), "key-ring-unreadable"),
    ],
    ids=["gone", "open", "damaged"],
)
def test_a_key_ring_that_cannot_be_used(office: Office, spoil: Any, code: str) -> None:
    spoil(office.folder / "keys.json")
    told = grades(office)
    assert found(office, "keys") == [("fault", code)]
    assert (told["sealed"], told["audit"], told["database"]) == ("skipped", "skipped", "ok")
    assert office.run("doctor").code == 7


@pytest.mark.each_database
def test_a_key_ring_of_another_workspace_is_found(office: Office) -> None:
    (office.folder / "keys.json").write_text(KeyRing.fresh(utc_now()).dumps(), "ascii")
    told = {(grade, code) for grade, code in found(office, "sealed")}
    assert told == {("fault", "key-lost")}
    keys = [one["message"] for one in checks(office)["sealed"]["findings"]]
    assert any("2 values" in message for message in keys)  # the passwords of 101 and 102


def test_a_ring_without_a_purpose_is_told_with_its_cure(office: Office) -> None:
    path = office.folder / "keys.json"
    ring = KeyRing.loads(path.read_text("ascii"), "")
    path.write_text(KeyRing(k for k in ring.keys if k.purpose != "delivery").dumps(), "ascii")
    assert found(office, "keys") == [("fault", "keys-incomplete")]


@pytest.mark.each_database
def test_a_password_copied_onto_another_account_is_found(office: Office) -> None:
    with office.open().writing() as work:
        rows = {row.extension: row for row in work.connection.execute(account.select())}
        query = update(account).where(account.c.extension == "102")
        work.connection.execute(query.values(password_sealed=rows["101"].password_sealed))
    assert found(office, "sealed") == [("fault", "seal-broken")]


@pytest.mark.each_database
@pytest.mark.parametrize("how", ["removed", "head changed"])
def test_a_changed_audit_trail_is_found(office: Office, how: str) -> None:
    with office.open().writing() as work:
        if how == "removed":
            work.connection.execute(audit.delete().where(audit.c.number == 2))
        else:
            work.connection.execute(update(audit_head).values(number=1))
    assert grades(office)["audit"] == "fault"


# --- the database -----------------------------------------------------------------------------


def test_a_database_that_is_gone_is_told_and_not_made_anew(office: Office) -> None:
    for path in office.folder.glob("onhook.db*"):
        path.unlink()
    assert found(office, "database") == [("fault", "database-gone")]
    assert not list(office.folder.glob("onhook.db*"))
    assert grades(office)["services"] == "ok"


@pytest.mark.each_database
@pytest.mark.parametrize(
    ("version", "code"), [("0001", "database-older"), ("9999", "database-newer")]
)
def test_a_database_of_another_version_is_found(office: Office, version: str, code: str) -> None:
    with office.open().writing() as work:
        query = text("UPDATE alembic_version SET version_num = :new")
        work.connection.execute(query, {"new": version})
    assert found(office, "database") == [("fault", code)]
    assert grades(office)["pbx"] == "skipped"
    assert office.run("doctor").code == 7


def test_a_file_that_is_no_database_is_found(office: Office) -> None:
    for path in office.folder.glob("onhook.db*"):
        path.unlink()
    (office.folder / "onhook.db").write_bytes(b"no database at all, " * 500)
    (office.folder / "onhook.db").chmod(0o600)
    assert found(office, "database") == [("fault", "database-fault")]


def test_a_server_that_is_not_there_is_found(office: Office) -> None:
    settings = office.folder / "onhook.toml"
    address = "postgresql://nobody@127.0.0.1:9/onhook"
    settings.write_text(f'database = "{address}"\npublic_url = "https://a.example"\n', "utf-8")
    assert found(office, "database") == [("fault", "database-unreachable")]


def test_damage_within_the_file_is_found(office: Office) -> None:
    rows = [(str(number),) for number in range(1000, 1600)]
    office.do("account", "import", office.table("many.csv", ("extension",), *rows))
    file = office.folder / "onhook.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        query = "SELECT rootpage FROM sqlite_master WHERE name LIKE 'sqlite_autoindex_account_1'"
        (page,) = connection.execute(query).fetchone() or (None,)
        if page is None:
            query = "SELECT rootpage FROM sqlite_master WHERE type='index' AND tbl_name='account'"
            (page,) = connection.execute(query).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    content = bytearray(file.read_bytes())
    content[(page - 1) * size + 100 : page * size] = b"\x00" * (size - 100)
    file.write_bytes(content)
    assert grades(office)["integrity"] == "fault"


def test_a_database_held_by_another_is_noted(office: Office) -> None:
    with closing(sqlite3.connect(office.folder / "onhook.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert found(office, "database") == [("note", "database-busy")]


# --- the machine ------------------------------------------------------------------------------


def inside(room: Disk, office: Office) -> dict[str, Any]:
    command = [*room.inside, str(PROGRAM), "doctor", "--json"]
    environment = office.environment | {"ONHOOK_WORKSPACE": str(room.place / "workspace")}
    ran = subprocess.run(command, env=environment, capture_output=True, check=False)
    return {one["check"]: one for one in json.loads(ran.stdout)["data"]["checks"]}


@pytest.mark.parametrize(
    ("size", "left", "grade"),
    [("80m", 60 << 20, "warning"), ("40m", 2 << 20, "fault"), ("400m", 300 << 20, "ok")][
        : thorough(3, 1)
    ],
)
def test_a_disk_that_fills_is_found(
    office: Office, tmp_path: Path, size: str, left: int, grade: str
) -> None:
    with disk(tmp_path / "small", size) as room:
        subprocess.run(["cp", "-a", office.folder, room.seen / "workspace"], check=True)
        if grade == "fault":
            room.fill(left)
        assert inside(room, office)["disk"]["grade"] == grade


def test_a_disk_without_names_left_is_found(office: Office, tmp_path: Path) -> None:
    with disk(tmp_path / "small", "300m,nr_inodes=60") as room:
        subprocess.run(["cp", "-a", office.folder, room.seen / "workspace"], check=True)
        assert inside(room, office)["disk"]["grade"] == "fault"


def test_a_disk_that_may_not_be_written_is_found(office: Office, tmp_path: Path) -> None:
    with disk(tmp_path / "small", "300m") as room:
        subprocess.run(["cp", "-a", office.folder, room.seen / "workspace"], check=True)
        room.remount("ro")
        assert inside(room, office)["database"]["grade"] == "fault"


@pytest.mark.each_database
def test_a_clock_set_back_is_found(office: Office) -> None:
    def grade(**ago: float) -> str:
        site = Site(office.folder, {}, lambda: utc_now() - timedelta(**ago))
        found_here = {result.check: result.grade for result in examine(site)}
        site.close()
        return found_here["clock"]

    assert grade() == "ok"
    assert grade(hours=1) == "fault"
    assert grade(days=-400) == "ok"


def test_the_time_zone_does_not_matter(office: Office) -> None:
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        assert office.ask("doctor", TZ=zone).code == 0


# --- services and families --------------------------------------------------------------------


def test_a_service_that_cannot_be_read_is_found(office: Office) -> None:
    (office.folder / "services").mkdir()
    (office.folder / "services" / "mine.toml").write_text('id = "mine"\n', "utf-8")
    assert found(office, "services") == [("fault", "service-key-missing")]


def test_a_flow_that_cannot_be_read_is_found(office: Office) -> None:
    (office.folder / "flows").mkdir()
    (office.folder / "flows" / "mine.toml").write_text('service = "mine"\n', "utf-8")
    assert found(office, "services") == [("fault", "service-key-missing")]


def test_a_service_that_is_gone_is_found(office: Office) -> None:
    settings = office.folder / "onhook.toml"
    settings.write_text('service = "gone"\n' + settings.read_text("utf-8"), "utf-8")
    with office.open().writing() as work:
        work.connection.execute(update(contract).values(service="vanished"))
    assert found(office, "services") == [("fault", "service-not-found")]
    assert found(office, "contracts") == [("fault", "service-not-found")]


def test_a_broken_template_is_found_with_its_line(office: Office) -> None:
    folder = office.folder / "templates" / "mine"
    folder.mkdir(parents=True)
    (folder / "manifest.toml").write_text(
        'manifest = 1\nname = "mine"\ntitle = "Mine"\nversion = "1"\nplatforms = ["pc"]\n'
        '[certainty]\nlevel = "own"\nevidence = "made here"\n[qr]\npayload = "url"\n'
        '[[files]]\nname = "a.ini"\ntemplate = "a.j2"\nmedia_type = "text/plain"\n'
        'escaping = "ini"\n',
        "utf-8",
    )
    (folder / "a.j2").write_text("[a]\nuser={{ extention }}\n", "utf-8")
    told = checks(office)["families"]
    assert told["grade"] == "fault"
    assert "a.j2" in told["findings"][0]["message"]
    assert grades(office)["services"] == "ok"


def test_a_design_of_sheets_is_tried(office: Office) -> None:
    assert found(office, "sheets") == []
    folder = office.folder / "sheets"
    folder.mkdir()
    (folder / "sheet.toml").write_text('accent = "#102030"\n', "utf-8")
    assert found(office, "sheets") == []
    (folder / "sheet.typ").write_text("#nothing\n", "utf-8")
    assert found(office, "sheets") == [("fault", "sheet-template-wrong")]


# --- what waits for a person ------------------------------------------------------------------


@pytest.mark.each_database
def test_open_pbx_changes_are_noted_and_after_three_days_a_warning(office: Office) -> None:
    office.do("account", "disable", "102")
    assert found(office, "pbx") == [("note", "pbx-changes-wait")]
    office.do("pbx", "done", "102")
    assert found(office, "pbx") == []

    new_password(office, "101")
    site = Site(office.folder, {}, lambda: utc_now() + timedelta(days=3, hours=1))
    (result,) = (one for one in examine(site) if one.check == "pbx")
    site.close()
    assert result.grade == "warning"


@pytest.mark.each_database
def test_backups_that_are_old_or_were_never_made_are_a_warning(acme: Office) -> None:
    assert found(acme, "backups") == [("warning", "backup-missing")]
    backed_up(acme, days_ago=8)
    assert found(acme, "backups") == [("warning", "backup-old")]
    backed_up(acme, days_ago=6)
    assert found(acme, "backups") == []


@pytest.mark.each_database
def test_devices_with_several_accounts_or_too_old_are_a_warning(office: Office) -> None:
    rows = (
        ("device", "platform", "level", "extension"),
        ("D-2", "ios", "8.0", "101"),
        ("D-3", "android", "", "102"),
        ("D-4", "ios", "17.1", "101"),
        ("D-4", "ios", "17.1", "102"),
    )
    office.run("device", "import", office.table("devices.csv", *rows))
    assert found(office, "assignments") == [("warning", "devices-disputed")]
    levels = checks(office)["levels"]["findings"]
    assert [(one["grade"], one["code"], one["rule"]) for one in levels] == [
        ("warning", "devices-too-old", "J-A2"),
        ("note", "devices-unknown", "J-A2"),
    ]
    assert "D-2" in levels[0]["message"]
    assert office.run("doctor").code == 0  # these keep nobody from working
    office.do("device", "keep", "D-4", "101")
    assert found(office, "assignments") == []


# --- the doctor itself ------------------------------------------------------------------------


def test_a_check_that_crashes_ends_no_other_and_tells_no_secret(office: Office) -> None:
    def crash(_site: Site) -> Iterator[Finding | Note]:
        raise RuntimeError("Geheim")

    def fine(_site: Site) -> Iterator[Finding | Note]:
        yield from ()

    plan = [Check("first", crash), Check("second", fine), Check("third", fine, needs=("first",))]
    site = Site(office.folder, {})
    results = list(examine(site, plan))
    assert [result.grade for result in results] == ["fault", "ok", "skipped"]
    assert "Geheim" not in str(results)
    assert results[0].findings[0].error.code() == "check-failed"


def test_a_place_that_may_not_be_looked_at_is_a_fault(office: Office) -> None:
    if os.geteuid() != 0:
        office.folder.chmod(0)
        assert found(office, "workspace") == [("fault", "place-unreadable")]
        office.folder.chmod(0o700)
        return
    command = ["setpriv", "--reuid", "65534", "--clear-groups", str(PROGRAM), "doctor", "--json"]
    environment = office.environment | {"HOME": "/nonexistent"}
    ran = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert b"place-unreadable" in ran.stdout
    assert ran.returncode == 7


def test_it_is_said_in_japanese_and_fits_a_terminal(office: Office) -> None:
    (office.folder / "keys.json").unlink()
    said = office.run("doctor", "--lang", "ja")
    assert "異常" in said.out
    assert "未検査" in said.out
    assert "検査 20 件" in said.out
    assert not [line for line in said.out.splitlines() if line != line.rstrip()]


def test_no_secret_is_told(office: Office) -> None:
    for form in ((), ("--json",)):
        assert "Secret-10" not in office.run("doctor", *form).said
