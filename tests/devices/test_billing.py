"""Bills, interest, debits and deposits, with the cases their own words make (J-M, B-F)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onhook_devices.agreement import NotAgreed
from onhook_devices.bank_days import is_bank_day
from onhook_devices.billing.bank_debit import Debit, debit_date, debits
from onhook_devices.billing.bills import (
    call_charges_close,
    dispute_until,
    fault_call,
    is_base_fee_due,
    is_universal_service_fee_due,
    refusal_until,
)
from onhook_devices.billing.deposits import deposit_return, may_ask_deposit
from onhook_devices.billing.dodging import dodged_charges
from onhook_devices.billing.late import late_interest
from onhook_devices.calendar import month_after
from onhook_devices.service import Service, Services
from onhook_devices.yen import Sum

JIYU = Services().get("jiyu-hodai")
BIGLOBE = Services().get("biglobe-mobile")
days = st.dates(date(1998, 1, 1), date(2090, 1, 1))


def money(service: Service, table: str, **values: object) -> Service:
    terms = getattr(service.money, table)._replace(**values)
    return service._replace(money=service.money._replace(**{table: terms}))


# B-F2: 14.6 % of 365 days is 0.04 % a day


@pytest.mark.parametrize(
    ("overdue", "paid_on", "interest"),
    [
        (10_000, date(2027, 1, 26), 0),  # on the due day
        (10_000, date(2027, 1, 27), 0),  # no day lies between
        (10_000, date(2027, 1, 28), 4),  # one day: the 27th
        (10_000, date(2027, 1, 1), 0),  # early
        (9_999, date(2027, 1, 28), 3),  # 3.9996 is cut
        (10_000, date(2028, 1, 27), 1_460),  # 365 days
        (50_000, date(2027, 2, 26), 600),  # 30 days
    ],
)
def test_interest_runs_from_the_day_after_to_the_day_before(
    overdue: int, paid_on: date, interest: int
) -> None:
    found = late_interest(BIGLOBE, overdue, due_on=date(2027, 1, 26), paid_on=paid_on)

    assert found.result == interest
    assert found.rule == "B-F2"


def test_a_service_may_count_the_day_of_payment() -> None:
    by = money(BIGLOBE, "late_interest", last_day="payment-day")

    assert (
        late_interest(by, 10_000, due_on=date(2027, 1, 26), paid_on=date(2027, 1, 27)).result == 4
    )


@given(st.integers(0, 10**7), days, days)
def test_interest_is_whole_yen_and_none_for_payment_in_time(
    yen: int, due: date, paid: date
) -> None:
    found = late_interest(BIGLOBE, yen, due_on=due, paid_on=paid).result

    between = max(0, (paid - due).days - 1)
    assert 0 <= Fraction(yen * 146 * between, 365_000) - found < 1


# B-F3


def test_dodged_charges_cost_themselves_and_twice_their_net_yenwith_tax() -> None:
    found = dodged_charges(
        BIGLOBE, 10_000, dodged_on=date(2027, 1, 1), charged_on=date(2027, 6, 1)
    ).result

    assert found.dodged == Sum(10_000, 1_000)
    assert found.added == Sum(20_000, 2_000)
    assert found.total_yen == 33_000


def test_each_tax_is_of_its_day() -> None:
    found = dodged_charges(
        BIGLOBE, 10_000, dodged_on=date(2019, 9, 30), charged_on=date(2019, 10, 1)
    ).result

    assert (found.dodged.tax_yen, found.added.tax_yen) == (800, 2_000)


def test_a_service_may_add_no_tax() -> None:
    by = money(BIGLOBE, "dodging", plus_tax=False)
    day = date(2027, 1, 1)

    assert dodged_charges(by, 10_000, dodged_on=day, charged_on=day).result.added == Sum(20_000, 0)


# B-F4


@pytest.mark.parametrize(
    ("month", "on"),
    [
        (date(2026, 10, 31), date(2026, 11, 26)),  # Thursday
        (date(2026, 11, 1), date(2026, 12, 28)),  # the 26th is a Saturday
        (date(2026, 8, 5), date(2026, 9, 28)),
        (date(2026, 12, 5), date(2027, 1, 26)),  # over the year's end
        (date(2027, 1, 31), date(2027, 2, 26)),
        (date(2025, 3, 1), date(2025, 4, 28)),  # Saturday; the 29th is a holiday
    ],
)
def test_the_debit_is_on_the_26th_or_the_next_bank_day(month: date, on: date) -> None:
    assert debit_date(BIGLOBE, month).result == on


@given(days)
def test_a_debit_is_on_a_bank_day_of_the_following_month(month: date) -> None:
    on = debit_date(BIGLOBE, month).result

    assert is_bank_day(on, BIGLOBE.calendar)
    assert on.replace(day=1) == month_after(month, 1)
    assert on.day >= 26


def debited(bills: dict[int, int], **when: date) -> list[tuple[date, int, int]]:
    """Return the debits for bills of months of 2026 (13: January 2027): day, yen, how many."""
    by_month = {month_after(date(2026, 1, 1), number - 1): yen for number, yen in bills.items()}
    found = [one.result for one in debits(BIGLOBE, by_month, **when)]
    return [(one.on, one.yen, len(one.months)) for one in found]


def test_a_bill_of_a_thousand_does_not_wait_and_one_of_less_does() -> None:
    assert debited({1: 1_000}) == [(date(2026, 2, 26), 1_000, 1)]
    assert debited({1: 999}) == []


def test_small_bills_wait_until_they_reach_a_thousand_together() -> None:
    assert debited({1: 400, 2: 300, 3: 299, 4: 1}) == [(date(2026, 5, 26), 1_000, 4)]
    assert debited({1: 400, 2: 2_000, 3: 1_500}) == [
        (date(2026, 3, 26), 2_400, 2),
        (date(2026, 4, 27), 1_500, 1),  # the 26th is a Sunday
    ]


def test_after_six_months_all_is_debited_in_the_seventh() -> None:
    assert debited(dict.fromkeys(range(1, 6), 100)) == []
    assert debited(dict.fromkeys(range(1, 8), 100)) == [(date(2026, 7, 27), 600, 6)]


def test_the_opening_months_bill_does_not_wait() -> None:
    assert debited({1: 50, 2: 50}, opening=date(2026, 1, 20)) == [(date(2026, 2, 26), 50, 1)]


def test_on_cancellation_all_is_debited_in_the_month_after() -> None:
    assert debited({1: 50, 2: 60}, cancelled=date(2026, 2, 3)) == [(date(2026, 3, 26), 110, 2)]


def test_a_month_that_is_not_named_costs_nothing_and_still_counts() -> None:
    assert debited({1: 100, 6: 100}) == [(date(2026, 7, 27), 200, 6)]
    assert debited({1: 0, 6: 0, 7: 100}) == []


def test_a_debit_names_its_months() -> None:
    one = debits(BIGLOBE, {date(2026, 1, 9): 600, date(2026, 2, 9): 400})[0].result

    assert one == Debit(date(2026, 3, 26), 1_000, (date(2026, 1, 1), date(2026, 2, 1)))


@given(st.dictionaries(st.integers(1, 30), st.integers(0, 1500), max_size=12))
def test_no_yen_is_debited_twice_or_lost(bills: dict[int, int]) -> None:
    by_month = {month_after(date(2026, 1, 1), n): yen for n, yen in bills.items()}
    last = max(by_month, default=date(2026, 1, 1))
    found = [one.result for one in debits(BIGLOBE, by_month, cancelled=last)]

    assert sum(one.yen for one in found) == sum(bills.values())
    assert all(len(one.months) <= 6 for one in found)
    months = [month for one in found for month in one.months]
    assert len(set(months)) == len(months)
    assert all(one.on > max(one.months) for one in found)


# B-F1, J-A5


@pytest.mark.parametrize(
    ("month", "due_to"),
    [
        (date(2026, 12, 1), []),
        (date(2027, 1, 31), [JIYU]),  # the first month: J bills it whole, B's is free
        (date(2027, 2, 1), [JIYU, BIGLOBE]),
        (date(2027, 4, 1), [JIYU, BIGLOBE]),  # the last, whole
        (date(2027, 5, 1), []),
    ],
)
def test_when_the_base_fee_is_due(month: date, due_to: list[Service]) -> None:
    when = {"started_on": date(2027, 1, 20), "ended_on": date(2027, 4, 3)}

    assert [by for by in (JIYU, BIGLOBE) if is_base_fee_due(by, month, **when)] == due_to


def test_start_and_end_in_one_month() -> None:
    when = {"started_on": date(2027, 1, 3), "ended_on": date(2027, 1, 20)}

    assert is_base_fee_due(JIYU, date(2027, 1, 1), **when)
    assert not is_base_fee_due(BIGLOBE, date(2027, 1, 1), **when)


def test_the_universal_service_fee_is_due_in_the_first_month_too() -> None:
    when = {"started_on": date(2027, 1, 20), "ended_on": date(2027, 4, 3)}
    months = [date(2026, 12, 15), date(2027, 1, 1), date(2027, 4, 30), date(2027, 5, 1)]

    found = [is_universal_service_fee_due(BIGLOBE, month, **when) for month in months]

    assert found == [False, True, True, False]


@pytest.mark.parametrize(
    ("called", "closed"),
    [
        (date(2027, 1, 10), date(2027, 1, 10)),
        (date(2027, 1, 11), date(2027, 2, 10)),
        (date(2026, 12, 11), date(2027, 1, 10)),
    ],
)
def test_calls_are_closed_on_the_10th(called: date, closed: date) -> None:
    assert call_charges_close(BIGLOBE, called).result == closed


# J-M1, J-M2, J-M3, J-N1


def test_a_bill_is_accepted_after_30_days() -> None:
    found = dispute_until(JIYU, date(2027, 1, 31))

    assert (found.result, found.rule) == (date(2027, 3, 2), "J-M1")


def test_a_deposit_may_be_asked_above_50_000_of_who_pays_by_bank_debit() -> None:
    assert may_ask_deposit(JIYU, 50_001, by_bank_debit=True)
    assert not may_ask_deposit(JIYU, 50_000, by_bank_debit=True)
    assert not may_ask_deposit(JIYU, 50_001, by_bank_debit=False)


@pytest.mark.parametrize(
    ("owed", "back", "still_owed"),
    [(0, 50_000, 0), (6_000, 44_000, 0), (50_000, 0, 0), (60_000, 0, 10_000)],
)
def test_a_deposit_goes_back_less_what_is_owed(owed: int, back: int, still_owed: int) -> None:
    found = deposit_return(JIYU, date(2027, 2, 28), deposit_yen=50_000, owed_yen=owed)

    assert found.result == (date(2027, 3, 31), back, still_owed)
    assert found.rule == "J-M2"


def test_a_fault_call_costs_5_000_unless_the_provider_was_at_fault() -> None:
    day = date(2027, 1, 1)
    by = money(JIYU, "fault_call", tax="added")

    assert fault_call(JIYU, day, is_provider_at_fault=False).result == Sum(5_000, 0)
    assert fault_call(JIYU, day, is_provider_at_fault=True).result == Sum(0, 0)
    assert fault_call(by, day, is_provider_at_fault=False).result == Sum(5_000, 500)


def test_changed_terms_are_refused_within_a_week() -> None:
    refusal = refusal_until(JIYU, date(2027, 1, 1))

    assert refusal is not None
    assert (refusal.result, refusal.rule) == (date(2027, 1, 8), "J-N1")
    assert refusal_until(BIGLOBE, date(2027, 1, 1)) is None


def test_what_is_not_agreed_is_refused() -> None:
    day = date(2027, 1, 1)
    with pytest.raises(NotAgreed):
        late_interest(JIYU, 1, due_on=day, paid_on=day)
    with pytest.raises(NotAgreed):
        debit_date(JIYU, day)
    with pytest.raises(NotAgreed):
        dispute_until(BIGLOBE, day)
