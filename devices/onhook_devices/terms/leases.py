"""What is agreed about leased and bought devices (J-L1 to J-L10, J-L13)."""

from typing import Annotated, Literal, NamedTuple

from onhook_devices.schema import NotEmpty, Range
from onhook_devices.terms.common import Days, Months, RuleIds, Yen

Payer = Literal["customer", "provider"]
Lessor = Literal["provider", "partner"]


class Warranty(NamedTuple):
    """Whom and how long the warranty covers (J-L1).

    `months` is for devices whose own length was not recorded; None: it must be recorded.
    """

    rule: RuleIds
    covers_from: Annotated[tuple[Lessor, ...], NotEmpty('["provider", "partner"], none twice')]
    length: Literal["per-device", "per-service"]
    counts_from: Literal["lease-start", "contract"]
    months: Months | None = None


class ReplacementReturn(NamedTuple):
    """The broken device goes back after its replacement was shipped (J-L2)."""

    rule: RuleIds
    days: Days
    counts_from: Literal["replacement-shipped", "replacement-arrived"]
    counts: Literal["sent", "arrived"]
    freight: Payer


class Penalty(NamedTuple):
    """What a device costs that does not come back (J-L3)."""

    rule: RuleIds
    base: Literal["contract-price"]
    plus_tax: bool
    bank_charges: Payer


class DamageCharge(NamedTuple):
    """What a device costs that broke by misuse, out of warranty or was lost (J-L4, J-L5)."""

    rule: RuleIds
    base: Literal["contract-price"]
    percent_less_a_year: Annotated[int, Range(0, 100)]
    less_from_year: Annotated[int, Range(1, 10)]
    less_of: Literal["original-price", "last-year-price"]
    never_below_yen: Yen
    year_of: Literal["claim", "loss"]
    replacement_inherits: bool
    plus_tax: bool
    bank_charges: Payer


class ReplacementShipping(NamedTuple):
    """When a replacement that is paid for ships (J-L6)."""

    rule: RuleIds
    after: Literal["payment-and-claim", "claim"]


class OutOfWarranty(NamedTuple):
    """What holds out of warranty or when lost (J-L7)."""

    rule: RuleIds
    charge: Literal["damage-charge", "penalty"]
    still_existing_device_due: Literal["end-of-service", "replacement-return"]


class NoReplacement(NamedTuple):
    """The customer wants no replacement (J-L8)."""

    rule: RuleIds
    ends: Literal["on-notice"]
    fees_until: Literal["month-end", "end"]
    penalty_for_lost: Literal["ask-a-person", "charge", "none"]


class BoughtReturn(NamedTuple):
    """A bought device goes back unused (J-L9)."""

    rule: RuleIds
    days: Days
    counts_from: Literal["arrival"]
    freight: Payer


class EndReturn(NamedTuple):
    """Leased devices go back when the service ends (J-L10, J-L13)."""

    rule: RuleIds
    due: Literal["end-of-following-month", "end-of-month"]
    freight: Payer
    returned_to: Lessor
    unreturned: Literal["penalty"]


class Leases(NamedTuple):
    """All that is agreed about devices lent out."""

    rule: RuleIds
    covers: Literal["leased", "leased-and-bought"]
    warranty: Warranty
    replacement_return: ReplacementReturn
    penalty: Penalty
    damage_charge: DamageCharge
    replacement_shipping: ReplacementShipping
    out_of_warranty: OutOfWarranty
    no_replacement: NoReplacement
    end_return: EndReturn
    bought_return: BoughtReturn | None = None
