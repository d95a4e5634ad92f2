"""What the PBX has still to learn: only a person, or its own import, can change it.

onhook never says that an account is shut, or has its new password, before it is marked done here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from sqlalchemy import delete, insert, select

from onhook.store.schema import pbx_change

if TYPE_CHECKING:
    from onhook.workspace import UnitOfWork

ChangeKind = Literal["password", "disable", "enable"]
_OPPOSITE: dict[ChangeKind, ChangeKind] = {"disable": "enable", "enable": "disable"}


def queue_change(work: UnitOfWork, account_id: int, kind: ChangeKind, reason: str) -> None:
    """Ask for a change on the PBX; what is asked for already is not asked for twice.

    What is still to be done and is now to be undone needs neither.

    Args:
        work: Where to.
        account_id: Number of the account.
        kind: What is to be done there.
        reason: Why, in a word: ``account-disabled``.
    """
    open_ones = (pbx_change.c.account_id == account_id) & pbx_change.c.done_at.is_(None)
    opposite = _OPPOSITE.get(kind)
    undone = delete(pbx_change).where(open_ones, pbx_change.c.kind == opposite)
    if opposite is not None and work.connection.execute(undone).rowcount:
        return
    asked = select(pbx_change.c.id).where(open_ones, pbx_change.c.kind == kind)
    if work.connection.scalar(asked) is None:
        row = {"account_id": account_id, "kind": kind, "reason": reason}
        stamp = {"asked_at": work.now, "asked_by": work.actor}
        work.connection.execute(insert(pbx_change).values(row | stamp))
