"""What it would cost today if a device that is out were lost: the provider's claim at risk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onhook_devices.leasing.charges import damage_charge, penalty
from onhook_devices.leasing.lease import State
from onhook_devices.leasing.warranty import leases_of

if TYPE_CHECKING:
    from datetime import date

    from onhook_devices.reckoning import Reckoning
    from onhook_devices.service import Service
    from onhook_devices.yen import Sum

OUT = frozenset(State) - {State.IN_STOCK, State.BOUGHT, State.RETURNED, State.CLOSED}
"""States of a device that is the provider's and not back, lost ones too until they are settled."""
_CHARGED = (State.LEASED, State.FAULT_REPORTED)
_DUE_BACK = (State.REPLACED, State.RETURN_DUE)


def exposure(
    service: Service, state: State, price_yen: int, *, contract_on: date, today: date
) -> Reckoning[Sum] | None:
    """Return what the loss of a device costs today; None: nothing that is not owed already.

    A leased device costs the charge of J-L7. One that is to be sent back sooner or later cannot be
    any more, and costs the penalty (J-L3, J-L10). One that is lost, or broken against a charge,
    has its charge already.

    Args:
        service: Whose terms.
        state: What it is; one that is overdue owes its penalty already and is not asked for.
        price_yen: Its sale price at the time of the contract, before tax.
        contract_on: The day of the contract.
        today: The day it would be lost.

    Raises:
        NotAgreed: The service leases nothing.
        TaxRateUnknown: The day is before the first whose rate the service's file knows.
    """
    if state in _CHARGED and leases_of(service).out_of_warranty.charge == "damage-charge":
        return damage_charge(service, price_yen, contract_on=contract_on, counts_on=today)
    if state in _CHARGED or state in _DUE_BACK:
        return penalty(service, price_yen, contract_on=contract_on, arises_on=today)
    return None
