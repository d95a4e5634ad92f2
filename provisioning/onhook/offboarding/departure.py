"""What is known of an account that is over, or will be: facts for its person, not yet in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import date

    from onhook.words import Language
    from onhook_devices.leasing.debts import Debt
    from onhook_devices.platforms import Platform
    from onhook_devices.reckoning import Reckoning
    from onhook_devices.service import Service
    from onhook_devices.terms.leases import Lessor, Payer
    from onhook_devices.yen import Sum

Why = Literal["account-disabled", "contract-ended", "contract-ends"]
"""What is over; the last is still to come."""

Shut = Literal["later", "waiting", "done"]
"""Whether the PBX lets nobody in with the account any more: ``done`` only where that was marked."""


@dataclass(frozen=True, slots=True)
class AppToRemove:
    """A softphone in which the account is set up.

    Attributes:
        name: As people know it.
        device: Id of the device it is on, or '' for a person's own phone.
        model: The device's, as told.
        platform: The device's; None where that is not known.
        rule: The rule by which it must be removed at once (B-A4); '' where that is only advice.
    """

    name: str
    device: str
    model: str
    platform: Platform | None
    rule: str


@dataclass(frozen=True, slots=True)
class DeviceToReturn:
    """A leased device that the account's person has.

    Attributes:
        device: Its id.
        model: As told, or ''.
        serial: As told, or ''.
        due_on: The last day in time; None: it stays leased, and no clock runs.
        rule: The rule that says so (J-L2, J-L10).
        freight: Who pays for sending it.
        returned_to: Where it goes, whoever lent it (J-L13).
        lessor: Name of the partner that lent it; '' for the provider.
        if_missed: What it costs then, with its reasoning; None where that is not known.
    """

    device: str
    model: str
    serial: str
    due_on: date | None
    rule: str
    freight: Payer
    returned_to: Lessor
    lessor: str = ""
    if_missed: Reckoning[Sum] | None = None

    def days_left(self, today: date) -> int | None:
        """Return how many days are left; below zero it is overdue, None where none is due."""
        return None if self.due_on is None else (self.due_on - today).days


@dataclass(frozen=True, slots=True)
class OpenCharge:
    """A charge for a device that is not settled."""

    device: str
    debt: Debt


@dataclass(frozen=True, slots=True)
class Departure:
    """An account that is over, or will be, and what its person has still to do.

    Attributes:
        account: ``acme/101``.
        account_id: Its number.
        contract: Number of its contract.
        language: Of its customer.
        customer_name: As it stands in the contract.
        name: Of the person.
        mail: The person's address, or ''.
        service: Of the contract.
        why: What is over.
        on: The day on which it ended; of a contract, its last day.
        shut: Whether the PBX has shut the account.
        apps: Softphones to be removed.
        devices: Leased devices that the person has.
        charges: What is owed for devices.
        has_secret_code: Whether somebody was given a QR code that holds the password itself.
    """

    account: str
    account_id: int
    contract: int
    language: Language
    customer_name: str
    name: str
    mail: str
    service: Service
    why: Why
    on: date
    shut: Shut
    apps: tuple[AppToRemove, ...] = ()
    devices: tuple[DeviceToReturn, ...] = ()
    charges: tuple[OpenCharge, ...] = ()
    has_secret_code: bool = False

    @property
    def customer(self) -> str:
        """Return the customer's id."""
        return self.account.partition("/")[0]

    @property
    def extension(self) -> str:
        """Return the number dialled."""
        return self.account.partition("/")[2]

    @property
    def returns(self) -> tuple[DeviceToReturn, ...]:
        """Return the devices that are due back, the soonest first."""
        due = [one for one in self.devices if one.due_on is not None]
        return tuple(sorted(due, key=lambda one: (str(one.due_on), one.device)))
