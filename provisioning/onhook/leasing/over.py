"""Which devices are out of use by their leases today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from onhook.leasing.register import recorded_of
from onhook.store.schema import lease
from onhook_devices.leasing.lease import State

if TYPE_CHECKING:
    from collections.abc import Collection

    from onhook.workspace import UnitOfWork
    from onhook_devices.leasing.lease import Gone

_IN_USE = (State.LEASED, State.BOUGHT)


def gone_devices(work: UnitOfWork, device_ids: Collection[str]) -> dict[str, Gone]:
    """Return why devices are no longer used, of those that are not; the day is today.

    What is stored of a lease counts with what is known to come, so those that are not plainly out
    are looked at as they are today: few, in an office where people telephone.
    """
    if not device_ids:
        return {}
    query = select(lease.c.device_id).where(
        lease.c.device_id.in_(device_ids), lease.c.state.not_in(_IN_USE)
    )
    found: dict[str, Gone] = {}
    for device_id, known in recorded_of(work, list(work.connection.scalars(query))).items():
        latest = known.history.life_on(work.today, known.service(work)).lease
        if latest is not None and latest.gone is not None:
            found[device_id] = latest.gone
    return found
