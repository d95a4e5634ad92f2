"""What was begun in a `with` statement ends with it, in the reverse order."""

from contextlib import ExitStack
from types import TracebackType


class EndsTogether:
    """A context whose `__enter__` puts all it began into `_cleanup`."""

    _cleanup: ExitStack

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._cleanup.close()
