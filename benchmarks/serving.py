"""Measure `serve`: a counted fetch, a page, and more than one process."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from contextlib import ExitStack, contextmanager
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.measurements import Result
from benchmarks.processes import ONHOOK, PYTHON, script
from benchmarks.shares import cpu_share

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.measurements import Sizes
    from benchmarks.stage import Stage

LINKS = 500
_ENOUGH_CORES = 4
_SHARE = 0.15
APP, BROWSER = "*/*", "text/html"
_CORES = sorted(os.sched_getaffinity(0))
_SERVER, _CLIENT = {_CORES[0]}, {_CORES[-1]}


def serving(stage: Stage, sizes: Sizes) -> Iterator[Result]:
    """Compare a counted fetch with the same SQL in a bare handler, and with a static file."""
    seconds = 4.0 if sizes.rounds > 1 else 1.0
    workspace, paths = _issued(stage)
    bare, found = stage.copy(workspace) / "onhook.db", stage.copy(workspace)
    with ExitStack() as stack:
        port_bare = stack.enter_context(_bare(bare, stage.fresh("log")))
        port = stack.enter_context(_onhook(found, stage.fresh("log")))
        static = stack.enter_context(_nginx(stage.fresh("nginx"), paths))
        rounds = [
            (
                _load(port_bare, paths, seconds, APP),
                _load(port, paths, seconds, APP),
                _load(port, paths, seconds, BROWSER),
                _load(static, paths, seconds, APP) if static else (0.0, 0.0),
            )
            for _ in range(sizes.rounds)
        ]
    rates = [median(one[place][0] for one in rounds) for place in range(4)]
    beside = f"; nginx, a static file: {rates[3]:.0f}/s" if static else "; no nginx here"
    ratio = median(one[1][0] / one[0][0] for one in rounds)
    absolute = f"{rates[1]:.0f}/s : {rates[0]:.0f}/s{beside}"
    yield Result("counted fetch : bare handler, same SQL", ratio, None, "least", 0.5, "x", absolute)
    late = median(one[1][1] / one[0][1] for one in rounds)
    absolute = (
        f"{median(r[1][1] for r in rounds):.1f} ms : {median(r[0][1] for r in rounds):.1f} ms"
    )
    yield Result("… its 99th percentile", late, None, "most", 3.0, "x", absolute)
    ratio = median(one[2][0] / one[1][0] for one in rounds)
    absolute = f"{rates[2]:.0f}/s : {rates[1]:.0f}/s"
    yield Result("landing page : counted fetch", ratio, None, "least", 0.5, "x", absolute)
    yield _two_processes(stage, sizes, seconds)


def _two_processes(stage: Stage, sizes: Sizes, seconds: float) -> Result:
    """Compare two processes on PostgreSQL with one.

    Two servers, PostgreSQL and the client want a core each. Where there are fewer, each server is
    held to a share of a core, so that it is the servers that set the rate.
    """
    from tests.postgresql import serve  # noqa: PLC0415 - the programs that the tests start

    is_small = len(_CORES) < _ENOUGH_CORES
    with serve() as server, ExitStack() as stack:
        workspace, paths = _issued(stage, server.create())
        shares = [stack.enter_context(cpu_share(f"{os.getpid()}-{n}", _SHARE)) for n in "12"]
        ports = [
            stack.enter_context(_onhook(workspace, stage.fresh("log"), None, share))
            for share in (shares if is_small else [None, None])
        ]
        rounds = [
            (_load(ports[0], paths, seconds, APP), _load(ports, paths, seconds, APP))
            for _ in range(sizes.rounds)
        ]
    one, two = (median(found[place][0] for found in rounds) for place in (0, 1))
    absolute = f"{two:.0f}/s : {one:.0f}/s, with client and database on {len(_CORES)} cores"
    ratio = median(found[1][0] / found[0][0] for found in rounds)
    what, unjudged = "two processes on PostgreSQL : one", ""
    if is_small and None in shares:
        unjudged = f"{len(_CORES)} cores, it takes {_ENOUGH_CORES} or root's control groups"
    elif is_small:
        what += f", each held to {_SHARE:.0%} of a core"
    return Result(what, ratio, None, "least", 1.6, "x", absolute, unjudged)


def _issued(stage: Stage, database: str | None = None) -> tuple[Path, Path]:
    """Return a workspace with links that can be fetched for ever, and a file of their paths."""
    from sqlalchemy import select, update  # noqa: PLC0415 - as other commands do

    from onhook.links import open_token  # noqa: PLC0415 - as above
    from onhook.store.schema import account, kit, link  # noqa: PLC0415 - as above
    from onhook.workspace import open_workspace  # noqa: PLC0415 - as above

    folder = stage.peopled(LINKS)
    if database is not None:
        stage.run(ONHOOK, "init", "--database", database, "--move", workspace=folder)
    stage.run(ONHOOK, "issue", "--all", workspace=folder)
    workspace = open_workspace(folder, {})
    query = (
        select(link, kit.c.device_id, account.c.customer_id, account.c.extension)
        .join(kit, kit.c.id == link.c.kit_id)
        .join(account, account.c.id == kit.c.account_id)
    )
    with workspace.writing() as work:
        keys = workspace.keys.delivery
        paths = [
            f"/k/{open_token(keys, f'{row.customer_id}/{row.extension}', row)}"
            for row in work.connection.execute(query)
        ]
        work.connection.execute(update(link).values(max_fetches=10**9))
    workspace.close()
    file = stage.fresh("paths")
    file.write_text("\n".join(paths), "ascii")
    return folder, file


def _load(ports: int | list[int], paths: Path, seconds: float, accept: str) -> tuple[float, float]:
    """Return requests a second, and the 99th percentile in milliseconds."""
    named = ",".join(map(str, [ports] if isinstance(ports, int) else ports))
    words = (*script("load.py"), named, str(paths), str(seconds), accept)
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        _pin(process, _CLIENT)
        told, _ = process.communicate()
    found = json.loads(told)
    return float(found["rate"]), float(found["p99_ms"])


def _pin(process: subprocess.Popen[str], cores: set[int] | None) -> None:
    if cores:
        os.sched_setaffinity(process.pid, cores)


@contextmanager
def _onhook(
    workspace: Path, log: Path, cores: set[int] | None = _SERVER, share: Path | None = None
) -> Iterator[int]:
    port = _free_port()
    words = (ONHOOK, "serve", "--port", str(port), "--ops-port", "0")
    with _running(words, log, port, {"ONHOOK_WORKSPACE": str(workspace)}, cores) as process:
        if share is not None:  # from now on: it may start as fast as it can
            share.write_text(str(process))
        yield port


@contextmanager
def _bare(database: Path, log: Path) -> Iterator[int]:
    port = _free_port()
    with _running((PYTHON, "-m", "benchmarks.bare", str(database), str(port)), log, port):
        yield port


@contextmanager
def _nginx(folder: Path, paths: Path) -> Iterator[int]:
    """Serve files of a config's size under the same paths; 0 where there is no nginx."""
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        yield 0
        return
    (folder / "k").mkdir(parents=True)
    for path in paths.read_text("ascii").split():
        (folder / path.lstrip("/")).write_bytes(b"x" * 1500)
    port = _free_port()
    conf = folder / "nginx.conf"
    conf.write_text(
        f"daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error;"
        "events {} http { access_log off; open_file_cache max=2000; keepalive_requests 1000000;"
        f" server {{ listen 127.0.0.1:{port}; root {folder}; }} }}"
        + (" user root;" if os.geteuid() == 0 else ""),
        "ascii",
    )
    with _running((program, "-c", str(conf)), folder / "log", port):
        yield port


@contextmanager
def _running(
    words: tuple[str, ...],
    log: Path,
    port: int,
    variables: dict[str, str] | None = None,
    cores: set[int] | None = _SERVER,
) -> Iterator[int]:
    with log.open("w") as told:
        environment = {**os.environ, **(variables or {})}
        process = subprocess.Popen(words, env=environment, stdout=told, stderr=told, text=True)
    _pin(process, cores)
    try:
        _await(port, log)
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def _await(port: int, log: Path) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < until, log.read_text("utf-8")
            time.sleep(0.05)
        else:
            return


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])
