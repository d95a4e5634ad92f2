"""Contracts: when they end, what ends with them, and the PBX of their accounts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from onhook import contracts
from onhook.contracts import ContractEnded, EndsBeforeStart, TooManyContracts
from onhook.workspace import end_of_day

if TYPE_CHECKING:
    from onhook.workspace import Workspace
    from tests.workspaces import Office

pytestmark = pytest.mark.each_database

TODAY = date(2027, 1, 10)


def on(office: Office, day: date) -> Workspace:
    """Return the workspace as it is at noon of `day` in Japan."""
    noon = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
    return office.open(clock=lambda: noon)


def start(workspace: Workspace, service: str = "jiyu-hodai", day: date = TODAY) -> int:
    with workspace.writing() as work:
        return contracts.start_contract(work, "acme", workspace.services.get(service), on=day)


@pytest.mark.parametrize(
    ("asked", "last"),
    [
        (date(2027, 1, 10), date(2027, 2, 28)),
        (date(2027, 1, 31), date(2027, 2, 28)),
        (date(2027, 12, 1), date(2028, 1, 31)),
    ],
)
def test_a_cancelled_contract_ends_with_the_following_month(  # J-L11
    acme: Office, asked: date, last: date
) -> None:
    workspace = on(acme, TODAY)
    number = start(workspace)
    with workspace.writing() as work:
        assert contracts.cancel_contract(work, number, asked_on=asked) == last


def test_a_cancelled_contract_ends_on_the_day_of_the_notice(mobile: Office) -> None:  # B-A5
    workspace = on(mobile, TODAY)
    number = start(workspace, "biglobe-mobile")
    with workspace.writing() as work:
        assert contracts.cancel_contract(work, number, asked_on=TODAY) == TODAY


def test_asking_twice_does_not_put_the_end_off(acme: Office) -> None:
    workspace = on(acme, TODAY)
    number = start(workspace)
    with workspace.writing() as work:
        contracts.cancel_contract(work, number, asked_on=TODAY)
    later = on(acme, date(2027, 2, 5))

    with later.writing() as work, pytest.raises(ContractEnded) as caught:
        contracts.cancel_contract(work, number, asked_on=date(2027, 2, 5))
    assert caught.value.ends_on == "2027-02-28"


def test_a_contract_can_be_ended_before_the_day_it_was_cancelled_to(acme: Office) -> None:  # J-L12
    workspace = on(acme, TODAY)
    number = start(workspace)
    with workspace.writing() as work:
        contracts.cancel_contract(work, number, asked_on=TODAY)
        contracts.end_contract(work, number, on=TODAY)
        assert contracts.find_contract(work, number).ends_on == TODAY


def test_what_has_ended_stays_ended(acme: Office) -> None:
    number = start(on(acme, TODAY))
    with on(acme, TODAY).writing() as work:
        contracts.end_contract(work, number, on=TODAY)

    with on(acme, TODAY + timedelta(1)).writing() as work, pytest.raises(ContractEnded):
        contracts.end_contract(work, number, on=date(2028, 1, 1))


def test_no_contract_ends_before_it_started(acme: Office) -> None:
    number = start(on(acme, TODAY))
    for verb, word in ((contracts.end_contract, "on"), (contracts.cancel_contract, "asked_on")):
        with on(acme, TODAY).writing() as work, pytest.raises(EndsBeforeStart):
            verb(work, number, **{word: TODAY - timedelta(1)})


def test_an_ended_contract_makes_room_for_another(mobile: Office) -> None:  # B-A1
    workspace = on(mobile, TODAY)
    numbers = [start(workspace, "biglobe-mobile") for _ in range(3)]
    with pytest.raises(TooManyContracts):
        start(workspace, "biglobe-mobile")
    with workspace.writing() as work:
        contracts.end_contract(work, numbers[0], on=TODAY)

    start(on(mobile, TODAY + timedelta(1)), "biglobe-mobile", TODAY + timedelta(1))


# --- links ------------------------------------------------------------------------------------


@pytest.fixture
def issued(acme: Office) -> Office:
    """Return an office with the live links of two contracts: of 101, and of 201."""
    acme.accounts("101")
    acme.do("account", "add", "201", "--service", "biglobe-mobile", "--auth-id", "a201")
    secret = acme.file("secret", "Secret-201")
    acme.do("account", "set", "201", "--password-file", secret)
    acme.do("issue", "101", "201", "--without-device")
    return acme


def links(office: Office) -> dict[str, tuple[str, str]]:
    found = office.ask("link", "list").data["links"]
    return {one["account"]: (one["state"], one["why"]) for one in found}


def test_the_links_of_a_contract_that_ends_today_die_with_it(issued: Office) -> None:
    issued.do("contract", "end", issued.account("101")["contract"])

    assert links(issued) == {
        "acme/101": ("revoked", "contract-ended"),
        "acme/201": ("live", ""),
    }


def test_all_links_are_revoked_at_once_or_those_of_one_customer(issued: Office) -> None:
    issued.do("customer", "add", "sakura")
    assert issued.ask("link", "revoke", "--all", "--customer", "sakura").data["links_revoked"] == 0
    assert issued.ask("link", "revoke", "--all", "--customer", "nobody").code == 4
    assert {state for state, _ in links(issued).values()} == {"live"}

    assert issued.ask("link", "revoke", "--all").data == {"account": None, "links_revoked": 2}
    assert set(links(issued).values()) == {("revoked", "revoked")}


@pytest.mark.parametrize("words", [(), ("101", "--all")])
def test_what_to_revoke_must_be_clear(issued: Office, words: tuple[str, ...]) -> None:
    assert issued.run("link", "revoke", *words).code == 2
    assert {state for state, _ in links(issued).values()} == {"live"}


def test_a_notice_that_ends_at_once_kills_links_too(issued: Office) -> None:  # B-A5
    issued.do("contract", "cancel", issued.account("201")["contract"])

    assert links(issued)["acme/201"] == ("revoked", "contract-ended")


def test_the_links_of_a_contract_that_runs_on_live_on(issued: Office) -> None:  # J-L11
    issued.do("contract", "cancel", issued.account("101")["contract"])

    assert links(issued)["acme/101"] == ("live", "")


def test_no_link_lives_on_after_the_last_day_that_was_told_later(issued: Office) -> None:
    def expiries() -> dict[str, str]:
        found = issued.ask("link", "list").data["links"]
        return {one["account"]: one["expires_at"] for one in found}

    before, last_day = expiries(), issued.open().today + timedelta(1)
    issued.do("contract", "end", issued.account("101")["contract"], "--on", last_day)

    ends_at = end_of_day(last_day)
    assert datetime.fromisoformat(expiries()["acme/101"]) == ends_at
    assert datetime.fromisoformat(before["acme/101"]) > ends_at
    assert expiries()["acme/201"] == before["acme/201"]
    issued.do("contract", "end", issued.account("101")["contract"], "--on", last_day + timedelta(9))
    assert datetime.fromisoformat(expiries()["acme/101"]) == ends_at  # it is not revived


def test_nobody_gets_a_kit_of_a_contract_that_is_over(acme: Office) -> None:
    acme.do("contract", "start", "--on", "2020-01-01")
    acme.accounts("101")
    acme.do("contract", "end", "1", "--on", "2020-12-31")

    ran = acme.ask("issue", "101", "--without-device")
    assert (ran.code, ran.codes) == (6, ["contract-over"])


# --- PBX --------------------------------------------------------------------------------------


def test_a_contracts_own_pbx_lies_over_the_workspaces(acme: Office) -> None:
    words = ("--pbx", "own.example:5070", "--sip-domain", "sip.example", "--transport", "tcp")
    own = acme.ask("contract", "start", *words).data["contract"]
    plain = acme.ask("contract", "start").data["contract"]

    found = acme.ask("contract", "show", own).data["pbx"]
    assert (found["host"], found["sip_port"], found["sip_domain"], found["transport"]) == (
        "own.example",
        5070,
        "sip.example",
        "tcp",
    )
    assert acme.ask("contract", "show", plain).data["pbx"]["host"] == "pbx.acme.example"


def test_a_tunnel_password_is_sealed_and_never_shown(acme: Office) -> None:
    secret = "tunnel-geheim-1"
    words = ("--tunnel-port", "5090", "--tunnel-password-file", "-")
    ran = acme.ask("contract", "start", *words, typed=secret + "\n")
    number = ran.data["contract"]

    for said in (
        ran.said,
        acme.run("contract", "show", number).said,
        acme.ask("contract", "show", number).said,
        acme.ask("contract", "list").said,
    ):
        assert secret not in said
    assert secret.encode() not in acme.stored()
    workspace = acme.open()
    with workspace.reading() as work:
        pbx = contracts.contract_pbx(workspace, work.connection, number)
    assert pbx.tunnel_password == secret
    assert secret not in repr(pbx)
    assert (pbx.tunnel, pbx.tunnel_port) == (True, 5090)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--pbx", "a b"), "bad-setting"),
        (("--pbx", "h.example:99999"), "bad-setting"),
        (("--transport", "sctp"), "bad-setting"),
        (("--tunnel-port", "70000"), "bad-setting"),
        (("--tunnel-password-file", "/does/not/exist"), "secret-unreadable"),
        (("--service", "nonsense"), "service-not-found"),
    ],
)
def test_a_bad_option_starts_nothing(acme: Office, words: tuple[str, str], code: str) -> None:
    assert acme.ask("contract", "start", *words).codes == [code]
    assert acme.ask("contract", "list").data["contracts"] == []


def test_an_account_whose_contract_was_ended_today_gets_no_kit_today(acme: Office) -> None:
    acme.do(
        "account", "add", "101", "--auth-id", "abc", "--password-file", acme.file("pw", "hunter22")
    )
    acme.do("contract", "end", "1")
    ran = acme.ask("issue", "101", "--without-device")
    assert ran.code == 6
    assert "contract-over" in ran.codes


def test_a_link_lives_no_longer_than_its_contract(acme: Office) -> None:
    acme.do(
        "account", "add", "101", "--auth-id", "abc", "--password-file", acme.file("pw", "hunter22")
    )
    last_day = acme.open().today + timedelta(days=1)
    acme.do("contract", "end", "1", "--on", last_day.isoformat())
    acme.do("issue", "101", "--without-device")
    link = acme.ask("link", "list").data["links"][0]
    assert datetime.fromisoformat(link["expires_at"]) == end_of_day(last_day)
