"""What is owed when charges were dodged (B-F3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from onhook_devices.agreement import agreed
from onhook_devices.reckoning import Reckoning, step
from onhook_devices.yen import Sum, taxed, untaxed

if TYPE_CHECKING:
    from datetime import date

    from onhook_devices.service import Service


class Dodged(NamedTuple):
    """What was dodged and what is added to it, 割増金."""

    dodged: Sum
    added: Sum

    @property
    def total_yen(self) -> int:
        """All that is owed."""
        return self.dodged.total_yen + self.added.total_yen


def dodged_charges(
    service: Service, net_yen: int, *, dodged_on: date, charged_on: date
) -> Reckoning[Dodged]:
    """Return what is owed for charges dodged: these, and so many times their sum (B-F3).

    Args:
        service: Whose terms.
        net_yen: The charges dodged, before tax.
        dodged_on: The day they arose; their own tax is of that day.
        charged_on: The day the addition is charged; its tax is of that day.

    Raises:
        NotAgreed: The service's terms know no such addition.
        TaxRateUnknown: A day is before the first whose rate the service's file knows.
    """
    terms = agreed(service.money.dodging, service, "money.dodging")
    dodged, their_tax = taxed(service, net_yen, arises_on=dodged_on)
    added_yen = net_yen * terms.times_added
    if terms.plus_tax:
        added, tax_on_that = taxed(service, added_yen, arises_on=charged_on)
    else:
        added, tax_on_that = untaxed(added_yen)
    steps = (
        step("dodged", yen=net_yen),
        their_tax,
        step("added", times=terms.times_added, yen=added_yen),
        tax_on_that,
    )
    return Reckoning(Dodged(dodged, added), terms.rule, steps)
