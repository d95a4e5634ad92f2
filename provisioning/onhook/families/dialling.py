"""Turn what may not be dialled into what may, for clients whose dial plan lists only that."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


def allowed(barred: Sequence[str]) -> list[str]:
    """Return patterns for whatever none of the `barred` patterns stands for (B-D1).

    They are anchored at both ends and written so: ``x`` any character, ``.`` none or more of what
    stands before it, ``[^...]`` any character but these. A short code that mixes digits with
    other signs after its first digit counts as digits.

    Args:
        barred: ``xxx``, all numbers of so many digits, or ``0120x+``, all that begin so.

    Returns:
        The patterns; none where nothing is barred.
    """
    if not barred:
        return []
    lengths = {len(pattern) for pattern in barred if set(pattern) == {"x"}}
    prefixes = {pattern.removesuffix("x+") for pattern in barred if pattern.endswith("x+")}
    prefixes = {one for one in prefixes if not _begins_with_another(one, prefixes)}
    return list(_around(prefixes, lengths))


def _begins_with_another(prefix: str, prefixes: Iterable[str]) -> bool:
    return any(prefix != other and prefix.startswith(other) for other in prefixes)


def _around(prefixes: set[str], lengths: set[int]) -> Iterator[str]:
    """Yield, for each beginning of a prefix, itself and all that goes on differently."""
    beginnings = sorted({one[:size] for one in prefixes for size in range(len(one))} | {""})
    for beginning in beginnings:
        if beginning and not _is_barred_length(beginning, len(beginning), lengths):
            yield _literal(beginning)
        onward = {one[len(beginning)] for one in prefixes if one.startswith(beginning)}
        yield from _differing(beginning, "".join(sorted(onward)), lengths)


def _differing(beginning: str, onward: str, lengths: set[int]) -> Iterator[str]:
    """Yield what begins so and does not go on with one of `onward`, but for barred lengths."""
    start = _literal(beginning) + (f"[^{onward}]" if onward else "x")
    shortest, longest = len(beginning) + 1, max(lengths, default=0)
    for size in range(shortest, longest + 1):
        rest = "x" * (size - shortest)
        if not _is_barred_length(beginning, size, lengths):
            yield start + rest
        elif not beginning:  # a code such as *97 is no number of three digits
            yield f"[^0-9{onward.strip('0123456789')}]{rest}"
    yield start + "x" * max(0, longest + 1 - shortest) + "x."


def _is_barred_length(beginning: str, size: int, lengths: set[int]) -> bool:
    return size in lengths and (not beginning or beginning[0].isdigit())


def _literal(text: str) -> str:
    """Return `text` with the signs that mean something in a pattern as classes of their own."""
    return "".join(sign if sign.isalnum() or sign == "#" else f"[{sign}]" for sign in text)
