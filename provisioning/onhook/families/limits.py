"""Stop a template that does not come to an end, or takes memory without measure."""

from __future__ import annotations

import os
import resource
import signal
import threading
from functools import cache
from typing import TYPE_CHECKING, Final, NoReturn, Self

from onhook.families.errors import TemplateTooHungry, TemplateTooSlow

if TYPE_CHECKING:
    from types import FrameType, TracebackType

MOST_SECONDS: Final = 2.0  # of computing; a real template needs 0.0001
MOST_CHARACTERS: Final = 1 << 20  # of one file; a real one has 3,000
MOST_MEGABYTES: Final = 256  # beyond what the process has; a real template needs a few kilobytes

_ADDRESS_SPACE: Final = "/proc/self/statm"  # in pages; Linux only


class OutOfTime(BaseException):
    """The time is used up. No `Exception`: nothing in between may swallow it."""


class within_limits:  # noqa: N801 - read in a with statement, as contextlib's own are
    """Hold what runs inside ``with`` to `MOST_SECONDS` and `MOST_MEGABYTES`.

    Args:
        file: Where the fault is, if it is in no line of a template.
        is_trusted: Whether memory is left unwatched: asking how much there is costs 10 us.

    Raises:
        TemplateTooSlow, TemplateTooHungry: With the template's file and line.
    """

    __slots__ = ("_file", "_memory", "_time")

    def __init__(self, file: str, *, is_trusted: bool) -> None:
        self._file = file
        self._memory = None if is_trusted else MemoryLimit(MOST_MEGABYTES)
        self._time = TimeLimit(MOST_SECONDS)

    def __enter__(self) -> None:
        if self._memory is not None:
            self._memory.__enter__()
        self._time.__enter__()

    def __exit__(self, _: object, error: BaseException | None, trace: TracebackType | None) -> None:
        self._time.__exit__()
        if self._memory is not None:
            self._memory.__exit__()
        if not isinstance(error, OutOfTime | MemoryError):
            return
        fault = _fault_of(error, self._file)
        # The frames it came through hold all that the template took, and values.
        del trace
        error.__traceback__ = None
        raise fault from None


def _fault_of(error: OutOfTime | MemoryError, file: str) -> TemplateTooSlow | TemplateTooHungry:
    from onhook.families.faults import place_of  # noqa: PLC0415 - start-up time

    place = place_of(error, file)
    if isinstance(error, MemoryError):
        return TemplateTooHungry(*place, MOST_MEGABYTES)
    return TemplateTooSlow(*place, MOST_SECONDS)


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
        self._holds = _is_main_thread()
        if self._holds:
            _listen()
            signal.setitimer(signal.ITIMER_VIRTUAL, self._seconds)
        return self

    def __exit__(self, *_: object) -> None:
        if self._holds:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)


class MemoryLimit:
    """Let what runs inside ``with`` take some megabytes more than the process has, on Linux.

    What asks for more gets a `MemoryError`. The limit is the process's, so it is set in the main
    thread only: two threads would undo each other's.
    """

    __slots__ = ("_before", "_megabytes")

    def __init__(self, megabytes: int) -> None:
        self._megabytes = megabytes

    def __enter__(self) -> Self:
        taken = _address_space() if _is_main_thread() else None
        self._before = None if taken is None else resource.getrlimit(resource.RLIMIT_AS)
        if taken is not None and self._before is not None:
            soft, hard = self._before
            most = taken + (self._megabytes << 20)
            most = most if soft == resource.RLIM_INFINITY else min(most, soft)
            resource.setrlimit(resource.RLIMIT_AS, (most, hard))
        return self

    def __exit__(self, *_: object) -> None:
        if self._before is not None:
            resource.setrlimit(resource.RLIMIT_AS, self._before)


def _is_main_thread() -> bool:
    return threading.get_ident() == threading.main_thread().ident


def _address_space() -> int | None:
    """Return the bytes of address space this process has; None where nothing tells."""
    try:
        statm = os.open(_ADDRESS_SPACE, os.O_RDONLY)
    except OSError:
        return None
    try:
        return int(os.read(statm, 64).split(b" ", 1)[0]) * resource.getpagesize()
    finally:
        os.close(statm)


@cache
def _listen() -> None:
    """Listen to the timer's signal, once for the process: doing so at each render costs 5 us."""
    signal.signal(signal.SIGVTALRM, _stop)


def _stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise OutOfTime
