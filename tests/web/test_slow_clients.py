"""Who sends drop by drop is cut off, and holds nobody up meanwhile."""

from __future__ import annotations

import asyncio
import io
import socket
from contextlib import asynccontextmanager, suppress
from itertools import cycle
from typing import TYPE_CHECKING

from onhook.delivery.opening import open_delivery
from onhook.web.connections import GuardedProtocol
from onhook.web.observing import Observer
from onhook.web.proxies import Proxies
from onhook.web.serving import listener, public_application
from onhook.workspace import utc_now
from tests.delivery.conftest import office
from tests.delivery.phones import token_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.workspaces import Office

__all__ = ["office"]

HEAD = b"POST /s/x HTTP/1.1\r\nhost: x\r\ncontent-length: 900\r\n\r\n"


class Impatient(GuardedProtocol):
    request_s = 1.0


@asynccontextmanager
async def listening(office: Office, log: io.StringIO) -> AsyncIterator[int]:
    """Listen in this process and this event loop; say at which port."""
    workspace = office.open()
    delivery = open_delivery(workspace)
    app = public_application(delivery, workspace, Observer(log, utc_now), Proxies(()))
    server = listener(app, None, Impatient)
    with socket.create_server(("127.0.0.1", 0)) as door:
        running = asyncio.ensure_future(server.serve([door]))
        try:
            yield door.getsockname()[1]
        finally:
            server.should_exit = True
            await running
            await delivery.close()


async def drip(port: int, at_once: bytes, drops: bytes) -> bytes:
    """Send the beginning of a request, and then drop by drop; return the answer.

    It is empty where the line was cut before the answer was taken: a drop had crossed it.
    """
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answer = asyncio.ensure_future(taken(reader))
    writer.write(at_once)
    for drop in cycle(drops):
        if answer.done():
            break
        writer.write(bytes([drop]))
        await asyncio.sleep(0.01)
    writer.close()
    return await answer


async def taken(reader: asyncio.StreamReader) -> bytes:
    """Return what comes until the line ends, well or not."""
    found = b""
    with suppress(ConnectionResetError):
        while some := await reader.read(1000):
            found += some
    return found


async def fetch(port: int, token: str) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET /k/{token} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".encode())
    found = await reader.read()
    writer.close()
    return found


def test_who_sends_drop_by_drop_is_cut_off_and_others_are_served_meanwhile(office: Office) -> None:
    token, log = token_of(office), io.StringIO()
    ways = ((b"", b"GET /robots.txt HTTP/1.1\r\nx: "), (HEAD[:-2], b"x: y\r\n"), (HEAD, b"code="))

    async def together() -> None:
        async with listening(office, log) as port:
            slow = [asyncio.ensure_future(drip(port, *way)) for way in ways * 10]
            assert b"Secret-101" in await fetch(port, token)
            assert not all(one.done() for one in slow)
            answers = await asyncio.gather(*slow)
            assert {answer[:13] for answer in answers} - {b""} == {b"HTTP/1.1 408 "}
            assert b"Secret-101" in await fetch(port, token)

    asyncio.run(together())
    assert "fault" not in log.getvalue()
    assert " 500 " not in log.getvalue()


def test_who_goes_away_in_the_middle_is_no_fault(office: Office) -> None:
    log = io.StringIO()

    async def go_away() -> None:
        async with listening(office, log) as port:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(HEAD + b"code=")
            await writer.drain()
            await asyncio.sleep(0.02)
            writer.close()
            await writer.wait_closed()
            while " 400 " not in log.getvalue():
                await asyncio.sleep(0.01)
                assert "fault" not in log.getvalue()

    asyncio.run(asyncio.wait_for(go_away(), 10))
