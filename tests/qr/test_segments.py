"""The bits are those the standard's own examples show."""

from onhook.qr.compose import padded
from onhook.qr.segments import Bits, message


def _bits(text: str) -> str:
    content = message(text.encode())
    return f"{content.value:0{content.width}b}"


def test_numeric_example_of_the_standard() -> None:
    # ISO/IEC 18004 section 7.4.3, example 1
    assert _bits("01234567") == "00010000001000000000110001010110011000011"


def test_alphanumeric_example_of_the_standard() -> None:
    # ISO/IEC 18004 section 7.4.4
    assert _bits("AC-42") == "00100000001010011100111011100111001000010"


def test_token_in_capitals_takes_five_and_a_half_bits_a_character() -> None:
    lower, capitals = "https://phone.example/k", "/" + "Q" * 26
    link = message((lower + capitals).encode())
    assert link.width == (4 + 8 + 8 * len(lower)) + (4 + 9 + 13 * 11 + 6)


def test_padding_alternates_after_the_terminator() -> None:
    assert padded(Bits(0b1111, 4), 40) == 0b11110000_11101100_00010001_11101100_00010001


def test_a_full_symbol_has_no_room_for_terminator_or_padding() -> None:
    assert padded(Bits(0xABCD, 16), 16) == 0xABCD
    assert padded(Bits(0xABC, 14), 16) == 0xABC << 2
