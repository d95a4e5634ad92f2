"""Export walks as a CSV file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onhook.repair.walks import list_walks
from onhook.tables import write_table

if TYPE_CHECKING:
    from pathlib import Path

    from onhook.repair.walks import Walk
    from onhook.tables import ExportEncoding
    from onhook.workspace import UnitOfWork

WALK_FIELDS = (
    "walk",
    "account",
    "device",
    "service",
    "started_at",
    "started_by",
    "changed_at",
    "changed_by",
    "state",
    "stands_at",
    "acts",
    "answers",
)
_WORDS = {True: "yes", False: "no"}


def export_walks(
    work: UnitOfWork,
    path: Path,
    *,
    customer: str | None = None,
    encoding: ExportEncoding = "utf-8-sig",
) -> int:
    """Write walks to the CSV file at `path`, the oldest first, and return how many.

    Answers stand in one cell, ``q1=no q2=no``; a ``*`` behind one says that onhook knew it.

    Raises:
        OnhookError: The file cannot be written, or there is no such customer.
    """
    rows = [_walk_row(one) for one in list_walks(work, customer)]
    write_table(path, WALK_FIELDS, rows, encoding=encoding)
    return len(rows)


def _walk_row(one: Walk) -> list[str]:
    answers = (f"{each.id}={_WORDS[each.yes]}{'*' if each.known else ''}" for each in one.answers)
    times = {name: getattr(one, name).isoformat() for name in ("started_at", "changed_at")}
    told = {"walk": str(one.id), "answers": " ".join(answers), **times}
    return [told[field] if field in told else str(getattr(one, field)) for field in WALK_FIELDS]
