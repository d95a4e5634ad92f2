"""What real softphones have in common: a home, a life, and an outcome at the registrar."""

import signal
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.siplab.attempt import Attempt, Verdict
from tests.siplab.namespace import Namespace, interrupt
from tests.siplab.waiting import poll

SETTLE_TIMEOUT_S = 5.0
"""How long a client may take to reach the registrar; they take less than one second."""

END_TIMEOUT_S = 5.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a softphone fared: `attempt` is the registrar's word, None when it never asked.

    `client_log` is the file in which the program tells its own side, for a person to read.
    """

    attempt: Attempt | None
    client_log: Path

    @property
    def verdict(self) -> Verdict:
        """The registrar's verdict; SILENT when the client never showed credentials."""
        return self.attempt.verdict if self.attempt else Verdict.SILENT

    @property
    def registered(self) -> bool:
        """Whether the registrar let the client in."""
        return self.verdict is Verdict.REGISTERED


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a softphone finds in its laboratory."""

    namespace: Namespace
    attempts: Callable[[], list[Attempt]]


class Softphone(ABC):
    """A client program with a home of its own, which outlives the runs of the program.

    Args:
        surroundings: the laboratory it is in.
        home: its folder; made here.
        number: its number in the laboratory, from 1; tells it apart from the others.
    """

    def __init__(self, surroundings: Surroundings, home: Path, number: int) -> None:
        self._surroundings, self.home, self._number = surroundings, home, number
        self._process: subprocess.Popen[bytes] | None = None
        self._seen_before = 0
        home.mkdir(parents=True)

    @property
    def log(self) -> Path:
        """The file in which the program tells what it does."""
        return self.home / "output"

    @abstractmethod
    def is_mine(self, attempt: Attempt) -> bool:
        """Tell whether this very client made the attempt."""

    def outcome(self, timeout_s: float = SETTLE_TIMEOUT_S) -> Outcome:
        """Wait until the registrar has let in or refused this run of the client.

        After `timeout_s` seconds, or when the program gave up, the outcome is SILENT.
        """
        poll(lambda: self._first_attempt() or (True if self._has_given_up() else None), timeout_s)
        return Outcome(self._first_attempt(), self.log)

    def says(self, words: str, timeout_s: float = SETTLE_TIMEOUT_S) -> bool:
        """Tell whether the program's own log holds these words, or comes to within this time."""
        return poll(lambda: words in self._said() or None, timeout_s) is not None

    def end(self) -> None:
        """End the program, which un-registers; its home stays for the next run."""
        if self._process is None:
            return
        self._ask_to_leave(self._process)
        try:
            self._process.wait(END_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            interrupt(self._process, signal.SIGKILL)
            self._process.wait()
        if self._process.stdin:
            self._process.stdin.close()
        self._process = None

    def _ask_to_leave(self, process: subprocess.Popen[bytes]) -> None:
        """Tell the program to end; SIGTERM lets most of them un-register first."""
        interrupt(process, signal.SIGTERM)

    def _run(self, command: list[str]) -> None:
        """Start the program anew, with its home as HOME; only later attempts count."""
        self.end()
        self._seen_before = len(self._surroundings.attempts())
        with (self.home / "output").open("wb") as output:
            self._process = self._surroundings.namespace.spawn(
                command,
                env={"HOME": str(self.home), "XDG_RUNTIME_DIR": str(self.home)}
                | {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
                cwd=self.home,
                stdin=subprocess.PIPE,  # held open: at end of file they leave
                output=output,
            )

    def _said(self) -> str:
        return self.log.read_text("utf-8", "replace") if self.log.exists() else ""

    def _has_given_up(self) -> bool:
        return self._process is not None and self._process.poll() is not None

    def _first_attempt(self) -> Attempt | None:
        later = self._surroundings.attempts()[self._seen_before :]
        mine = (one for one in later if self.is_mine(one))
        return next((one for one in mine if one.verdict is not Verdict.UNREGISTERED), None)
