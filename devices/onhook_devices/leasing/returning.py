"""By when a device goes back, and what starts the clock (J-L2, J-L9, J-L10, J-L12, J-L13)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onhook_devices.agreement import agreed
from onhook_devices.deadlines import by_month_end, within
from onhook_devices.leasing.warranty import leases_of

if TYPE_CHECKING:
    from datetime import date

    from onhook_devices.reckoning import Reckoning
    from onhook_devices.service import Service
    from onhook_devices.terms.contract import ShutOff
    from onhook_devices.terms.leases import Lessor


def broken_device_due(service: Service, counted_from: date) -> Reckoning[date]:
    """Return the last day on which a device replaced in warranty is in time (J-L2).

    Args:
        service: Whose terms.
        counted_from: The day its replacement was shipped or arrived, as the service counts.

    Raises:
        NotAgreed: The service leases nothing.
    """
    terms = leases_of(service).replacement_return
    return within(service, terms.rule, counted_from, terms.days, "days")


def bought_device_due(service: Service, arrived_on: date) -> Reckoning[date]:
    """Return the last day on which an unused bought device may go back (J-L9).

    Raises:
        NotAgreed: The service leases nothing, or takes no bought device back.
    """
    terms = agreed(leases_of(service).bought_return, service, "leases.bought_return")
    return within(service, terms.rule, arrived_on, terms.days, "days")


def end_return_due(service: Service, ended_on: date) -> Reckoning[date]:
    """Return the last day on which a leased device is in time after the service's end (J-L10).

    Raises:
        NotAgreed: The service leases nothing.
    """
    terms = leases_of(service).end_return
    return by_month_end(service, terms.rule, ended_on, terms.due)


def starts_return(shut_off: ShutOff | None) -> bool:
    """Tell whether leased devices are due back after a disqualification or suspension (J-L12).

    Args:
        shut_off: What the service says about it; None: it knows no such thing.
    """
    return shut_off is not None and shut_off.starts_return


def returned_to(service: Service) -> Lessor:
    """Return to whom leased devices go back, whoever lent them (J-L13).

    Raises:
        NotAgreed: The service leases nothing.
    """
    return leases_of(service).end_return.returned_to
