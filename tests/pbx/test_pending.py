"""What a person must still do on the PBX is told until somebody says it was done."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from onhook import contracts
from onhook.pbx_changes import open_changes, queue_change
from onhook.store.schema import account, audit, contract, pbx_change
from onhook.subjects import find_account
from onhook.workspace import end_of_day, utc_now

if TYPE_CHECKING:
    from datetime import datetime

    from tests.workspaces import Office

pytestmark = pytest.mark.each_database


def pending(office: Office, *words: str) -> list[tuple[str, str, str]]:
    found = office.ask("pbx", "pending", *words).data["changes"]
    return [(one["account"], one["change"], one["reason"]) for one in found]


def new_password(office: Office, extension: str) -> None:
    """Do what a reissue with a new password does for the PBX."""
    with office.open().writing() as work:
        queue_change(work, find_account(work.connection, extension, "acme").id, "password", "lost")


def entries(office: Office, action: str) -> list[tuple[str, dict[str, Any]]]:
    with office.open().reading() as work:
        query = select(audit).where(audit.c.action == action).order_by(audit.c.number)
        return [(row.subject, json.loads(row.details)) for row in work.connection.execute(query)]


def test_a_disabled_account_is_pending_until_it_is_marked_done(acme: Office) -> None:
    acme.accounts("101", "102")
    assert "Nothing is open" in acme.do("pbx", "pending").out
    said = acme.do("account", "disable", "101").out
    assert "It can still register" in said
    assert "onhook pbx pending" in said
    assert pending(acme) == [("acme/101", "disable", "account-disabled")]
    assert acme.account("101")["pbx_pending"] == ["disable"]
    assert "not yet shut on the PBX" in acme.do("account", "list").out

    assert "marked as made" in acme.do("pbx", "done", "101").out
    assert pending(acme) == []
    assert acme.account("101")["pbx_pending"] == []
    assert entries(acme, "pbx.done") == [("acme/101", {"changes": {"101": ["disable"]}})]
    with acme.open().reading() as work:
        row = work.connection.execute(select(pbx_change)).one()
        assert (row.done_by, row.done_at is not None) == ("tester", True)


def test_the_oldest_comes_first(acme: Office) -> None:
    acme.accounts("101", "102")
    acme.do("account", "disable", "102")
    acme.do("account", "disable", "101")
    new_password(acme, "101")
    found = [(name, kind) for name, kind, _ in pending(acme)]
    assert found == [("acme/102", "disable"), ("acme/101", "disable"), ("acme/101", "password")]


def test_disabling_twice_says_what_is_true_each_time(acme: Office) -> None:
    acme.accounts("101")
    acme.do("account", "disable", "101")
    assert "It can still register" in acme.do("account", "disable", "101").out
    acme.do("pbx", "done", "--all")
    assert "Nothing is open for it" in acme.do("account", "disable", "101").out
    assert "The PBX must enable it, too" in acme.do("account", "enable", "101").out
    # The PBX was not told of the enabling yet: it is shut there all the same.
    assert "Nothing is open for it" in acme.do("account", "disable", "101").out
    assert pending(acme) == []


def test_only_one_kind_can_be_marked(acme: Office) -> None:
    acme.accounts("101")
    acme.do("account", "disable", "101")
    new_password(acme, "101")
    acme.do("pbx", "done", "101", "--only", "disable")
    assert pending(acme) == [("acme/101", "password", "lost")]
    assert acme.ask("pbx", "done", "101", "--only", "disable").codes == ["nothing-open"]


def test_what_is_not_open_is_said(acme: Office) -> None:
    acme.accounts("101", "102")
    acme.do("account", "disable", "101")
    ran = acme.ask("pbx", "done", "102", "101", "999")
    assert ran.codes == ["no-such-account", "nothing-open"]
    assert ran.code == 4
    assert [one["account"] for one in ran.data["done"]] == ["acme/101"]
    again = acme.run("pbx", "done", "--all")
    assert (again.code, again.out) == (0, "Nothing is open on the PBX.\n")
    assert acme.ask("pbx", "done").codes == ["nobody-selected"]
    assert acme.ask("pbx", "done", "101", "--all").codes == ["all-and-some"]


def test_customers_are_kept_apart(two_customers: Office) -> None:
    for customer in ("acme", "sakura"):
        two_customers.do("account", "add", "101", "--customer", customer)
        two_customers.do("account", "disable", f"{customer}/101")
    assert len(pending(two_customers)) == 2
    two_customers.do("pbx", "done", "--all", "--customer", "sakura")
    assert pending(two_customers) == [("acme/101", "disable", "account-disabled")]


def test_a_contract_that_ends_at_once_says_what_the_pbx_must_shut(acme: Office) -> None:
    acme.accounts("101", "102")
    ran = acme.do("contract", "end", "1")
    assert "2 accounts must be disabled on the PBX" in ran.out
    assert [reason for _, _, reason in pending(acme)] == ["contract-ended"] * 2


def test_a_contract_that_ends_later_is_pending_the_day_after(acme: Office) -> None:
    acme.accounts("101", "102")
    acme.do("account", "disable", "102")
    today = acme.open().today
    last_day = today + timedelta(days=20)
    said = acme.do("contract", "end", "1", "--on", last_day).out
    assert "From the day after" in said
    assert len(pending(acme)) == 1

    def open_on(day: date) -> list[tuple[str, str, datetime]]:
        with acme.open(lambda: end_of_day(day) - timedelta(hours=1)).reading() as work:
            return [(one.extension, one.reason, one.asked_at) for one in open_changes(work)]

    assert [one[:2] for one in open_on(last_day)] == [("102", "account-disabled")]
    after = open_on(last_day + timedelta(days=1))
    assert [one[:2] for one in after] == [("102", "account-disabled"), ("101", "contract-ended")]
    assert after[1][2] == end_of_day(last_day)


def test_what_came_due_by_itself_is_marked_done_once_and_for_all(acme: Office) -> None:
    acme.accounts("101")
    yesterday = acme.open().today - timedelta(days=1)
    a_month_ago = utc_now() - timedelta(days=30)
    with acme.open(lambda: a_month_ago).writing() as work:
        query = contract.update().values(started_on=yesterday - timedelta(days=90))
        work.connection.execute(query)
        contracts.end_contract(work, 1, on=yesterday)
    assert pending(acme) == [("acme/101", "disable", "contract-ended")]
    assert acme.account("101")["pbx_pending"] == ["disable"]
    acme.do("pbx", "done", "101")
    assert pending(acme) == []
    with acme.open().reading() as work:
        assert work.connection.execute(select(account.c.disabled_at)).scalar_one() is None


def test_it_is_said_in_japanese(acme: Office) -> None:
    acme.accounts("101")
    assert "PBXでは、まだ通話できます" in acme.do("account", "disable", "101", "--lang", "ja").out
    said = acme.do("pbx", "pending", "--lang", "ja").out
    assert "内線を無効化" in said
    assert "アカウントの無効化" in said
