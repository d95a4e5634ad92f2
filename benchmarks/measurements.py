"""The measurements: each gives ratios, with the limit each must keep."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from statistics import median
from typing import TYPE_CHECKING, Literal

from benchmarks.processes import ONHOOK, PYTHON, Run
from benchmarks.stage import KEEPING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.stage import Stage

TIMES: tuple[Callable[[Run], float], ...] = (attrgetter("wall_s"), attrgetter("cpu_s"))


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured.

    Attributes:
        accounts: In the main measurement.
        many: To see how cost and memory grow.
        naive: Accounts the naive script is given; its time is scaled from these.
        rounds: Of which the median is taken.
        starts: Rounds of a command that does next to nothing.
        sheets: Pages that are laid out.
    """

    accounts: int = 10_000
    many: int = 100_000
    naive: int = 1_000
    rounds: int = 5
    starts: int = 20
    sheets: int = 1_000


QUICK = Sizes(accounts=1_000, many=2_000, naive=100, rounds=1, starts=3, sheets=100)


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the table.

    Attributes:
        what: Is measured.
        measured: By the clock on the wall.
        by_cpu: The same ratio in CPU time; None where there is none.
        bound: Whether `limit` is the least or the most allowed.
        limit: What must be kept.
        unit: Behind the numbers: ``x`` for a ratio, or `` MB``.
        absolute: The times behind the ratio, for people.
        unjudged: Why this machine cannot tell whether the limit is kept; '' where it can.
    """

    what: str
    measured: float
    by_cpu: float | None
    bound: Literal["least", "most"]
    limit: float
    unit: str
    absolute: str
    unjudged: str = ""

    @property
    def verdict(self) -> str:
        """Return ``yes`` or ``no``, or why there is none."""
        if self.unjudged:
            return f"not judged: {self.unjudged}"
        return "yes" if self._is_kept else "no"

    @property
    def _is_kept(self) -> bool:
        if self.bound == "least":
            return self.measured >= self.limit
        return self.measured <= self.limit


def issuing(stage: Stage, sizes: Sizes) -> Iterator[Result]:
    """Compare ``issue --all`` with the naive script, in turn, round by round."""
    size = sizes.accounts
    peopled = stage.peopled(size)
    rounds = [
        (
            stage.issue_naively(1),
            stage.issue_naively(sizes.naive),
            stage.issue_folder(peopled, size),
            stage.issue_archive(peopled, size),
        )
        for _ in range(sizes.rounds)
    ]
    for what, place, limit in (("--out DIR", 2, 15.0), ("--archive FILE.zip", 3, 25.0)):
        wall, cpu = (
            median(
                _scaled(time(one[0]), time(one[1]), sizes.naive, size) / time(one[place])
                for one in rounds
            )
            for time in TIMES
        )
        naive_s = median(_scaled(one[0].wall_s, one[1].wall_s, sizes.naive, size) for one in rounds)
        ours_s = median(one[place].wall_s for one in rounds)
        absolute = f"{naive_s:.1f} s : {ours_s:.2f} s"
        title = f"naive script : `issue --all {what}`, {size:,} accounts"
        yield Result(title, wall, cpu, "least", limit, "x", absolute)


def _scaled(one_s: float, some_s: float, some: int, size: int) -> float:
    """Return what `size` accounts take if one and `some` take this; start-up counts once."""
    return one_s + (some_s - one_s) / (some - 1) * (size - 1)


def growing(stage: Stage, sizes: Sizes) -> Iterator[Result]:
    """See whether many accounts cost more each than some, and how much memory they take."""
    few, many = sizes.accounts, sizes.many
    peopled_few, peopled_many = stage.peopled(few), stage.peopled(many)
    rounds = [
        (
            stage.issue_one(peopled_few),
            stage.issue_folder(peopled_few, few),
            stage.issue_folder(peopled_many, many),
            stage.issue_archive(peopled_many, many),
        )
        for _ in range(min(sizes.rounds, 3))
    ]
    wall, cpu = (
        median(
            (time(one[2]) - time(one[0])) / many / ((time(one[1]) - time(one[0])) / few)
            for one in rounds
        )
        for time in TIMES
    )
    each_us = [median(one[place].wall_s for one in rounds) for place in (1, 2)]
    absolute = f"{each_us[1] / many * 1e6:.0f} us : {each_us[0] / few * 1e6:.0f} us"
    what = f"an account of {many:,} : one of {few:,}, `issue --all --out`, start-up not counted"
    yield Result(what, wall, cpu, "most", 1.15, "x", absolute)
    for place, option in ((2, "--out"), (3, "--archive")):
        peak_mb = max(one[place].peak_mb for one in rounds)
        what = f"peak memory of `issue --all {option}`, {many:,} accounts"
        yield Result(what, peak_mb, None, "most", 100, " MB", "")


def importing(stage: Stage, sizes: Sizes) -> Iterator[Result]:
    """Compare ``account import`` with csv and sqlite3 alone, by rows a second."""
    for size in (sizes.accounts, sizes.many):
        rounds = [
            (
                stage.import_naively(1),
                stage.import_naively(size),
                stage.import_accounts(1),
                stage.import_accounts(size),
            )
            for _ in range(sizes.rounds)
        ]
        wall, cpu = (
            median((time(one[1]) - time(one[0])) / (time(one[3]) - time(one[2])) for one in rounds)
            for time in TIMES
        )
        rates = [
            median(size / (one[place].wall_s - one[place - 1].wall_s) for one in rounds)
            for place in (3, 1)
        ]
        what = f"`account import` : csv + sqlite3, {size:,} rows, start-up not counted"
        absolute = f"{rates[0]:,.0f}/s : {rates[1]:,.0f}/s"
        yield Result(what, wall, cpu, "least", 1 / 6, "x", absolute)


def starting(stage: Stage, sizes: Sizes) -> Iterator[Result]:
    """Compare ``onhook --version`` with a Python that does nothing."""
    rounds = [
        (stage.run(PYTHON, "-c", "pass"), stage.run(ONHOOK, "--version"))
        for _ in range(sizes.starts)
    ]
    wall, cpu = (
        median(time(one[1]) for one in rounds) / median(time(one[0]) for one in rounds)
        for time in TIMES
    )
    times_ms = [median(one[place].wall_s for one in rounds) * 1000 for place in (1, 0)]
    absolute = f"{times_ms[0]:.0f} ms : {times_ms[1]:.0f} ms"
    yield Result("`onhook --version` : `python -c pass`", wall, cpu, "most", 7, "x", absolute)


def keeping(stage: Stage, sizes: Sizes) -> Iterator[Result]:
    """See whether an account among many costs more to keep than among some, and the memory.

    Every account has a kit. Start-up is counted.
    """
    few, many = sizes.accounts, sizes.many
    kept = (stage.keep(stage.issued(size)) for size in (few, many))
    for command, one, other in zip(KEEPING, *kept, strict=True):
        wall, cpu = (time(other) / many / (time(one) / few) for time in TIMES)
        absolute = f"{other.wall_s:.1f} s : {one.wall_s:.1f} s, by CPU time {other.cpu_s:.1f} s"
        what = f"an account of {many:,} : one of {few:,}, `{command}`"
        yield Result(what, wall, cpu, "most", 1.15, "x", absolute)
        what = f"peak memory of `{command}`, {many:,} accounts"
        absolute = f"{few:,}: {one.peak_mb:.0f} MB"
        yield Result(what, other.peak_mb, None, "most", 110, " MB", absolute)


# What is short comes first: hundreds of thousands of files are made and deleted by the others, and
# the machine is slow for a while after that.
ALL = {
    "importing": importing,
    "starting": starting,
    "issuing": issuing,
    "growing": growing,
    "keeping": keeping,
}
