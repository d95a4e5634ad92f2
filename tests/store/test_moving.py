"""A workspace moves from one database to another whole, or not at all."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Connection, text, update

from onhook import moving
from onhook.store import copying
from onhook.store.engine import open_engine, read_transaction, shown_url, write_transaction
from onhook.store.migration import find_revision, migrate
from onhook.store.schema import account, backup, metadata
from onhook.workspace import SettingsFile, WorkspaceMoved
from tests.killing import Killer
from tests.postgresql import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from subprocess import Popen

    from tests.postgresql import Server
    from tests.workspaces import Office, Prepared

    Rows = dict[str, list[tuple[Any, ...]]]

pytestmark = pytest.mark.each_database  # the one it moves away from


def fill(acme: Office) -> None:
    acme.accounts("101", "102")
    acme.do("account", "set", "102", "--display-name", "𠮷田 髙子 % %s :x '\"")
    words = ("--pbx", "own.example:5061", "--tunnel-port", "5090", "--tunnel-password-file", "-")
    acme.do("contract", "start", *words, typed="Tunnel\n")
    for device, extension in (("D-1", "101"), ("D-2", "102")):
        acme.do("device", "add", device, "--platform", "ios", "--level", "17")
        acme.do("device", "assign", device, extension)
    acme.do("issue", "--all")
    acme.do("account", "disable", "102")
    with acme.open().writing() as work:
        made = {"made_at": work.now, "made_by": "x", "file": "x", "sha256": b"\0"}
        work.connection.execute(backup.insert(), [made | {"bytes": 5_000_000_000}])
    kinds = {type(column.type) for table in metadata.sorted_tables for column in table.columns}
    assert filled(acme.rows()) == kinds


@pytest.fixture
def office(prepared: Prepared) -> Office:
    """Return an office that has something in every kind of column."""
    return prepared(fill)


def filled(rows: Rows) -> set[type]:
    """Return the kinds of columns that hold something."""
    return {
        type(column.type)
        for name, found in rows.items()
        for row in found
        for column, value in zip(metadata.tables[name].columns, row, strict=True)
        if value is not None
    }


@pytest.fixture
def new_target(backend: str, postgresql: Server, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Return a way to get the address of an empty database of the other kind."""
    made: list[str] = []

    def new() -> str:
        to_sqlite = backend == "postgresql"
        url = f"sqlite:///{tmp_path}/moved-{len(made)}.db" if to_sqlite else postgresql.create()
        made.append(url)
        return url

    yield new
    for url in made if backend == "sqlite" else ():
        postgresql.drop(url)


@pytest.fixture
def target(new_target: Callable[[], str]) -> str:
    """Return the address of an empty database of the other kind."""
    return new_target()


def content(office: Office) -> Rows:
    """Return all that is stored but the moves themselves."""
    rows = office.rows()
    action = metadata.tables["audit"].columns.keys().index("action")
    trail = [row for row in rows["audit"] if row[action] != "workspace.move"]
    return {**rows, "audit": trail, "audit_head": []}


def moves(office: Office) -> int:
    return sum("workspace.move" in row for row in office.rows()["audit"])


def database_of(office: Office) -> str:
    return str(tomllib.loads((office.folder / "onhook.toml").read_text("utf-8")).get("database"))


def test_every_row_is_there_afterwards_and_the_settings_say_so(office: Office, target: str) -> None:
    before, old = content(office), office.open().engine.url
    many = sum(map(len, office.rows().values()))
    told = office.do("init", "--database", target, "--move").out

    assert f"moved: {shown_url(target)}" in told
    assert f"{many} rows, each compared" in told
    assert str(old.database) in told
    assert PASSWORD not in told
    assert database_of(office) == target
    assert content(office) == before
    assert moves(office) == 1
    assert office.ask("issue", "101").data["counts"]["unchanged"] == 1


def test_numbers_go_on_where_they_were(office: Office, target: str) -> None:
    office.do("init", "--database", target, "--move")
    office.accounts("103")
    office.do("contract", "start")
    rows = office.rows()

    assert [row[0] for row in rows["account"]] == [1, 2, 3]
    assert [row[0] for row in rows["contract"]] == [1, 2, 3]


def test_back_again_it_is_the_same(office: Office, target: str, postgresql: Server) -> None:
    before = content(office)
    there_and_back = [target]
    is_sqlite = target.startswith("sqlite")
    there_and_back.append(postgresql.create() if is_sqlite else f"sqlite:///{office.home}/back.db")
    for url in there_and_back:
        office.do("init", "--database", url, "--move")

    assert content(office) == before
    assert (
        office.home / ("moved-0.db" if is_sqlite else "back.db")
    ).stat().st_mode & 0o777 == 0o600


def test_the_old_database_is_left_as_it_was(office: Office, target: str) -> None:
    before, old = office.rows(), office.open().settings.database
    office.do("init", "--database", target, "--move")
    office.do("account", "enable", "102")

    assert rows_at(old) == before
    assert office.rows() != before


def rows_at(url: str) -> Rows:
    engine = open_engine(url)
    with read_transaction(engine) as connection:
        found = {name: rows_of(connection, name) for name in metadata.tables}
    engine.dispose()
    return found


def rows_of(connection: Connection, name: str) -> list[tuple[Any, ...]]:
    table = metadata.tables[name]
    query = table.select().order_by(*table.primary_key)
    return [tuple(row) for row in connection.execute(query)]


