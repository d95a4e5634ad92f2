"""What happens to a device that is lent out or sold, each with the day on which it happened.

Where a service counts from the arrival of a parcel and not from its sending, the day of a shipping
or a return is that of its arrival.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

if TYPE_CHECKING:
    from datetime import date

    from onhook_devices.leasing.warranty import Cause
    from onhook_devices.terms.leases import Lessor

ChargeKind = Literal["damage", "penalty"]
"""What a replacement costs (J-L5), and what it costs not to send a device back (J-L3)."""

Ending = Literal["cancelled", "disqualified", "ended"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to a device.

    Attributes:
        verb: The command that tells of it.
        on: The day it happened.
    """

    verb: ClassVar[str]

    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Start(Event):
    """The device goes to a customer; for a bought one this is the day it arrives (J-L9).

    Attributes:
        customer: Id of the customer.
        price_yen: Its sale price at the time of the contract, before tax (J-L3).
        contract_on: The day of the contract (J-L5).
        warranty_months: As its warranty card says; 0: it has none (J-L1).
        lessor: Who lends it (J-L13).
        lessor_name: That one's name, where it is kept.
        is_bought: Whether it was sold and not lent.
        replaces: Id of the device that it replaces, if it does.
    """

    verb = "start"

    customer: str
    price_yen: int
    contract_on: date
    warranty_months: int
    lessor: Lessor = "provider"
    lessor_name: str = ""
    is_bought: bool = False
    replaces: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault(Event):
    """It broke (J-L2, J-L4).

    Attributes:
        cause: Whether it was used as prescribed.
        claimed_on: The day a replacement was claimed; None: the same day.
    """

    verb = "fault"

    cause: Cause
    claimed_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss(Event):
    """It was lost (J-L7).

    Attributes:
        claimed_on: The day a replacement was claimed; None: the same day.
    """

    verb = "lost"

    claimed_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment(Event):
    """The customer paid a charge, all of it."""

    verb = "pay"

    of: ChargeKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver(Event):
    """The provider lets the customer off a charge."""

    verb = "waive"

    of: ChargeKind
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipping(Event):
    """Another device was shipped in its place (J-L2, J-L6)."""

    verb = "ship"

    replacement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension(Event):
    """The provider gives more time to send it back."""

    verb = "extend"

    until: date
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decline(Event):
    """The notice arrived that no replacement is wanted, which ends the contract (J-L8)."""

    verb = "decline"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceEnd(Event):
    """The service's last day, which may still be to come (J-L10 to J-L12)."""

    verb = "end"

    by: Ending = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Return(Event):
    """It was sent back (J-L2, J-L9, J-L10)."""

    verb = "return"


# In the order in which they are tried where they happened on one day.
EVENTS: tuple[type[Event], ...] = (
    Start,
    Fault,
    Loss,
    Payment,
    Waiver,
    Shipping,
    Extension,
    Decline,
    ServiceEnd,
    Return,
)
