"""What phones do at an office's links, without a server in between."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

from onhook.delivery.facts import Told
from onhook.delivery.opening import open_delivery
from onhook.kits.symbols import current_symbol
from onhook.workspace import utc_now
from onhook_devices.levels import Level
from onhook_devices.platforms import Platform

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from onhook.delivery.fetching import Delivery
    from tests.workspaces import Office

T = TypeVar("T")

ADDRESS = "203.0.113.77"
NETWORK = "203.0.113.0/24"
PHONE = Told(Platform.IOS, Level((17, 2)), browser="Linphone")


def token_of(office: Office, extension: str = "101", device: str | None = None) -> str:
    """Return the token in the QR code of an account's kit."""
    with office.open().reading() as work:
        drawn = current_symbol(work, extension, "acme", device)
    return drawn.text.rpartition("/")[2]


def deliver(
    office: Office,
    work: Callable[[Delivery], Awaitable[T]],
    clock: Callable[[], datetime] = utc_now,
) -> T:
    """Do something with what delivers from an office."""

    async def run() -> T:
        delivery = open_delivery(office.open(clock))
        try:
            return await work(delivery)
        finally:
            await delivery.close()

    return asyncio.run(run())


def leave_traces(office: Office, extension: str) -> None:
    """Fetch an account's config once, and type a wrong short code."""
    token = token_of(office, extension)

    async def visit(delivery: Delivery) -> None:
        await delivery.opened(token, PHONE, ADDRESS)
        await delivery.fetch(token, PHONE, ADDRESS)
        await delivery.enter("0000 0000 0000", ADDRESS)

    deliver(office, visit)
