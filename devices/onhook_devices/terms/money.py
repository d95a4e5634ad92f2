"""What is billed, when, and with which tax (P5, J-M1 to J-M3, B-F1 to B-F4)."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, NamedTuple

from onhook_devices.schema import Misfit, NotEmpty, Range
from onhook_devices.terms.common import Days, Months, RuleIds, Yen

Percent = Annotated[Decimal, Range(0, 100)]


class TaxRate(NamedTuple):
    """The consumption tax from a day on."""

    since: date
    percent: Percent


class Tax(NamedTuple):
    """Consumption tax, and what becomes of fractions of a yen (P5)."""

    rule: RuleIds
    fractions: Literal["cut"]
    rate_of: Literal["charge-day", "contract-day"]
    rates: Annotated[tuple[TaxRate, ...], NotEmpty("one rate or more, none twice")]

    def misfit(self) -> Misfit | None:
        """Refuse rates that are out of order."""
        days = [rate.since for rate in self.rates]
        if days != sorted(set(days)):
            return Misfit("rates", [str(day) for day in days], "the earliest since first")
        return None


class BaseFee(NamedTuple):
    """The monthly base fee (J-A5, J-L11, B-F1)."""

    rule: RuleIds
    closes: Literal["month-end"]
    first_month: Literal["whole", "free"]
    last_month: Literal["whole", "free"]
    start_and_end_in_one_month: Literal["whole", "free"]


class UniversalServiceFee(NamedTuple):
    """The fee per number for universal service (B-F1)."""

    rule: RuleIds
    closes: Literal["month-end"]
    first_month: Literal["whole", "free"]


class CallCharges(NamedTuple):
    """Charges for calls (B-F1)."""

    rule: RuleIds
    closes_on_day: Annotated[int, Range(1, 28)]
    between_contractors: Literal["free", "charged"]


class LateInterest(NamedTuple):
    """Interest on what is overdue (B-F2)."""

    rule: RuleIds
    percent_a_year: Percent
    days_in_year: Annotated[int, Range(365, 366)]
    first_day: Literal["day-after-due"]
    last_day: Literal["day-before-payment", "payment-day"]
    fractions: Literal["cut"]


class Dodging(NamedTuple):
    """What is added when charges were dodged (B-F3): so many times the sum before tax."""

    rule: RuleIds
    times_added: Annotated[int, Range(0, 10)]
    plus_tax: bool


class BankDebit(NamedTuple):
    """When an account is debited, and which small bills wait (B-F4)."""

    rule: RuleIds
    day: Annotated[int, Range(1, 28)]
    months_after_use: Annotated[int, Range(0, 12)]
    on_closed_day: Literal["next-bank-day", "same-day"]
    waits_below_yen: Yen
    waits_at_most_months: Months
    opening_month_waits: bool
    on_cancellation: Literal["month-after"]
    debit_fee: Literal["customer", "provider"]


class BillDispute(NamedTuple):
    """How long a bill may be disputed (J-M1)."""

    rule: RuleIds
    days: Days
    counts_from: Literal["arrival", "issue"]
    by: Literal["writing", "any-means"]


class Deposit(NamedTuple):
    """When a deposit may be asked, and when it goes back (J-M2)."""

    rule: RuleIds
    asked_above_yen: Yen
    paying_by: Literal["bank-debit", "any-means"]
    returned_by: Literal["end-of-following-month", "end-of-month"]


class FaultCall(NamedTuple):
    """What a fault call costs that was not the provider's fault (J-M3)."""

    rule: RuleIds
    yen: Yen
    tax: Literal["included", "added"]
    free_when: Literal["provider-at-fault"]


class Money(NamedTuple):
    """All that is agreed about money; a table that is left out is not agreed."""

    base_fee: BaseFee
    universal_service_fee: UniversalServiceFee | None = None
    call_charges: CallCharges | None = None
    late_interest: LateInterest | None = None
    dodging: Dodging | None = None
    bank_debit: BankDebit | None = None
    bill_dispute: BillDispute | None = None
    deposit: Deposit | None = None
    fault_call: FaultCall | None = None
