"""Write a text as the bits of a QR symbol, in the same segments as `qrcode` does.

Mode indicators, count fields and character values: ISO/IEC 18004 section 7.4. Where to change
mode is left open there; here it is what `qrcode` does by itself (``add_data``, optimize=20): a
run of 20 or more digits, then one of 20 or more capitals, becomes a segment of its own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_RUN = 20  # bytes a run must have before changing mode pays
_ALPHANUMERIC = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_ALPHANUMERIC_CLASS = rb"[0-9A-Z $%*+\-./:]"
_VALUES = bytes(max(_ALPHANUMERIC.find(byte), 0) for byte in range(256))

# Groups, so that `split` returns the runs between what lies around them.
_DIGIT_RUNS = re.compile(rb"([0-9]{%d,})" % _RUN)
_CAPITAL_RUNS = re.compile(rb"(" + _ALPHANUMERIC_CLASS + rb"{%d,})" % _RUN)
# A text no longer than a run changes mode as a whole or not at all. `$` as in qrcode: it also
# matches before a final line feed, which then becomes a segment of its own.
_DIGITS_ONLY = re.compile(rb"^([0-9]+)$")
_CAPITALS_ONLY = re.compile(rb"^(" + _ALPHANUMERIC_CLASS + rb"+)$")


class Bits(NamedTuple):
    """A number of known width."""

    value: int
    width: int


def message(text: bytes) -> Bits:
    """Return `text` as segments, ready for versions 1 to 9; no terminator, no padding."""
    value = width = 0
    for write, run in _runs(text):
        segment = write(run)
        value = value << segment.width | segment.value
        width += segment.width
    return Bits(value, width)


def _runs(text: bytes) -> Iterator[tuple[Callable[[bytes], Bits], bytes]]:
    """Cut `text` into segments; yield what writes each of them, and its bytes."""
    short = len(text) <= _RUN
    digit_runs = _DIGITS_ONLY if short else _DIGIT_RUNS
    capital_runs = _CAPITALS_ONLY if short else _CAPITAL_RUNS
    for number, chunk in enumerate(digit_runs.split(text)):
        if number % 2:
            yield _numeric, chunk
            continue
        for inner, run in enumerate(capital_runs.split(chunk)):
            if run:
                yield _alphanumeric if inner % 2 else _byte, run


def _byte(run: bytes) -> Bits:
    header = 0b0100 << 8 | len(run)
    return Bits(header << 8 * len(run) | int.from_bytes(run, "big"), 12 + 8 * len(run))


def _alphanumeric(run: bytes) -> Bits:
    value = 0b0010 << 9 | len(run)
    values = run.translate(_VALUES)
    for first, second in zip(values[::2], values[1::2], strict=False):  # an odd one is left over
        value = value << 11 | 45 * first + second
    if len(run) % 2:
        value = value << 6 | values[-1]
    return Bits(value, 13 + 11 * (len(run) // 2) + 6 * (len(run) % 2))


def _numeric(run: bytes) -> Bits:
    value, width = 0b0001 << 10 | len(run), 14
    for start in range(0, len(run), 3):
        group = run[start : start + 3]
        group_width = 3 * len(group) + 1  # 4, 7 or 10 bits
        value = value << group_width | int(group)
        width += group_width
    return Bits(value, width)
