"""How a contract ends, is stopped or refused; how notices count; who learns of customer data."""

from typing import Annotated, Literal, NamedTuple

from onhook_devices.schema import Form, NotEmpty
from onhook_devices.terms.common import Bilingual, RuleIds, Weeks


class Cancellation(NamedTuple):
    """The customer ends the contract (J-L11, B-A5)."""

    rule: RuleIds
    asked_by: Literal["form", "notice"]
    ends: Literal["end-of-following-month", "end-of-month", "on-notice"]
    billed_until: Literal["end", "month-end"]


class ShutOff(NamedTuple):
    """The provider shuts an account off: for good, or for a while (J-L12)."""

    rule: RuleIds
    ends_service: bool
    shuts_account: bool
    debts_fall_due: bool
    starts_return: bool


class Refusals(NamedTuple):
    """For what the provider refuses or ends a contract (B-X1)."""

    rule: RuleIds
    reasons: Annotated[tuple[Bilingual, ...], NotEmpty("one reason or more, none twice")]


class Notices(NamedTuple):
    """When a notice counts as received (J-N1, B-N1)."""

    rule: RuleIds
    mail_counts: Literal["reached-server", "sent"]
    posting_counts: Literal["viewable"]
    changed_details: Literal["at-once"]
    refusal_of_changed_terms_weeks: Weeks | None = None


class Privacy(NamedTuple):
    """What may be done with customer data (J-P1, B-P1)."""

    rule: RuleIds
    note: Bilingual


class Calendar(NamedTuple):
    """How days are counted (P0, P4, P6)."""

    rule: RuleIds
    time_zone: Literal["Asia/Tokyo"]
    move_past_holidays: bool
    months_back: Literal["mirrored"]
    bank_closed: tuple[
        Annotated[str, Form("(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])", '"12-31"')], ...
    ]
