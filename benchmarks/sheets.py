"""Measure ``onhook sheet`` against the typesetter alone."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from benchmarks.measurements import TIMES, Result
from benchmarks.processes import ONHOOK, script

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.measurements import Sizes
    from benchmarks.processes import Run
    from benchmarks.stage import Stage


def sheets(stage: Stage, sizes: Sizes) -> Iterator[Result]:
    """Compare ``sheet --all`` in one file with the bare typesetter on the same pages, in turn."""
    size = sizes.sheets
    issued, pages = stage.issued(size), stage.fresh("pages")
    stage.run(*script("pages.py"), issued, pages)
    rounds = [(_bare(stage, pages), _ours(stage, issued)) for _ in range(sizes.rounds)]
    wall, cpu = (median(time(ours) / time(bare) for bare, ours in rounds) for time in TIMES)
    bare_s, ours_s = (median(one[place].wall_s for one in rounds) for place in (0, 1))
    what = f"`sheet --all --out FILE.pdf` : the bare typesetter, {size:,} sheets"
    absolute = f"{ours_s:.1f} s : {bare_s:.1f} s"
    yield Result(what, wall, cpu, "most", 3, "x", absolute)
    peak_mb, bare_mb = (max(one[place].peak_mb for one in rounds) for place in (1, 0))
    what = f"peak memory of `sheet --all`, {size:,} sheets"
    yield Result(what, peak_mb, None, "most", 450, " MB", f"the bare typesetter: {bare_mb:.0f} MB")


def _bare(stage: Stage, pages: Path) -> Run:
    return stage.run(*script("bare_sheets.py"), pages, stage.fresh("bare.pdf"))


def _ours(stage: Stage, issued: Path) -> Run:
    words = (ONHOOK, "sheet", "--all", "--out", stage.fresh("sheets.pdf"))
    return stage.run(*words, workspace=issued)
