"""The line to the database breaks: it is told, nothing is half done, and a re-run completes."""

from __future__ import annotations

import subprocess
import time
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from onhook.kits import crew
from onhook.store.schema import issue
from tests.keys.opening import opened
from tests.kits.office import is_whole, manifests
from tests.postgresql import PASSWORD
from tests.store.line import line
from tests.thoroughness import thorough
from tests.workspaces import PBX, PROGRAM, PUBLIC_URL, Office

if TYPE_CHECKING:
    from tests.store.line import Line

pytestmark = pytest.mark.in_ci

__all__ = ["line"]

HEADER = ("extension", "auth_id", "password")
MANY = crew.WORTH_A_CREW + 100


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


SENT = thorough(
    (300, 1_500, 3_000, 6_000, 12_000, 25_000, 50_000, 100_000, 200_000), (1_500, 12_000, 200_000)
)  # bytes


@pytest.fixture
def few(nowhere: Office, line: tuple[Line, str]) -> Office:
    """Return a small office behind the line, its kits issued and its keys rotated."""
    words = ("--customer", "acme", "--pbx", PBX, "--public-url", PUBLIC_URL)
    nowhere.do("init", *words, "--database", line[1])
    rows = [(str(n), f"a{n}", f"Secret-{n}") for n in range(1000, 1020)]
    nowhere.do("account", "import", nowhere.table("p.csv", HEADER, *rows))
    nowhere.do("issue", "--all", "--without-device")
    nowhere.do("key", "rotate")
    nowhere.do("backup", nowhere.home / "first.zip")
    newer = [(str(n), f"b{n}", f"Secret-{n}") for n in range(1000, 1020)]
    nowhere.table("newer.csv", HEADER, *newer)
    return nowhere


@pytest.mark.parametrize(
    "words",
    [
        ("account", "import", "newer.csv"),
        ("issue", "--all", "--without-device", "--family", "linphone"),
        ("key", "rotate"),
        ("key", "rotate", "--only-reseal"),
        ("backup", "office.zip"),
        ("restore", "first.zip", "--replace"),
    ],
    ids=" ".join,
)
# psycopg's cursor on a line that is gone cannot be closed, and warns that it was not.
@pytest.mark.filterwarnings("ignore:.*ServerCursor.*deleted while still open:ResourceWarning")
def test_cut_after_any_number_of_bytes_nothing_is_half_done(
    few: Office, line: tuple[Line, str], words: tuple[str, ...]
) -> None:
    typed = [few.home / word if word.endswith((".csv", ".zip")) else word for word in words]
    codes = []
    for sent in SENT:
        line[0].cut_after(sent)
        ran = few.ask(*typed)
        line[0].cut()
        line[0].mend()
        if ran.code == 0:
            break
        assert ran.code == 7, ran.said
        codes += ran.codes
        workspace = few.open()
        assert len(opened(workspace)) >= 3 * 20
        workspace.close()
        assert len({row[4][0] for row in few.rows()["account"]}) == 1, "half of an import"
        few.do("audit", "--verify")
    few.do(*typed)

    assert codes
    assert set(codes) <= {"database-unreachable", "backup-not-recorded"}
