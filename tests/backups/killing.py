"""Commands that are killed at a random moment, as by `kill -9`."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.workspaces import Office

# The program as it is, but killed at a moment of its own processor time.
_KILLED = """
import os, signal, sys
sys.setswitchinterval(1e-5)
signal.setitimer(signal.ITIMER_PROF, float(sys.argv.pop(1)))
signal.signal(signal.SIGPROF, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
from onhook_cli.main import run
run()
"""
_TIMED = """
import os, sys, time
from onhook_cli.main import run
try:
    run()
finally:
    print("took", time.process_time(), file=sys.stderr)
"""
TIMES = 12 if os.environ.get("CI") else 4


class Killer:
    """Kills commands at random; a failure prints the seed, ONHOOK_KILL_SEED sets it."""

    def __init__(self, office: Office) -> None:
        seed = os.environ.get("ONHOOK_KILL_SEED") or os.urandom(4).hex()
        print(f"ONHOOK_KILL_SEED={seed}")  # noqa: T201 - pytest shows it with a failure
        self._office = office
        self._random = random.Random(seed)  # noqa: S311 - moments, not secrets

    def time(self, *words: object) -> float:
        """Run a command to its end and return the processor time it takes, in seconds."""
        ran = self._run(_TIMED, words)
        assert ran.returncode == 0, ran.stderr
        return float(ran.stderr.split()[-1])

    def kill(self, seconds: float, *words: object) -> bool:
        """Run a command and kill it within `seconds`, mostly in the later part.

        Returns:
            Whether it was hit.
        """
        moment = seconds * self._random.triangular(0.3, 1.0, 0.9)
        return self._run(_KILLED, (f"{moment:.6f}", *words)).returncode != 0

    def _run(self, program: str, words: tuple[object, ...]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", program, *map(str, words)],
            env=self._office.environment,
            cwd=self._office.home,
            capture_output=True,
            text=True,
            check=False,
        )
