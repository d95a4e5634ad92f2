"""A backup made while other processes write shows one moment of theirs."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tests.killing import run_together
from tests.thoroughness import thorough
from tests.workspaces import PROGRAM

if TYPE_CHECKING:
    from pathlib import Path

    from tests.backups.conftest import Elsewhere
    from tests.workspaces import Office

pytestmark = [pytest.mark.in_ci, pytest.mark.each_database, pytest.mark.slow]

PEOPLE = [str(1000 + n) for n in range(250)]
BACKUPS = thorough(5, 3)


def people(office: Office, wave: str) -> Path:
    """Write a list in which everybody's auth id begins with `wave`."""
    header = ("extension", "auth_id", "password", "display_name")
    rows = [(one, f"{wave}-{one}", f"Pw-{wave}-{one}", f"人 {one}") for one in PEOPLE]
    return office.table(f"{wave}.csv", header, *rows)


def start(office: Office, *words: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [PROGRAM, *map(str, words)],
        env=office.environment,
        cwd=office.home,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def test_imports_and_issues_go_on_and_each_backup_is_of_one_moment(
    acme: Office, elsewhere: Elsewhere
) -> None:
    waves = [people(acme, wave) for wave in ("one", "two")]
    phones = [(f"D-{one}", "ios", "17.2", one) for one in PEOPLE]
    acme.do("account", "import", waves[0])
    acme.do(
        "device",
        "import",
        acme.table("phones.csv", ("device", "platform", "level", "extension"), *phones),
    )
    moments, running = [], start(acme, "issue", "--all")
    for number in range(BACKUPS):
        others = [start(acme, "account", "import", waves[number % 2]), running]
        file = acme.home / f"{number}.zip"
        data = acme.ask("backup", file).data
        moments.append(tuple(data["rows"].values()))
        place = elsewhere()
        place.do("restore", file, "--keys", acme.folder / "keys.json", "--database",
                 f"sqlite:///{place.home}/{number}.db")  # fmt: skip
        assert_one_moment(place.rows(), data)
        assert [other.wait() for other in others] == [0, 0]
        running = start(acme, "issue", "--all")
    assert running.wait() == 0

    assert len(set(moments)) > 1, "nobody wrote meanwhile"


def assert_one_moment(rows: dict[str, list[tuple[Any, ...]]], data: dict[str, Any]) -> None:
    """Assert that no transaction of another is there in part."""
    assert {row[4].partition("-")[0] for row in rows["account"]} in ({"one"}, {"two"})
    assert len(rows["account"]) == len(PEOPLE)
    issues = {(row[0], row[1]) for row in rows["issue"]}
    assert {(row[0], row[3]) for row in rows["kit"]} <= issues
    assert {(row[0], row[1]) for row in rows["issue_file"]} == issues
    assert len(rows["kit"]) in (0, len(PEOPLE))
    numbers = [row[0] for row in rows["audit"]]
    assert numbers == list(range(1, len(numbers) + 1))
    assert rows["audit_head"][0][3] == len(numbers)
    assert len(numbers) == data["rows"]["audit"] + 1  # and the restore's own


@pytest.mark.sqlite_alone
def test_of_two_restores_at_once_one_makes_the_workspace(
    office: Office, elsewhere: Elsewhere, forker: subprocess.Popen[str]
) -> None:
    office.do("backup", office.home / "office.zip")
    place = elsewhere()
    words = ("restore", office.home / "office.zip", "--keys", office.folder / "keys.json", "--json")
    where = {"environment": place.environment, "folder": str(place.home)}

    ended = run_together(forker, [words, words], **where)

    assert sorted(one["code"] for one in ended) == [0, 5], ended
    place.do("issue", "101")
    assert {path.name for path in place.folder.iterdir()} <= {
        "keys.json",
        "onhook.db",
        "onhook.db-shm",
        "onhook.db-wal",
        "onhook.toml",
        "services",
        "templates",
    }
