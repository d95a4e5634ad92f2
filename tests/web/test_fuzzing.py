"""Whatever is sent, the server has an answer that is no 5xx, and keeps its secrets to itself."""

from __future__ import annotations

import asyncio
import contextlib
import io
import socket
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import TYPE_CHECKING

import httpx2
import pytest
from sqlalchemy import update

from onhook.delivery import codes
from onhook.delivery.opening import open_delivery
from onhook.store.schema import link
from onhook.web import failures
from onhook.web.answers import COMMON
from onhook.web.observing import Observer
from onhook.web.proxies import Proxies
from onhook.web.serving import public_application
from onhook.workspace import utc_now
from tests.delivery.conftest import office
from tests.delivery.phones import token_of
from tests.delivery.test_codes import code_of
from tests.thoroughness import thorough
from tests.web.asking import ask, request
from tests.web.fuzzing import Attacker
from tests.web.running import Served, serving

if TYPE_CHECKING:
    from tests.workspaces import Office

__all__ = ["office"]

SEED = 20261122
PASSWORDS = (b"Secret-101", b"Secret-102")
PEERS = (("203.0.113.77", 1), ("2001:db8::1%eth0", 1), ("::ffff:192.0.2.1", 1), ("", 0), None)
COMMON_HEADERS = {name.lower(): value for name, value in COMMON.items()}


@pytest.fixture
def secrets(office: Office) -> tuple[str, ...]:
    """Return what is secret in an office whose links can be fetched for ever."""
    code = code_of(office)
    with office.open().writing() as work:
        work.connection.execute(update(link).values(max_fetches=10**9))
    return token_of(office), token_of(office, "102"), code, code.replace(" ", "")


def test_in_this_process_every_request_has_its_answer(
    office: Office, secrets: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, limit in ((codes, "WRONG_FROM_ONE"), (codes, "WRONG_FROM_ALL"), (failures, "MOST")):
        monkeypatch.setattr(module, limit, 100)  # so that much is answered before it is limited
    log, workspace = io.StringIO(), office.open()
    observer, delivery = Observer(log, utc_now), open_delivery(workspace)
    app = public_application(delivery, workspace, observer, Proxies(()))
    chance = Random(SEED)  # noqa: S311 - nothing secret is drawn
    attacker, statuses = Attacker(chance, secrets), set()

    async def attack() -> None:
        for _ in range(thorough(in_ci=10_000, elsewhere=1_000)):
            attempt, peer = attacker.attempt(), chance.choice(PEERS)
            asked = request(attempt.address, *attempt.headers, method=attempt.method, peer=peer)
            said = await ask(app, asked, attempt.body)
            statuses.add(said.status)
            assert said.status < 500, (attempt, log.getvalue()[-500:])
            assert said.headers.items() >= COMMON_HEADERS.items(), attempt
            assert "content-security-policy" in said.headers, attempt
            assert "Evil" not in str(said.headers), attempt
            if any(password in said.body for password in PASSWORDS):
                assert "attachment" in said.headers["content-disposition"]
        await delivery.close()

    asyncio.run(attack())
    assert statuses == {200, 204, 303, 404, 405, 413, 429}
    keeps_secrets(log.getvalue() + observer.metrics().decode(), secrets)


def test_whatever_bytes_come_over_the_line_the_server_lives_on(
    office: Office, secrets: tuple[str, ...]
) -> None:
    attacker = Attacker(Random(SEED), secrets)  # noqa: S311 - as above
    garbled = [attacker.garbled() for _ in range(thorough(in_ci=3_000, elsewhere=300))]
    with serving(office, None) as served:
        with ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(lambda raw: said_to(served, raw), garbled))
        for raw, answer in zip(garbled, answers, strict=True):
            assert not answer.startswith(b"HTTP/1.1 5"), (raw, served.log.read_text()[-500:])
            if answer and not answer.startswith(b"HTTP/1.1 100"):
                assert b"\r\nx-content-type-options: nosniff\r\n" in answer.lower(), (raw, answer)
        assert len({answer[:12] for answer in answers}) > 5
        metrics = httpx2.get(f"{served.operations}/metrics").text
        assert httpx2.get(f"{served.address}/robots.txt").status_code == 200
        assert served.stop() == 0
        keeps_secrets(served.log.read_text("utf-8", "strict") + metrics, secrets)


def said_to(served: Served, raw: bytes) -> bytes:
    """Return what is answered; who has no whole request to send gives up before the server does."""
    answer = b""
    with (
        socket.create_connection(served.where, timeout=10) as line,
        contextlib.suppress(OSError),  # it is closed in the middle, or says nothing
    ):
        line.sendall(raw)
        line.settimeout(0.3)
        while part := line.recv(1 << 16):
            answer += part
    return answer


def keeps_secrets(told: str, secrets: tuple[str, ...]) -> None:
    """Assert that what was said holds neither a secret nor a fault."""
    for secret in (*secrets, "Secret-10", "203.0.113.77"):
        assert secret not in told
    for trouble in ("fault ", "Traceback", " 500 ", " 503 ", 'status="5'):
        assert trouble not in told, told[told.index(trouble) - 200 :][:600]
