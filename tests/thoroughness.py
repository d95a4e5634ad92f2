"""How often a test repeats itself: CI takes its time, a person at a keyboard has little."""

from __future__ import annotations

import os
from typing import TypeVar

T = TypeVar("T")


def thorough(in_ci: T, elsewhere: T) -> T:
    """Return one of two amounts: of kills, of examples, of cases."""
    return in_ci if os.environ.get("CI") else elsewhere
