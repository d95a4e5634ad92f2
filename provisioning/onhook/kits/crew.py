"""Make kits in several processes: rendering and drawing are all computing.

The process that issues holds the database's write lock while others work for it: nobody can
change what they read. They read, render, draw and seal; only it writes, to database and disk.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import time
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import islice
from multiprocessing import get_context
from typing import TYPE_CHECKING, Protocol

from onhook.kits.candidates import TermsCache, load_chunk
from onhook.kits.making import Maker, draw, drawn
from onhook.links import link_url, new_token

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from concurrent.futures import Future
    from datetime import datetime

    from onhook.kits.making import IssueOptions, Made
    from onhook.workspace import Workspace

    class Crew(Protocol):
        """Makes batches of kits as of an instant, and yields them in their order."""

        def __call__(self, now: datetime, batches: Iterable[Sequence[int]]) -> Iterator[list[Made]]:
            """Make batches of accounts, given by their numbers."""


WORTH_A_CREW = 600
"""Accounts from which on starting processes costs less than it gains."""

_AHEAD = 2  # batches a process has waiting, so that it never does


@contextmanager
def hire(workspace: Workspace, options: IssueOptions, accounts: int) -> Iterator[Crew]:
    """Provide a crew for so many accounts: as many processes as there are processors, or none."""
    processors = len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1
    if accounts < WORTH_A_CREW or processors == 1:
        yield partial(_make_here, workspace, options)
        return
    _prepare(workspace, options)
    with ProcessPoolExecutor(
        processors,
        mp_context=get_context("fork"),
        initializer=_begin,
        initargs=(workspace, options, os.getpid()),
    ) as pool:
        pool.submit(os.getpid).result()  # all processes start now, before a transaction does
        yield partial(_make_there, pool, _AHEAD * processors)


def _prepare(workspace: Workspace, options: IssueOptions) -> None:
    """Do once what every process would do again; what is in memory now is theirs, too."""
    name = options.family or workspace.services.get(workspace.settings.service).family
    workspace.families.get(name).compile()
    if workspace.settings.public_url is not None:
        draw(link_url(workspace.settings.public_url, new_token()), options.formats)
    workspace.engine.dispose()  # a connection belongs to the process that opened it
    gc.freeze()  # else each process copies all of this when it looks for garbage


def _make_here(
    workspace: Workspace,
    options: IssueOptions,
    now: datetime,
    batches: Iterable[Sequence[int]],
) -> Iterator[list[Made]]:
    for ids in batches:
        yield _make_batch(workspace, options, now, ids)


def _make_there(
    pool: ProcessPoolExecutor, ahead: int, now: datetime, batches: Iterable[Sequence[int]]
) -> Iterator[list[Made]]:
    waiting = iter(batches)
    under_way: deque[Future[list[Made]]] = deque()
    try:
        under_way.extend(pool.submit(_work, now, ids) for ids in islice(waiting, ahead))
        while under_way:
            made = under_way.popleft().result()
            under_way.extend(pool.submit(_work, now, ids) for ids in islice(waiting, 1))
            yield made
    finally:
        for future in under_way:
            future.cancel()


def _make_batch(
    workspace: Workspace, options: IssueOptions, now: datetime, ids: Sequence[int]
) -> list[Made]:
    maker = Maker(workspace, options, now)
    with workspace.reading() as work:
        made = [maker.make(candidate) for candidate in load_chunk(work, TermsCache(work), ids)]
    return drawn(made, options.formats)


_job: tuple[Workspace, IssueOptions]
"""What a process of the crew works on; set when it begins."""


def _begin(workspace: Workspace, options: IssueOptions, parent: int) -> None:
    global _job  # noqa: PLW0603 - a process of the pool has no other place to keep it
    _job = (workspace, options)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends us
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    """End this process when its parent is gone, killed without a word."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _work(now: datetime, ids: Sequence[int]) -> list[Made]:
    return _make_batch(*_job, now, ids)
