"""Every sealed column there is: who seals it, what it is bound to, and how its rows are found.

A test compares this list with the tables: a sealed column that is not in it would stay under the
old keys, and be lost with them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from sqlalchemy import literal, select, tuple_

from onhook.accounts.writer import about
from onhook.contracts import about_tunnel
from onhook.delivery.codes import about_code
from onhook.keys.heads import key_id_in
from onhook.kits.records import about_file
from onhook.links import about_token
from onhook.store.schema import account, contract, issue_file, kit, link, short_code

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Column, ColumnElement, FromClause, Row, Select

_OWNER = (account.c.customer_id, account.c.extension)
_KIT = (*_OWNER, kit.c.device_id)


class SealedColumn(NamedTuple):
    """A column of sealed values.

    Attributes:
        column: It.
        purpose: Whose keys seal it.
        source: Its table, joined with what its values are bound to.
        bound_to: Columns of `source` that `about` needs.
        about: Tells what the value of a row is bound to.
    """

    column: Column[Any]
    purpose: Literal["accounts", "delivery"]
    source: FromClause
    bound_to: Sequence[Column[Any]]
    about: Callable[[Row[Any]], str]

    @property
    def key(self) -> tuple[Column[Any], ...]:
        """Return the columns that name a row of its table."""
        return tuple(self.column.table.primary_key)

    @property
    def key_id(self) -> ColumnElement[bytes]:
        """Return the id of the key that a value was sealed with, as SQL."""
        return key_id_in(self.column)

    def rows(self) -> Select[Any]:
        """Return the query of all values in the order of their keys.

        A row has the value as ``sealed``, its key as ``key_0``, ``key_1`` ..., and what `about`
        needs.
        """
        names = [column.label(f"key_{place}") for place, column in enumerate(self.key)]
        columns = (*names, *self.bound_to, self.column.label("sealed"))
        query = select(*columns).select_from(self.source)
        return query.where(self.column.is_not(None)).order_by(*self.key)

    def after(self, values: Sequence[Any]) -> ColumnElement[bool]:
        """Return the condition that a row comes after the one with the key `values`."""
        pairs = zip(values, self.key, strict=True)
        return tuple_(*self.key) > tuple_(*(literal(v, column.type) for v, column in pairs))


def _of_account(field: str) -> SealedColumn:
    def bound(row: Row[Any]) -> str:
        return about(row.customer_id, row.extension, field)

    return SealedColumn(account.c[f"{field}_sealed"], "accounts", account, _OWNER, bound)


def _about_file(row: Row[Any]) -> str:
    return about_file(f"{row.customer_id}/{row.extension}", row.device_id, row.number, row.name)


def _about_token(row: Row[Any]) -> str:
    return about_token(f"{row.customer_id}/{row.extension}", row.device_id, row.number)


def _about_code(row: Row[Any]) -> str:
    return about_code(f"{row.customer_id}/{row.extension}", row.device_id, row.number)


def _of_kit(table: Any) -> FromClause:
    joined: FromClause = table.join(kit, kit.c.id == table.c.kit_id).join(
        account, account.c.id == kit.c.account_id
    )
    return joined


SEALED_COLUMNS = (
    _of_account("password"),
    _of_account("msisdn"),
    SealedColumn(
        contract.c.tunnel_password_sealed,
        "accounts",
        contract,
        (contract.c.id,),
        lambda row: about_tunnel(row.id),
    ),
    SealedColumn(
        issue_file.c.content_sealed,
        "delivery",
        _of_kit(issue_file),
        (*_KIT, issue_file.c.number, issue_file.c.name),
        _about_file,
    ),
    SealedColumn(
        link.c.token_sealed,
        "delivery",
        _of_kit(link),
        (*_KIT, link.c.number),
        _about_token,
    ),
    SealedColumn(
        short_code.c.code_sealed,
        "delivery",
        _of_kit(short_code),
        (*_KIT, short_code.c.number),
        _about_code,
    ),
)
