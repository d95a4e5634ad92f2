"""Retention: what is old is kept in a file, cut off with a signature, and the rest verifies."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, select, update

from onhook.audit.chain import Noted
from onhook.audit.cutting import cut_trail
from onhook.audit.errors import (
    AuditCutMeanwhile,
    AuditCutTooLate,
    AuditEntryChanged,
    AuditExportExists,
    AuditExportKind,
    AuditMarkCutOff,
)
from onhook.audit.exporting import verify_file
from onhook.audit.trail import read_head
from onhook.audit.verifying import verify_trail
from onhook.store.schema import audit, audit_head
from onhook.workspace import Workspace
from tests.audit.trails import MONDAY, Clock, aged, note, stored
from tests.killing import run_forked
from tests.thoroughness import thorough

if TYPE_CHECKING:
    from contextlib import _GeneratorContextManager
    from subprocess import Popen

    from onhook.workspace import UnitOfWork
    from tests.workspaces import Office

pytestmark = pytest.mark.each_database
FIRST_DAY = MONDAY.date()


def faults(workspace: Workspace) -> list[str]:
    with workspace.reading() as work:
        return [x.code() for x in verify_trail(work.connection, workspace.keys.audit).findings]


def begins(workspace: Workspace) -> int:
    with workspace.reading() as work:
        return read_head(work.connection).cut_number


def test_what_is_cut_off_is_kept_in_a_file_that_ends_where_the_trail_begins(acme: Office) -> None:
    file = acme.home / "old.jsonl"
    workspace, _ = aged(acme, kept=file)
    kept = verify_file(file, workspace.keys.audit)
    with workspace.reading() as work:
        rest = verify_trail(work.connection, workspace.keys.audit)
    assert kept.findings == rest.findings == ()
    assert (kept.entries, kept.begin.number, kept.end) == (4, 0, rest.begin)
    assert [row["number"] for row in stored(workspace)] == list(range(5, 11))
    assert file.stat().st_mode & 0o777 == 0o600


def test_the_cut_is_an_entry_itself(acme: Office) -> None:
    workspace, _ = aged(acme)
    entry = stored(workspace)[4]
    with workspace.reading() as work:
        code = read_head(work.connection).cut_mac.hex()
    assert (entry["number"], entry["action"]) == (9, "audit.cut")
    for told in ('"number":4', '"entries":4', f'"code":"{code}"', '"before":"2026-04-07"'):
        assert told in entry["details"]


def test_everything_can_be_cut_off(acme: Office) -> None:
    workspace, clock = aged(acme)
    clock.wait(1)
    cut = cut_trail(workspace, clock.now.date(), export=None)
    assert cut is not None
    assert (cut.entries, cut.end.number) == (6, 10)
    note(workspace, "acme/101")
    assert [row["number"] for row in stored(workspace)] == [11, 12]
    assert faults(workspace) == []


def test_where_nothing_is_old_nothing_happens(acme: Office) -> None:
    workspace, _ = aged(acme)
    file = acme.home / "old.jsonl"
    before = stored(workspace)
    assert cut_trail(workspace, FIRST_DAY, export=file) is None
    assert stored(workspace) == before
    assert not file.exists()


def test_days_are_days_in_japan(acme: Office) -> None:
    clock = Clock(MONDAY.replace(hour=14, minute=59))
    workspace = acme.open(clock)
    note(workspace, "acme/101")
    clock.now = MONDAY.replace(hour=15)  # midnight in Japan
    note(workspace, "acme/102")
    # What `init` did is of another year: an entry of the future keeps nothing.
    with workspace.writing() as work:
        work.connection.execute(delete(audit))
        work.connection.execute(delete(audit_head))
    clock.now = MONDAY.replace(hour=14, minute=59)
    note(workspace, "acme/101")
    clock.now = MONDAY.replace(hour=15)
    note(workspace, "acme/102")
    cut = cut_trail(workspace, FIRST_DAY + timedelta(days=1), export=None)
    assert cut is not None
    assert cut.end.number == 1


def test_a_clock_that_was_set_back_makes_no_hole(acme: Office) -> None:
    workspace, clock = aged(acme)
    clock.now = MONDAY - timedelta(days=30)
    note(workspace, "acme/108")
    clock.now = MONDAY + timedelta(days=9)
    cut_trail(workspace, (MONDAY + timedelta(days=2)).date(), export=None)
    assert begins(workspace) == 4
    assert faults(workspace) == []


def test_a_trail_that_is_not_whole_is_not_cut(acme: Office) -> None:
    workspace, clock = aged(acme)
    with workspace.writing() as work:
        work.connection.execute(update(audit).where(audit.c.number == 8).values(actor="x"))
    with pytest.raises(AuditEntryChanged):
        cut_trail(workspace, clock.now.date(), export=acme.home / "old.jsonl")
    assert begins(workspace) == 4
    assert not (acme.home / "old.jsonl").exists()


def test_a_tail_that_is_missed_is_told_and_hinders_no_cut_for_ever(acme: Office) -> None:
    workspace, clock = aged(acme)
    with workspace.writing() as work:
        work.connection.execute(update(audit_head).values(seal=b"\0" * 32))
    note(workspace, "acme/108")
    assert faults(workspace) == ["audit-distrusted"]
    clock.wait(1)
    file = acme.home / "old.jsonl"
    cut_trail(workspace, clock.now.date(), export=file)
    assert faults(workspace) == []
    assert [x.code() for x in verify_file(file, workspace.keys.audit).findings] == [
        "audit-distrusted"
    ]


@pytest.mark.parametrize("change", [{"cut_number": 5}, {"cut_mac": b"\3" * 32}])
def test_a_cut_that_nobody_signed_is_found(acme: Office, change: dict[str, object]) -> None:
    workspace, _ = aged(acme)
    with workspace.writing() as work:
        work.connection.execute(delete(audit).where(audit.c.number == 5))
        work.connection.execute(update(audit_head).values(change))
    assert "audit-head-changed" in faults(workspace)


def test_what_is_to_come_cannot_be_cut_off(acme: Office) -> None:
    workspace, clock = aged(acme)
    with pytest.raises(AuditCutTooLate):
        cut_trail(workspace, clock.now.date() + timedelta(days=1), export=None)


def test_a_file_that_holds_something_else_is_not_replaced(acme: Office) -> None:
    workspace, clock = aged(acme)
    file = acme.file("old.jsonl", "the only copy of older entries")
    with pytest.raises(AuditExportExists):
        cut_trail(workspace, clock.now.date(), export=file)
    with pytest.raises(AuditExportKind):
        cut_trail(workspace, clock.now.date(), export=acme.home / "old.csv")
    assert file.read_text("utf-8") == "the only copy of older entries"
    assert begins(workspace) == 4
    assert [path.name for path in acme.home.iterdir() if path.name.startswith(".")] == []


def test_a_place_noted_down_that_was_cut_off_is_said_to_be(acme: Office) -> None:
    workspace, _ = aged(acme)
    with workspace.reading() as work, pytest.raises(AuditMarkCutOff):
        verify_trail(work.connection, workspace.keys.audit, noted=Noted(3, "0" * 32))


def test_a_trail_that_changed_since_it_was_exported_is_not_cut(acme: Office) -> None:
    workspace, clock = aged(acme)

    class Meddler(Workspace):
        """Somebody else cuts the trail between the export and the cut."""

        def writing(self, *, keep: bool = True) -> _GeneratorContextManager[UnitOfWork]:
            if begins(workspace) == 4:
                cut_trail(workspace, (MONDAY + timedelta(days=3)).date(), export=None)
            return super().writing(keep=keep)

    meddler = Meddler(workspace.settings, workspace.keys, workspace.actor, clock)
    with pytest.raises(AuditCutMeanwhile):
        cut_trail(meddler, clock.now.date(), export=None)
    meddler.close()
    assert begins(workspace) == 6
    assert faults(workspace) == []


def test_killed_at_any_moment_the_trail_is_whole_and_again_completes(
    acme: Office, forker: Popen[str]
) -> None:
    chance = random.Random(7)  # noqa: S311 - no secret
    yesterday = Clock(MONDAY)
    workspace = acme.open(yesterday)
    with workspace.writing() as work:
        work.connection.execute(delete(audit))
        work.connection.execute(delete(audit_head))
    with workspace.writing() as work:
        for number in range(3000):
            work.record("account.set", f"acme/{number}")
    now = acme.open()
    cut = ("audit", "--cut-before", now.today, "--export", acme.home / "old.jsonl")
    where = {"environment": acme.environment, "folder": str(acme.home)}
    for _ in range(thorough(8, 2)):
        run_forked(forker, cut, **where, after_s=chance.uniform(0, 0.5))
        assert faults(now) == []
        assert (begins(now) == 3000) == (len(stored(now)) == 1)
    if begins(now) == 0:
        cut_trail(now, now.today, export=acme.home / "old.jsonl")
    kept = verify_file(acme.home / "old.jsonl", now.keys.audit)
    with now.reading() as work:
        assert (kept.findings, kept.entries) == ((), 3000)
        head = work.connection.execute(select(audit_head)).one()
        assert (kept.end.number, kept.end.mac) == (head.cut_number, head.cut_mac)
