"""The line to the database breaks: it is told, nothing is half done, and a re-run completes."""

from __future__ import annotations

import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from onhook.kits import crew
from onhook.store.schema import issue
from tests.kits.office import is_whole, manifests
from tests.postgresql import PASSWORD
from tests.store.line import Line, laid
from tests.workspaces import PROGRAM, Office

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.postgresql import Server

MANY = crew.WORTH_A_CREW + 100


@pytest.fixture
def line(postgresql: Server) -> Iterator[tuple[Line, str]]:
    """Return a line to an empty database and the address at its near end."""
    url = postgresql.create()
    with tempfile.TemporaryDirectory() as place, laid(Path(place), postgresql.folder) as made:
        yield made, url.replace(str(postgresql.folder), place)
    postgresql.drop(url)


@pytest.fixture
def office(nowhere: Office, line: tuple[Line, str]) -> Office:
    """Return an office of many behind the line."""
    words = ("--customer", "acme", "--pbx", "pbx.acme.example", "--database", line[1])
    nowhere.do("init", *words, "--public-url", "https://phone.acme.example")
    header = ("extension", "auth_id", "password", "first_name")
    rows = ((str(n), f"a{n}", f"Secret-{n}", f"N{n}") for n in range(1000, 1000 + MANY))
    nowhere.do("account", "import", nowhere.table("people.csv", header, *rows))
    return nowhere


def issues(office: Office) -> int:
    with office.open().reading() as work:
        return work.connection.scalar(select(func.count()).select_from(issue)) or 0


def assert_told(said: str) -> None:
    assert "->" in said, said
    assert PASSWORD not in said
    assert "Traceback" not in said


def test_while_it_is_cut_every_command_says_so_and_afterwards_works(
    office: Office, line: tuple[Line, str]
) -> None:
    for words in (("account", "list"), ("issue", "--all"), ("account", "disable", "1000")):
        line[0].cut()
        ran = office.run(*words, "--lang", "en")
        assert ran.code == 7, ran.said
        assert_told(ran.err)
        line[0].mend()
    assert office.account("1000")["disabled"] is False
    office.do("account", "disable", "1000")


def test_cut_in_the_middle_of_an_issue_nothing_is_half_done_and_a_rerun_completes(
    office: Office, line: tuple[Line, str]
) -> None:
    kits = office.home / "kits"
    words = ("issue", "--all", "--without-device", "--out", kits, "--lang", "en")
    before = line[0].sent
    with subprocess.Popen(
        [PROGRAM, *map(str, words)],
        env=office.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as run:
        # Half of the rows are on their way: a sealed config alone has more than 2,000 bytes.
        while line[0].sent - before < MANY * 1000 and run.poll() is None:
            time.sleep(0.002)
        line[0].cut()
        _, err = run.communicate(timeout=60)
    assert run.returncode == 7, err
    assert_told(err)
    line[0].mend()

    there = list(manifests(kits))
    assert len(there) <= issues(office)
    assert all(is_whole(kit, manifest) for kit, manifest in there)
    office.do(*words)
    assert len(list(manifests(kits))) == issues(office) == MANY
