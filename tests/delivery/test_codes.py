"""Short codes lead to the page for a short time, and cannot be guessed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onhook.delivery.codes import (
    WRONG_FROM_ALL,
    WRONG_FROM_ONE,
    grouped,
    new_code,
    show_code,
    typed_code,
)
from onhook.delivery.visits import shortened
from tests.delivery.phones import ADDRESS, deliver, token_of

if TYPE_CHECKING:
    from onhook.delivery.fetching import Delivery, Entered
    from tests.workspaces import Office

pytestmark = pytest.mark.each_database

NOON = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)


def code_of(office: Office, extension: str = "101") -> str:
    with office.open().writing() as work:
        return show_code(work, extension, "acme", None).code


def entered(office: Office, text: str, minutes: int = 0, address: str = ADDRESS) -> Entered:
    def clock() -> datetime:
        return datetime.now(UTC) + timedelta(minutes=minutes)

    return deliver(office, lambda delivery: delivery.enter(text, address), clock)


def test_a_code_leads_to_its_links_page_until_it_expires(office: Office) -> None:
    code = code_of(office)

    assert entered(office, code).page_path == f"/s/{token_of(office)}"
    assert entered(office, code.replace(" ", "-")).state == "found"
    assert entered(office, code, minutes=61).state == "wrong"
    assert code_of(office) == code  # told again while it has time left


def test_a_code_dies_with_its_link(office: Office) -> None:
    code = code_of(office)
    office.do("link", "revoke", "101")

    assert entered(office, code).state == "wrong"


def test_wrong_codes_are_counted_and_right_ones_are_not(office: Office) -> None:
    code = code_of(office)

    async def type_many(delivery: Delivery) -> list[Entered]:
        right = [await delivery.enter(code, ADDRESS) for _ in range(WRONG_FROM_ONE + 2)]
        wrong = [await delivery.enter("0" * 12, ADDRESS) for _ in range(WRONG_FROM_ONE)]
        return [*right, *wrong, await delivery.enter("0" * 12, ADDRESS)]

    states = [one.state for one in deliver(office, type_many, lambda: NOON)]
    assert states == ["found"] * 12 + ["wrong"] * 10 + ["over"]
    # The network's budget is used up: a right one must not tell itself from a wrong one now.
    assert deliver(office, lambda one: one.enter(code, ADDRESS), lambda: NOON).state == "over"
    elsewhere = deliver(office, lambda one: one.enter(code, "198.51.100.1"), lambda: NOON)
    assert elsewhere.state == "found"
    later = NOON + timedelta(hours=1)
    again = deliver(office, lambda one: one.enter("0" * 12, ADDRESS), lambda: later)
    assert again.state == "wrong"


@pytest.mark.sqlite_alone
def test_everybody_together_may_type_so_many_wrong_ones(office: Office) -> None:
    async def type_many(delivery: Delivery) -> list[str]:
        networks = (f"10.{number}.0.1" for number in range(WRONG_FROM_ALL + 5))
        return [(await delivery.enter("0" * 12, network)).state for network in networks]

    states = deliver(office, type_many, lambda: NOON)
    assert states == ["wrong"] * WRONG_FROM_ALL + ["over"] * 5


@pytest.mark.sqlite_alone
def test_the_database_holds_no_code_in_clear(office: Office) -> None:
    code = code_of(office)

    assert code.replace(" ", "").encode() not in office.stored()
    trail = office.do("audit").out
    assert "short code made" in trail
    assert code not in trail


@pytest.mark.sqlite_alone
def test_the_command_shows_it_and_json_does_not(office: Office) -> None:
    code = code_of(office)

    assert code in office.do("qr", "101", "--code").out
    asked = office.ask("qr", "101", "--code")
    assert "code_expires_at" in asked.data
    assert code not in asked.out
    assert code not in office.do("qr", "101").out


@pytest.mark.sqlite_alone
def test_a_code_made_before_a_rotation_works_on(office: Office) -> None:
    code = code_of(office)
    office.do("key", "rotate", "--reseal")

    assert entered(office, code).state == "found"


@pytest.mark.sqlite_alone
@given(st.integers(0, 10**12 - 1))
def test_a_code_is_read_as_it_is_written(number: int) -> None:
    code = f"{number:012}"
    wide = grouped(code).translate({ord(str(n)): ord("０") + n for n in range(10)})

    assert typed_code(grouped(code)) == typed_code(wide) == code


@pytest.mark.sqlite_alone
@pytest.mark.parametrize("text", ["", "123", "1" * 13, "12345678901a", "١" * 12 + "1", "½" * 12])
def test_what_is_no_code_is_none(text: str) -> None:
    assert typed_code(text) is None


@pytest.mark.sqlite_alone
def test_codes_differ() -> None:
    assert len({new_code() for _ in range(100)}) == 100


@pytest.mark.sqlite_alone
@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("fe80::1%eth0", "fe80::/48"),
        ("no address", ""),
        ("", ""),
    ],
)
def test_addresses_are_kept_as_networks(address: str, network: str) -> None:
    assert shortened(address) == network
