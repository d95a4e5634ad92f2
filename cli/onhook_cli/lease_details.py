"""Say the details of what happened to a leased device."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onhook_devices.leasing.events import (
    Event,
    Extension,
    Fault,
    Loss,
    Payment,
    ServiceEnd,
    Shipping,
    Start,
    Waiver,
)

if TYPE_CHECKING:
    from datetime import date

    from onhook.words import Words


def details(event: Event, words: Words) -> list[str]:
    """Return the details of an event, each as a few words."""
    if isinstance(event, Start):
        return _start(event, words)
    told: list[str] = []
    if isinstance(event, Fault):
        told.append(words(f"lease-cause-{event.cause}"))
    if isinstance(event, Fault | Loss):
        told += _claimed(event.claimed_on, words)
    if isinstance(event, Payment | Waiver):
        told.append(words(f"lease-of-{event.of}"))
    if isinstance(event, Shipping):
        told.append(event.replacement)
    if isinstance(event, Extension):
        told.append(words("lease-until", on=event.until))
    if isinstance(event, ServiceEnd):
        told.append(words(f"lease-by-{event.by}"))
    if isinstance(event, Extension | Waiver) and event.reason:
        told.append(event.reason)
    return told


def _start(event: Start, words: Words) -> list[str]:
    told = [event.customer, words("lease-price", yen=f"{event.price_yen:,}")]
    if event.contract_on != event.on:
        told.append(words("lease-contract-on", on=event.contract_on))
    months = event.warranty_months
    told.append(words("lease-warranty", months=months) if months else words("lease-no-warranty"))
    if event.lessor == "partner":
        told.append(words("lease-lessor", name=event.lessor_name))
    if event.is_bought:
        told.append(words("lease-sold"))
    if event.replaces:
        told.append(words("lease-replaces", device=event.replaces))
    return told


def _claimed(day: date | None, words: Words) -> list[str]:
    return [] if day is None else [words("lease-claimed-on", on=day)]
