"""Let something take so long and no longer: name servers and dripping servers know no end."""

from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


def within(seconds: float, do: Callable[[], T]) -> T:
    """Return what `do` returns, or raise what it raises.

    Where it takes longer it is left alone: its thread does not keep the program from ending.

    Raises:
        TimeoutError: It took longer than `seconds`.
    """
    results: list[T] = []
    errors: list[Exception] = []

    def run() -> None:
        try:
            results.append(do())
        except Exception as error:  # noqa: BLE001 - it is raised again below
            errors.append(error)

    thread = Thread(target=run, name="asking", daemon=True)
    thread.start()
    thread.join(seconds)
    if errors:
        raise errors[0]
    if not results:
        raise TimeoutError
    return results[0]
