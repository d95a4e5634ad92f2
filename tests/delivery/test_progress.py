"""Lists tell who is done, and where a phone says something else than was recorded of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from onhook.delivery.facts import Told
from onhook.delivery.progress import Seen, disagrees
from onhook_devices.levels import Level
from onhook_devices.platforms import Platform
from tests.delivery.phones import ADDRESS, PHONE, deliver, token_of

if TYPE_CHECKING:
    from onhook.delivery.fetching import Delivery
    from tests.workspaces import Office


def kit(office: Office, name: str = "acme/101") -> dict[str, Any]:
    listed = {one["auth_id"]: one for one in office.ask("account", "list").data["accounts"]}
    (found,) = listed[f"auth{name[-3:]}"]["kits"]
    checked = office.ask("check", name).data["accounts"][0]
    assert checked["kit"] == found
    return {**found, "level_disagrees": checked["level_disagrees"]}


def test_lists_follow_a_kit_from_issued_to_fetched(office: Office) -> None:
    token = token_of(office)
    assert (kit(office)["progress"], kit(office)["state"]) == ("issued", "live")

    deliver(office, lambda delivery: delivery.opened(token, PHONE, ADDRESS))
    assert kit(office)["progress"] == "opened"
    assert kit(office)["opened_at"]
    assert "opened" in office.do("account", "list").out

    deliver(office, lambda delivery: delivery.fetch(token, PHONE, ADDRESS))
    found = kit(office)
    assert (found["progress"], found["fetches"], found["max_fetches"]) == ("fetched", 1, 5)
    assert (found["platform"], found["level"], found["level_disagrees"]) == ("ios", "17.2", False)
    assert "fetched 1/5" in office.do("account", "list").out
    assert "fetched 1/5" in office.do("check", "101").out
    assert "ios 17.2" in office.do("link", "list").out

    office.do("link", "revoke", "101")
    assert "fetched 1/5, revoked" in office.do("account", "list").out
    assert kit(office, "acme/102")["progress"] == "issued"


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (Told(Platform.IOS, Level((18,))), "onhook device set D-1 --level 18"),
        (Told(Platform.ANDROID, Level((14,))), "was it handed to another phone?"),
    ],
)
def test_check_says_where_a_phone_is_not_what_is_recorded(
    office: Office, told: Told, said: str
) -> None:
    token = token_of(office)

    async def fetch(delivery: Delivery) -> None:
        await delivery.fetch(token, told, ADDRESS)

    deliver(office, fetch)
    assert kit(office)["level_disagrees"] is True
    assert said in office.do("check", "101").out
    # What a person recorded stays recorded.
    assert office.ask("device", "show", "D-1").data["devices"][0]["level"] == "17.2"


@pytest.mark.parametrize(
    ("recorded", "observed", "wrong"),
    [
        ("17.2", "17.2", False),
        ("17.2.1", "17.2", False),
        ("17", "17.2", False),
        ("17.2", "17.3", True),
        ("", "17.3", False),
        ("17.2", "", False),
    ],
)
def test_levels_are_compared_as_far_as_both_tell(
    recorded: str, observed: str, *, wrong: bool
) -> None:
    assert disagrees("ios", recorded, Seen(platform="ios", level=observed)) is wrong
