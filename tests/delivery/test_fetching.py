"""A link is fetched as often as it may be and no more, and every way it can be dead is one."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from onhook.delivery import on_postgresql
from onhook.delivery.opening import open_delivery
from onhook.delivery.store import MOST_OPENS
from onhook.keys.sources import KEYS_VARIABLE
from onhook.sealing import PurposeMissing
from onhook.workspace import Workspace, open_workspace
from onhook_devices.errors import StorageFault
from tests.delivery.phones import ADDRESS, NETWORK, PHONE, deliver, token_of

if TYPE_CHECKING:
    from onhook.delivery.fetching import ConfigFile, Delivery
    from tests.postgresql import Server
    from tests.workspaces import Office

pytestmark = pytest.mark.each_database

UNKNOWN = "A" * 26


def in_days(days: int) -> datetime:
    return datetime.now(UTC) + timedelta(days=days)


def fetched(office: Office, token: str, times: int = 1, days: int = 0) -> list[ConfigFile | None]:
    async def fetch(delivery: Delivery) -> list[ConfigFile | None]:
        return [await delivery.fetch(token, PHONE, ADDRESS) for _ in range(times)]

    return deliver(office, fetch, lambda: in_days(days))


def fetches(office: Office, token: str) -> int:
    links = {one["account"]: one for one in office.ask("link", "list").data["links"]}
    return int(links["acme/101"]["fetches"]) if token else 0


def test_a_fetch_gives_what_was_issued_and_is_kept_with_what_the_phone_told(
    office: Office,
) -> None:
    (found,) = fetched(office, token_of(office))

    assert found is not None
    assert (found.name, found.media_type) == ("linphone-101.xml", "application/xml")
    assert b"Secret-101" in found.content
    assert found.length == len(found.content)
    ((kit, number, place, at, *kept),) = office.rows()["visit"]
    assert (kit, number, place) == (1, 1, 1)
    assert at.tzinfo is not None
    assert kept == ["fetched", "ios", "17.2", "Linphone", NETWORK]
    assert fetches(office, "x") == 1


def test_a_link_is_fetched_as_often_as_it_may_be(office: Office) -> None:
    found = fetched(office, token_of(office), 7)

    assert [one is not None for one in found] == [True] * 5 + [False] * 2
    assert fetches(office, "x") == 5
    assert len(office.rows()["visit"]) == 5


def test_fifty_at_once_get_exactly_as_many_as_may(office: Office) -> None:
    token = token_of(office)

    async def all_at_once(delivery: Delivery) -> list[ConfigFile | None]:
        tries = (delivery.fetch(token, PHONE, ADDRESS) for _ in range(50))
        return await asyncio.gather(*tries)

    found = deliver(office, all_at_once)

    assert sum(one is not None for one in found) == 5
    assert sorted(row[2] for row in office.rows()["visit"]) == [1, 2, 3, 4, 5]


def test_unknown_expired_used_up_and_revoked_are_all_nothing(office: Office) -> None:
    token, other = token_of(office), token_of(office, "102")
    assert fetched(office, UNKNOWN) == [None]
    assert fetched(office, token, days=4) == [None]  # 72 hours are over
    fetched(office, token, 5)
    assert fetched(office, token) == [None]
    office.do("link", "revoke", "102")
    assert fetched(office, other) == [None]
    assert deliver(office, lambda delivery: delivery.look(other)) is None
    assert deliver(office, lambda delivery: delivery.measure(token)) is None


def test_to_ask_for_its_size_or_its_page_uses_nothing_up(office: Office) -> None:
    token = token_of(office)
    (config,) = fetched(office, token)

    for _ in range(9):
        measured = deliver(office, lambda delivery: delivery.measure(token))
        assert measured is not None
        assert config is not None
        assert (measured.length, measured.content) == (config.length, b"")
    facts = deliver(office, lambda delivery: delivery.look(token))
    assert facts is not None
    assert (facts.extension, facts.fetches_left, facts.file_name) == ("101", 4, "linphone-101.xml")
    assert facts.kit_url == f"https://phone.acme.example/k/{token}"
    assert token not in repr(facts)
    assert "Secret" not in repr(config)


@pytest.mark.sqlite_alone
def test_a_clock_that_is_stepped_gives_nobody_another_fetch(office: Office) -> None:
    token, days = token_of(office), [0]

    async def fetch(delivery: Delivery) -> list[bool]:
        got = []
        for days[0] in (0, 4, -400, 4, 0, 0, 400, 0, 0, -400):
            got.append(await delivery.fetch(token, PHONE, ADDRESS) is not None)
        return got

    got = deliver(office, fetch, lambda: in_days(days[0]))
    assert got == [True, False, True, False, True, True, False, True, False, False]
    assert fetches(office, "x") == 5


@pytest.mark.sqlite_alone
def test_a_page_opened_without_end_is_not_written_down_without_end(office: Office) -> None:
    token = token_of(office)

    async def open_often(delivery: Delivery) -> None:
        for _ in range(MOST_OPENS + 5):
            await delivery.opened(token, PHONE, ADDRESS)

    deliver(office, open_often)
    assert len(office.rows()["visit"]) == MOST_OPENS
    assert [one is None for one in fetched(office, token)] == [False]


def test_another_accounts_link_gives_the_other_accounts_config(office: Office) -> None:
    (found,) = fetched(office, token_of(office, "102"))

    assert found is not None
    assert b"Secret-102" in found.content
    assert b"Secret-101" not in found.content


def with_ring(office: Office, ring: str) -> Workspace:
    workspace = open_workspace(office.folder, {KEYS_VARIABLE: ring})
    office._opened.append(workspace)  # noqa: SLF001 - closed with the office
    return workspace


@pytest.mark.sqlite_alone
def test_the_delivery_key_alone_is_enough(office: Office) -> None:
    token, file = token_of(office), office.home / "server.json"
    office.do("key", "export", "--server", file)
    workspace = with_ring(office, file.read_text("ascii"))

    async def fetch() -> ConfigFile | None:
        return await open_delivery(workspace).fetch(token, PHONE, ADDRESS)

    found = asyncio.run(fetch())
    assert found is not None
    assert b"Secret-101" in found.content


@pytest.mark.sqlite_alone
def test_without_it_nothing_is_begun(office: Office) -> None:
    workspace = office.open()
    workspace = Workspace(workspace.settings, workspace.keys.of("accounts"), "tester")
    with pytest.raises(PurposeMissing):
        open_delivery(workspace)


@pytest.mark.sqlite_alone
def test_a_ring_rotated_meanwhile_is_noticed(office: Office) -> None:
    token = token_of(office)

    async def rotate(delivery: Delivery) -> tuple[ConfigFile | None, ConfigFile | None]:
        before = await delivery.fetch(token, PHONE, ADDRESS)
        office.do("key", "rotate", "--reseal")
        return before, await delivery.fetch(token, PHONE, ADDRESS)

    before, after = deliver(office, rotate)
    assert before is not None
    assert before == after


@pytest.mark.sqlite_alone
def test_a_database_that_is_gone_is_told_and_found_again(office: Office) -> None:
    token = token_of(office)
    there, away = office.folder / "onhook.db", office.folder / "away.db"

    async def lose_it(delivery: Delivery) -> None:
        await delivery.ready()
        there.rename(away)
        await delivery.refresh()
        with pytest.raises(StorageFault):
            await delivery.fetch(token, PHONE, ADDRESS)
        assert not there.exists()  # and no empty one was made
        away.rename(there)
        assert await delivery.fetch(token, PHONE, ADDRESS) is not None

    deliver(office, lose_it)


@pytest.mark.sqlite_alone
def test_while_another_process_writes_a_fetch_waits_its_turn(office: Office) -> None:
    token, workspace = token_of(office), office.open()

    async def wait(delivery: Delivery) -> ConfigFile | None:
        with workspace.writing():
            fetching = asyncio.ensure_future(delivery.fetch(token, PHONE, ADDRESS))
            for _ in range(20):
                await asyncio.sleep(0)
            assert not fetching.done()
        return await fetching

    assert deliver(office, wait) is not None


def test_a_broken_connection_is_replaced(
    office: Office, backend: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = token_of(office)
    monkeypatch.setattr(on_postgresql, "REST_S", 0.0)
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"

    async def survive(delivery: Delivery) -> None:
        assert await delivery.fetch(token, PHONE, ADDRESS) is not None
        if backend == "postgresql":
            server: Server = request.getfixturevalue("postgresql")
            server.superuser.execute(cut)
        else:
            await delivery.close()
        assert await delivery.fetch(token, PHONE, ADDRESS) is not None

    deliver(office, survive)
