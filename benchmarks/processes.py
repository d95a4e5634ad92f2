"""Run commands in processes of their own and measure them: wall clock, CPU time, peak memory."""

from __future__ import annotations

import os
import re
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Sequence

PYTHON = sys.executable
ONHOOK = str(Path(PYTHON).with_name("onhook"))
_HERE = Path(__file__).parent


class CommandFailedError(Exception):
    """A command that is measured must succeed."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one run of a command took, from its start to its end.

    Attributes:
        wall_s: By the clock on the wall.
        cpu_s: Of processors, in user and system mode. On a busy machine it says more.
        peak_mb: Largest resident memory of one of its processes, in units of 10^6 bytes.
    """

    wall_s: float
    cpu_s: float
    peak_mb: float


def script(name: str) -> tuple[str, str]:
    """Return the words that run the script `name` of this folder."""
    return PYTHON, str(_HERE / name)


def run(words: Sequence[str | Path], *, log: Path, workspace: Path | None = None) -> Run:
    """Run a command to its end and measure it.

    What other commands left to be written goes to the disk first, so that it is not waited for
    here: onhook makes durable what it writes, and would wait for everybody's files.

    Args:
        words: The command.
        log: File for what it prints.
        workspace: Of onhook.

    Raises:
        CommandFailedError: It exits with another code than 0.
    """
    command = [str(word) for word in words]
    environment = dict(os.environ) | {"ONHOOK_WORKSPACE": str(workspace or "")}
    output = (os.POSIX_SPAWN_OPEN, 1, str(log), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    actions = [output, (os.POSIX_SPAWN_DUP2, 1, 2)]
    os.sync()
    began = time.perf_counter()
    child = os.posix_spawn(command[0], command, environment, file_actions=actions)
    with _Watch(child) as watch:
        _, status, usage = os.wait4(child, 0)
        wall_s = time.perf_counter() - began
    if os.waitstatus_to_exitcode(status) != 0:
        raise CommandFailedError(f"{' '.join(command)}\n{log.read_text(encoding='utf-8')}")
    return Run(wall_s, usage.ru_utime + usage.ru_stime, watch.peak_mb)


class _Watch:
    """Looks twice a second at a process and its children for the most memory one ever held.

    `ru_maxrss` would not do: a process starts with that of the one that started it.
    """

    def __init__(self, child: int) -> None:
        self.peak_mb = 0.0
        self._child = child
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.5):
            for process in (self._child, *_children(self._child)):
                self.peak_mb = max(self.peak_mb, _high_water_mb(process))


def _children(process: int) -> list[int]:
    try:
        return [
            int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()
        ]
    except OSError:  # it ended a moment ago
        return []


def _high_water_mb(process: int) -> float:
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    except OSError:  # it ended a moment ago
        return 0.0
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) * 1024 / 1e6 if found else 0.0
