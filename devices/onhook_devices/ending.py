"""When a cancelled service ends, and until when it is billed (J-L11, B-A5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from onhook_devices.calendar import billed_until, service_end
from onhook_devices.reckoning import Reckoning, step

if TYPE_CHECKING:
    from datetime import date

    from onhook_devices.service import Service


class Ending(NamedTuple):
    """The service's last day, and the last day that is billed."""

    ends_on: date
    billed_until: date


def ending(service: Service, asked_on: date) -> Reckoning[Ending]:
    """Return when the service ends if its cancellation was asked for on a day (J-L11, B-A5)."""
    terms = service.cancellation
    ends_on = service_end(asked_on, terms)
    told = step(f"ends-{terms.ends}", asked=asked_on)
    return Reckoning(Ending(ends_on, billed_until(ends_on, terms)), terms.rule, (told,))
