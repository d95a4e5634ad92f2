"""A server that runs for long needs no more memory than one that has just warmed up."""

from __future__ import annotations

import random
import re
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from sqlalchemy import update

from onhook.store.schema import link
from onhook.web.failures import NETWORKS
from tests.delivery.conftest import office
from tests.delivery.phones import token_of
from tests.web.agents import chromium, iphone, safari
from tests.web.running import serving

if TYPE_CHECKING:
    from tests.workspaces import Office

pytestmark = pytest.mark.in_ci

__all__ = ["office"]

STRANGERS = NETWORKS + 500
"""Bad tokens, each from a network of its own, until no more networks are remembered."""
WARM = 10_000
"""Requests of all kinds, until there is a page of every kind of phone."""
AFTERWARDS = 12_000
MOST_GROWTH_KB = 3_000
"""SQLite goes on to fill the 2 MB it keeps of a file that grows by each visit."""
SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

chance = random.Random(5)  # noqa: S311 - no secrets


def somebody(number: int) -> dict[str, str]:
    """Return the headers of a phone from a network of its own."""
    version = f"{chance.randint(12, 26)}.{chance.randint(0, 3)}"
    agents = (
        iphone(version.replace(".", "_"), safari(version)),
        chromium(f"Linux; Android {version}; SC-{number}"),
        f"LinphoneAndroid/5.1.{number} (Pixel {number}) LinphoneSDK/5.3",
    )
    network = f"{chance.randint(1, 220)}.{chance.randint(0, 255)}.{chance.randint(0, 255)}"
    address = f"{network}.9" if number % 2 else f"2001:db8:{number:x}::{chance.randint(1, 9):x}"
    return {
        "User-Agent": chance.choice(agents),
        "X-Forwarded-For": address,
        "X-Forwarded-Proto": "https",
        "Accept-Language": f"{chance.choice(('ja', 'en', 'de'))};q=0.{number % 10}, fr-{number}",
    }


def ask(server: HTTPConnection, token: str, number: int, kind: int) -> int:
    """Send a request of one of eight kinds; return its status."""
    headers = somebody(number)
    other = "".join(chance.choices(SIGNS, k=26))
    page = headers | {"Accept": "text/html"}
    form = page | {"Content-Type": "application/x-www-form-urlencoded"}
    code = urlencode({"code": str(chance.randrange(10**12))})
    kinds = (
        ("GET", f"/k/{token}", None, headers),
        ("GET", f"/k/{token}", None, page),
        ("GET", f"/s/{token}?platform=android&level={number % 40}", None, page),
        ("POST", f"/s/{token}", "platform=ios&level=17.2", form),
        ("GET", f"/k/{other}", None, headers),
        ("GET", f"/s/{other}", None, page),
        ("POST", "/", code, form),
        ("GET", f"/{other}", None, page),
    )
    server.request(*kinds[kind])
    answer = server.getresponse()
    answer.read()
    return answer.status


def resident_kb(process: int) -> int:
    """Return how much memory a process has, in kilobytes (proc(5))."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
    assert found is not None
    return int(found[1])


def test_a_server_does_not_grow(office: Office) -> None:
    with office.open().writing() as work:
        work.connection.execute(update(link).values(max_fetches=10**6))
    token, numbers, seen, held = token_of(office), count(), set(), []
    with serving(office, None, "--behind-proxy", "127.0.0.1") as served:
        server = HTTPConnection(*served.where)
        for _ in range(STRANGERS):
            ask(server, token, next(numbers), kind=4)
        for many in (WARM, AFTERWARDS):
            seen |= {ask(server, token, next(numbers), kind=one % 8) for one in range(many)}
            held.append(resident_kb(served.process.pid))
        server.close()
        assert served.stop() == 0

    print(f"warm {held[0]} kB, {AFTERWARDS} requests later {held[1]} kB")  # noqa: T201 - for docs/delivery.md
    assert {200, 404} <= seen <= {200, 303, 404, 429}
    assert held[1] - held[0] < MOST_GROWTH_KB, held
