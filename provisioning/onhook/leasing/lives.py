"""Read the lives of many devices, some hundred at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from onhook.imports import chunks
from onhook.leasing.register import recorded_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from onhook.workspace import UnitOfWork
    from onhook_devices.leasing.history import History
    from onhook_devices.service import Service

_AT_ONCE = 500


class Lived(NamedTuple):
    """A device's history, and the service whose rules make its life."""

    history: History
    service: Service


def lives(work: UnitOfWork, device_ids: Sequence[str]) -> Iterator[Lived]:
    """Yield what happened to each device, in the order given; those never out are passed over."""
    services: dict[int, Service] = {}
    for few in chunks(device_ids, _AT_ONCE):
        known = recorded_of(work, few)
        for one in (known[device] for device in few if device in known):
            number = one.last_contract
            if number not in services:
                services[number] = one.service(work)
            yield Lived(one.history, services[number])
