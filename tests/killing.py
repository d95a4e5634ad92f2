"""`kill -9` at any moment: commands are killed at random, and by turns at a step of theirs.

A test makes a `Killer` and goes through its `rounds`, in each of which it kills a command once and
looks at what that left behind:

    killer = Killer(forker, office.environment, office.home)
    for _ in killer.rounds():
        killer.kill("account", "import", file)
        ...

The first is a whole run; it tells how long the command takes and which steps it has. Then it is
killed by turns at a moment of the clock, and just before one of its steps: a statement, a commit, a
file renamed, deleted ... A failure prints the seed; ONHOOK_KILL_SEED draws the same moments again.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.thoroughness import thorough

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

KILLS = thorough(18, 1)
"""How often a test kills."""


@dataclass
class Killer:
    """Runs commands and kills them at random.

    Attributes:
        forker: What runs them (`forking`).
        environment: The variables they see.
        folder: Where they are typed.
        sizes: Constants of onhook to be others, by ``module:NAME``: smaller parts, more of them.
        hits: How often one was killed.
    """

    forker: subprocess.Popen[str]
    environment: Mapping[str, str]
    folder: Path
    sizes: dict[str, int] = field(default_factory=dict)
    hits: int = 0
    _took_s: float = 0.0
    _steps: str = ""
    _random: random.Random = field(default_factory=lambda: random.Random(_seed()))  # noqa: S311 - moments, not secrets

    def rounds(self, kills: int = KILLS) -> Iterator[int]:
        """Count rounds until commands were killed so often, and see to it that they are."""
        for number in range(3 * kills + 5):
            if self.hits >= kills:
                return
            yield number
        pytest.fail(f"killed {self.hits} times only")

    def kill(self, *words: object) -> bool:
        """Run a command and kill it at a random moment; return whether it was hit."""
        after_s, before_step = None, 0
        if self._steps and self.hits % 2:
            kind = self._random.choice(sorted(set(self._steps)))  # few commits, many files
            places = [n for n, step in enumerate(self._steps, 1) if step == kind]
            before_step = self._random.choice(places)
        elif self._steps:
            after_s = self._took_s * self._random.uniform(0, 1.1)
        ended = self._run(words, after_s, before_step)
        is_hit: bool = ended["code"] == -signal.SIGKILL
        if is_hit:
            self.hits += 1
        else:
            assert ended["code"] == 0, ended["said"]
            self._took_s, self._steps = ended["took_s"], ended["steps"]
        return is_hit

    def _run(
        self, words: tuple[object, ...], after_s: float | None, before_step: int
    ) -> dict[str, Any]:
        where = {"environment": {**self.environment}, "folder": str(self.folder)}
        when = {"after_s": after_s, "before_step": before_step}
        ended = run_forked(self.forker, words, **where, **when, sizes=self.sizes)
        moment = f"{after_s} s" if before_step == 0 else f"step {before_step}"
        print(f"{words[0]} {moment}: {ended['code']} after {ended['steps'][-40:]}")  # noqa: T201 - pytest shows it with a failure
        return ended


def run_forked(
    forker: subprocess.Popen[str], words: Iterable[object], **how: object
) -> dict[str, Any]:
    """Run a command in a process of its own that needs no time to start (see `forker.JOB`)."""
    (ended,) = run_together(forker, [words], **how)
    return ended


def run_together(
    forker: subprocess.Popen[str], commands: Iterable[Iterable[object]], **how: object
) -> list[dict[str, Any]]:
    """Run commands like that, all at once."""
    assert forker.stdin is not None
    assert forker.stdout is not None
    jobs = [{"words": [*map(str, words)], **how} for words in commands]
    print(json.dumps(jobs), file=forker.stdin, flush=True)
    ended: list[dict[str, Any]] = json.loads(forker.stdout.readline())
    return ended


def _seed() -> str:
    seed = os.environ.get("ONHOOK_KILL_SEED") or os.urandom(4).hex()
    print(f"ONHOOK_KILL_SEED={seed}")  # noqa: T201 - as above
    return seed


@contextmanager
def forking() -> Iterator[subprocess.Popen[str]]:
    """Start the process that runs commands and kills them; it is ready in a second."""
    with subprocess.Popen(
        [sys.executable, Path(__file__).with_name("forker.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # Ctrl-C is for the test run
    ) as process:
        yield process
        process.communicate()  # closes its input
