"""A table for each rule about leases, made by hand from the document's own words.

The words stand above each table. The year ends, month ends, leap days, the days to either side of
every edge and the days on which the consumption tax changed are in them.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onhook.workspace import TOKYO, end_of_day
from onhook_devices.bank_days import is_bank_day
from onhook_devices.calendar import (
    Period,
    billed_until,
    days_after,
    days_before,
    months_after,
    months_before,
    service_end,
    weeks_after,
    years_after,
)
from onhook_devices.leasing.charges import damage_charge, lease_year, penalty
from onhook_devices.leasing.debts import debts
from onhook_devices.leasing.events import (
    Decline,
    Event,
    Fault,
    Loss,
    Payment,
    Return,
    ServiceEnd,
    Shipping,
    Start,
)
from onhook_devices.leasing.lease import State
from onhook_devices.leasing.life import Stuck, live
from onhook_devices.leasing.returning import bought_device_due, broken_device_due, end_return_due
from onhook_devices.leasing.warranty import leases_of, warranty_until
from onhook_devices.service import Service, Services
from onhook_devices.yen import Sum

if TYPE_CHECKING:
    from onhook_devices.leasing.lease import Lease
    from onhook_devices.terms.leases import Lessor

JIYU = Services().get("jiyu-hodai")
CONTRACT = date(2025, 1, 15)
PRICE = 39_800
FAR = date(2099, 1, 1)

days = st.dates(date(2000, 1, 1), date(2090, 1, 1))
prices = st.integers(0, 10_000_000)


def started(on: date = CONTRACT, months: int = 12, lessor: Lessor = "provider") -> Start:
    facts = {"customer": "acme", "price_yen": PRICE, "contract_on": on}
    return Start(on=on, warranty_months=months, lessor=lessor, **facts)  # type: ignore[arg-type] # as a test says it


def lease_after(*events: Event, start: Start | None = None) -> Lease:
    lease = live((start or started(), *events), JIYU).lease
    assert lease is not None
    return lease


def owed(*events: Event, start: Start | None = None) -> list[tuple[str, date, int]]:
    """Return the charges that arise in the end: what for, when, and how much with tax."""
    life = live((start or started(), *events), JIYU)
    return [
        (one.kind, one.arises_on, one.reckoning.result.total_yen)
        for one in debts(life, JIYU, FAR)
        if one.settled != "nothing-due"
    ]


# P0: calendar dates in Asia/Tokyo; a period ends with the end of its last day (art. 141)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2027, 3, 14, 14, 59, 59, tzinfo=UTC), date(2027, 3, 14)),
        (datetime(2027, 3, 14, 15, 0, 0, tzinfo=UTC), date(2027, 3, 15)),
        (datetime(2027, 12, 31, 14, 59, 59, tzinfo=UTC), date(2027, 12, 31)),
        (datetime(2027, 12, 31, 15, 0, 0, tzinfo=UTC), date(2028, 1, 1)),
        (datetime(2028, 2, 28, 15, 0, 0, tzinfo=UTC), date(2028, 2, 29)),
    ],
)
def test_p0_a_day_begins_and_ends_at_midnight_in_japan(instant: datetime, day: date) -> None:
    assert instant.astimezone(TOKYO).date() == day
    assert end_of_day(day) - timedelta(days=1) <= instant < end_of_day(day)


# P1: 初日不算入, the event's own day does not count (art. 140)


@pytest.mark.parametrize(
    ("event", "count", "last"),
    [
        (date(2027, 3, 1), 14, date(2027, 3, 15)),  # domain's own example
        (date(2027, 2, 28), 1, date(2027, 3, 1)),
        (date(2028, 2, 28), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 1, date(2028, 3, 1)),
        (date(2027, 2, 14), 14, date(2027, 2, 28)),
        (date(2027, 2, 15), 14, date(2027, 3, 1)),
        (date(2028, 2, 15), 14, date(2028, 2, 29)),
        (date(2027, 12, 17), 14, date(2027, 12, 31)),
        (date(2027, 12, 18), 14, date(2028, 1, 1)),
        (date(2027, 12, 31), 7, date(2028, 1, 7)),
    ],
)
def test_p1_days(event: date, count: int, last: date) -> None:
    assert days_after(event, count) == last
    assert (weeks_after(event, count // 7) == last) == (count % 7 == 0)


# P2: 応当日, the day before the corresponding day of the first counted day (art. 143)


@pytest.mark.parametrize(
    ("event", "months", "last"),
    [
        (date(2027, 8, 31), 6, date(2028, 2, 29)),  # from 1 September: to the end of February
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 30), 6, date(2028, 2, 29)),  # the 31st of February is not there
        (date(2027, 8, 28), 6, date(2028, 2, 28)),
        (date(2027, 10, 31), 1, date(2027, 11, 30)),
        (date(2027, 10, 30), 1, date(2027, 11, 30)),
        (date(2027, 10, 29), 1, date(2027, 11, 29)),
        (date(2027, 11, 30), 1, date(2027, 12, 31)),
        (date(2027, 12, 15), 1, date(2028, 1, 15)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2027, 2, 28), 12, date(2028, 2, 29)),
        (date(2025, 1, 15), 36, date(2028, 1, 15)),
    ],
)
def test_p2_months(event: date, months: int, last: date) -> None:
    assert months_after(event, months) == last


# P6: the mirror of P1 and P2


@pytest.mark.parametrize(
    ("cause", "months", "first"),
    [
        (date(2027, 5, 15), 3, date(2027, 2, 15)),  # domain's own example
        # Backwards the first counted day is 28 February, and 28 January its corresponding day.
        (date(2027, 3, 1), 1, date(2027, 1, 29)),
        (date(2028, 3, 1), 1, date(2028, 1, 30)),
        (date(2027, 3, 31), 1, date(2027, 3, 1)),
        (date(2028, 3, 30), 1, date(2028, 3, 1)),
        (date(2028, 2, 29), 12, date(2027, 3, 1)),
        (date(2028, 1, 15), 1, date(2027, 12, 15)),
    ],
)
def test_p6_months_back(cause: date, months: int, first: date) -> None:
    assert months_before(cause, months) == Period(first, cause - timedelta(days=1))


@pytest.mark.parametrize(
    ("cause", "count", "first"),
    [
        (date(2027, 3, 1), 1, date(2027, 2, 28)),
        (date(2028, 3, 1), 1, date(2028, 2, 29)),
        (date(2028, 1, 1), 31, date(2027, 12, 1)),
    ],
)
def test_p6_days_back(cause: date, count: int, first: date) -> None:
    assert days_before(cause, count) == Period(first, cause - timedelta(days=1))


# J-L1: 貸与端末の保証は、添付されている保証書の保証規定に基づく


@pytest.mark.parametrize(
    ("started_on", "months", "last"),
    [
        (date(2025, 1, 15), 12, date(2026, 1, 15)),
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2027, 1, 31), 13, date(2028, 2, 29)),
        (date(2027, 2, 28), 12, date(2028, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 24, date(2026, 2, 28)),
        (date(2026, 12, 31), 6, date(2027, 6, 30)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
    ],
)
def test_j_l1_the_warranty_and_its_last_day(started_on: date, months: int, last: date) -> None:
    dates = {"started_on": started_on, "contract_on": started_on}
    assert warranty_until(JIYU, **dates, months=months).result == last

    start, after = started(started_on, months), last + timedelta(days=1)
    in_time = lease_after(Fault(on=last, cause="normal"), start=start)
    too_late = lease_after(Fault(on=after, cause="normal"), start=start)
    assert (in_time.price, in_time.price_rule) == ("free", "J-L2")
    assert (too_late.price, too_late.price_rule) == ("damage-charge", "J-L7")


# J-L2: 代替品送付後14日以内に故障した端末を弊社へ返送する
# J-L3: 指定期日までに返送しない場合、違約金 ＝ 販売価格相当額及びその消費税相当額


@pytest.mark.parametrize(
    ("shipped", "last"),
    [
        (date(2025, 3, 1), date(2025, 3, 15)),
        (date(2025, 2, 14), date(2025, 2, 28)),
        (date(2025, 2, 15), date(2025, 3, 1)),
        (date(2028, 2, 15), date(2028, 2, 29)),
        (date(2028, 2, 16), date(2028, 3, 1)),
        (date(2025, 4, 30), date(2025, 5, 14)),
        (date(2025, 12, 17), date(2025, 12, 31)),
        (date(2025, 12, 18), date(2026, 1, 1)),
    ],
)
def test_j_l2_j_l3_the_broken_device_is_sent_back_or_costs_the_penalty(
    shipped: date, last: date
) -> None:
    start = started(shipped - timedelta(days=30))
    history = (Fault(on=shipped, cause="normal"), Shipping(on=shipped, replacement="D-2"))
    after = last + timedelta(days=1)

    assert lease_after(*history, start=start).due_on == last
    assert owed(*history, Return(on=last), start=start) == []
    assert owed(*history, Return(on=after), start=start) == [("penalty", after, 43_780)]
    assert owed(*history, start=start) == [("penalty", after, 43_780)]


@pytest.mark.parametrize(
    ("arises_on", "price", "total"),
    [
        (date(2014, 3, 31), Sum(39_800, 1_990), 41_790),
        (date(2014, 4, 1), Sum(39_800, 3_184), 42_984),
        (date(2019, 9, 30), Sum(39_800, 3_184), 42_984),
        (date(2019, 10, 1), Sum(39_800, 3_980), 43_780),
    ],
)
def test_j_l3_p5_the_penalty_and_the_tax_of_its_day(
    arises_on: date, price: Sum, total: int
) -> None:
    found = penalty(JIYU, PRICE, contract_on=date(2013, 1, 1), arises_on=arises_on)

    assert (found.result, found.result.total_yen, found.rule) == (price, total, "J-L3")


# J-L4: 保証期間中に保証規定に沿わない使用方法により故障した場合、破損・紛失負担金
# J-L7: 保証期間外の場合、又は専用端末を紛失した場合 ... 準用する


@pytest.mark.parametrize(
    ("event", "rule"),
    [
        (Fault(on=date(2025, 1, 15), cause="misuse"), "J-L2, J-L4"),  # the first day
        (Fault(on=date(2026, 1, 15), cause="misuse"), "J-L2, J-L4"),  # the warranty's last
        (Fault(on=date(2026, 1, 16), cause="misuse"), "J-L7"),
        (Fault(on=date(2026, 1, 16), cause="normal"), "J-L7"),
        (Loss(on=date(2025, 1, 15)), "J-L7"),  # lost in warranty, too
        (Loss(on=date(2026, 1, 16)), "J-L7"),
    ],
)
def test_j_l4_j_l7_what_a_replacement_costs(event: Event, rule: str) -> None:
    lease = lease_after(event)

    assert (lease.price, lease.price_rule) == ("damage-charge", rule)
    assert owed(event) == [
        ("damage", event.on, 43_780 if event.on <= date(2026, 1, 15) else 35_024)
    ]


# J-L5: 2年目以降毎年20パーセントを減じた価格及びその消費税相当額


@pytest.mark.parametrize(
    ("contract_on", "ends"),
    [  # the last days of years 1 to 5
        (date(2025, 1, 15), [date(year, 1, 15) for year in range(2026, 2031)]),
        (
            date(2024, 2, 29),
            [
                date(2025, 2, 28),
                date(2026, 2, 28),
                date(2027, 2, 28),
                date(2028, 2, 29),
                date(2029, 2, 28),
            ],
        ),
        (
            date(2027, 2, 28),
            [
                date(2028, 2, 29),
                date(2029, 2, 28),
                date(2030, 2, 28),
                date(2031, 2, 28),
                date(2032, 2, 29),
            ],
        ),
        (date(2025, 12, 31), [date(year, 12, 31) for year in range(2026, 2031)]),
        (date(2026, 1, 1), [date(year, 1, 1) for year in range(2027, 2032)]),
    ],
)
def test_j_l5_each_year_from_the_second_takes_a_fifth_off(
    contract_on: date, ends: list[date]
) -> None:
    with_tax = [43_780, 35_024, 26_268, 17_512, 8_756, 0]

    for year, last in enumerate(ends, 1):
        for day, of in ((last, year), (last + timedelta(days=1), year + 1)):
            found = damage_charge(JIYU, PRICE, contract_on=contract_on, counts_on=day)
            assert lease_year(contract_on, day) == of
            assert found.result.total_yen == with_tax[of - 1]


@pytest.mark.parametrize(
    ("counts_on", "charge"),
    [  # the contract is of 1 October 2012: year 2 until 1 October 2014
        (date(2014, 3, 31), Sum(31_840, 1_592)),
        (date(2014, 4, 1), Sum(31_840, 2_547)),  # 2,547.2
        (date(2014, 10, 1), Sum(31_840, 2_547)),
        (date(2014, 10, 2), Sum(23_880, 1_910)),  # 1,910.4
    ],
)
def test_j_l5_p5_the_tax_of_the_day_the_charge_arises(counts_on: date, charge: Sum) -> None:
    found = damage_charge(JIYU, PRICE, contract_on=date(2012, 10, 1), counts_on=counts_on)

    assert found.result == charge


def test_j_l5_a_replacement_inherits_price_and_contract_date() -> None:
    facts = {"customer": "acme", "price_yen": PRICE, "contract_on": CONTRACT}
    second = Start(on=date(2026, 6, 1), warranty_months=12, replaces="D-1", **facts)  # type: ignore[arg-type] # as above

    assert owed(Loss(on=date(2027, 1, 15)), start=second) == [("damage", date(2027, 1, 15), 35_024)]
    assert owed(Loss(on=date(2027, 1, 16)), start=second) == [("damage", date(2027, 1, 16), 26_268)]


# J-L6: 負担金が支払われ、且つ代替品の送付請求が申込者よりあった場合、遅滞なく代替品を送付する


@pytest.mark.parametrize(
    "claim", [Loss(on=date(2026, 5, 1)), Fault(on=date(2026, 5, 1), cause="misuse")]
)
def test_j_l6_the_replacement_ships_when_it_is_paid_for_and_not_before(claim: Event) -> None:
    paid = Payment(on=date(2026, 5, 8), of="damage")
    before, same = (Shipping(on=date(2026, 5, day), replacement="D-2") for day in (7, 8))

    with pytest.raises(Stuck):
        live((started(), claim, before), JIYU)
    with pytest.raises(Stuck):
        live((started(), claim, before, paid), JIYU)
    with pytest.raises(Stuck):
        live((started(), paid, same), JIYU)  # paid for what nobody claimed
    assert live((started(), claim, paid, same), JIYU).state in (State.CLOSED, State.REPLACED)


# J-L8: 代替品の送付を請求しない旨を ... 通知した場合、利用申込は当該通知の到達をもって終了する


@pytest.mark.parametrize(
    ("told_on", "due"),
    [
        (date(2027, 1, 31), date(2027, 2, 28)),
        (date(2027, 2, 1), date(2027, 3, 31)),
        (date(2028, 1, 31), date(2028, 2, 29)),
        (date(2027, 12, 31), date(2028, 1, 31)),
    ],
)
def test_j_l8_who_wants_no_replacement_ends_the_contract_that_day(told_on: date, due: date) -> None:
    broken = Fault(on=date(2027, 1, 10), cause="misuse")
    lease = lease_after(broken, Decline(on=told_on))
    lost = lease_after(Loss(on=date(2027, 1, 10)), Decline(on=told_on))

    assert (lease.ended_on, lease.due_on, lease.due_kind) == (told_on, due, "end-return")
    assert owed(broken, Decline(on=told_on), Return(on=due)) == []
    assert (lost.ended_on, lost.state) == (told_on, State.UNDECIDED)
    assert owed(Loss(on=date(2027, 1, 10)), Decline(on=told_on)) == []  # a person decides


# J-L9: 返品は、未使用時に限り、商品到着後7日以内


@pytest.mark.parametrize(
    ("arrived", "last"),
    [
        (date(2027, 1, 10), date(2027, 1, 17)),
        (date(2027, 2, 21), date(2027, 2, 28)),
        (date(2027, 2, 22), date(2027, 3, 1)),
        (date(2028, 2, 22), date(2028, 2, 29)),
        (date(2027, 12, 24), date(2027, 12, 31)),
        (date(2027, 12, 25), date(2028, 1, 1)),
    ],
)
def test_j_l9_a_bought_device_goes_back_within_seven_days(arrived: date, last: date) -> None:
    facts = {"customer": "acme", "price_yen": PRICE, "contract_on": arrived}
    bought = Start(on=arrived, warranty_months=0, is_bought=True, **facts)  # type: ignore[arg-type] # as above

    assert bought_device_due(JIYU, arrived).result == last
    assert live((bought, Return(on=last)), JIYU).state is State.RETURNED
    with pytest.raises(Stuck):
        live((bought, Return(on=last + timedelta(days=1))), JIYU)


# J-L10: 利用サービス終了日の翌月末日までに弊社に返送する
# J-L11: 解約申出日月末締め翌月末日をもって解約 ... 翌月末日までは課金する


@pytest.mark.parametrize(
    ("asked", "ends", "due"),
    [
        (date(2027, 1, 10), date(2027, 2, 28), date(2027, 3, 31)),  # domain's own example
        (date(2027, 1, 1), date(2027, 2, 28), date(2027, 3, 31)),
        (date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31)),
        (date(2027, 2, 1), date(2027, 3, 31), date(2027, 4, 30)),
        (date(2028, 1, 31), date(2028, 2, 29), date(2028, 3, 31)),
        (date(2027, 12, 1), date(2028, 1, 31), date(2028, 2, 29)),
        (date(2027, 11, 30), date(2027, 12, 31), date(2028, 1, 31)),
        (date(2027, 12, 31), date(2028, 1, 31), date(2028, 2, 29)),
    ],
)
def test_j_l10_j_l11_from_the_asking_to_the_penalty(asked: date, ends: date, due: date) -> None:
    assert service_end(asked, JIYU.cancellation) == ends
    assert billed_until(ends, JIYU.cancellation) == ends
    assert end_return_due(JIYU, ends).result == due

    end, after = ServiceEnd(on=ends, by="cancelled"), due + timedelta(days=1)
    assert owed(end, Return(on=due)) == []
    assert owed(end, Return(on=after)) == [("penalty", after, 43_780)]


# J-L12: 取消 ends the service at once, and J-L10 runs from that day; 中断 is no end


@pytest.mark.parametrize(
    ("on", "due"),
    [
        (date(2027, 1, 1), date(2027, 2, 28)),
        (date(2027, 1, 31), date(2027, 2, 28)),
        (date(2027, 2, 1), date(2027, 3, 31)),
        (date(2028, 1, 15), date(2028, 2, 29)),
        (date(2027, 12, 31), date(2028, 1, 31)),
    ],
)
def test_j_l12_disqualification_starts_the_clock_that_day(on: date, due: date) -> None:
    lease = lease_after(ServiceEnd(on=on, by="disqualified"))

    assert (lease.ended_on, lease.due_on) == (on, due)


# J-L13: 弊社又は提携事業者から貸与した貸与専用端末を ... 弊社に返送する


@pytest.mark.parametrize("lessor", ["provider", "partner"])
def test_j_l13_whoever_lent_it_it_goes_back_to_the_provider(lessor: Lessor) -> None:
    lease = lease_after(ServiceEnd(on=date(2027, 2, 28)), start=started(lessor=lessor))

    assert leases_of(JIYU).end_return.returned_to == "provider"
    assert (lease.due_on, lease.due_rule) == (date(2027, 3, 31), "J-L10, J-L13")


# What holds of every day, price and age


@settings(deadline=None)  # the holidays are read at first use
@given(days, st.integers(1, 120), st.booleans())
def test_no_deadline_precedes_its_event(event: date, months: int, moves: bool) -> None:  # noqa: FBT001 - hypothesis gives it
    by = JIYU._replace(calendar=JIYU.calendar._replace(move_past_holidays=moves))
    dates = {"started_on": event, "contract_on": event}
    ends = service_end(event, by.cancellation)

    for deadline in (
        warranty_until(by, **dates, months=months),
        broken_device_due(by, event),
        bought_device_due(by, event),
        end_return_due(by, event),
    ):
        assert deadline.result > event
        assert not moves or is_bank_day(deadline.result, by.calendar)
    assert event < ends <= billed_until(ends, by.cancellation) < end_return_due(by, ends).result


@given(days, days)
def test_who_is_later_is_never_due_earlier(one: date, other: date) -> None:
    earlier, later = sorted((one, other))

    for due in (broken_device_due, bought_device_due, end_return_due):
        assert due(JIYU, earlier).result <= due(JIYU, later).result


@given(prices, days, st.integers(0, 4000))
def test_no_charge_exceeds_the_price_and_its_tax(price: int, contract_on: date, age: int) -> None:
    on = contract_on + timedelta(days=age)
    most = penalty(JIYU, price, contract_on=contract_on, arises_on=on).result
    charge = damage_charge(JIYU, price, contract_on=contract_on, counts_on=on).result

    assert most.net_yen == price
    assert most.tax_yen <= price // 10
    assert 0 <= charge.net_yen <= price
    assert charge.total_yen <= most.total_yen


VARIANTS: list[dict[str, object]] = [
    {},
    {"less_of": "last-year-price"},
    {"never_below_yen": 5_000},
    {"less_from_year": 3},
    {"percent_less_a_year": 33},
    {"percent_less_a_year": 0},
]


@given(prices, days, st.integers(0, 4000), st.integers(0, 4000), st.sampled_from(VARIANTS))
def test_no_charge_rises_with_age_whatever_a_service_says(
    price: int, contract_on: date, one: int, two: int, says: dict[str, object]
) -> None:
    by = _with_charge(says)
    younger, older = (contract_on + timedelta(days=age) for age in sorted((one, two)))

    def net(on: date) -> int:
        return damage_charge(by, price, contract_on=contract_on, counts_on=on).result.net_yen

    assert price >= net(younger) >= net(older) >= 0


def _with_charge(says: dict[str, object]) -> Service:
    terms = leases_of(JIYU)
    charge = terms.damage_charge._replace(**says)  # type: ignore[arg-type] # as a file would say it
    return JIYU._replace(leases=terms._replace(damage_charge=charge))


@given(days, st.integers(1, 6))
def test_the_years_of_a_lease_follow_each_other_without_a_gap(contract_on: date, year: int) -> None:
    last = years_after(contract_on, year)

    assert lease_year(contract_on, last) == year
    assert lease_year(contract_on, last + timedelta(days=1)) == year + 1
