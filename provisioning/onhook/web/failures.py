"""Limit failures by network; what works is never limited, for an office shares one address."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from onhook.delivery.visits import shortened

if TYPE_CHECKING:
    from collections.abc import Callable

MOST = 60
"""Failures that a network may have at once: an office whose links have all expired."""
REFILL_S = 1.0
"""Until it may have one more."""
NETWORKS = 10_000
"""Networks remembered; the one that failed longest ago is forgotten first."""


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class Failures:
    """Token buckets, one a network.

    Args:
        clock: Seconds, only ever growing.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def is_over(self, address: str) -> bool:
        """Tell whether a network has had all failures it may have for now."""
        bucket = self._buckets.get(shortened(address))
        return bucket is not None and self._left(bucket) < 1

    def add(self, address: str) -> bool:
        """Note a failure; False where it is one too many."""
        network, now = shortened(address), self._clock()
        bucket = self._buckets.setdefault(network, _Bucket(MOST, now))
        self._buckets.move_to_end(network)
        if len(self._buckets) > NETWORKS:
            self._buckets.popitem(last=False)
        bucket.left, bucket.at = self._left(bucket), now
        if bucket.left < 1:
            return False
        bucket.left -= 1
        return True

    def _left(self, bucket: _Bucket) -> float:
        return min(MOST, bucket.left + (self._clock() - bucket.at) / REFILL_S)
