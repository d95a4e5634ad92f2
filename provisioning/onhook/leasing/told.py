"""Read what a row of a register tells: about the device, its lease, and what happened so far."""

from __future__ import annotations

from dataclasses import fields
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from onhook.accounts.fields import FieldError, text_field
from onhook.leasing import cells
from onhook.leasing.columns import DEVICE_FIELDS
from onhook.subjects import read_device_id
from onhook_devices.errors import InvalidInput, OnhookError
from onhook_devices.leasing.events import (
    Decline,
    Event,
    Extension,
    Fault,
    Loss,
    Payment,
    Return,
    ServiceEnd,
    Shipping,
    Start,
    Waiver,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date


class CellMissing(InvalidInput):
    """A cell is empty that another one asks for.

    Attributes:
        device: Id of the device.
        column: The field that is empty.
        because: The field that asks for it.
    """

    device: str
    column: str
    because: str


class Told(NamedTuple):
    """Something that happened, as a row tells it.

    Attributes:
        field: The column that holds its day.
        event: What happened.
        open: Attributes of the event that the row says nothing about.
    """

    field: str
    event: Event
    open: frozenset[str] = frozenset()

    def is_told_by(self, known: Event) -> bool:
        """Tell whether this is what `known` says, as far as the row tells."""
        if type(known) is not type(self.event) or known.on != self.event.on:
            return False
        said = (one.name for one in fields(known) if one.name not in self.open)
        return all(getattr(known, name) == getattr(self.event, name) for name in said)


class Row(NamedTuple):
    """What a row tells.

    Attributes:
        device: Facts of the device itself, as written.
        started_on: The day its lease began, if told.
        start: What is told of that beginning, by the name of the attribute of `Start`.
        events: What happened since, in the order of the columns.
    """

    device: dict[str, str]
    started_on: date | None
    start: dict[str, Any]
    events: list[Told]


# The day of each event, and what must or may stand beside it.
_NEEDS = {
    "fault_on": "cause",
    "shipped_on": "replacement",
    "extended_on": "extended_until",
}
_BESIDE = {
    "cause": ("fault_on",),
    "claimed_on": ("fault_on", "lost_on"),
    "lost_claimed_on": ("lost_on",),
    "damage_waived_why": ("damage_waived_on",),
    "replacement": ("shipped_on",),
    "ended_by": ("ended_on",),
    "extended_until": ("extended_on",),
    "extended_why": ("extended_on",),
    "penalty_waived_why": ("penalty_waived_on",),
}


def read_row(device_id: str, raw: Mapping[str, str]) -> Row:
    """Return what a row tells; empty cells tell nothing.

    Args:
        device_id: The device's, for messages.
        raw: Its cells by field.

    Raises:
        FieldError: A cell cannot be read, or stands without another that it needs.
    """
    stated = {field: text for field, text in raw.items() if not cells.is_empty(text)}
    found = {field: _read(field, text, device_id) for field, text in stated.items()}
    for field, needed in _NEEDS.items():
        if field in found and needed not in found:
            _refuse(needed, device_id, field)
    for field, days in _BESIDE.items():
        if field in found and not any(day in found for day in days):
            _refuse(days[0], device_id, field)
    device = {field: found[field] for field in DEVICE_FIELDS if field in found}
    return Row(device, found.get("started_on"), _start(found), list(_events(found)))


def _refuse(column: str, device_id: str, because: str) -> None:
    raise FieldError(column, CellMissing(device_id, column, because))


def _read(field: str, text: str, where: str) -> Any:
    try:
        return _READERS.get(field, cells.day)(text, where)
    except OnhookError as error:
        raise FieldError(field, error) from None


def _start(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is told of the beginning, by the names of `Terms`."""
    told = {name: found[field] for field, name in _OF_START.items() if field in found}
    if "warranty" in found:
        told.setdefault("warranty_months", found["warranty"])
    return told


_OF_START = {
    "price": "price_yen",
    "contract_on": "contract_on",
    "warranty_months": "warranty_months",
    "lessor": "lessor",
    "bought": "is_bought",
    "replaces": "replaces",
}
START_FIELDS = {name: field for field, name in _OF_START.items()}
"""The column of each of them."""


def start_cells(start: Start) -> dict[str, Any]:
    """Return what columns hold of a beginning, but its day."""
    return {
        field: start.lessor_name if name == "lessor" else getattr(start, name)
        for field, name in _OF_START.items()
    }


def _events(found: dict[str, Any]) -> Iterator[Told]:
    if "fault_on" not in found and "claimed_on" in found:  # it was the loss that was claimed for
        found.setdefault("lost_claimed_on", found.pop("claimed_on"))
    for field, (kind, beside) in EVENT_COLUMNS.items():
        if field in found:
            stated = {name: found[column] for column, name in beside.items() if column in found}
            left_open = frozenset(beside.values()) - stated.keys()
            yield Told(field, kind(on=found[field], **stated), left_open)


EVENT_COLUMNS: dict[str, tuple[Callable[..., Event], dict[str, str]]] = {
    "fault_on": (Fault, {"cause": "cause", "claimed_on": "claimed_on"}),
    "lost_on": (Loss, {"lost_claimed_on": "claimed_on"}),
    "damage_paid_on": (partial(Payment, of="damage"), {}),
    "damage_waived_on": (partial(Waiver, of="damage"), {"damage_waived_why": "reason"}),
    "shipped_on": (Shipping, {"replacement": "replacement"}),
    "declined_on": (Decline, {}),
    "ended_on": (ServiceEnd, {"ended_by": "by"}),
    "extended_on": (Extension, {"extended_until": "until", "extended_why": "reason"}),
    "penalty_paid_on": (partial(Payment, of="penalty"), {}),
    "penalty_waived_on": (partial(Waiver, of="penalty"), {"penalty_waived_why": "reason"}),
    "returned_on": (Return, {}),
}
"""For the day of each event: how to make it, and what its other columns are called there."""


_FIELDS: dict[tuple[type[Event], str], str] = {
    (Fault, ""): "fault_on",
    (Loss, ""): "lost_on",
    (Payment, "damage"): "damage_paid_on",
    (Payment, "penalty"): "penalty_paid_on",
    (Waiver, "damage"): "damage_waived_on",
    (Waiver, "penalty"): "penalty_waived_on",
    (Shipping, ""): "shipped_on",
    (Decline, ""): "declined_on",
    (ServiceEnd, ""): "ended_on",
    (Extension, ""): "extended_on",
    (Return, ""): "returned_on",
}


def field_of(event: Event) -> str:
    """Return the column that holds the day of an event, not being a start."""
    return _FIELDS[type(event), getattr(event, "of", "")]


def _text(text: str, where: str) -> str:
    return text_field(where, text)


def read_device(text: str, where: str = "") -> str:
    """Return the device id that a cell holds.

    Raises:
        NumberDestroyed: A spreadsheet has cut its digits off.
        BadDeviceId: It cannot be one.
    """
    return read_device_id(cells.keep_digits(text, where))


_READERS: dict[str, Callable[[str, str], object]] = {
    "device": read_device,
    "customer": _text,
    **dict.fromkeys(("platform", "model", "serial", "level"), cells.keep_digits),
    "price": cells.yen,
    "warranty_months": partial(cells.months, may_be_bare=True),
    "warranty": partial(cells.months, may_be_bare=False),
    "lessor": cells.partner,
    "bought": cells.is_sale,
    "cause": cells.cause,
    "ended_by": cells.ending,
    **dict.fromkeys(("replacement", "replaces"), read_device),
    **dict.fromkeys(("damage_waived_why", "extended_why", "penalty_waived_why"), _text),
}
"""How to read a column; the others hold days."""
