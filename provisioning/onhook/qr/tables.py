"""Ask `qrcode` once how a version turns data bits into modules, and keep the answer as tables.

Within a version a symbol is linear in its data bits: error correction, interleaving and placement
only ever XOR. So the modules of any data are the XOR of what each octal digit of the data
contributes, and these contributions are learned from `qrcode`, which remains the authority.
Importing this module imports `qrcode`, which takes longer than drawing a hundred symbols.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from qrcode import base, constants, util
from qrcode.main import QRCode

from onhook.qr.mask import Masks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qrcode.base import RSBlock
    from qrcode.main import ModulesType

LEVEL = constants.ERROR_CORRECT_M
_VERSIONS = range(1, 10)  # those with the short count fields that `segments` writes
_MASKS = range(8)


@dataclass(frozen=True, slots=True)
class Tables:
    """What `qrcode` does with a version.

    Attributes:
        size: Modules on a side.
        capacity: Data bits.
        digits: For each octal digit of the data, the lowest first, the modules that each of its
            eight values darkens.
        finals: The modules of a complete symbol with empty data, under each mask.
        masks: Chooses the mask.
    """

    size: int
    capacity: int
    digits: tuple[tuple[int, ...], ...]
    finals: tuple[int, ...]
    masks: Masks


def smallest_version(width: int) -> int | None:
    """Return the smallest version that holds `width` bits of segments; None if it is above 9."""
    limits = util.BIT_LIMIT_TABLE[LEVEL]
    return next((version for version in _VERSIONS if width <= limits[version]), None)


def packed(modules: ModulesType) -> int:
    """Return `qrcode`'s rows of modules as one integer, the top left module highest."""
    return int("".join(["1" if dark else "0" for row in modules for dark in row]), 2)


@cache
def tables(version: int) -> Tables:
    """Return the tables of `version`, 1 to 9: made in 5 to 30 ms, then kept."""
    blocks = base.rs_blocks(version, LEVEL)
    blank = bytes(sum(block.total_count for block in blocks))
    size = 17 + 4 * version
    bits = list(_contributions(blocks, _places(version, len(blank))))[::-1]
    return Tables(
        size=size,
        capacity=len(bits),
        digits=tuple(_combinations(bits[low : low + 3]) for low in range(0, len(bits), 3)),
        finals=tuple(_modules(version, blank, mask) for mask in _MASKS),
        masks=Masks(size, [_modules(version, blank, mask, rated=True) for mask in _MASKS]),
    )


def _modules(version: int, codewords: bytes, mask: int, *, rated: bool = False) -> int:
    """Let `qrcode` draw `codewords`; `rated`: as it rates masks, format and version left blank."""
    symbol = QRCode(version=version, error_correction=LEVEL)
    symbol.data_cache = list(codewords)
    symbol.makeImpl(rated, mask)
    return packed(symbol.modules)


def _combinations(bits: Sequence[int]) -> tuple[int, ...]:
    """Return for each value of these bits, given the lowest first, the XOR of those set."""
    values = [0]
    for bit in bits:
        values += [value ^ bit for value in values]
    return tuple(values)


def _places(version: int, codeword_count: int) -> list[list[int]]:
    """Return for each codeword the modules of its eight bits, the highest bit first.

    The bits are numbered from 1. Each symbol drawn here shows one binary digit of every number,
    so a module shows its bit's number in all of them together, and 0 where no bit is placed.
    """
    bit_count = 8 * codeword_count
    numbers = range(1, bit_count + 1)
    blank = _modules(version, bytes(codeword_count), 0)
    shown = []
    for digit in reversed(range(bit_count.bit_length())):
        bits = int("".join(["01"[number >> digit & 1] for number in numbers]), 2)
        drawn = _modules(version, bits.to_bytes(codeword_count, "big"), 0)
        shown.append(f"{drawn ^ blank:0{(17 + 4 * version) ** 2}b}")
    places = [0] * (bit_count + 1)
    for from_end, number in enumerate(zip(*(text[::-1] for text in shown), strict=True)):
        places[int("".join(number), 2)] = 1 << from_end
    return [places[first : first + 8] for first in range(1, bit_count, 8)]


def _contributions(blocks: Sequence[RSBlock], places: Sequence[list[int]]) -> Iterator[int]:
    """Yield for each data bit in order the modules it darkens, error correction included."""
    order = _stream_order(blocks)
    shares = _correction_shares(max(blocks, key=lambda block: block.data_count))
    codeword = iter(order)
    for number, block in enumerate(blocks):
        # Correction codewords follow the data, one of each block in turn.
        corrections = [
            _combinations(place[::-1]) for place in places[len(order) + number :: len(blocks)]
        ]
        for behind in reversed(range(block.data_count)):
            for module, share in zip(places[next(codeword)], shares[behind], strict=True):
                darkened = module
                for combination, value in zip(corrections, share, strict=True):
                    darkened ^= combination[value]
                yield darkened


def _stream_order(blocks: Sequence[RSBlock]) -> list[int]:
    """Return for each data codeword its index in the interleaved stream."""
    count = sum(block.data_count for block in blocks)
    buffer = util.BitBuffer()
    buffer.buffer = list(range(count))  # at most 182, so a codeword can name itself
    stream = util.create_bytes(buffer, list(blocks))[:count]
    return sorted(range(count), key=stream.__getitem__)


def _correction_shares(block: RSBlock) -> list[list[list[int]]]:
    """Return what a data bit adds to the correction codewords of its block.

    Indexed by the number of data codewords behind it in the block, then by the bit, highest
    first: how many codewords stand before it makes no difference.
    """
    shares = []
    for behind in range(block.data_count):
        buffer = util.BitBuffer()
        buffer.buffer = [0] * (block.data_count - 1 - behind) + [1] + [0] * behind
        share = util.create_bytes(buffer, [block])[block.data_count :]
        shares.append([[_times_power(value, bit) for value in share] for bit in range(7, -1, -1)])
    return shares


def _times_power(value: int, exponent: int) -> int:
    """Return `value` times 2 to `exponent` in the field of the error correction."""
    return base.gexp(base.glog(value) + exponent) if value else 0
