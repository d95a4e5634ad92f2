"""Tables look the same whether they were drawn quickly or by rich."""

from __future__ import annotations

import io

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from onhook_cli import tables
from tests.thoroughness import thorough

CELLS = st.text(st.sampled_from("aB 1-髙橋ﾔﾏ𠮷é[]/"), max_size=12).map(str.strip)


def screen(width: int) -> Console:
    return Console(file=io.StringIO(), width=width, highlight=False)


def by_rich(titles: list[str], rows: list[list[str]], width: int) -> list[str]:
    with screen(width) as drawing, drawing.capture() as drawn:
        drawing.print(tables._folded(titles, rows))  # noqa: SLF001 - what is too wide is drawn by it
    return [line.rstrip() for line in drawn.get().splitlines()]


@settings(max_examples=thorough(300, 60), deadline=None)
@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=4))
def test_what_fits_is_what_rich_draws(rows: list[list[str]]) -> None:
    titles = ["account", "名前", "kit"]

    assert tables.draw(titles, rows, screen(200)).split("\n") == by_rich(titles, rows, 200)


def test_what_does_not_fit_goes_on_below() -> None:
    titles, rows = ["account", "name"], [["acme/101", "髙橋 " * 20]]
    drawn = tables.draw(titles, rows, screen(40))

    assert max(map(cell_len, drawn.split("\n"))) <= 40
    assert drawn.count("髙橋") == 20


def test_what_just_fits_is_not_folded() -> None:
    titles, rows = ["account", "name"], [["acme/101", "x" * 30]]

    for width, lines in ((40, 2), (39, 3)):
        assert len(tables.draw(titles, rows, screen(width)).split("\n")) == lines


def test_the_headings_stand_out_on_a_terminal_alone() -> None:
    terminal = Console(file=io.StringIO(), width=80, force_terminal=True, color_system="standard")

    assert "\x1b[1m" in tables.draw(["account"], [["acme/101"]], terminal)
    assert "\x1b" not in tables.draw(["account"], [["acme/101"]], screen(80))
