"""Choose a page's language by what the browser asks for."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from onhook.words import LANGUAGES

if TYPE_CHECKING:
    from onhook.words import Language

_LONGEST = 200


@lru_cache(256)
def language_of(accepted: str, otherwise: Language) -> Language:
    """Return the language that an Accept-Language header likes best (RFC 9110 section 12.5.4).

    Args:
        accepted: The header, or ''.
        otherwise: Where it likes none of ours, or several alike.
    """
    liked: dict[Language, float] = {}
    for part in accepted[:_LONGEST].lower().split(","):
        name, _, parameters = part.partition(";")
        base = name.strip().partition("-")[0]
        known = next((one for one in LANGUAGES if one == base), None)
        if known is not None:
            liked[known] = max(liked.get(known, 0), quality(parameters))
    best = max(liked.values(), default=0)
    if best <= 0 or liked.get(otherwise) == best:
        return otherwise
    return next(one for one in liked if liked[one] == best)


def quality(parameters: str) -> float:
    """Return the weight in a header's parameters: ``q=0.8``; 1 without one, 0 if unreadable."""
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return min(1.0, max(0.0, float(value)))
            except ValueError:
                return 0.0
    return 1.0
