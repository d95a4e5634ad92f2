"""A symbol cannot hold a wrong value, and does not show what it holds."""

import pytest

from onhook.qr import Symbol, encode


@pytest.mark.parametrize(
    ("size", "bits"), [(20, 0), (17, 0), (22, 0), (181, 0), (21, -1), (21, 1 << 441)]
)
def test_what_is_no_symbol_is_refused(size: int, bits: int) -> None:
    with pytest.raises(ValueError, match="modules"):
        Symbol(size, bits)


def test_repr_shows_no_modules() -> None:
    assert repr(encode("secret")) == "Symbol(size=21)"


def test_rows_start_at_the_top_left() -> None:
    symbol = Symbol(21, 0b11 << 439 | 1)
    assert symbol.rows() == ["11" + "0" * 19, *["0" * 21] * 19, "0" * 20 + "1"]


@pytest.mark.parametrize("quiet_zone", range(6))
def test_packed_rows_are_the_rows_between_light_margins(quiet_zone: int) -> None:
    symbol = encode("https://phone.example/k/ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    margin = "0" * quiet_zone
    for row, packed in zip(symbol.rows(), symbol.packed_rows(quiet_zone), strict=True):
        bits = f"{int.from_bytes(packed):0{8 * len(packed)}b}"
        used = quiet_zone + symbol.size + quiet_zone
        assert bits[:used] == margin + row + margin
        assert bits[used:] == "0" * (-used % 8)
