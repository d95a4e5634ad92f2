"""Rows inserted by the thousand are the rows that were given."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from onhook.store.bulk import insert_many
from onhook.store.schema import customer

if TYPE_CHECKING:
    from tests.workspaces import Office

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
