"""What the PBX was asked about shutting accounts, and what somebody has marked as done there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select

from onhook.store.schema import pbx_change

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Row

    from onhook.workspace import UnitOfWork

_SUSPENDED: Final = "suspended"


def suspended(work: UnitOfWork, numbers: Sequence[int]) -> set[int]:
    """Return the accounts that were shut off last because their contract is suspended (J-L12)."""
    return {row.account_id for row in _last_changes(work, numbers) if row.reason == _SUSPENDED}


def shut_on_the_pbx(work: UnitOfWork, numbers: Sequence[int]) -> set[int]:
    """Return the accounts of which somebody has marked that the PBX has shut them."""
    return {
        row.account_id
        for row in _last_changes(work, numbers)
        if row.kind == "disable" and row.done_at is not None
    }


def _last_changes(work: UnitOfWork, numbers: Sequence[int]) -> Iterator[Row[Any]]:
    """Yield what was last asked of the PBX about shutting each account, or letting it in again."""
    kinds = pbx_change.c.kind.in_(("disable", "enable"))
    last = (
        select(func.max(pbx_change.c.id))
        .where(kinds, pbx_change.c.account_id.in_(numbers))
        .group_by(pbx_change.c.account_id)
    )
    yield from work.connection.execute(select(pbx_change).where(pbx_change.c.id.in_(last)))
