"""Ask a server as fast as it answers: 32 connections that stay open, a different link each time."""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from itertools import cycle
from pathlib import Path
from statistics import quantiles

import uvloop

CONNECTIONS = 32
_LENGTH = re.compile(rb"content-length: *([0-9]+)", re.IGNORECASE)


async def ask(port: int, requests: list[bytes], until: float, times: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for request in cycle(requests):
        began = time.perf_counter()
        if began > until:
            break
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = _LENGTH.search(head)
        assert head.startswith(b"HTTP/1.1 200"), head[:200]
        assert length is not None
        await reader.readexactly(int(length[1]))
        times.append(time.perf_counter() - began)
    writer.close()


async def load(ports: list[int], paths: list[str], seconds: float, accept: str) -> list[float]:
    head = f"HTTP/1.1\r\nHost: phone.example\r\nAccept: {accept}\r\nUser-Agent: Unknown\r\n\r\n"
    requests = [f"GET {path} {head}".encode() for path in paths]
    times: list[float] = []
    until = time.perf_counter() + seconds
    await asyncio.gather(
        *(
            ask(port, requests[place:] + requests[:place], until, times)
            for place, port in zip(range(CONNECTIONS), cycle(ports), strict=False)
        )
    )
    return times


def main() -> None:
    ports, file, seconds, accept = sys.argv[1:]
    paths = Path(file).read_text("ascii").split()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        work = load([int(port) for port in ports.split(",")], paths, float(seconds), accept)
        times = runner.run(work)
    p99 = quantiles(times, n=100)[98]
    print(json.dumps({"rate": len(times) / float(seconds), "p99_ms": p99 * 1000}))


if __name__ == "__main__":
    main()
