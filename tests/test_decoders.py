import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from qrcode.main import QRCode

from tests.decoders import both_read, both_read_many, read_many, read_qr

URL = "https://phones.example/k/ABCDEFGHIJKLMNOPQRSTUVWX23"
BLANK = Image.new("L", (200, 200), 255)


@pytest.mark.parametrize("text", [URL, "<a>\n  two lines &amp; ]]&gt;\n</a>\n", "héllo 髙橋"])
def test_both_read_what_is_written(text: str) -> None:
    assert both_read(_png(_symbol(text))) == text


def test_a_path_serves_as_well_as_bytes(tmp_path: Path) -> None:
    (tmp_path / "-q.png").write_bytes(_png(_symbol(URL)))

    assert both_read(tmp_path / "-q.png") == URL


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", min_size=26, max_size=26), max_size=20))
def test_many_are_read_in_order(tokens: list[str]) -> None:
    urls = [f"https://phones.example/k/{token}" for token in tokens]

    assert both_read_many([_png(_symbol(url)) for url in urls]) == urls


def test_more_than_one_run_of_files_is_read_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.decoders._FILES_PER_RUN", 2)
    urls = [f"{URL}{number}" for number in range(5)]

    assert both_read_many([_png(_symbol(url)) for url in urls]) == urls


def test_a_picture_without_a_symbol_does_not_shift_its_neighbours() -> None:
    found = read_many([_png(_symbol("one")), _png(BLANK), _png(_symbol("two"))])

    assert [one.zbar for one in found] == [("one",), (), ("two",)]
    assert [one.zxing for one in found] == [("one",), (), ("two",)]


def test_all_symbols_of_a_page_are_found() -> None:
    found = read_qr(_png(_side_by_side(_symbol("left"), _symbol("right"))))

    assert found.zbar == found.zxing == ("left", "right")


def test_no_symbol_is_a_failure() -> None:
    with pytest.raises(AssertionError, match="picture 0: not one symbol"):
        both_read(_png(BLANK))


def test_two_symbols_are_a_failure() -> None:
    with pytest.raises(AssertionError, match="picture 1: not one symbol"):
        both_read_many([_png(_symbol(URL)), _png(_side_by_side(_symbol("a"), _symbol("b")))])


def test_readers_that_differ_are_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.decoders._read_by_zxing", lambda _: ("other",))

    with pytest.raises(AssertionError, match="picture 0: read differently"):
        both_read(_png(_symbol(URL)))


def test_a_file_that_is_no_picture_is_a_failure() -> None:
    with pytest.raises(AssertionError, match="no decode delegate"):
        both_read(b"no picture")


def _symbol(text: str) -> Image.Image:
    drawn = QRCode(box_size=4)
    drawn.add_data(text.encode())
    image = drawn.make_image().get_image()
    assert isinstance(image, Image.Image)
    return image.convert("L")


def _side_by_side(left: Image.Image, right: Image.Image) -> Image.Image:
    page = Image.new("L", (left.width + right.width, max(left.height, right.height)), 255)
    page.paste(left, (0, 0))
    page.paste(right, (left.width, 0))
    return page


def _png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
