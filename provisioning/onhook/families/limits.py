"""Stop a template that does not come to an end."""

from __future__ import annotations

import signal
import threading
from functools import cache
from typing import TYPE_CHECKING, Final, NoReturn, Self

if TYPE_CHECKING:
    from types import FrameType

MOST_SECONDS: Final = 2.0  # of computing; a real template needs 0.0001
MOST_CHARACTERS: Final = 1 << 20  # of one file; a real one has 3,000


class OutOfTime(BaseException):
    """The time is used up. No `Exception`: nothing in between may swallow it."""


class TimeLimit:
    """Interrupt what runs inside ``with`` after some seconds of the process's computing.

    It counts computing (`ITIMER_VIRTUAL`), not the clock on the wall: a busy machine stops
    nobody, and timers on `SIGALRM` run on undisturbed. Signals reach the main thread only; in
    another one the limit does not hold.
    """

    __slots__ = ("_holds", "_seconds")

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def __enter__(self) -> Self:
        self._holds = threading.get_ident() == threading.main_thread().ident
        if self._holds:
            _listen()
            signal.setitimer(signal.ITIMER_VIRTUAL, self._seconds)
        return self

    def __exit__(self, *_: object) -> None:
        if self._holds:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)


@cache
def _listen() -> None:
    """Listen to the timer's signal, once for the process: doing so at each render costs 5 us."""
    signal.signal(signal.SIGVTALRM, _stop)


def _stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise OutOfTime
