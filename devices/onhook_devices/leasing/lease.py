"""A lease: what is known of a device at one customer, as its events have made it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import date

    from onhook_devices.leasing.events import Fault, Loss, Start
    from onhook_devices.leasing.warranty import Price

DueKind = Literal["replacement-return", "end-return", "bought-return"]
Settled = Literal["paid", "waived", "nothing-due"]
Gone = Literal["device-lost", "device-returned", "device-replaced", "service-ended"]
"""Why nobody is to telephone with a device any longer."""


class State(StrEnum):
    """What a device is, as people say it. docs/leases.md draws what leads from one to another."""

    IN_STOCK = "in-stock"
    LEASED = "leased"
    BOUGHT = "bought"
    FAULT_REPORTED = "fault-reported"
    CHARGE_OPEN = "charge-open"
    LOST = "lost"
    CHARGE_SETTLED = "charge-settled"
    REPLACED = "replaced"
    RETURN_DUE = "return-due"
    UNDECIDED = "undecided"
    RETURNED = "returned"
    CLOSED = "closed"


_OVER = (State.RETURN_DUE, State.UNDECIDED, State.CLOSED)
_WAITING = (State.CHARGE_OPEN, State.LOST, State.CHARGE_SETTLED)


@dataclass(frozen=True, slots=True)
class Lease:
    """One lease of a device.

    Attributes:
        start: How it began.
        state: What the device is.
        is_lost: Whether it is lost.
        claim: The fault or loss for which a replacement was claimed.
        price: Against what the replacement is had; None without a claim.
        price_rule: The rule that says so.
        damage: How the charge for the replacement was settled, if it was.
        replacement: Id of the device that was shipped in its place; '' for none.
        declined_on: The day the notice arrived that none is wanted.
        ended_on: The service's last day, if it is known.
        due_kind: Why it is to be sent back, if it is or was.
        due_on: The last day in time, as it was extended.
        due_rule: The rule that says so.
        penalty: How the penalty was settled, if it was.
        returned_on: The day it was sent back.
    """

    start: Start
    state: State
    is_lost: bool = False
    claim: Fault | Loss | None = None
    price: Price | None = None
    price_rule: str = ""
    damage: Settled | None = None
    replacement: str = ""
    declined_on: date | None = None
    ended_on: date | None = None
    due_kind: DueKind | None = None
    due_on: date | None = None
    due_rule: str = ""
    penalty: Settled | None = None
    returned_on: date | None = None

    def owes_penalty(self, on: date) -> bool:
        """Tell whether a penalty is open on a day: it was not sent back in time (J-L3, J-L10)."""
        if self.due_on is None or self.due_kind == "bought-return" or self.penalty is not None:
            return False
        back_on = on if self.returned_on is None else self.returned_on
        return self.due_on < back_on

    def is_overdue(self, on: date) -> bool:
        """Tell whether it should have been sent back by a day and was not."""
        return self.state is State.RETURN_DUE and self.due_on is not None and self.due_on < on

    @property
    def gone(self) -> Gone | None:
        """Why nobody is to telephone with it any longer; None: its customer may, broken or not."""
        if self.returned_on is not None:
            return "device-returned"
        if self.is_lost:
            return "device-lost"
        if self.replacement:
            return "device-replaced"
        return "service-ended" if self.state in _OVER else None

    @property
    def owes_damage(self) -> bool:
        """Whether the charge for a replacement is open: one is still wanted, or was shipped."""
        if self.price in (None, "free") or self.damage is not None:
            return False
        return self.state in _WAITING or self.replacement != ""
