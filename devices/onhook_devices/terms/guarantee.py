"""What an outage gives the customer (J-S1 to J-S3, B-S1)."""

from fractions import Fraction
from typing import Annotated, Literal, NamedTuple

from onhook_devices.schema import Misfit, NotEmpty, Range
from onhook_devices.terms.common import Hours, Months, RuleIds, Years


class Band(NamedTuple):
    """The share of the monthly base fee for an outage from so many minutes on."""

    from_minutes: Annotated[int, Range(1, 44_640)]
    share: Annotated[Fraction, Range(0, 1)]


class GuaranteeClaim(NamedTuple):
    """Until when it may be claimed (J-S2)."""

    rule: RuleIds
    months: Months
    counts_from: Literal["damage"]


class LiabilityCap(NamedTuple):
    """The most that is owed where consumer-contract law applies (J-S3)."""

    rule: RuleIds
    fees_of_months_before: Months
    where: Literal["consumer-contract-law", "always"]


class Guarantee(NamedTuple):
    """Part of the base fee back, by bands (J-S1)."""

    rule: RuleIds
    on_request: bool
    counts_from: Literal["known-to-provider"]
    summed_over: Literal["month", "outage"]
    given_as: Literal["free-service", "money"]
    bands: Annotated[tuple[Band, ...], NotEmpty("one band or more, none twice")]
    claim: GuaranteeClaim
    cap: LiabilityCap | None = None

    def misfit(self) -> Misfit | None:
        """Refuse bands that are out of order."""
        starts = [band.from_minutes for band in self.bands]
        if starts != sorted(set(starts)):
            return Misfit("bands", starts, "the shortest outage first")
        return None


class Compensation(NamedTuple):
    """Actual damage up to the fees of whole units of the outage (B-S1)."""

    rule: RuleIds
    from_hours: Hours
    unbroken: bool
    counts_from: Literal["known-to-provider"]
    unit_hours: Hours
    base_fee_a_day: Literal["days-of-month"]
    call_charges_of_months_before: Months
    plus_tax: bool
    claim_years: Years
    slight_negligence: bool
    limit_for_gross_negligence: bool
