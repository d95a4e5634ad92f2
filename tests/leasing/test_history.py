"""Late entry, corrections and refusals: what counts is the days, never when it was entered."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onhook_devices.errors import Conflict
from onhook_devices.leasing.dues import dues
from onhook_devices.leasing.errors import LaterStepImpossible, NoSuchEvent, StepNotAllowed
from onhook_devices.leasing.events import (
    Event,
    Extension,
    Fault,
    Loss,
    Payment,
    Return,
    ServiceEnd,
    Shipping,
)
from onhook_devices.leasing.history import Entry, History
from onhook_devices.leasing.lease import State
from onhook_devices.leasing.life import Stuck, live
from tests.leasing.exploring import CONTRACT, JIYU, events_on, start

if TYPE_CHECKING:
    from collections.abc import Iterable

NOW = datetime(2027, 1, 1, tzinfo=UTC)
STORY: tuple[Event, ...] = (
    start(),
    Fault(on=date(2025, 10, 1), cause="normal"),
    Shipping(on=date(2025, 10, 2), replacement="D-2"),
    Extension(on=date(2025, 10, 15), until=date(2025, 10, 31)),
    Return(on=date(2025, 11, 5)),
    Payment(on=date(2025, 11, 20), of="penalty"),
    start(date(2025, 12, 1), customer="sakura", contract_on=date(2025, 12, 1)),
)
BROKEN, SHIPPED = STORY[1:3]


def entered(history: History, event: Event | None, corrects: int | None = None) -> History:
    number = len(history.entries) + 1
    entry = Entry(
        number=number, event=event, recorded_at=NOW, recorded_by="tester", corrects=corrects
    )
    return history.with_entry(entry, JIYU)


def history(*events: Event) -> History:
    found = History("D-1")
    for event in events:
        found = entered(found, event)
    return found


def try_all(events: Iterable[Event]) -> History:
    """Enter what is accepted, pass over the rest."""
    found = History("D-1")
    for event in events:
        try:
            found = entered(found, event)
        except Conflict:
            continue
    return found


def test_what_is_entered_late_gives_the_same_as_in_time() -> None:
    in_time = history(*STORY[:3], STORY[4])
    late = history(*STORY[:2], STORY[4], STORY[2])  # it is known to be back, then that it shipped

    assert late.life(JIYU) == in_time.life(JIYU)
    assert late.life(JIYU).state is State.RETURNED


def test_every_accepted_order_of_a_story_gives_the_same_life() -> None:
    whole = history(*STORY[:5]).life(JIYU)
    lives = [
        found.life(JIYU)
        for found in map(try_all, permutations(STORY[:5]))
        if len(found.entries) == len(STORY[:5])
    ]

    assert len(lives) > 1
    assert set(lives) == {whole}


days = st.integers(0, 25).map(lambda n: CONTRACT + timedelta(days=16 * n))
happenings = days.flatmap(lambda day: st.sampled_from(list(events_on(day))))


@settings(deadline=None)
@given(st.lists(happenings, max_size=12), st.randoms(use_true_random=False))
def test_every_accepted_order_gives_the_same_life(events: list[Event], random: object) -> None:
    accepted = [entry.event for entry in try_all([start(), *events]).entries if entry.event]
    shuffled = list(accepted)
    random.shuffle(shuffled)  # type: ignore[attr-defined] # it is a random.Random
    again = try_all(shuffled)

    if len(again.entries) == len(accepted):
        assert again.life(JIYU) == live(accepted, JIYU)
    assert live(shuffled, JIYU) == live(accepted, JIYU)


@settings(deadline=None)
@given(st.lists(happenings, max_size=10))
def test_a_deadline_never_precedes_what_it_is_counted_from(events: list[Event]) -> None:
    found = try_all([start(), *events])
    life = found.life(JIYU)
    begun = {lease.start.on for lease in life.leases}

    for one in dues(life, JIYU, CONTRACT):
        assert one.due_on >= min(begun)
        if one.kind in ("end-return", "replacement-return"):
            assert any(event.on < one.due_on for event in found.events.values())


@settings(deadline=None)
@given(st.lists(happenings, max_size=10), days)
def test_the_state_of_a_day_does_not_know_what_came_after(events: list[Event], day: date) -> None:
    found = try_all([start(), *events])
    until = [event for event in found.events.values() if event.on <= day]

    assert found.life_on(day, JIYU) == live(until, JIYU)


def test_events_of_one_day_are_put_in_an_order_that_fits() -> None:
    day = date(2027, 4, 10)
    back, out = Return(on=day), start(day, customer="sakura", contract_on=day)

    for order in permutations((start(), back, out)):
        life = live(order, JIYU)
        assert (life.state, len(life.leases)) == (State.LEASED, 2)


def test_a_day_on_which_all_happens_is_still_put_in_order() -> None:
    day = date(2025, 5, 1)
    busy = (
        Fault(on=day, cause="misuse"),
        Payment(on=day, of="damage"),
        Shipping(on=day, replacement="D-2"),
        ServiceEnd(on=day),
        Return(on=day),
    )

    assert {live((start(), *order), JIYU) for order in permutations(busy)} == {
        live((start(), *busy), JIYU)
    }


def test_a_day_of_many_events_that_cannot_be_is_refused_soon() -> None:
    day = date(2025, 5, 1)
    ends = [ServiceEnd(on=day, by="ended")] * 12

    with pytest.raises(Stuck):
        live((start(), *ends, Fault(on=date(2025, 6, 1), cause="normal")), JIYU)


# Refusals


def test_a_step_the_history_does_not_allow_is_refused_with_what_is() -> None:
    with pytest.raises(StepNotAllowed) as refusal:
        entered(history(start()), SHIPPED)

    assert refusal.value.exit_code == 5
    assert refusal.value.data == {
        "device": "D-1",
        "step": "ship",
        "on": "2025-10-02",
        "state": "leased",
        "allowed": "fault, lost, end, return",
    }


def test_what_is_refused_is_named_and_not_another_order_of_the_days_before() -> None:
    day = date(2025, 9, 1)
    lost = history(start(), Fault(on=day, cause="misuse"), Loss(on=day))

    with pytest.raises(StepNotAllowed) as refusal:
        entered(lost, Extension(on=date(2025, 9, 9), until=date(2025, 9, 30)))
    assert (refusal.value.step, refusal.value.state) == ("extend", "lost")


def test_a_late_entry_that_makes_a_later_one_impossible_names_it() -> None:
    with pytest.raises(LaterStepImpossible) as refusal:
        entered(history(start(), BROKEN, SHIPPED), Loss(on=date(2025, 9, 1)))

    assert refusal.value.data == {
        "device": "D-1",
        "step": "lost",
        "on": "2025-09-01",
        "later": "fault",
        "later_on": "2025-10-01",
        "state": "lost",
        "allowed": "pay, waive, decline, end, return",
    }


def test_what_was_refused_leaves_the_history_as_it_was() -> None:
    before = history(start())
    with pytest.raises(StepNotAllowed):
        entered(before, SHIPPED)

    assert len(before.entries) == 1


def test_a_return_in_time_entered_after_the_penalty_was_paid_is_refused() -> None:
    penalised = history(
        start(), ServiceEnd(on=date(2027, 2, 28)), Payment(on=date(2027, 4, 5), of="penalty")
    )

    with pytest.raises(LaterStepImpossible) as refusal:
        entered(penalised, Return(on=date(2027, 3, 20)))
    assert refusal.value.later == "pay"


# Corrections


def test_a_corrected_day_counts_from_then_on() -> None:
    before = history(start(), BROKEN, SHIPPED)
    after = entered(before, Shipping(on=date(2025, 10, 12), replacement="D-2"), corrects=3)

    due = [life.lease.due_on for life in (before.life(JIYU), after.life(JIYU)) if life.lease]
    assert due == [date(2025, 10, 16), date(2025, 10, 26)]
    assert len(after.entries) == 4


def test_an_entry_may_be_taken_back_and_put_back() -> None:
    found = entered(history(start(), Loss(on=date(2025, 9, 1))), None, corrects=2)
    assert found.life(JIYU).state is State.LEASED

    again = entered(found, Loss(on=date(2025, 9, 2)), corrects=2)
    assert again.life(JIYU).state is State.LOST


def test_a_correction_must_leave_a_valid_life() -> None:
    with pytest.raises(LaterStepImpossible) as refusal:
        entered(history(start(), BROKEN, SHIPPED), None, corrects=2)

    assert (refusal.value.step, refusal.value.later) == ("fault", "ship")


def test_only_an_entry_can_be_corrected() -> None:
    found = entered(history(start(), BROKEN), None, corrects=2)
    for number in (3, 9):
        with pytest.raises(NoSuchEvent) as refusal:
            entered(found, None, corrects=number)
        assert refusal.value.known == "1, 2"
