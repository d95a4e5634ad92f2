"""What the end of a contract means for the devices leased under it (J-L10 to J-L12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onhook.leasing.register import enter
from onhook_devices.leasing.events import ServiceEnd

if TYPE_CHECKING:
    from onhook.contracts import Contract
    from onhook.leasing.register import Entered
    from onhook.workspace import UnitOfWork
    from onhook_devices.leasing.events import Ending
    from onhook_devices.service import Service


def enter_known_end(
    work: UnitOfWork, entered: Entered, contract: Contract, service: Service
) -> Entered:
    """Enter the end of a contract whose last day is known for a device that went out under it.

    So a lease that is entered late ends as it would have, had it been entered in time.
    """
    event = known_end(contract)
    return entered if event is None else enter(work, entered.known, event, service)


def known_end(contract: Contract) -> ServiceEnd | None:
    """Return the end of a contract as an event of its devices; None: it is not known yet."""
    if contract.ends_on is None:
        return None
    by: Ending = "ended" if contract.cancel_asked_on is None else "cancelled"
    return ServiceEnd(on=contract.ends_on, by=by)
