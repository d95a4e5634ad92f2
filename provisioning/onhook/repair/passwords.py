"""Make passwords that every softphone can hold and a person can read aloud."""

from __future__ import annotations

import secrets
from typing import Final

LOWER: Final = "abcdefghijkmnpqrstuvwxyz"
UPPER: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ"
DIGITS: Final = "23456789"
ALPHABET: Final = LOWER + UPPER + DIGITS
"""ASCII letters and digits: no format needs to escape them, no spreadsheet takes them for a
formula. Without l, o, I, O, 0 and 1, which look alike. 5.8 bits a sign."""


def new_password(length: int) -> str:
    """Return a fresh password of `length` signs, with a sign of each kind, as PBXs ask for."""
    while True:
        password = "".join(secrets.choice(ALPHABET) for _ in range(length))
        if all(set(password) & set(kind) for kind in (LOWER, UPPER, DIGITS)):
            return password
