"""Whatever is done to the stored trail without its keys is found."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update

from onhook.audit.chain import Noted, breaks_of
from onhook.audit.errors import BadAuditMark
from onhook.audit.trail import DISTRUST, read_head
from onhook.audit.verifying import Verification, verify_trail
from onhook.sealing import Key, KeyRing
from onhook.store.schema import audit, audit_head
from tests.audit.trails import MONDAY, aged, note, stored
from tests.thoroughness import thorough

if TYPE_CHECKING:
    from onhook.workspace import UnitOfWork, Workspace
    from tests.workspaces import Office

pytestmark = pytest.mark.each_database
MANY = settings(
    max_examples=thorough(150, 50),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def trail(acme: Office) -> Workspace:
    """Return a workspace whose trail has the entries 5 to 10, of two keys."""
    return aged(acme)[0]


def verified(work: UnitOfWork, noted: Noted | None = None) -> Verification:
    return verify_trail(work.connection, work.workspace.keys.audit, noted=noted)


def codes(work: UnitOfWork, noted: Noted | None = None) -> list[str]:
    return [finding.code() for finding in verified(work, noted).findings]


def test_an_untouched_trail_is_whole(trail: Workspace) -> None:
    with trail.reading() as work:
        found = verified(work)
    assert not found.findings
    assert (found.entries, found.begin.number, found.end.number) == (6, 4, 10)
    assert [(one.entries, one.first, one.last) for one in found.keys.values()] == [
        (2, 5, 6),
        (4, 7, 10),
    ]


def test_an_empty_trail_is_whole(acme: Office) -> None:
    with acme.open().writing(keep=False) as work:
        work.connection.execute(delete(audit))
        work.connection.execute(delete(audit_head))
        assert verified(work).findings == ()


def other(value: Any, draw: st.DrawFn) -> Any:
    """Return another value of the same kind."""
    match value:
        case bytes():
            place = draw(st.integers(0, 8 * len(value) - 1))
            changed = int.from_bytes(value) ^ (1 << place)
            return changed.to_bytes(len(value))
        case int():
            return value + draw(st.sampled_from([-9, -1, 1, 2, 1000]))
        case str():
            text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
            return draw(text.filter(lambda found: found != value))
        case _:
            return value + timedelta(microseconds=draw(st.sampled_from([-1, 1, 60_000_000])))


@st.composite
def changes(draw: st.DrawFn, entries: list[dict[str, Any]], head: dict[str, Any]) -> Any:
    """Return a single change to what is stored, as a statement."""
    kind = draw(st.sampled_from(["entry", "entry", "entry", "head", "remove", "insert", "no head"]))
    row = draw(st.sampled_from(entries))
    here = audit.c.number == row["number"]
    match kind:
        case "entry":
            name = draw(st.sampled_from(audit.columns.keys()))
            value = other(row[name], draw)
            taken = name == "number" and value in {one["number"] for one in entries}
            return update(audit).where(here).values({name: 500 if taken else value})
        case "head":
            name = draw(st.sampled_from(audit_head.columns.keys()))
            return update(audit_head).values({name: other(head[name], draw)})
        case "remove":
            return delete(audit).where(here)
        case "insert":
            number = draw(st.sampled_from([-1, 0, 1, 4, 11, 12, 99]))
            return insert(audit).values({**row, "number": number})
        case _:
            return delete(audit_head)


@MANY
@given(data=st.data())
def test_any_single_change_is_found(trail: Workspace, data: st.DataObject) -> None:
    with trail.writing(keep=False) as work:
        head = dict(work.connection.execute(select(audit_head)).mappings().one())
        entries = [dict(row) for row in work.connection.execute(select(audit)).mappings()]
        change = data.draw(changes(entries, head))
        work.connection.execute(change)
        assert breaks_of(verified(work).findings)


@pytest.mark.parametrize("content", [True, False], ids=["places", "contents"])
def test_two_entries_that_changed_places_are_found(trail: Workspace, *, content: bool) -> None:
    names = ["at", "actor", "action", "subject", "details", "key_id", "mac"]
    names = names[:-2] if content else names
    one, two = (row for row in stored(trail) if row["number"] in (6, 9))
    with trail.writing(keep=False) as work:
        for row, values in ((one, two), (two, one)):
            here = update(audit).where(audit.c.number == row["number"])
            work.connection.execute(here.values({name: values[name] for name in names}))
        told = verified(work).findings
    numbers = [finding.data["number"] for finding in told if "number" in finding.data]
    assert numbers[0] == "6"
    assert "9" in numbers


def test_a_change_is_told_with_its_number_and_once(trail: Workspace) -> None:
    with trail.writing(keep=False) as work:
        here = update(audit).where(audit.c.number == 7)
        work.connection.execute(here.values(actor="somebody else"))
        assert [str(found) for found in verified(work).findings] == [
            "audit-entry-changed: number='7', source=''"
        ]
        work.connection.execute(here.values(actor=work.actor, mac=b"\1" * 32))
        assert [found.data["number"] for found in verified(work).findings] == ["7"]


def test_removed_entries_are_told_by_number(trail: Workspace) -> None:
    with trail.writing(keep=False) as work:
        work.connection.execute(delete(audit).where(audit.c.number.in_([6, 7])))
        (finding,) = verified(work).findings
    assert finding.data == {"first": "6", "last": "7", "source": ""}


def test_a_tail_that_was_cut_off_is_found(trail: Workspace) -> None:
    with trail.writing(keep=False) as work:
        work.connection.execute(delete(audit).where(audit.c.number > 8))
        assert [str(found) for found in verified(work).findings] == [
            "audit-entries-missing: first='9', last='10', source=''"
        ]


def cut_tail(work: UnitOfWork) -> None:
    """Cut the tail off as somebody without keys can: the head is moved back, too."""
    work.connection.execute(delete(audit).where(audit.c.number > 8))
    mac = work.connection.scalar(select(audit.c.mac).where(audit.c.number == 8))
    work.connection.execute(update(audit_head).values(number=8, mac=mac))


def test_a_head_that_was_moved_back_with_the_tail_is_found(trail: Workspace) -> None:
    with trail.writing(keep=False) as work:
        cut_tail(work)
        assert codes(work) == ["audit-head-changed"]


def test_work_that_goes_on_signs_no_tail_that_was_cut_off(trail: Workspace) -> None:
    with trail.writing() as work:
        cut_tail(work)
    note(trail, "acme/108")
    assert [row["action"] for row in stored(trail)][-2:] == [DISTRUST, "account.disable"]
    with trail.reading() as work:
        (finding,) = verified(work).findings
    assert finding.data == {"number": "9", "after": "8"}
    assert finding.code() == "audit-distrusted"


def test_work_goes_on_after_the_head_was_lost_or_entries_inserted(trail: Workspace) -> None:
    last = stored(trail)[-1]
    with trail.writing() as work:
        work.connection.execute(insert(audit).values({**last, "number": 11}))
    note(trail, "acme/108")
    with trail.writing() as work:
        work.connection.execute(delete(audit_head))
    note(trail, "acme/109")
    actions = [row["action"] for row in stored(trail)]
    assert actions.count(DISTRUST) == 2
    with trail.reading() as work:
        assert codes(work).count("audit-distrusted") == 2
        assert "audit-entry-changed" in codes(work)


def test_an_entry_signed_by_a_foreign_key_is_told_with_the_keys_id(trail: Workspace) -> None:
    foreign = Key.fresh("audit", MONDAY)
    with trail.writing(keep=False) as work:
        here = update(audit).where(audit.c.number == 8)
        work.connection.execute(here.values(key_id=foreign.id, mac=b"\2" * 32))
        findings = verified(work).findings
    assert findings[0].data["key"] == foreign.id.hex()
    assert findings[0].data["first"] == "8"


def test_a_head_signed_by_a_foreign_key_is_told_with_the_keys_id(trail: Workspace) -> None:
    foreign = KeyRing([Key.fresh("audit", MONDAY)]).audit
    with trail.writing(keep=False) as work:
        head = read_head(work.connection)
        seal = foreign.sign(foreign.newest, head.covered())
        work.connection.execute(update(audit_head).values(key_id=foreign.newest, seal=seal))
        (finding,) = verified(work).findings
    assert finding.code() == "audit-head-key-missing"
    assert finding.subject == foreign.newest.hex()


def test_a_key_that_is_missing_is_told_once_with_all_it_signed(trail: Workspace) -> None:
    newest = trail.keys.audit.newest
    left = KeyRing(key for key in trail.keys.keys if key.purpose != "audit" or key.id == newest)
    with trail.reading() as work:
        (finding,) = verify_trail(work.connection, left.audit).findings
    assert finding.code() == "audit-key-missing"
    assert (finding.data["first"], finding.data["entries"]) == ("5", "2")


def test_a_trail_put_back_as_a_whole_is_found_by_what_was_noted_down(trail: Workspace) -> None:
    with trail.reading() as work:
        earlier_head = dict(work.connection.execute(select(audit_head)).mappings().one())
    note(trail, "acme/108")
    with trail.reading() as work:
        end = verified(work).end
    noted = Noted.read(str(end))
    with trail.writing(keep=False) as work:
        assert codes(work, noted) == []
        work.connection.execute(delete(audit).where(audit.c.number == 11))
        work.connection.execute(update(audit_head).values(earlier_head))
        assert codes(work) == []  # nothing inside the database can tell
        assert codes(work, noted) == ["audit-put-back"]


def test_a_code_that_was_noted_down_is_compared(trail: Workspace) -> None:
    with trail.reading() as work:
        begin, end = verified(work).begin, verified(work).end
        assert codes(work, Noted.read(str(begin))) == []
        assert codes(work, Noted(end.number, "0" * 32)) == ["audit-not-as-noted"]
        assert codes(work, Noted(begin.number, "0" * 32)) == ["audit-not-as-noted"]


@pytest.mark.parametrize("text", ["", "12", "12:abc", "0:" + "0" * 32, "x:" + "0" * 32])
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(BadAuditMark):
        Noted.read(text)


@pytest.mark.sqlite_alone
@pytest.mark.parametrize("name", ["at", "actor", "details", "key_id", "mac"])
@pytest.mark.parametrize("value", ["'text'", "7", "7.5", "x'00'", "''"])
def test_what_no_column_should_hold_is_found_too(trail: Workspace, name: str, value: str) -> None:
    tables = ["audit", "audit_head"] if name in ("key_id", "mac") else ["audit"]
    for table in tables:
        with trail.writing(keep=False) as work:
            work.connection.exec_driver_sql(f"UPDATE {table} SET {name} = {value}")  # noqa: S608 - our own words
            assert breaks_of(verified(work).findings)


def test_more_findings_than_anybody_reads_are_counted(acme: Office) -> None:
    workspace = acme.open()
    with workspace.writing() as work:
        for number in range(150):
            work.record("account.set", f"acme/{number + 1000}")
    with workspace.writing(keep=False) as work:
        work.connection.execute(update(audit).values(actor="x"))
        findings = verified(work).findings
    assert len(findings) == 101
    assert findings[-1].code() == "audit-more-findings"
