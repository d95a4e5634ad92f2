"""Run the command that prints a key ring: within a time, without a shell, and without its words."""

from __future__ import annotations

import os
import selectors
import subprocess
import time
from typing import TYPE_CHECKING

from onhook.keys.errors import (
    KeyCommandFailed,
    KeyCommandMissing,
    KeyCommandNoRing,
    KeyCommandSlow,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

TIME_LIMIT_S = 10.0
"""How long the command may take; a secret store answers within a second or is not there."""

_MOST_BYTES = 1 << 20  # a ring of a thousand keys has 150 kB; a command that never ends has more
_PIECE = 1 << 16


def ask(words: Sequence[str]) -> str:
    """Return what the command `words` prints.

    What it says on its standard error is not shown: it may hold secrets.

    Raises:
        KeyCommandMissing: It cannot be started.
        KeyCommandFailed: It ended with another status than 0.
        KeyCommandSlow: It did not end in time; it was ended.
        KeyCommandNoRing: It printed far too much, or what is no text.
    """
    deadline = time.monotonic() + TIME_LIMIT_S
    with _started(words) as process:
        try:
            printed = _printed(process, words[0], deadline)
            status = process.wait(_left(deadline))
        except (TimeoutError, subprocess.TimeoutExpired):
            raise KeyCommandSlow(words[0], f"{TIME_LIMIT_S:g}") from None
        finally:
            process.kill()
    if status != 0:
        raise KeyCommandFailed(words[0], str(status))
    try:
        return printed.decode("ascii")
    except UnicodeDecodeError:
        raise KeyCommandNoRing(words[0]) from None  # the cause would show what was printed


def _started(words: Sequence[str]) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(  # noqa: S603 - the operator's own command, no shell
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise KeyCommandMissing(words[0], reason) from None


def _printed(process: subprocess.Popen[bytes], program: str, deadline: float) -> bytes:
    """Return all that the process prints until it shuts its output.

    Raises:
        TimeoutError: It did not.
        KeyCommandNoRing: It is far too much.
    """
    assert process.stdout is not None  # noqa: S101 - it was asked for
    handle = process.stdout.fileno()
    printed = b""
    with selectors.DefaultSelector() as selector:
        selector.register(handle, selectors.EVENT_READ)
        while selector.select(_left(deadline)):
            piece = os.read(handle, _PIECE)
            if not piece:
                return printed
            printed += piece
            if len(printed) > _MOST_BYTES:
                raise KeyCommandNoRing(program)
    raise TimeoutError


def _left(deadline: float) -> float:
    return max(0.0, deadline - time.monotonic())
