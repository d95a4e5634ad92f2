"""A deposit: when it may be asked, and when it goes back (J-M2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from onhook_devices.agreement import agreed
from onhook_devices.deadlines import by_month_end
from onhook_devices.reckoning import Reckoning, step

if TYPE_CHECKING:
    from datetime import date

    from onhook_devices.service import Service


class Returned(NamedTuple):
    """What goes back of a deposit, what the customer still owes beyond it, and by when."""

    by: date
    yen: int
    still_owed_yen: int


def may_ask_deposit(service: Service, month_yen: int, *, by_bank_debit: bool) -> bool:
    """Tell whether a deposit may be asked where a month costs so much, or is expected to (J-M2).

    Args:
        service: Whose terms.
        month_yen: A month's charges.
        by_bank_debit: Whether the customer pays so.

    Raises:
        NotAgreed: The service's terms know no deposit.
    """
    terms = agreed(service.money.deposit, service, "money.deposit")
    who = by_bank_debit or terms.paying_by == "any-means"
    return who and month_yen > terms.asked_above_yen


def deposit_return(
    service: Service, ended_on: date, *, deposit_yen: int = 0, owed_yen: int = 0
) -> Reckoning[Returned]:
    """Return what goes back of a deposit and by when, less what is owed (J-M2).

    Args:
        service: Whose terms.
        ended_on: The last day of the service.
        deposit_yen: The deposit.
        owed_yen: What the customer owes: charges to the end of the service, penalties.

    Raises:
        NotAgreed: The service's terms know no deposit.
    """
    terms = agreed(service.money.deposit, service, "money.deposit")
    by = by_month_end(service, terms.rule, ended_on, terms.returned_by)
    left = Returned(by.result, max(0, deposit_yen - owed_yen), max(0, owed_yen - deposit_yen))
    less = step("deposit-less-owed", deposit=deposit_yen, owed=owed_yen, yen=left.yen)
    return Reckoning(left, by.rule, (*by.steps, less))
