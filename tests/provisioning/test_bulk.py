"""Rows inserted by the thousand are the rows that were given."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from onhook.store.bulk import insert_many
from onhook.store.numbers import reserve_ids
from onhook.store.schema import account, contract, customer

if TYPE_CHECKING:
    from tests.workspaces import Office

pytestmark = pytest.mark.each_database

NOW = datetime(2026, 11, 22, 6, 5, 4, 321, tzinfo=UTC)


def rows(*ids: str) -> list[dict[str, object]]:
    return [
        {"id": one, "name": "髙橋", "mail": "", "language": "ja", "created_at": NOW} for one in ids
    ]


def test_values_come_back_as_they_were_given(acme: Office) -> None:
    with acme.open().writing(keep=False) as work:
        insert_many(work.connection, customer, rows("b", "c"))
        query = select(customer).where(customer.c.id.in_(("b", "c"))).order_by(customer.c.id)
        assert [dict(row) for row in work.connection.execute(query).mappings()] == rows("b", "c")


def test_no_rows_are_no_statement(acme: Office) -> None:
    with acme.open().writing(keep=False) as work:
        insert_many(work.connection, customer, [])


def test_a_row_that_contradicts_a_constraint_is_told(acme: Office) -> None:
    with (
        pytest.raises(IntegrityError),
        acme.open().writing(keep=False) as work,
    ):
        insert_many(work.connection, customer, rows("b", "b"))


def numbered(*extensions: str) -> list[dict[str, object]]:
    return [
        {
            "customer_id": "acme",
            "contract_id": 1,
            "extension": extension,
            "password_sealed": b"\0\xff",
            "msisdn_sealed": None,
            "created_at": NOW,
            "changed_at": NOW,
            "disabled_at": None,
            **dict.fromkeys(TEXTS, "𠮷田 % %s :x \\ ' \""),
        }
        for extension in extensions
    ]


TEXTS = ("auth_id", "first_name", "last_name", "display_name", "mail", "mobile", "caller_id")
RUNNING = {"id": 1, "customer_id": "acme", "service": "x", "started_on": date(2026, 2, 28)}


def test_rows_without_a_number_get_the_next_ones(acme: Office) -> None:
    with acme.open().writing(keep=False) as work:
        insert_many(work.connection, contract, [RUNNING | {"pbx": {"host": "髙.example"}}])
        insert_many(work.connection, account, numbered("2", "1"))
        insert_many(work.connection, account, numbered("0"))
        found = work.connection.execute(select(account).order_by(account.c.id)).mappings()
        stored = [dict(row) for row in found]
        assert work.connection.scalars(select(contract.c.pbx)).all() == [{"host": "髙.example"}]

    assert [row.pop("id") for row in stored] == [1, 2, 3]
    assert stored == numbered("2", "1", "0")


def test_reserved_numbers_follow_those_that_are_there_and_leave_no_gap(acme: Office) -> None:
    for _ in range(2):
        with acme.open().writing(keep=False) as work:
            assert reserve_ids(work.connection, account, 3) == [1, 2, 3]
            insert_many(work.connection, contract, [RUNNING | {"pbx": {}}])
            insert_many(work.connection, account, numbered("101"))
            assert reserve_ids(work.connection, account, 3) == [2, 3, 4]
            assert reserve_ids(work.connection, account, 0) == []


def test_a_column_that_some_rows_have_stays_empty_in_the_others(acme: Office) -> None:
    one, other = numbered("1", "2")
    one |= {"disabled_at": NOW, "msisdn_sealed": b"\0", "password_sealed": None}
    with acme.open().writing(keep=False) as work:
        insert_many(work.connection, contract, [RUNNING | {"pbx": {}}])
        insert_many(work.connection, account, [one, other])
        kept = account.c["disabled_at", "msisdn_sealed", "password_sealed"]
        found = work.connection.execute(select(*kept).order_by(account.c.id)).all()

    assert [tuple(row) for row in found] == [(NOW, b"\0", None), (None, None, b"\0\xff")]
