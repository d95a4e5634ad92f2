"""A filled database of each earlier version is brought up to date, and no value is lost.

The office is made by today's commands, and what of it the tables of that time can hold is put into
those, made by the migrations up to that time. So a new migration is tested as soon as it is there.
What it must do to values (not only where they stand) needs a test of its own here.
"""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from onhook.backups.rows import Shape, read_rows
from onhook.backups.snapshot import shapes_of
from onhook.store.bulk import insert_many
from onhook.store.engine import open_engine, read_transaction, write_transaction
from onhook.store.migration import (
    SCHEMA,
    drop_tables,
    find_program,
    find_revision,
    revisions,
    upgrade,
)
from onhook.store.schema import metadata
from tests.killing import Killer, run_forked, run_together
from tests.kits.disk import disk, with_ever_more_room
from tests.thoroughness import thorough

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from subprocess import Popen

    from sqlalchemy import Engine
    from sqlalchemy.engine import Connection

    from onhook.backups.rows import Kind
    from tests.backups.conftest import Elsewhere
    from tests.workspaces import Office

pytestmark = pytest.mark.each_database

Rows = list[dict[str, Any]]
Held = dict[str, Rows]

EARLIER = revisions()[:-1]
SOME = thorough(EARLIER, EARLIER[:1])  # the oldest goes through every migration
NEW_PURPOSES = {"0001": {"audit"}}
"""Purposes of keys that the onhook of that revision did not know yet."""
MOVING = {"audit_head"}
"""Tables whose row each command writes anew; verifying the trail looks at it."""
# What stands in a column that there is no more, where it may not be empty.
STAND_INS: dict[Kind, object] = {
    "text": "x",
    "integer": 1,
    "boolean": True,
    "date": date(2026, 1, 2),
    "instant": datetime(2026, 1, 2, tzinfo=UTC),
    "bytes": b"x",
    "json": {},
}


@pytest.fixture
def engine(office: Office) -> Iterator[Engine]:
    made = open_engine(office.open().settings.database)
    office.close()
    yield made
    made.dispose()


def read(connection: Connection, shape: Shape) -> Rows:
    return [row._asdict() for rows in read_rows(connection, shape) for row in rows]


def all_rows(engine: Engine) -> Held:
    with read_transaction(engine) as connection:
        shapes = shapes_of(connection, find_revision(connection)[0] or "")
        return {shape.name: read(connection, shape) for shape in shapes}


def make_earlier(office: Office, engine: Engine, revision: str, today: Held) -> Held:
    """Put an office into the tables and beside the keys of an earlier onhook; return its rows."""
    with write_transaction(engine) as connection:
        drop_tables(connection)
        upgrade(connection, revision)
        for shape in shapes_of(connection, revision):
            rows = [as_of(shape, row) for row in today.get(shape.name, [])]
            insert_many(connection, shape.table(), rows)
    keys = office.folder / "keys.json"
    ring = json.loads(keys.read_bytes())
    newer = NEW_PURPOSES.get(revision, set())
    ring["keys"] = [key for key in ring["keys"] if key["purpose"] not in newer]
    keys.write_text(json.dumps(ring))
    return all_rows(engine)


def as_of(shape: Shape, row: dict[str, Any]) -> dict[str, Any]:
    return {name: row.get(name, STAND_INS[kind]) for name, kind in shape.columns.items()}


def kept(before: Held, after: Held) -> Held:
    """Return of `after` what stood in columns that there were before and still are.

    Upgrading is recorded: what was recorded before it comes first.
    """
    most = {"audit": len(before.get("audit", []))}
    return {
        name: [
            {key: value for key, value in row.items() if key in rows[0]}
            for row in after[name][: most.get(name)]
        ]
        for name, rows in before.items()
        if name in after and rows and name not in MOVING
    }


def still(before: Held) -> Held:
    """Return of `before` what stands in columns that there still are."""
    tables = {name: table.columns.keys() for name, table in metadata.tables.items()}
    return {
        name: [{key: value for key, value in row.items() if key in tables[name]} for row in rows]
        for name, rows in before.items()
        if name in tables and rows and name not in MOVING
    }


def test_there_are_earlier_versions() -> None:
    assert EARLIER
    assert revisions()[-1] == SCHEMA


@pytest.mark.parametrize("revision", EARLIER)
def test_every_value_is_there_after_init(office: Office, engine: Engine, revision: str) -> None:
    before = make_earlier(office, engine, revision, all_rows(engine))
    assert sum(map(len, before.values())) > 20
    statuses = {row["status"] for row in before["assignment"]}
    assert statuses >= {"active", "disputed"}
    assert office.ask("account", "list").codes == ["database-older"]
    office.do("init")

    after = all_rows(engine)
    assert kept(before, after) == still(before)
    with read_transaction(engine) as connection:
        assert find_revision(connection) == (SCHEMA, False)
        assert find_program(connection) != "?"


