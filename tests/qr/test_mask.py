"""Masks are rated by the points that qrcode takes off."""

from hypothesis import given, settings
from hypothesis import strategies as st
from qrcode.util import lost_point

from onhook.qr.mask import Masks

SIZE = 21
AREA = SIZE * SIZE

_NOISE = st.integers(0, (1 << AREA) - 1)
# Unlike a good symbol's, these modules are mostly dark or light, or stand in runs and finders.
_LOPSIDED = st.builds(
    lambda a, b, dark: a | b if dark else a & b, _NOISE, _NOISE, dark=st.booleans()
)
_RUNS = st.lists(
    st.sampled_from(["0", "1", "00000", "1111111", "10111010000", "00001011101"]),
    min_size=3,
    max_size=20,
).map(lambda runs: int(("".join(runs) * AREA)[:AREA], 2))
_MODULES = st.one_of(_NOISE, _LOPSIDED, _RUNS)


def _points(modules: int) -> int:
    text = f"{modules:0{AREA}b}"
    return lost_point([[dark == "1" for dark in text[i : i + SIZE]] for i in range(0, AREA, SIZE)])


@settings(deadline=None, max_examples=100)
@given(_MODULES, st.lists(_MODULES, min_size=8, max_size=8))
def test_penalties_are_the_points_that_qrcode_counts(data: int, blanks: list[int]) -> None:
    assert Masks(SIZE, blanks).penalties(data) == [_points(data ^ blank) for blank in blanks]


def test_the_first_of_equal_masks_is_taken() -> None:
    stripes = int("10" * AREA, 2) >> AREA
    assert Masks(SIZE, [0, stripes, stripes, 0]).best(0) == 1
