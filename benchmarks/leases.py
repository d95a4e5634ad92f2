"""Measure the register of leases against SQLAlchemy Core on the same tables."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from benchmarks import office
from benchmarks.measurements import TIMES, Result
from benchmarks.processes import ONHOOK, script

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.measurements import Sizes
    from benchmarks.processes import Run
    from benchmarks.stage import Stage

_BARE = script("bare_register.py")
_DAY = "2026-01-15"
_DEVICE = "D-000000"
_QUESTIONS = {
    "show": ("show", _DEVICE),
    "due": ("due", "--today", _DAY),
    "due --json": ("due", "--today", _DAY, "--json"),
}


def leases(stage: Stage, sizes: Sizes) -> Iterator[Result]:
    """Compare import, `show` and `due` with Core alone; see how much memory `list` takes."""
    yield _importing(stage, sizes)
    small, large = (_registered(stage, size) for size in (sizes.accounts, sizes.many))
    for question in _QUESTIONS:
        yield _asking(stage, sizes, question, large)
    for words in (("list",), ("list", "--json"), ("export", stage.fresh("register.csv"))):
        yield _memory(stage, sizes, words, small, large)


def _importing(stage: Stage, sizes: Sizes) -> Result:
    """Compare ``lease import`` with a bulk insert of the same columns, by rows a second."""
    size = sizes.many
    rounds = [
        tuple(
            run
            for count in (1, size)
            for run in (
                stage.run(*_BARE, "import", stage.register(count), stage.fresh("bare.db")),
                stage.run(
                    *(ONHOOK, "lease", "import", stage.register(count)), workspace=_office(stage)
                ),
            )
        )
        for _ in range(min(sizes.rounds, 3))
    ]
    wall, cpu = (
        median((time(one[2]) - time(one[0])) / (time(one[3]) - time(one[1])) for one in rounds)
        for time in TIMES
    )
    ours, bare = (
        median(size / (one[place].wall_s - one[place - 2].wall_s) for one in rounds)
        for place in (3, 2)
    )
    what = f"`lease import` : Core's bulk insert, {size:,} devices, start-up not counted"
    return Result(what, wall, cpu, "least", 1 / 4, "x", f"{ours:,.0f}/s : {bare:,.0f}/s")


def _asking(stage: Stage, sizes: Sizes, question: str, workspace: Path) -> Result:
    """Compare a question with the bare query for the same rows, each in a process of its own."""
    bare = (*_BARE, question.partition(" ")[0], _DEVICE if question == "show" else _DAY)
    rounds = [
        (
            stage.run(*bare, workspace / "onhook.db"),
            stage.run(ONHOOK, "lease", *_QUESTIONS[question], workspace=workspace),
        )
        for _ in range(sizes.rounds * 2)
    ]
    wall, cpu = (median(time(one[1]) / time(one[0]) for one in rounds) for time in TIMES)
    what = f"`lease {question}` : SQLAlchemy Core alone, {sizes.many:,} devices"
    times = [median(one[place].wall_s for one in rounds) for place in (1, 0)]
    return Result(what, wall, cpu, "most", 2, "x", f"{times[0]:.2f} s : {times[1]:.2f} s")


def _memory(
    stage: Stage, sizes: Sizes, words: tuple[str | Path, ...], small: Path, large: Path
) -> Result:
    """See whether a list of all takes more memory where there is more to list."""

    def peak(workspace: Path) -> Run:
        return stage.run(ONHOOK, "lease", *words, workspace=workspace)

    few, many = peak(small), peak(large)
    name = " ".join(str(word) for word in words if not str(word).endswith(".csv"))
    what = f"peak memory of `lease {name}`, {sizes.many:,} devices : {sizes.accounts:,}"
    absolute = f"{many.peak_mb:.0f} MB : {few.peak_mb:.0f} MB"
    return Result(what, many.peak_mb / few.peak_mb, None, "most", 1.25, "x", absolute)


def _registered(stage: Stage, size: int) -> Path:
    """Return a new workspace with a register of so many devices."""
    workspace = _office(stage)
    stage.run(ONHOOK, "lease", "import", stage.register(size), workspace=workspace)
    return workspace


def _office(stage: Stage) -> Path:
    """Return a new workspace whose customer has a contract as old as the register."""
    workspace = stage.workspace()
    started = ("contract", "start", "--on", str(office.CONTRACT_ON))
    stage.run(ONHOOK, *started, workspace=workspace)
    return workspace