@pytest.mark.parametrize("revision", SOME)
def test_the_office_works_on_as_before(office: Office, engine: Engine, revision: str) -> None:
    code = office.do("qr", "101").out
    make_earlier(office, engine, revision, all_rows(engine))
    office.do("init")

    assert office.ask("issue", "101").data["counts"]["unchanged"] == 1
    assert office.do("qr", "101").out == code
    assert office.account("101", "--reveal")["password"] == "Secret-101"
    states = {one["account"]: one["state"] for one in office.ask("link", "list").data["links"]}
    assert states == {"acme/101": "live", "acme/102": "revoked"}
    office.accounts("105")
    office.do("account", "disable", "101")
    office.do("backup", office.home / "after.zip")
    assert office.ask("audit", "--verify").code == 0


@pytest.mark.parametrize("revision", SOME)
def test_a_backup_made_before_is_brought_up_to_date_by_restoring_it(
    office: Office, engine: Engine, elsewhere: Elsewhere, revision: str, backend: str
) -> None:
    before = make_earlier(office, engine, revision, all_rows(engine))
    file = office.home / "before.zip"
    data = office.ask("backup", file).data
    assert (data["schema"], data["recorded"]) == (revision, False)
    assert all_rows(engine) == before

    place = elsewhere("sqlite" if backend == "postgresql" else "postgresql")
    place.do("restore", file, "--keys", office.folder / "keys.json", *place.database)
    other = open_engine(place.open().settings.database)
    after = all_rows(other)
    other.dispose()
    assert kept(before, after) == still(before)
    assert place.ask("issue", "101").code in (0, 7)


@pytest.mark.slow
@pytest.mark.parametrize("revision", SOME)
def test_killed_while_upgrading_it_is_of_the_old_version_or_of_the_new_one(
    office: Office, engine: Engine, forker: Popen[str], revision: str
) -> None:
    today, killer = all_rows(engine), Killer(forker, office.environment, office.home)
    for _ in killer.rounds():
        before = make_earlier(office, engine, revision, today)
        killer.kill("init")
        with read_transaction(engine) as connection:
            found = find_revision(connection)[0]
        assert found in (revision, SCHEMA)
        after = all_rows(engine)
        assert after == before if found == revision else kept(before, after) == still(before)
        office.do("init")
        assert kept(before, all_rows(engine)) == still(before)
        assert office.ask("audit", "--verify").code == 0


@pytest.mark.parametrize("revision", SOME)
def test_two_upgrades_at_once_are_one(
    office: Office, engine: Engine, forker: Popen[str], revision: str
) -> None:
    before = make_earlier(office, engine, revision, all_rows(engine))
    where = {"environment": office.environment, "folder": str(office.home)}
    for ended in run_together(forker, [["init"], ["init"]], **where):
        assert ended["code"] == 0, ended["said"]

    assert kept(before, all_rows(engine)) == still(before)
    office.do("audit", "--verify")


@pytest.mark.sqlite_alone
@pytest.mark.parametrize("revision", SOME)
def test_a_full_disk_at_an_upgrade_leaves_the_old_version_or_the_new_one(
    office: Office, engine: Engine, forker: Popen[str], tmp_path: Path, revision: str
) -> None:
    before = make_earlier(office, engine, revision, all_rows(engine))
    engine.dispose()

    def copied(source: Path) -> Engine:
        shutil.copytree(source / "workspace", tmp_path / "look", dirs_exist_ok=True)
        return open_engine(f"sqlite:///{tmp_path}/look/onhook.db")

    def is_old_or_new() -> None:
        """Assert that all is as before, or upgraded: then the room for its entry was missing."""
        there = copied(small.seen)
        found = all_rows(there)
        with read_transaction(there) as connection:
            is_new = find_revision(connection)[0] == SCHEMA
        assert kept(before, found) == still(before) if is_new else found == before
        there.dispose()

    with disk(tmp_path / "small", "8m") as small:
        shutil.copytree(office.folder, small.seen / "workspace")
        place = str(small.place / "workspace")
        environment = office.environment | {"ONHOOK_WORKSPACE": place}
        where = {"environment": environment, "folder": str(tmp_path)}
        init = partial(run_forked, forker, ("init", "--json"), **where, namespaces=small.namespaces)
        with_ever_more_room(small, init, is_old_or_new)
        after = copied(small.seen)
        assert kept(before, all_rows(after)) == still(before)
        after.dispose()
