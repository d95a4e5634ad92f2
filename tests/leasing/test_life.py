"""A device's life step by step: what each event makes of it, and what the days decide."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from onhook_devices.agreement import NotAgreed
from onhook_devices.leasing.debts import debts
from onhook_devices.leasing.dues import dues
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
    Waiver,
)
from onhook_devices.leasing.lease import State
from onhook_devices.leasing.life import Stuck, allowed, live
from onhook_devices.leasing.warranty import leases_of
from onhook_devices.service import Service, Services
from tests.leasing.exploring import CONTRACT, JIYU, PRICE, start

if TYPE_CHECKING:
    from onhook_devices.leasing.life import Life

BEGUN = start()
FAR = date(2099, 1, 1)


def with_terms(table: str, **values: object) -> Service:
    """Return a service whose lease terms say something else in one table."""
    terms = leases_of(JIYU)
    return JIYU._replace(leases=terms._replace(**{table: getattr(terms, table)._replace(**values)}))


def lived(*events: Event, by: Service = JIYU) -> Life:
    return live((BEGUN, *events), by)


def due(*events: Event, today: date = CONTRACT, by: Service = JIYU) -> list[tuple[str, date, int]]:
    """Return what falls due but for the warranty: kind, day, and what it costs if missed."""
    return [
        (one.kind, one.due_on, one.if_missed.result.total_yen if one.if_missed else 0)
        for one in dues(lived(*events, by=by), by, today)
        if one.kind != "warranty-end"
    ]


def owed(*events: Event, today: date = FAR, by: Service = JIYU) -> list[tuple[str, date, int, str]]:
    """Return the charges that arose: kind, day, sum, how settled."""
    return [
        (one.kind, one.arises_on, one.reckoning.result.total_yen, one.settled or "open")
        for one in debts(lived(*events, by=by), by, today)
    ]


def refused(*events: Event, by: Service = JIYU) -> Event:
    with pytest.raises(Stuck) as stuck:
        lived(*events, by=by)
    return stuck.value.event


# Faults and replacements


def test_a_device_that_breaks_in_warranty_is_replaced_and_goes_back_within_14_days() -> None:
    history = (
        Fault(on=date(2026, 1, 15), cause="normal"),  # the warranty's last day
        Shipping(on=date(2026, 1, 20), replacement="D-2"),
    )

    assert lived(history[0]).state is State.FAULT_REPORTED
    assert due(*history) == [("replacement-return", date(2026, 2, 3), 43_780)]
    assert owed(*history, today=date(2026, 2, 3)) == []
    assert owed(*history, today=date(2026, 2, 4)) == [("penalty", date(2026, 2, 4), 43_780, "open")]


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        (Fault(on=date(2026, 1, 16), cause="normal"), "J-L7"),  # a day after the warranty
        (Fault(on=date(2025, 2, 1), cause="misuse"), "J-L2, J-L4"),
    ],
)
def test_else_the_replacement_costs_the_charge(fault: Fault, rule: str) -> None:
    lease = lived(fault).lease

    assert lease is not None
    assert (lease.state, lease.price_rule) == (State.CHARGE_OPEN, rule)


def test_a_replacement_that_is_not_free_ships_after_payment_and_its_device_stays() -> None:
    fault = Fault(on=date(2026, 5, 1), cause="misuse")
    paid = Payment(on=date(2026, 5, 8), of="damage")
    shipped = Shipping(on=date(2026, 5, 9), replacement="D-2")
    end = ServiceEnd(on=date(2027, 2, 28), by="cancelled")

    assert refused(fault, shipped) == shipped  # J-L6
    assert lived(fault, paid, shipped).state is State.REPLACED
    assert due(fault, paid, shipped) == []
    assert owed(fault, paid, shipped) == [("damage", date(2026, 5, 1), 35_024, "paid")]
    assert due(fault, paid, shipped, end) == [("end-return", date(2027, 3, 31), 43_780)]


def test_the_claims_day_counts_for_the_charge_and_not_the_losss() -> None:
    loss = Loss(on=date(2026, 1, 10), claimed_on=date(2026, 1, 20))  # year 1, and 2
    by_loss = with_terms("damage_charge", year_of="loss")

    assert owed(loss) == [("damage", date(2026, 1, 20), 35_024, "open")]
    assert owed(loss, by=by_loss) == [("damage", date(2026, 1, 20), 43_780, "open")]


def test_from_the_sixth_year_nothing_is_to_pay_before_the_replacement_ships() -> None:
    loss = Loss(on=date(2030, 1, 16))
    shipped = Shipping(on=date(2030, 1, 17), replacement="D-2")

    assert lived(loss).state is State.CHARGE_SETTLED
    assert lived(loss, shipped).state is State.CLOSED
    assert owed(loss, shipped) == [("damage", date(2030, 1, 16), 0, "nothing-due")]


def test_a_device_sent_back_before_its_replacement_shipped_is_not_due() -> None:
    history = (
        Fault(on=date(2025, 5, 1), cause="normal"),
        Return(on=date(2025, 5, 3)),
        Shipping(on=date(2025, 5, 6), replacement="D-2"),
    )

    assert lived(*history[:2]).state is State.FAULT_REPORTED
    assert lived(*history).state is State.RETURNED
    assert due(*history) == []
    assert owed(*history) == []


def test_a_lost_device_costs_the_charge_and_is_then_done_with() -> None:
    history = (
        Loss(on=date(2027, 5, 1)),
        Payment(on=date(2027, 5, 10), of="damage"),
        Shipping(on=date(2027, 5, 11), replacement="D-2"),
    )

    assert owed(*history) == [("damage", date(2027, 5, 1), 26_268, "paid")]
    assert lived(*history).state is State.CLOSED
    assert due(*history, ServiceEnd(on=date(2027, 6, 30))) == []


def test_a_broken_device_that_is_lost_before_payment_is_claimed_as_lost() -> None:
    history = (Fault(on=date(2025, 5, 1), cause="normal"), Loss(on=date(2026, 5, 2)))

    assert lived(*history).state is State.LOST
    assert owed(*history) == [("damage", date(2026, 5, 2), 35_024, "open")]


def test_a_waived_charge_lets_the_replacement_ship() -> None:
    history = (
        Loss(on=date(2025, 5, 1)),
        Waiver(on=date(2025, 5, 2), of="damage", reason="flood"),
        Shipping(on=date(2025, 5, 3), replacement="D-2"),
    )

    assert owed(*history) == [("damage", date(2025, 5, 1), 43_780, "waived")]


# No replacement is wanted (J-L8)


def test_who_wants_no_replacement_ends_the_contract_and_sends_the_device_back() -> None:
    history = (Fault(on=date(2027, 1, 10), cause="misuse"), Decline(on=date(2027, 1, 20)))

    assert due(*history) == [("end-return", date(2027, 2, 28), 43_780)]
    assert owed(*history, today=date(2027, 2, 1)) == []  # the price of no replacement


def test_whether_a_lost_device_then_costs_the_penalty_is_left_to_a_person() -> None:
    history = (Loss(on=date(2027, 1, 10)), Decline(on=date(2027, 1, 20)))
    waived = Waiver(on=date(2027, 2, 1), of="penalty")
    paid = Payment(on=date(2027, 2, 1), of="penalty")

    assert lived(*history).state is State.UNDECIDED
    assert due(*history) == [("penalty-decision", date(2027, 1, 20), 0)]
    assert owed(*history) == []
    assert lived(*history, waived).state is State.CLOSED
    assert owed(*history, paid) == [("penalty", date(2027, 1, 20), 43_780, "paid")]


def test_who_paid_for_a_lost_device_does_not_owe_it_too_when_the_service_ends() -> None:
    lost = Loss(on=date(2027, 1, 10))
    paid = Payment(on=date(2027, 1, 20), of="damage")
    end = ServiceEnd(on=date(2027, 1, 31))

    assert lived(lost, paid, end).state is State.UNDECIDED
    assert [(one[0], one[3]) for one in owed(lost, paid, end)] == [("damage", "paid")]
    assert due(lost, end) == [("end-return", date(2027, 2, 28), 43_780)]  # who did not pay does


@pytest.mark.parametrize(
    ("says", "state", "charges"), [("charge", "undecided", 1), ("none", "closed", 0)]
)
def test_a_service_may_decide_itself(says: str, state: str, charges: int) -> None:
    by = with_terms("no_replacement", penalty_for_lost=says)
    history = (Loss(on=date(2027, 1, 10)), Decline(on=date(2027, 1, 20)))

    assert str(lived(*history, by=by).state) == state
    assert len(owed(*history, by=by)) == charges


# The end of service (J-L10 to J-L12)


def test_at_the_end_of_service_the_device_goes_back_or_costs_the_penalty() -> None:
    end = ServiceEnd(on=date(2027, 2, 28), by="cancelled")

    assert due(end) == [("end-return", date(2027, 3, 31), 43_780)]
    assert owed(end, Return(on=date(2027, 3, 31))) == []
    assert owed(end, Return(on=date(2027, 4, 1))) == [("penalty", date(2027, 4, 1), 43_780, "open")]


def test_a_lost_device_is_due_at_the_end_of_service_all_the_same() -> None:
    assert due(Loss(on=date(2027, 2, 1)), ServiceEnd(on=date(2027, 2, 28))) == [
        ("end-return", date(2027, 3, 31), 43_780)
    ]


def test_a_device_due_within_14_days_is_not_put_off_by_the_end_of_service() -> None:
    history = (
        Fault(on=date(2025, 5, 1), cause="normal"),
        Shipping(on=date(2025, 5, 2), replacement="D-2"),
        ServiceEnd(on=date(2025, 5, 10)),
    )

    assert due(*history) == [("replacement-return", date(2025, 5, 16), 43_780)]


def test_the_first_of_two_ends_counts() -> None:
    cancelled = ServiceEnd(on=date(2027, 2, 28), by="cancelled")
    disqualified = ServiceEnd(on=date(2027, 1, 5), by="disqualified")

    lease = lived(cancelled, disqualified).lease

    assert lease is not None
    assert lease.ended_on == date(2027, 1, 5)
    assert due(cancelled, disqualified) == [("end-return", date(2027, 2, 28), 43_780)]


def test_an_extension_counts_from_whenever_it_is_given() -> None:
    end = ServiceEnd(on=date(2027, 2, 28))
    late = Extension(on=date(2027, 4, 5), until=date(2027, 4, 20), reason="moving house")

    assert due(end, late, today=date(2027, 4, 6)) == [("end-return", date(2027, 4, 20), 43_780)]
    assert owed(end, late, today=date(2027, 4, 20)) == []
    assert owed(end, late, Return(on=date(2027, 4, 21))) == [
        ("penalty", date(2027, 4, 21), 43_780, "open")
    ]
    shorter = Extension(on=date(2027, 4, 6), until=date(2027, 4, 20))
    assert refused(end, late, shorter) == shorter


def test_a_penalty_is_paid_when_it_has_arisen_and_not_before() -> None:
    end = ServiceEnd(on=date(2027, 2, 28))
    early, late = (Payment(on=date(2027, *day), of="penalty") for day in ((3, 31), (4, 1)))

    assert refused(end, early) == early
    assert lived(end, late).state is State.CLOSED
    assert refused(end, late, Payment(on=date(2027, 4, 2), of="penalty")).on == date(2027, 4, 2)
    assert lived(end, late, Return(on=date(2027, 5, 1))).state is State.RETURNED


def test_the_penalty_of_a_late_return_stays_owed_when_the_device_is_out_again() -> None:
    history = (
        ServiceEnd(on=date(2027, 2, 28)),
        Return(on=date(2027, 4, 10)),
        start(date(2027, 5, 1), customer="sakura", contract_on=date(2027, 5, 1)),
    )
    paid = Payment(on=date(2027, 6, 1), of="penalty")

    assert lived(*history, paid).state is State.LEASED
    assert owed(*history) == [("penalty", date(2027, 4, 1), 43_780, "open")]
    assert owed(*history, paid) == [("penalty", date(2027, 4, 1), 43_780, "paid")]


# Bought devices (J-L9), other services


def test_a_bought_device_goes_back_within_7_days_or_not_at_all() -> None:
    bought = start(date(2027, 1, 10), is_bought=True)
    in_time, late = (Return(on=date(2027, 1, day)) for day in (17, 18))

    found = dues(live([bought], JIYU), JIYU, date(2027, 1, 17))
    assert next((one.kind, one.due_on) for one in found) == ("bought-return", date(2027, 1, 17))
    assert live([bought, in_time], JIYU).state is State.RETURNED
    with pytest.raises(Stuck):
        live([bought, late], JIYU)
    assert debts(live([bought], JIYU), JIYU, FAR) == []


def test_bought_devices_are_replaced_only_where_the_service_says_so() -> None:
    bought = start(is_bought=True)
    fault = Fault(on=date(2025, 5, 1), cause="normal")
    both = JIYU._replace(leases=leases_of(JIYU)._replace(covers="leased-and-bought"))

    with pytest.raises(Stuck):
        live([bought, fault], JIYU)
    assert live([bought, fault], both).state is State.FAULT_REPORTED


def test_a_service_may_ship_before_payment() -> None:
    by = with_terms("replacement_shipping", after="claim")
    history = (Loss(on=date(2025, 5, 1)), Shipping(on=date(2025, 5, 2), replacement="D-2"))

    assert lived(*history, by=by).state is State.CLOSED
    assert owed(*history, by=by) == [("damage", date(2025, 5, 1), 43_780, "open")]
    paid = Payment(on=date(2025, 6, 1), of="damage")
    assert owed(*history, paid, by=by) == [("damage", date(2025, 5, 1), 43_780, "paid")]


def test_a_service_may_want_a_broken_device_back_although_it_was_paid_for() -> None:
    by = with_terms("out_of_warranty", still_existing_device_due="replacement-return")
    history = (
        Fault(on=date(2025, 5, 1), cause="misuse"),
        Payment(on=date(2025, 5, 2), of="damage"),
        Shipping(on=date(2025, 5, 3), replacement="D-2"),
    )

    assert due(*history, by=by) == [("replacement-return", date(2025, 5, 17), 43_780)]


def test_a_service_may_charge_the_whole_price_out_of_warranty() -> None:
    by = with_terms("out_of_warranty", charge="penalty")

    assert owed(Loss(on=date(2029, 5, 1)), by=by) == [("damage", date(2029, 5, 1), 43_780, "open")]


def test_a_service_without_leases_says_so() -> None:
    with pytest.raises(NotAgreed):
        live([BEGUN], Services().get("biglobe-mobile"))


# The warranty, and what is allowed


def test_a_warranty_falls_due_until_it_is_over() -> None:
    def ends(today: date) -> list[date]:
        found = dues(live([BEGUN], JIYU), JIYU, today)
        return [one.due_on for one in found if one.kind == "warranty-end"]

    assert ends(date(2026, 1, 15)) == [date(2026, 1, 15)]
    assert ends(date(2026, 1, 16)) == []


def test_a_device_without_warranty_is_charged_for_from_its_first_day() -> None:
    fault = Fault(on=CONTRACT, cause="normal")

    assert live([start(warranty_months=0), fault], JIYU).state is State.CHARGE_OPEN


def test_what_is_allowed_depends_on_the_day() -> None:
    due_back = lived(ServiceEnd(on=date(2027, 2, 28)))

    assert allowed(live([], JIYU), CONTRACT, JIYU) == ("start",)
    assert allowed(lived(), CONTRACT, JIYU) == ("fault", "lost", "end", "return")
    assert allowed(due_back, date(2027, 3, 31), JIYU) == ("lost", "extend", "end", "return")
    assert allowed(due_back, date(2027, 4, 1), JIYU) == (
        "lost",
        "pay",
        "waive",
        "extend",
        "end",
        "return",
    )


def test_days_left_are_counted_to_the_last_day_in_time() -> None:
    (found,) = dues(lived(ServiceEnd(on=date(2027, 2, 28))), JIYU, date(2027, 3, 1))

    assert [found.days_left(found.due_on + timedelta(days=n)) for n in (-1, 0, 1)] == [1, 0, -1]


def test_a_whole_story_against_a_ledger_made_by_hand() -> None:
    first = (
        start(date(2025, 1, 15)),
        Fault(on=date(2025, 10, 1), cause="normal"),
        Shipping(on=date(2025, 10, 2), replacement="D-2"),
        Extension(on=date(2025, 10, 15), until=date(2025, 10, 31), reason="busy"),
        Return(on=date(2025, 11, 5)),  # late: the 31st was the last day
        Payment(on=date(2025, 11, 20), of="penalty"),
    )
    second = (
        start(date(2025, 10, 2), replaces="D-1"),  # price and contract of D-1
        Loss(on=date(2027, 3, 1)),  # year 3 of the contract
        Payment(on=date(2027, 3, 10), of="damage"),
        Shipping(on=date(2027, 3, 11), replacement="D-3"),
    )
    third = (
        start(date(2027, 3, 11), replaces="D-2"),
        ServiceEnd(on=date(2028, 2, 29), by="cancelled"),  # asked for on 10 January
        Return(on=date(2028, 3, 31)),  # the last day in time
    )
    ledger = [
        (one.kind, one.arises_on, one.reckoning.result.total_yen, one.settled)
        for device in (first, second, third)
        for one in debts(live(device, JIYU), JIYU, FAR)
    ]

    assert PRICE + PRICE // 10 == 43_780
    assert ledger == [
        ("penalty", date(2025, 11, 1), 43_780, "paid"),
        ("damage", date(2027, 3, 1), 26_268, "paid"),
    ]
    assert [live(device, JIYU).state for device in (first, second, third)] == [
        State.RETURNED,
        State.CLOSED,
        State.RETURNED,
    ]
