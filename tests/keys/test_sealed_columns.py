"""The list of sealed columns is whole, and knows what each value is bound to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from onhook.keys.sealed_columns import SEALED_COLUMNS
from onhook.store.schema import metadata
from tests.keys.opening import key_ids, opened

if TYPE_CHECKING:
    from tests.workspaces import Office

pytestmark = pytest.mark.each_database


@pytest.mark.sqlite_alone
def test_no_sealed_column_of_the_tables_is_left_out() -> None:
    there = {
        column
        for table in metadata.tables.values()
        for column in table.columns
        if column.name.endswith("_sealed")
    }

    assert {sealed.column for sealed in SEALED_COLUMNS} == there


def test_the_list_opens_what_the_commands_sealed(office: Office) -> None:
    found = opened(office.open())

    assert found["account acme/101 password"] == b"Secret-101"
    assert found["account acme/102 password"] == b"Secret-102"
    assert found["account acme/101 msisdn"] == b"09077776666"
    assert found["contract 1 tunnel password"] == b"Secret-tunnel"
    assert any(about.startswith("kit acme/101 D-1 issue 1 file ") for about in found)
    assert len(found["kit acme/102 D-2 issue 1 token"]) == 26


def test_the_database_reads_the_key_id_as_onhook_does(office: Office) -> None:
    workspace = office.open()
    newest = workspace.keys.newest

    assert key_ids(workspace) == {newest["accounts"].id, newest["delivery"].id}
    with workspace.reading() as work:
        for sealed in SEALED_COLUMNS:
            other = sealed.rows().where(sealed.key_id != newest[sealed.purpose].id)
            same = sealed.rows().where(sealed.key_id == newest[sealed.purpose].id)
            assert not work.connection.execute(other).all()
            assert work.connection.execute(same).all()
