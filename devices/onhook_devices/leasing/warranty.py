"""Which devices the warranty covers, how long, and what a replacement then takes (J-L1 to J-L7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from onhook_devices.agreement import agreed
from onhook_devices.deadlines import within

if TYPE_CHECKING:
    from datetime import date

    from onhook_devices.reckoning import Reckoning
    from onhook_devices.service import Service
    from onhook_devices.terms.leases import Leases, Lessor

Cause = Literal["normal", "misuse"]
"""How a device broke: used as prescribed, or otherwise."""

Price = Literal["free", "damage-charge", "penalty"]
"""Against what a replacement is had."""


def leases_of(service: Service) -> Leases:
    """Return what a service says about leases.

    Raises:
        NotAgreed: It leases nothing.
    """
    return agreed(service.leases, service, "leases")


def warranty_until(
    service: Service, *, started_on: date, contract_on: date, months: int
) -> Reckoning[date]:
    """Return the warranty's last day (J-L1).

    Args:
        service: Whose terms.
        started_on: The first day of the lease.
        contract_on: The day of the contract.
        months: Its length; 0 for none, which ends with the day it is counted from.

    Raises:
        NotAgreed: The service leases nothing.
    """
    terms = leases_of(service).warranty
    counted_from = started_on if terms.counts_from == "lease-start" else contract_on
    return within(service, terms.rule, counted_from, months, "months")


def replacement_price(
    service: Service, *, lessor: Lessor, cause: Cause | None, in_warranty: bool
) -> tuple[Price, str]:
    """Return against what a broken or lost device is replaced, and the rule (J-L2, J-L4, J-L7).

    Args:
        service: Whose terms.
        lessor: From whom the device came; the warranty may not cover all (J-L1).
        cause: How it broke; None: it is lost.
        in_warranty: Whether the warranty ran on that day.

    Raises:
        NotAgreed: The service leases nothing.
    """
    leases = leases_of(service)
    is_covered = in_warranty and lessor in leases.warranty.covers_from
    if cause is None or not is_covered:
        return leases.out_of_warranty.charge, leases.out_of_warranty.rule
    if cause == "misuse":
        return "damage-charge", leases.rule
    return "free", leases.replacement_return.rule
