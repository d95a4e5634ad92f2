"""The clock is set back an hour: links keep their ends, and the audit trail stays a chain."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from onhook.links import list_links

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from tests.kits.office import Office

pytestmark = pytest.mark.each_database

HOUR = timedelta(hours=1)
SOON = timedelta(minutes=5)  # a test takes less


@pytest.fixture
def set_back(office: Office) -> Office:
    """Return an office that has issued one kit of twelve before its clock is set back an hour."""
    office.issue("1001")
    office.later = -HOUR
    return office


def ends(office: Office) -> Mapping[str, tuple[str, datetime | None]]:
    workspace = office.workspace()
    with workspace.reading() as work:
        found = {one.account: (one.state, one.expires_at) for one in list_links(work)}
    workspace.close()
    return found


def test_a_link_lives_on_to_the_same_end_and_new_ones_go_by_the_clock(set_back: Office) -> None:
    before = ends(set_back)
    assert set_back.states() == ["unchanged"] + ["new"] * 11

    after = ends(set_back)
    assert {state for state, _ in after.values()} == {"live"}
    old, new = after["acme/1001"][1], after["acme/1002"][1]
    assert old == before["acme/1001"][1]
    assert old is not None
    assert new is not None
    assert HOUR - SOON < old - new < HOUR + SOON


def test_what_was_revoked_or_used_up_stays_so(set_back: Office) -> None:
    set_back.sql("UPDATE link SET fetches = max_fetches")
    assert ends(set_back)["acme/1001"][0] == "used-up"
    set_back.onhook("link", "revoke", "1001")
    assert ends(set_back)["acme/1001"][0] == "revoked"


def test_entries_stand_in_the_order_in_which_they_were_made(set_back: Office) -> None:
    set_back.issue("1002")
    set_back.later = None
    set_back.onhook("account", "disable", "1003")

    entries: list[dict[str, Any]] = set_back.onhook("audit", "--json").json["data"]["entries"]
    numbers = [entry["number"] for entry in entries]
    assert numbers == sorted(numbers)
    instants = [entry["at"] for entry in entries]
    assert instants != sorted(instants), "the clock was not set back"
    assert [entry["action"] for entry in entries[-3:]] == [
        "kit.issue",
        "kit.issue",
        "account.disable",
    ]
    set_back.onhook("audit", "--verify")
