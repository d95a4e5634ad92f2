"""Wait for something observable, never for a guessed time."""

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")

_POLL_S = 0.01


def poll(look: Callable[[], Found | None], timeout_s: float) -> Found | None:
    """Return the first result of `look` that is not None; None after `timeout_s` seconds."""
    deadline = time.monotonic() + timeout_s
    while (found := look()) is None and time.monotonic() < deadline:
        time.sleep(_POLL_S)
    return found
