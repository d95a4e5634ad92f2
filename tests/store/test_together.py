"""Several transactions and several processes at once mean the same on each database."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, func, insert, select, update

from onhook.backups.reading import open_backup
from onhook.kits import crew
from onhook.store.engine import write_transaction
from onhook.store.migration import require_current
from onhook.store.schema import assignment, customer, issue, kit
from tests.keys.opening import opened
from tests.killing import run_forked, run_together
from tests.thoroughness import thorough
from tests.workspaces import PUBLIC_URL, Office

if TYPE_CHECKING:
    from pathlib import Path
    from subprocess import Popen

    from onhook.workspace import UnitOfWork
    from tests.workspaces import Prepared

pytestmark = pytest.mark.each_database

NAMES = select(customer.c.name)


def names(work: UnitOfWork) -> list[str]:
    return list(work.connection.scalars(NAMES.order_by(customer.c.id)))


def add(work: UnitOfWork, *ids: str) -> None:
    row = {"name": "x", "mail": "", "language": "ja", "created_at": work.now}
    work.connection.execute(insert(customer), [row | {"id": one} for one in ids])


def test_who_reads_sees_one_moment_until_the_end(acme: Office) -> None:
    reader, writer = acme.open(), acme.open()
    with reader.reading() as work:
        assert names(work) == ["acme"]
        with writer.writing() as other:
            other.connection.execute(update(customer).values(name="new"))
        assert names(work) == ["acme"]
    with reader.reading() as work:
        assert names(work) == ["new"]


def test_who_reads_while_another_writes_sees_what_was_stored_before(acme: Office) -> None:
    reader, writer = acme.open(), acme.open()
    with writer.writing() as other:
        other.connection.execute(update(customer).values(name="new"))
        with reader.reading() as work:
            assert names(work) == ["acme"]


def test_who_writes_waits_for_the_other_and_then_sees_what_it_stored(acme: Office) -> None:
    first, second = acme.open(), acme.open()
    seen: list[str] = []

    def follow() -> None:
        with second.writing() as work:
            seen.extend(names(work))

    with first.writing() as work:
        follower = threading.Thread(target=follow)
        follower.start()
        work.connection.execute(update(customer).values(name="new"))
        follower.join(0.3)
        assert follower.is_alive()
    follower.join()
    assert seen == ["new"]


def test_what_fails_half_way_is_not_stored_and_holds_nobody_up(acme: Office) -> None:
    workspace, other = acme.open(), acme.open()

    def fail() -> None:
        with workspace.writing() as work:
            add(work, "half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    with other.writing(keep=False) as work:
        add(work, "dry")
    with other.writing() as work:
        assert names(work) == ["acme"]


def test_text_sorts_alike(acme: Office) -> None:
    # By code points: neither as a dictionary would, nor without regard to capitals or accents.
    wanted = sorted(
        ("a-b", "a1", "ab", "a", "B", "b", "_", "é", "z", "ア", "ｱ", "髙", "𠮷", "﨑", "～")
    )
    with acme.open().writing(keep=False) as work:
        add(work, *reversed(wanted))
        found = list(work.connection.scalars(select(customer.c.id).order_by(customer.c.id)))

    assert [one for one in found if one != "acme"] == wanted


def test_instants_come_back_in_utc_to_the_microsecond(acme: Office) -> None:
    instant = datetime(2026, 3, 29, 1, 30, 0, 1, tzinfo=UTC)
    with acme.open().writing(keep=False) as work:
        work.connection.execute(update(customer).values(created_at=instant))
        found = work.connection.scalars(select(customer.c.created_at)).one()

    assert (found, found.isoformat()) == (instant, "2026-03-29T01:30:00.000001+00:00")


def at_once(forker: Popen[str], office: Office, *commands: tuple[object, ...]) -> list[int]:
    """Run commands at once and return how each ended."""
    where = {"environment": office.environment, "folder": str(office.home)}
    return [ended["code"] for ended in run_together(forker, commands, **where)]


def fill(office: Office, count: int) -> tuple[Path, Path]:
    """Write lists of so many people and their phones."""
    people = [(str(1000 + n), f"a{n}", f"Pw-{n:06}", f"人 {n}") for n in range(count)]
    phones = [(f"D-{n}", "ios", "17.2", str(1000 + n)) for n in range(count)]
    return (
        office.table("people.csv", ("extension", "auth_id", "password", "display_name"), *people),
        office.table("phones.csv", ("device", "platform", "level", "extension"), *phones),
    )


def counts(office: Office, *queries: object) -> list[object]:
    with office.open().reading() as work:
        return [work.connection.execute(query).one()[0] for query in queries]  # type: ignore[call-overload]  # any select


def test_two_imports_of_one_file_at_once_store_it_once(acme: Office, forker: Popen[str]) -> None:
    people, phones = fill(acme, 300)
    assert at_once(forker, acme, *[("account", "import", people)] * 2) == [0, 0]
    assert at_once(forker, acme, *[("device", "import", phones)] * 2) == [0, 0]

    rows = acme.rows()
    assert [len(rows[name]) for name in ("account", "device", "assignment")] == [300] * 3
    assert len(rows["contract"]) == 1
    assert [row[0] for row in rows["account"]] == list(range(1, 301))


def test_one_device_imported_for_two_people_at_once_is_one_persons(
    acme: Office, forker: Popen[str]
) -> None:
    acme.accounts("101", "102")
    header = ("device", "platform", "extension")
    lists = [acme.table(f"{n}.csv", header, ("D-1", "ios", n)) for n in ("101", "102")]

    assert sorted(at_once(forker, acme, *[("device", "import", one) for one in lists])) == [0, 5]
    taken = select(func.count()).where(assignment.c.status == "active")
    assert counts(acme, taken) == [1]


@pytest.mark.in_ci
def test_a_crew_issues_a_thousand_kits_and_two_at_once_make_each_once(
    acme: Office, forker: Popen[str]
) -> None:
    many = 2 * crew.WORTH_A_CREW + 50
    people, phones = fill(acme, many)
    acme.do("account", "import", people)
    acme.do("device", "import", phones)
    outs = [acme.home / name for name in ("one", "two")]

    assert at_once(forker, acme, *[("issue", "--all", "--out", out) for out in outs]) == [0, 0]
    issued = (select(func.count(issue.c.number)), select(func.max(issue.c.number)))
    assert counts(acme, *issued, select(func.max(kit.c.id))) == [many, 1, many]
    first, second = (
        {str(path.relative_to(out)): path.read_bytes() for path in out.glob("acme/*/*")}
        for out in outs
    )
    assert first == second
    assert len(first) == 3 * many
    again = acme.ask("issue", "--all").data["counts"]
    assert again["unchanged"] == many


PAIRS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "issue, import": (("issue", "--all"), ("account", "import", "newer.csv")),
    "issue, reseal": (("issue", "--all"), ("key", "rotate", "--reseal")),
    "import, reseal": (("account", "import", "newer.csv"), ("key", "rotate", "--reseal")),
    "rotate, reseal": (("key", "rotate"), ("key", "rotate", "--only-reseal")),
    "reseal, reseal": (("key", "rotate", "--only-reseal"), ("key", "rotate", "--reseal")),
    "backup, backup": (("backup", "office.zip"), ("backup", "office.zip")),
    "backup, reseal": (("backup", "office.zip"), ("key", "rotate", "--reseal")),
    "backup, import": (("backup", "office.zip"), ("account", "import", "newer.csv")),
    "restore, import": (("restore", "first.zip", "--replace"), ("account", "import", "newer.csv")),
    "restore, reseal": (("restore", "first.zip", "--replace"), ("key", "rotate", "--reseal")),
    "restore, issue": (("restore", "first.zip", "--replace"), ("issue", "--all")),
    "init, import": (("init", "--public-url", PUBLIC_URL), ("account", "import", "newer.csv")),
}
FEW = 30
SMALL_CHUNKS = {"onhook.keys.resealing:CHUNK": 5}


def fill_and_rotate(acme: Office) -> None:
    for one in fill(acme, FEW):
        acme.do(one.stem.replace("people", "account").replace("phones", "device"), "import", one)
    acme.do("issue", "--all")
    acme.do("key", "rotate")


@pytest.mark.in_ci
@pytest.mark.parametrize(
    "pair", thorough([*PAIRS], ["issue, import", "rotate, reseal", "restore, import"])
)
def test_two_commands_at_once_both_do_their_work(
    prepared: Prepared, forker: Popen[str], pair: str
) -> None:
    office = prepared(fill_and_rotate)
    newer = [(str(1000 + n), f"b{n}", f"Pw-{n:06}") for n in range(FEW)]
    office.table("newer.csv", ("extension", "auth_id", "password"), *newer)
    office.do("backup", office.home / "first.zip")
    where = {"environment": office.environment, "folder": str(office.home)}

    for ended in run_together(forker, PAIRS[pair], **where, sizes=SMALL_CHUNKS):
        assert ended["code"] == 0, ended["said"]

    office.do("audit", "--verify")
    signs = {row[4][0] for row in office.rows()["account"][:FEW]}
    assert len(signs) == 1, "half of an import"
    workspace = office.open()
    assert len(opened(workspace)) >= 3 * FEW
    if (office.home / "office.zip").exists():
        with open_backup(office.home / "office.zip") as found:
            assert found.manifest.rows > 3 * FEW
    for command in PAIRS[pair]:
        if command[0] != "restore":
            again = run_forked(forker, command, **where)
            assert again["code"] == 0, again["said"]


def test_who_looks_while_all_tables_are_replaced_looks_again(acme: Office) -> None:
    engine, other = (acme.open().engine for _ in range(2))
    moments = iter(["now"])

    def replace(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        is_looking = "pg_class" in statement or "table_" in statement
        if is_looking and next(moments, None):
            with write_transaction(other) as connection:
                for step in (
                    "ALTER TABLE alembic_version RENAME TO earlier",
                    "CREATE TABLE alembic_version AS SELECT * FROM earlier",
                    "DROP TABLE earlier",
                ):
                    connection.exec_driver_sql(step)

    event.listen(engine, "after_cursor_execute", replace)
    require_current(engine)

    assert next(moments, None) is None