def test_another_database_is_refused_without_the_word_move(office: Office, target: str) -> None:
    ran = office.ask("init", "--database", target)

    assert (ran.code, ran.codes) == (5, ["database-elsewhere"])
    assert "--move" in ran.json["errors"][0]["mend"]
    assert PASSWORD not in ran.said
    assert database_of(office) != target


def test_a_new_password_for_the_same_database_is_no_other_database(
    office: Office, backend: str
) -> None:
    if backend == "sqlite":
        same = f"sqlite:///{office.folder}/../workspace/onhook.db"
    else:
        same = database_of(office) + "&application_name=x"
    assert office.ask("init", "--database", same).code == 0
    assert office.ask("init", "--database", same, "--move").code == 0
    assert len(content(office)["account"]) == 2


def test_a_database_that_holds_something_is_not_written_over(
    office: Office, target: str, another: Callable[[], Office]
) -> None:
    engine = open_engine(target)
    migrate(engine)
    with write_transaction(engine) as connection:
        row = dict.fromkeys(("id", "name", "mail", "language"), "x")
        now = office.open().clock()
        connection.execute(metadata.tables["customer"].insert(), [row | {"created_at": now}])
    engine.dispose()
    before = rows_at(target)
    for url in (target, another().open().settings.database):
        ran = office.ask("init", "--database", url, "--move")
        assert (ran.code, ran.codes) == (5, ["database-not-empty"])
    assert rows_at(target) == before
    assert database_of(office) != target


def test_a_database_with_empty_tables_is_as_good_as_an_empty_one(
    office: Office, target: str
) -> None:
    before = content(office)
    engine = open_engine(target)
    migrate(engine)
    engine.dispose()
    office.do("init", "--database", target, "--move")

    assert content(office) == before


def test_where_to_and_whence_must_be_clear(nowhere: Office, office: Office, target: str) -> None:
    assert office.ask("init", "--move").codes == ["move-without-target"]
    variable = {"ONHOOK_DATABASE": target}
    assert office.ask("init", "--database", target, "--move", **variable).codes == [
        "move-overridden"
    ]
    elsewhere = nowhere.home / "nothing"
    ran = office.ask("init", "--database", target, "--move", "--workspace", elsewhere)
    assert (ran.code, ran.codes) == (4, ["no-workspace"])


def test_a_row_that_does_not_come_through_stops_the_move(
    office: Office, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def copy_and_spoil(source: Connection, there: Connection, table: Any) -> int:
        count = copy(source, there, table)
        if table is account:
            there.execute(update(account).where(account.c.id == 2).values(mail="x"))
        return count

    copy = copying._copy  # noqa: SLF001 - the copy must go wrong behind its back
    monkeypatch.setattr(copying, "_copy", copy_and_spoil)
    ran = office.ask("init", "--database", target, "--move")

    assert (ran.code, ran.codes) == (7, ["copy-differs"])
    assert "row 2 of account" in ran.json["errors"][0]["message"]
    assert "'mail'" in ran.json["errors"][0]["message"]
    assert database_of(office) != target
    assert is_empty(target)


def is_empty(url: str) -> bool:
    engine = open_engine(url)
    with read_transaction(engine) as connection:
        found = find_revision(connection)
    engine.dispose()
    return found == (None, False)


class _CutOff(BaseException):
    """As good as a power cut."""


@pytest.mark.parametrize("moment", ["stored, not named", "named, not taken into use"])
def test_cut_off_after_the_copy_it_can_be_run_again(
    office: Office, target: str, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    def cut_off(*_: object) -> None:
        raise _CutOff

    with monkeypatch.context() as patch:
        if moment == "stored, not named":
            patch.setattr(SettingsFile, "write", cut_off)
        else:
            patch.setattr(moving, "require_current", cut_off)
        with pytest.raises(_CutOff):
            office.run("init", "--database", target, "--move")
    in_force = database_of(office)
    assert (in_force == target) == (moment != "stored, not named")
    office.do("account", "enable", "102")  # work goes on, wherever it is
    before = content(office)

    office.do("init", "--database", target, "--move")
    assert database_of(office) == target
    assert content(office) == before


def test_who_waited_to_write_is_told_that_all_has_moved(office: Office, target: str) -> None:
    workspace = office.open()  # as a command that has just begun, or a server
    office.do("init", "--database", target, "--move")

    def write() -> None:
        with workspace.writing():
            pytest.fail("the old database was written to")

    with pytest.raises(WorkspaceMoved):
        write()
    with office.open().writing():
        pass


def test_other_settings_may_change_while_a_workspace_is_open(office: Office) -> None:
    workspace = office.open()
    office.do("init", "--public-url", "https://new.example")
    with workspace.writing() as work:
        work.connection.execute(text("SELECT 1"))


def test_killed_at_any_moment_the_old_one_stays_or_the_new_one_is_whole(
    office: Office, new_target: Callable[[], str], forker: Popen[str]
) -> None:
    before, killer = content(office), Killer(forker, office.environment, office.home)
    settings = office.folder / "onhook.toml"
    in_force = settings.read_bytes()
    for _ in killer.rounds():
        words = ("init", "--database", new_target(), "--move")
        killer.kill(*words)
        assert content(office) == before
        office.do(*words)
        assert (database_of(office), content(office)) == (words[2], before)
        settings.write_bytes(in_force)
