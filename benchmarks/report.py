"""Show results as a Markdown table, on the screen and in docs/performance.md."""

from __future__ import annotations

import os
import platform
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmarks.measurements import Result

PAGE = Path("docs/performance.md")
_BEGIN, _END = "<!-- measured: begin -->", "<!-- measured: end -->"
_HEAD = (
    "| what is compared | measured | limit | kept | in CPU time | wall clock |",
    "| --- | ---: | ---: | :---: | ---: | ---: |",
)


def table(results: Iterable[Result]) -> str:
    """Return `results` as a table in Markdown."""
    return "\n".join((*_HEAD, *map(_line, results)))


def write(results: Iterable[Result], page: Path = PAGE) -> None:
    """Put the table and how it came about into `page`, in place of the one before."""
    where = f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()}"
    text = f"{_BEGIN}\n{table(results)}\n\n{where}; measured {datetime.now(UTC):%Y-%m-%d}.\n{_END}"
    before = page.read_text(encoding="utf-8")
    between = re.compile(re.escape(_BEGIN) + ".*" + re.escape(_END), re.DOTALL)
    page.write_text(between.sub(lambda _: text, before), encoding="utf-8")


def _line(result: Result) -> str:
    limit = f"{'≥' if result.bound == 'least' else '≤'} {_number(result.limit, result.unit)}"
    by_cpu = "" if result.by_cpu is None else _number(result.by_cpu, result.unit)
    kept = "**no**" if result.verdict == "no" else result.verdict
    cells = (result.what, _number(result.measured, result.unit), limit, kept, by_cpu)
    return f"| {' | '.join((*cells, result.absolute))} |"


def _number(value: float, unit: str) -> str:
    return f"{value:.3g}{unit}"
