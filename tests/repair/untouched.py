"""What a repair of one account may not touch: everything that is not that account's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onhook.store.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

Rows = dict[str, list[tuple[Any, ...]]]
"""All that is stored, by table, as `Office.rows` returns it."""


def one_row(rows: Rows, table: str, **wanted: object) -> dict[str, Any]:
    """Return the only row of `table` in which the columns `wanted` are so."""
    (found,) = [
        one
        for one in (named(table, row) for row in rows[table])
        if all(one[name] == value for name, value in wanted.items())
    ]
    return found


def named(table: str, row: tuple[Any, ...]) -> dict[str, Any]:
    """Return a row by the names of its columns."""
    names = metadata.tables[table].columns.keys()
    return dict(zip(names, row, strict=True))


def others(
    rows: Rows, account: int, kits: Collection[int], *, without: Mapping[str, str] | None = None
) -> Rows:
    """Return all that is stored but what is of `account` itself, or of its `kits`.

    The audit trail is left out, which tells of all; it only grows, see `audit_grew`.

    Args:
        rows: All that is stored.
        account: Number of the account under repair.
        kits: Numbers of its kits that may change.
        without: A column to leave out of a table, by table: what others change meanwhile.
    """
    left: Rows = {}
    for table in rows:
        columns = metadata.tables[table].columns.keys()
        owner = {"account": ("id", {account}), "kit": ("id", set(kits))}.get(table)
        if owner is None and "kit_id" in columns:
            owner = ("kit_id", set(kits))
        if table in ("pbx_change", "walk"):
            owner = ("account_id", {account})
        dropped = (without or {}).get(table)
        left[table] = [
            tuple(value for name, value in zip(columns, row, strict=True) if name != dropped)
            for row in rows[table]
            if owner is None or row[columns.index(owner[0])] not in owner[1]
        ]
    return {table: kept for table, kept in left.items() if table not in ("audit", "audit_head")}


def audit_grew(before: Rows, after: Rows) -> list[dict[str, Any]]:
    """Return the audit trail's new entries; the old ones must be as they were."""
    known = before["audit"]
    assert after["audit"][: len(known)] == known
    return [named("audit", row) for row in after["audit"][len(known) :]]


def files(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Return every file below `folder`: when it was written, and what is in it."""
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
