"""Registers to ask: devices whose lives are entered directly, many in one transaction."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import insert

from onhook.leasing.register import enter, recorded
from onhook.store.schema import device
from onhook.workspace import utc_now
from onhook_devices.errors import Conflict
from onhook_devices.leasing.events import Event, Start
from tests.leasing.exploring import CONTRACT, GAPS, JIYU, events_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from random import Random

    from onhook.workspace import UnitOfWork
    from tests.workspaces import Office

LEVEL = "17.2"


def years_later() -> datetime:
    """Return an instant by which all that tests tell of has happened."""
    return utc_now() + timedelta(days=3650)


def fill(office: Office, devices: Mapping[str, Iterable[Event]], *, model: str = "A") -> None:
    """Enter the lives of new devices, all at once."""
    with office.open(years_later).writing() as work:
        for name, events in devices.items():
            put(work, name, events, model=model)


def put(work: UnitOfWork, name: str, events: Iterable[Event], *, model: str = "A") -> None:
    """Enter the life of a new device of acme under its first contract."""
    row = {"id": name, "customer_id": "acme", "platform": "ios", "model": model, "serial": ""}
    more = {"level": LEVEL, "ownership": "leased", "created_at": work.now, "changed_at": work.now}
    work.connection.execute(insert(device), [row | more])
    for event in events:
        contract = 1 if isinstance(event, Start) else None
        enter(work, recorded(work, name), event, JIYU, contract=contract)


def happens(office: Office, name: str, *events: Event) -> None:
    """Enter what happened to a device that is there."""
    with office.open(years_later).writing() as work:
        for event in events:
            enter(work, recorded(work, name), event, JIYU)


def put_any(work: UnitOfWork, name: str, random: Random) -> None:
    """Enter a life made by chance: what does not fit is passed over."""
    put(work, name, ())
    on = CONTRACT
    for _ in range(random.randrange(1, 7)):
        for event in random.sample(list(events_on(on)), 6):
            try:
                known = recorded(work, name)
                contract = 1 if isinstance(event, Start) else None
                enter(work, known, event, JIYU, contract=contract)
            except Conflict:
                continue
            break
        on += timedelta(days=random.choice(GAPS[:3]))
