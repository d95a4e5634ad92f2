"""Through the store: every accepted order of entry gives the same leases, and ends the same."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from onhook.devices.assignments import assigned_to
from onhook.leasing.register import Correction, correct, enter, recorded
from onhook.store.schema import lease
from onhook_devices.errors import Conflict
from onhook_devices.leasing.events import Start
from tests.leasing.desk import begin
from tests.leasing.exploring import JIYU, events_on
from tests.thoroughness import thorough

if TYPE_CHECKING:
    from random import Random

    from onhook.workspace import UnitOfWork
    from onhook_devices.leasing.events import Event
    from tests.workspaces import Office, Prepared

START = date(2023, 1, 15)
days = st.integers(1, 30).map(lambda n: START + timedelta(days=16 * n))
happenings = days.flatmap(
    lambda day: st.sampled_from([one for one in events_on(day) if not isinstance(one, Start)])
)
often = settings(
    max_examples=thorough(300, 20),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def office(prepared: Prepared) -> Office:
    return prepared(begin)


def entered(work: UnitOfWork, events: list[Event]) -> list[Event]:
    """Enter what is accepted in the life of D-1, pass over the rest; return what was."""
    accepted = []
    for event in events:
        try:
            enter(work, recorded(work, "D-1"), event, JIYU)
        except Conflict:
            continue
        accepted.append(event)
    return accepted


def standing(work: UnitOfWork) -> tuple[list[Any], bool]:
    """Return the leases of D-1 as they are stored, and whether the account is on it."""
    rows = work.connection.execute(select(lease).where(lease.c.device_id == "D-1"))
    return [tuple(row) for row in rows], bool(assigned_to(work, "D-1"))


@often
@given(st.lists(happenings, max_size=8), st.randoms(use_true_random=False))
def test_every_accepted_order_of_entry_is_stored_alike(
    office: Office, events: list[Event], random: Random
) -> None:
    workspace = office.open()
    with workspace.writing(keep=False) as work:
        accepted = entered(work, events)
        in_order = standing(work)
    shuffled = list(accepted)
    random.shuffle(shuffled)
    with workspace.writing(keep=False) as work:
        again = entered(work, shuffled)
        if len(again) == len(accepted):
            assert standing(work) == in_order
        life = recorded(work, "D-1").history.life_on(work.today, JIYU)
        assert life.lease is not None
        assert standing(work)[1] == (life.lease.gone is None)
    workspace.close()


@often
@given(st.lists(happenings, min_size=1, max_size=6), st.data())
def test_a_correction_gives_what_the_right_entry_would_have(
    office: Office, events: list[Event], data: st.DataObject
) -> None:
    workspace = office.open()
    with workspace.writing(keep=False) as work:
        accepted = entered(work, events)
        wrong = data.draw(st.integers(0, len(accepted)), label="wrong entry")
        right = data.draw(st.none() | happenings, label="what really happened")
        known = recorded(work, "D-1")
        fits = wrong > 0
        try:
            if fits:
                correct(work, known, Correction(wrong + 1, right, "test"), JIYU)
        except Conflict:
            fits = False
        corrected = standing(work)[0]
    if fits:
        left = [one for number, one in enumerate(accepted, 1) if number != wrong]
        with workspace.writing(keep=False) as work:
            for event in sorted([*left, *([right] if right else [])], key=lambda one: one.on):
                entered(work, [event])
            same = len(recorded(work, "D-1").history.events) == len(left) + (right is not None) + 1
            if same:
                assert standing(work)[0] == corrected
    workspace.close()
