"""Give an account a new password, which the PBX is asked to take over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onhook.accounts.manage import set_account
from onhook.contracts import find_contract
from onhook.pbx_changes import queue_change
from onhook.repair.passwords import new_password

if TYPE_CHECKING:
    from sqlalchemy import Row

    from onhook.workspace import UnitOfWork


def give_new_password(work: UnitOfWork, row: Row[Any], reason: str) -> None:
    """Give an account a new password and ask for it on the PBX.

    The old one works until the PBX has the new one.

    Args:
        work: Where the account is.
        row: The account's.
        reason: Why the PBX is asked, in a word: ``compromised``.
    """
    service = work.workspace.services.get(find_contract(work, row.contract_id).service)
    password = new_password(service.credentials.password.generated_length)
    name = f"{row.customer_id}/{row.extension}"
    set_account(work, name, {"password": password}, customer=None)
    queue_change(work, row.id, "password", reason)
