"""Read the example files with nothing but the standard library."""

from __future__ import annotations

import csv
from pathlib import Path

EXAMPLES = Path(__file__).parents[2] / "examples"
ACCOUNTS_CP932 = EXAMPLES / "extensions-sakura.csv"
ACCOUNTS_UTF8 = EXAMPLES / "extensions-sakura-utf8.csv"
DEVICES = EXAMPLES / "devices-sakura.csv"

Row = dict[str, str]


def rows(file: Path, encoding: str) -> list[Row]:
    """Return the rows of `file` by column name; a short or long row is an error."""
    with file.open(encoding=encoding, newline="") as lines:
        reader = csv.reader(lines, strict=True)
        names = next(reader)
        return [dict(zip(names, cells, strict=True)) for cells in reader]


def accounts() -> dict[str, Row]:
    """Return the rows of both extension files by extension."""
    people = rows(ACCOUNTS_CP932, "cp932") + rows(ACCOUNTS_UTF8, "utf-8-sig")
    return {row["Number"]: row for row in people}
