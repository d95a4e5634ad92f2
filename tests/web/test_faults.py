"""Servers that are killed, databases that go silent, clocks that jump: counted all the same."""

from __future__ import annotations

import asyncio
import io
import socket
import time
from typing import TYPE_CHECKING

import httpx2
import pytest
from sqlalchemy import select, update

from onhook.delivery import on_postgresql
from onhook.delivery.opening import open_delivery
from onhook.store.schema import link, visit
from onhook.web.observing import Observer
from onhook.web.operations import Operations
from onhook.web.proxies import Proxies
from onhook.web.serving import public_application
from onhook.workspace import utc_now
from tests.delivery.conftest import office
from tests.delivery.phones import token_of
from tests.store.line import line
from tests.thoroughness import thorough
from tests.web.asking import ask, request
from tests.web.load import Phones
from tests.web.running import serving
from tests.workspaces import PBX, PUBLIC_URL, Office

if TYPE_CHECKING:
    from tests.store.line import Line

pytestmark = pytest.mark.in_ci

__all__ = ["line", "office"]

KILLS = thorough(in_ci=3, elsewhere=1)
BETWEEN_KILLS = 40
"""Configs that phones get before the next kill."""


@pytest.mark.each_database
def test_whoever_is_killed_amid_load_nothing_is_delivered_uncounted(office: Office) -> None:
    most = (KILLS + 1) * BETWEEN_KILLS
    with office.open().writing() as work:
        work.connection.execute(update(link).values(max_fetches=most))
    paths = [f"/k/{token_of(office, extension)}" for extension in ("101", "102")]
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with Phones(f"http://127.0.0.1:{port}", paths, most) as phones:
        for _ in range(KILLS):
            with serving(office, None, "--port", str(port)) as served:
                phones.await_more(BETWEEN_KILLS)
                served.process.kill()
                served.process.wait(20)
        with serving(office, None, "--port", str(port)) as served:
            phones.await_end()
            assert served.stop() == 0
    with office.open().reading() as work:
        counted = work.connection.execute(select(link.c.kit_id, link.c.fetches)).all()
        kept = work.connection.scalars(select(visit.c.kit_id)).all()
    for (kit, fetches), got in zip(sorted(counted), phones.got.values(), strict=True):
        assert got <= fetches == most
        assert kept.count(kit) == fetches, "what is counted is kept"


@pytest.fixture
def behind_a_line(nowhere: Office, line: tuple[Line, str]) -> Office:
    """Return an office whose database is at the other end of the line."""
    words = ("--customer", "acme", "--pbx", PBX, "--public-url", PUBLIC_URL)
    nowhere.do("init", *words, "--database", line[1])
    nowhere.accounts("101")
    nowhere.do("issue", "101", "--without-device", "--family", "linphone")
    return nowhere


def test_a_server_whose_database_is_cut_off_says_so_and_is_well_when_it_is_back(
    behind_a_line: Office, line: tuple[Line, str]
) -> None:
    path = f"/k/{token_of(behind_a_line)}"
    with serving(behind_a_line, None) as served, served.client() as phone:
        assert phone.get(path).status_code == 200
        line[0].cut()
        for _ in range(3):
            gone = phone.get(path)
            assert (gone.status_code, gone.headers["retry-after"]) == (503, "10")
        assert httpx2.get(f"{served.operations}/healthz").status_code == 200
        assert httpx2.get(f"{served.operations}/readyz").status_code == 503
        line[0].mend()
        until = time.monotonic() + 20
        while phone.get(path).status_code != 200:
            assert time.monotonic() < until
        assert httpx2.get(f"{served.operations}/readyz").status_code == 200
        assert served.stop() == 0
        assert "Traceback" not in served.log.read_text()


OUTAGE_S = 10


def test_ten_seconds_without_a_database_cost_nobody_a_link(
    behind_a_line: Office, line: tuple[Line, str]
) -> None:
    with behind_a_line.open().writing() as work:
        work.connection.execute(update(link).values(max_fetches=100_000))
    path = f"/k/{token_of(behind_a_line)}"
    statuses: list[int] = []
    with serving(behind_a_line, None) as served, served.client() as phone:
        statuses.append(phone.get(path).status_code)
        line[0].cut()
        until = time.monotonic() + OUTAGE_S
        while time.monotonic() < until:
            gone = phone.get(path)
            statuses.append(gone.status_code)
            assert (gone.status_code, gone.headers["retry-after"]) == (503, "10")
        line[0].mend()
        until = time.monotonic() + 10  # seconds, as it asked for
        while statuses[-1] != 200:
            assert time.monotonic() < until
            statuses.append(phone.get(path).status_code)
        statuses += [phone.get(path).status_code for _ in range(20)]
        assert statuses[-21:] == [200] * 21
        assert served.stop() == 0
    with behind_a_line.open().reading() as work:
        counted = work.connection.scalars(select(link.c.fetches)).one()
    assert counted == statuses.count(200)


def test_while_its_database_is_silent_a_server_answers_everybody_else(
    behind_a_line: Office, line: tuple[Line, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(on_postgresql, "PATIENCE_S", 0.5)
    monkeypatch.setattr(on_postgresql, "REST_S", 0.0)
    workspace, observer = behind_a_line.open(), Observer(io.StringIO(), utc_now)
    config = request(f"/k/{token_of(behind_a_line)}")

    async def survive() -> None:
        delivery = open_delivery(workspace)
        app = public_application(delivery, workspace, observer, Proxies(()))
        operations = Operations(delivery, observer).application()
        assert (await ask(app, config)).status == 200
        line[0].hold()
        began = time.monotonic()
        waiting = [asyncio.ensure_future(ask(app, config)) for _ in range(20)]
        for path, asked in (("/healthz", operations), ("/robots.txt", app), ("/", app)):
            assert (await ask(asked, request(path))).status == 200
        assert not any(one.done() for one in waiting)
        for gone in await asyncio.gather(*waiting):
            assert (gone.status, gone.headers["retry-after"]) == (503, "10")
        assert time.monotonic() - began < 5, "psycopg waits longer if it is let"
        line[0].release()
        assert (await ask(app, config)).status == 200
        await delivery.close()

    asyncio.run(survive())
