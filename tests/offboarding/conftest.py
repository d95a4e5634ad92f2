"""An office that people leave."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

import pytest

from onhook.kits.candidates import Selection
from onhook.leasing.starting import Terms, start_lease
from onhook.offboarding.gathering import departures
from onhook.workspace import TOKYO

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onhook.offboarding.departure import Departure
    from onhook.workspace import UnitOfWork
    from onhook_devices.errors import OnhookError
    from tests.workspaces import Office, Prepared

STARTED = "2025-01-15"
ASKED = date(2027, 1, 10)
PRICE_YEN = 39_800


def open_office(acme: Office) -> None:
    """Put 101 on an iPhone and a PC, 102 on a leased Android phone, and 103 on its own."""
    acme.do("contract", "start", "--on", STARTED)
    acme.accounts("101", "102", "103")
    for device, platform, extension, model in (
        ("D-1", "ios", "101", "iPhone SE"),
        ("D-2", "pc", "101", ""),
        ("D-3", "android", "102", "Pixel 8a"),
    ):
        acme.do("device", "add", device, "--platform", platform, "--model", model)
        acme.do("device", "assign", device, extension)
    acme.do("account", "set", "102", "--display-name", "髙橋 太郎", "--mail", "taro@acme.example")


@pytest.fixture
def office(prepared: Prepared) -> Office:
    """Return that office; all is under contract 1."""
    return prepared(open_office)


@contextmanager
def on_day(office: Office, day: date) -> Iterator[UnitOfWork]:
    """Provide a unit of work that writes at noon of a day."""
    noon = datetime.combine(day, time(12), TOKYO).astimezone(UTC)
    with office.open(lambda: noon).writing() as work:
        yield work


def lend(office: Office, device: str, day: date, **terms: str) -> None:
    """Lend a device to acme, on the day of the contract, and record that on `day`."""
    on = date.fromisoformat(STARTED)
    with on_day(office, day) as work:
        start_lease(work, device, Terms(PRICE_YEN, on, warranty_months=12, **terms))  # type: ignore[arg-type]  # texts alone


def leaving(office: Office, day: date, *names: str) -> list[Departure | OnhookError]:
    """Return who leaves, as it is known on `day`."""
    with on_day(office, day) as work:
        return list(departures(work, Selection(names)))
