"""No secret and no token is found anywhere but where it is delivered; nothing is for others."""

from __future__ import annotations

import base64
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.decoders import both_read
from tests.kits.conftest import copy_of
from tests.kits.office import COMMAND, Office, people
from tests.workspaces import run_here

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TUNNEL = "tunnel-Geheim-7731"
MSISDN = "819011112222"


def forms(secret: str) -> Iterator[bytes]:
    """Yield how a secret may be written."""
    raw = secret.encode()
    yield raw
    yield raw.hex().encode()
    yield raw.hex().upper().encode()
    for start in range(3):  # base64 depends on where in a longer text it stands
        encoded = base64.b64encode(b"\0" * start + raw)
        yield encoded[4 if start else 0 : len(encoded) // 4 * 4 - 4]


def open_wide(command: list[str], office: Office) -> subprocess.CompletedProcess[bytes]:
    """Run a command as somebody whose umask hides nothing."""
    return subprocess.run(
        command, env=office.variables(), cwd=office.root, capture_output=True, check=False, umask=0
    )


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> tuple[Office, bytes]:
    """Live through a whole story and return everything that was said."""
    office = Office(tmp_path_factory.mktemp("story") / "office")
    office.root.mkdir(mode=0o700)
    secret = office.root.parent / "secret"
    secret.write_text(TUNNEL + "\n")
    path = office.write_people(people(6))
    devices = office.write_devices(people(6))
    said = b""

    def run(*arguments: str | Path) -> None:
        nonlocal said
        said += run_here(arguments, office.variables()).said.encode()

    run(
        "init", "--customer", "acme", "--pbx", "pbx.acme.example", "--public-url", "https://k.x.org"
    )
    run("contract", "start", "--tunnel-port", "5090", "--tunnel-password-file", secret)
    run("account", "import", path)
    run("device", "import", devices)
    run("device", "set", "D-00002", "--level", "8.0")
    for more in ([], ["--json"], ["--lang", "ja"]):
        run("account", "list", *more)
        run("account", "show", "1001", *more)
        run("contract", "show", "1", *more)
        run("check", "--all", *more)
        run("issue", "--all", "--out", office.kits, *more)
        run("issue", "--all", "--archive", office.root / "kits.zip", *more)
        run("issue", "--all", "--format", "png,svg", "--out", office.kits, *more)
        run("link", "list", *more)
        run("qr", "1001", *more)
        run("account", "import", path, *more)
        run("issue", "9999", *more)
        run("issue", "1001", "--family", "nothing", *more)
    return office, said


def secrets_of(office: Office) -> list[str]:
    tokens = [url.rpartition("/")[2] for url in office.urls().values()]
    assert len(tokens) == 5
    return [*tokens, TUNNEL, *(one.password for one in people(6))]


def assert_none_in(content: bytes, secrets: list[str], where: object) -> None:
    for secret in secrets:
        for form in forms(secret):
            assert form not in content, f"a secret stands in {where}"


def test_no_secret_is_found_but_where_it_is_delivered(story: tuple[Office, bytes]) -> None:
    office, said = story
    secrets = secrets_of(office)
    assert_none_in(said, secrets, "what was said")
    delivered = {".3cxconfig", ".zip", ".png", ".svg", ".csv"}
    looked = set()
    for path in office.root.rglob("*"):
        if path.is_file() and path.suffix not in delivered:
            assert_none_in(path.read_bytes(), secrets, path)
            looked.add(path.name)
    assert {"onhook.db", "onhook.toml", "keys.json", "manifest.json", "index.html"} <= looked
    config = (office.kits / "acme/1001-D-00001/3cxprov_1001.3cxconfig").read_bytes()
    assert people(1)[0].password.encode() in config, "the search would have found it"
    assert TUNNEL.encode() in config
    assert both_read(office.kits / "acme/1001-D-00001/qr.png").endswith(secrets[0])


def test_reveal_shows_what_nothing_else_does(story: tuple[Office, bytes]) -> None:
    office, _ = story
    password = people(1)[0].password
    assert password in office.onhook("account", "show", "1001", "--reveal").out
    assert password not in office.onhook("account", "show", "1001").out


def test_nothing_is_open_to_others_whatever_the_umask(story: tuple[Office, bytes]) -> None:
    office, _ = story
    ours = [office.folder, office.kits, office.root / "kits.zip"]
    for top in ours:
        for path in (top, *top.rglob("*")):
            mode = path.stat().st_mode & 0o777
            assert mode & ~(0o700 if path.is_dir() else 0o600) == 0, f"{path} has {mode:04o}"


def test_files_that_sqlite_makes_are_private_too(story: tuple[Office, bytes]) -> None:
    office, _ = story
    script = (
        "import os, sys; from pathlib import Path; from onhook.workspace import open_workspace\n"
        "workspace = open_workspace(Path(sys.argv[1]), {})\n"
        "with workspace.writing() as work:\n"
        "    work.connection.exec_driver_sql('UPDATE customer SET name = name')\n"
        "    for path in Path(sys.argv[1]).iterdir(): print(path.name, oct(path.stat().st_mode))\n"
    )
    ended = open_wide([sys.executable, "-c", script, str(office.folder)], office)
    modes = dict(line.split() for line in ended.stdout.decode().splitlines())
    assert {"onhook.db", "onhook.db-wal", "onhook.db-shm"} <= modes.keys()
    assert set(modes.values()) == {"0o100600"}


def test_traceback_of_a_fault_of_ours_shows_no_secret(
    story: tuple[Office, bytes], tmp_path: Path
) -> None:
    office = copy_of(story[0].root, tmp_path / "office")
    secrets = secrets_of(office)
    with closing(sqlite3.connect(office.database)) as connection, connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        # A platform nobody foresaw: it is met with the password at hand.
        connection.execute("UPDATE device SET platform = 'abacus' WHERE id = 'D-00003'")
    office.environment = {"ONHOOK_DEBUG": "1"}
    ended = open_wide([*COMMAND, "issue", "--all", "--out", str(office.kits)], office)
    said = ended.stdout + ended.stderr
    assert b"Traceback" in said
    assert b"abacus" in said
    assert_none_in(said, secrets, "a traceback")


def test_msisdn_is_as_secret_as_a_password(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.init("--service", "biglobe-mobile")
    path = office.root / "numbers.csv"
    path.write_text(f"extension,display_name,msisdn\n101,Taro,{MSISDN}\n")
    said = ""
    for more in ([], ["--json"]):
        for command in (
            ("account", "import", path),
            ("account", "show", "101"),
            ("check", "--all", "--without-device"),
            ("issue", "--all", "--without-device", "--out", office.kits),
        ):
            said += run_here((*command, *more), office.variables()).said
    assert office.sql("SELECT count(*) FROM account WHERE msisdn_sealed IS NOT NULL") == [(1,)]
    assert_none_in(said.encode(), [MSISDN], "what was said")
    assert_none_in(office.database.read_bytes(), [MSISDN], "the database")
