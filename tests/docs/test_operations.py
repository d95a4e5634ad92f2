"""docs/operations.md is followed to the letter: every line that its user types does what it says.

What root types there (packages, users, pip) is not typed here; the places and addresses of the page
are put below a test's folder and on a test's server.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import typer.main

from onhook_cli.app import assemble
from tests.docs.operating import Operator, lines, sections
from tests.workspaces import PROGRAM

if TYPE_CHECKING:
    from tests.postgresql import Server

pytestmark = pytest.mark.in_ci

DOCS = Path(__file__).parents[2] / "docs"
PAGE = sections((DOCS / "operations.md").read_text("utf-8"))
LISTS = {
    "account": "extension,auth_id,password\n101,a101,Secret-101\n102,a102,Secret-102\n",
    "device": "device,platform,level,extension\nD-1,ios,17,101\nD-2,ios,17,102\n",
}
OPERATORS_PAGES = (
    *("operations", "deployment", "doctor"),
    *("backup", "keys", "postgresql", "audit", "pbx"),
)


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    """Return somebody who has installed onhook as the page says, and made the kits of an office."""
    operator = Operator(tmp_path / "one")
    operator.follow(PAGE["Install"])
    for what, table in LISTS.items():
        (operator.where / f"{what}.csv").write_text(table, "utf-8")
        operator.type(f"onhook {what} import {what}.csv")
    operator.type("onhook issue --all --out kits")
    return operator


@pytest.fixture
def backed_up(operator: Operator) -> Operator:
    """Return the same after the first backup."""
    operator.follow(PAGE["Back up"])
    return operator


def links(operator: Operator) -> str:
    """Return what can be seen of links: they and their QR codes must outlive what is done."""
    return operator.type("onhook link list").out + operator.type("onhook qr 101").out


def test_from_install_to_another_machine(backed_up: Operator, tmp_path: Path) -> None:
    before, other = links(backed_up), Operator(tmp_path / "two")
    for carried in ("srv/backups/office.zip", "media/usb/office-keys.backup"):
        shutil.copy(backed_up.machine / carried, other.machine / "srv/onhook")
    *_, doctor, audit, issued = other.follow(PAGE["Restore on another machine"])

    assert "0 faults" in doctor.out
    assert "The audit trail is whole" in audit.out
    assert "0 new, 0 changed, 0 renewed, 2 unchanged, 0 refused" in issued.out
    assert links(other) == before
    assert not (other.machine / "srv/onhook/keys.json").exists()


def test_rotating_moving_there_and_back_and_the_way_back_of_an_upgrade(
    backed_up: Operator, postgresql: Server
) -> None:
    before, url = links(backed_up), postgresql.create()
    backed_up.elsewhere = {"postgresql+psycopg://onhook@db.example/onhook": url}
    (backed_up.machine / "srv/onhook/.pgpass").write_text("db.example:5432:onhook:onhook:x\n")
    backed_up.follow(PAGE["Rotate the keys"])
    held = backed_up.type("onhook key list").out.splitlines()
    assert [line.split()[-1] for line in held if "older" in line and "audit" not in line] == [
        "0"
    ] * 2

    backed_up.follow(PAGE["Move to PostgreSQL, and back"])
    postgresql.drop(url)
    assert links(backed_up) == before

    backed_up.follow(PAGE["Upgrade"])
    assert links(backed_up) == before
    backed_up.follow(PAGE["Every week"])


def test_after_a_leak_the_old_keys_open_nothing_and_old_links_are_dead(
    backed_up: Operator,
) -> None:
    office = backed_up.machine / "srv/onhook/office"
    stolen = shutil.copy(office / "keys.json", office.parent / "stolen.json")
    old = backed_up.type("onhook qr 101").out
    ran = backed_up.follow(PAGE["After a leak"])

    assert "2 links are dead" in "".join(one.out for one in ran)
    states = re.findall(r"acme/101 .*(live|revoked)", backed_up.type("onhook link list").out)
    assert states[0] == "live"
    assert set(states[1:]) == {"revoked"}
    assert backed_up.type("onhook qr 101").out != old
    assert "acme/101  set the new password" in ran[-1].out
    held = backed_up.type("onhook key list").out.splitlines()
    assert all("audit" in line for line in held if "older" in line)
    backed_up.type(f"export ONHOOK_KEY_FILE={stolen}")
    backed_up.type("onhook account show 101 --reveal", code=7)
    backed_up.type("onhook qr 101", code=7)


def test_every_backup_of_the_ring_is_named_before_it_is_needed() -> None:
    made = re.findall(
        r"key backup (\S+) --passphrase-file -$", "\n".join(PAGE.values()), re.MULTILINE
    )
    assert len(made) == len(set(made)), "a file that is there is not overwritten"


def test_a_later_login_and_cron_find_program_and_workspace(operator: Operator) -> None:
    operator.log_in()
    operator.type(". ~/.profile")
    operator.type("onhook account list")

    table = [
        line for text in PAGE.values() for line in lines(text, "", "text") if "onhook " in line
    ]
    assert len(table) == 2
    said = [line for line in lines(PAGE["Back up"], "", "text") if re.match(r"[A-Z_]+=", line)]
    variables = dict(operator.here(line).split("=", 1) for line in said)
    variables["PATH"] = variables["PATH"].replace(
        f"{operator.machine}/usr/local/bin", str(PROGRAM.parent)
    )
    for line in table:
        command = operator.here(" ".join(line.split()[5:]).replace("\\%", "%"))
        subprocess.run(["/bin/sh", "-c", command], env=variables, check=True)

    backups = operator.machine / "srv/backups"
    assert re.fullmatch(r"office-\d\d\.zip", next(backups.glob("*.zip")).name)
    assert "0 faults" in (backups / "doctor.txt").read_text()


@cache
def program() -> Any:
    """Return the whole command line."""
    return typer.main.get_command(assemble())


def options_of(words: list[str]) -> set[str] | None:
    """Return the options of the command that `words` begin with, None if there is none such."""
    found = program()
    for word in words:
        inner = getattr(found, "commands", {})
        if not inner:
            break
        if word not in inner:
            return None
        found = inner[word]
    return {name for one in found.params for name in (*one.opts, *one.secondary_opts)}


@pytest.mark.parametrize("page", OPERATORS_PAGES)
def test_every_command_and_option_on_the_operators_pages_exists(page: str) -> None:
    text = (DOCS / f"{page}.md").read_text("utf-8")
    told = re.findall(r"(?:^(?:    |\$ )|`)(onhook [a-z][^`\n#]*)", text, re.MULTILINE)
    assert told
    for line in told:
        words = line.partition("   ")[0].split()[1:]
        known = options_of(words)
        assert known is not None, line
        assert {*re.findall(r"--[a-z][a-z-]+", line)} <= known, line
