"""PNG, SVG and terminal text show the symbol's modules, and foreign readers read them."""

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from PIL import Image

from onhook.qr import Symbol, encode, png, svg, terminal
from tests.decoders import both_read, both_read_many
from tests.qr.foreign import as_png, opened, rendered
from tests.qr.screen import Theme, shown
from tests.qr.texts import link, varied_urls

RNG = random.Random(11)  # noqa: S311 - repeatable, not secret
LINK = link(RNG)
TEXTS = [LINK, "AC-42", *(url for version in range(2, 10) for url in varied_urls(version, 99, 2))]


def _modules(image: Image.Image, module_px: int, quiet_zone: int) -> list[str]:
    """Return the rows of modules in a picture; every pixel of a module must be the same."""
    grey = image.convert("L")
    rows = []
    for top in range(0, grey.height, module_px):
        row = ""
        for left in range(0, grey.width, module_px):
            module = grey.crop((left, top, left + module_px, top + module_px))
            (low, high) = module.getextrema()
            assert low == high in (0, 255)
            row += "0" if low else "1"
        rows.append(row)
    margin = ["0" * len(rows[0])] * quiet_zone
    assert rows[:quiet_zone] == margin == rows[len(rows) - quiet_zone :]
    inner = slice(quiet_zone, len(rows) - quiet_zone)
    assert {row[:quiet_zone] + row[inner.stop :] for row in rows} == {"0" * 2 * quiet_zone}
    return [row[inner] for row in rows[inner]]


@pytest.mark.parametrize("quiet_zone", [0, 3, 4])
@pytest.mark.parametrize("module_px", [1, 2, 3, 7, 8, 10, 16])
def test_png_pixels_are_the_modules(module_px: int, quiet_zone: int) -> None:
    symbol = encode(LINK)
    image = opened(png(symbol, module_px=module_px, quiet_zone=quiet_zone))
    assert image.mode == "1"
    assert image.size == ((symbol.size + 2 * quiet_zone) * module_px,) * 2
    assert _modules(image, module_px, quiet_zone) == symbol.rows()


@pytest.mark.parametrize("text", TEXTS)
def test_png_is_small_and_has_a_quiet_zone_of_four(text: str) -> None:
    symbol = encode(text)
    picture = png(symbol)
    assert _modules(opened(picture), 8, 4) == symbol.rows()
    assert len(picture) < symbol.size**2


def test_png_is_read_by_two_readers() -> None:
    assert both_read_many([png(encode(text)) for text in TEXTS]) == TEXTS


def test_svg_is_read_by_two_readers_at_its_printed_size() -> None:
    # 96 dpi become 288, a plain printer
    drawn = [as_png(rendered(svg(encode(text)), zoom=3)) for text in TEXTS]
    assert both_read_many(drawn) == TEXTS


@pytest.mark.parametrize("quiet_zone", [0, 4])
def test_svg_draws_the_modules_on_white(quiet_zone: int) -> None:
    symbol = encode(LINK)
    drawing = svg(symbol, quiet_zone=quiet_zone)
    side = symbol.size + 2 * quiet_zone
    in_pixels = re.sub(rb'(width|height)="[0-9.]+mm"', rb'\1="%d"' % side, drawing)
    assert _modules(rendered(in_pixels, zoom=8), 8, quiet_zone) == symbol.rows()


def test_svg_states_its_size_in_millimetres() -> None:
    root = etree.fromstring(svg(encode(LINK)))
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.get("viewBox") == "0 0 41 41"
    assert root.get("width") == root.get("height") == "32.8mm"


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("quiet_zone", [2, 4])
def test_coloured_terminal_text_is_read_on_every_theme(quiet_zone: int, theme: Theme) -> None:
    texts = [terminal(encode(text), quiet_zone=quiet_zone) for text in TEXTS]
    assert both_read_many([as_png(shown(text, theme=theme)) for text in texts]) == TEXTS


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_plain_terminal_text_is_read_on_the_theme_it_is_for(theme: Theme) -> None:
    texts = [terminal(encode(text), colour=False, inverted=theme == "dark") for text in TEXTS]
    assert both_read_many([as_png(shown(text, theme=theme)) for text in texts]) == TEXTS


def test_plain_terminal_text_is_blocks_and_nothing_else() -> None:
    lines = terminal(encode(LINK), colour=False).splitlines()
    assert {len(line) for line in lines} == {41}
    assert len(lines) == 21
    assert set("".join(lines)) == set(" ▀▄█")


def test_coloured_terminal_text_ends_its_colours_on_each_line() -> None:
    for line in terminal(encode(LINK)).splitlines():
        assert line.startswith("\x1b[38;5;16;48;5;231m")
        assert line.endswith("\x1b[0m")
        assert line.count("\x1b") == 2


@settings(deadline=None, max_examples=25)
@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=220))
def test_any_printable_ascii_comes_back_by_two_readers(text: str) -> None:
    assert both_read(png(encode(text))) == text


@given(st.integers(0, (1 << 441) - 1), st.integers(1, 12), st.integers(0, 5))
@settings(deadline=None, max_examples=40)
def test_png_shows_any_modules_at_any_size(bits: int, module_px: int, quiet_zone: int) -> None:
    symbol = Symbol(21, bits)
    image = opened(png(symbol, module_px=module_px, quiet_zone=quiet_zone))
    assert _modules(image, module_px, quiet_zone) == symbol.rows()
