"""Export the register of leases as a CSV file that imports again unchanged."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from onhook.leasing.columns import WRITTEN
from onhook.leasing.listing import leases_wanted
from onhook.leasing.register import recorded_of
from onhook.leasing.stretches import stretches
from onhook.leasing.told import EVENT_COLUMNS, field_of, start_cells
from onhook.store.schema import contract, device, lease
from onhook.tables import write_table

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from pathlib import Path
    from typing import Any

    from sqlalchemy import Row

    from onhook.leasing.listing import Wanted
    from onhook.leasing.stretches import Stretch
    from onhook.tables import ExportEncoding
    from onhook.workspace import UnitOfWork

_AT_ONCE = 500


def export_leases(
    work: UnitOfWork, path: Path, wanted: Wanted, *, encoding: ExportEncoding = "utf-8-sig"
) -> int:
    """Write leases to the CSV file at `path`, a row for each time that a device was out.

    What can happen several times to one of them stands there as it was last: more time given, a
    device lost again. A corrected entry stands as it was corrected.

    Args:
        work: Where they are.
        path: Replaced if it exists; readable by its owner only.
        wanted: Which.
        encoding: Of the file.

    Returns:
        How many rows.

    Raises:
        OnhookError: The file cannot be written, or the encoding lacks a character.
    """
    count = 0

    def rows() -> Generator[list[str]]:
        nonlocal count
        with closing(_rows(work, wanted)) as found:
            for row in found:
                count += 1
                yield row

    with closing(rows()) as written:
        write_table(path, WRITTEN, written, encoding=encoding)
    return count


def _rows(work: UnitOfWork, wanted: Wanted) -> Generator[list[str]]:
    columns = (contract.c.customer_id, device, lease.c.started_on)
    query = leases_wanted(wanted, *columns).execution_options(yield_per=_AT_ONCE)
    with work.connection.execute(query) as found:
        while lot := found.fetchmany(_AT_ONCE):
            yield from _lot(work, lot)


def _lot(work: UnitOfWork, lot: Sequence[Row[Any]]) -> Generator[list[str]]:
    known = recorded_of(work, sorted({row.id for row in lot}))
    out = {one: {s.start.on: s for s in stretches(of.history)} for one, of in known.items()}
    for row in lot:
        yield _row(row, out[row.id][row.started_on])


def _row(row: Row[Any], out: Stretch) -> list[str]:
    start = out.start
    cells: dict[str, object] = {
        "device": row.id,
        "customer": row.customer_id,
        "platform": row.platform,
        "model": row.model,
        "serial": row.serial,
        "level": row.level,
        "started_on": start.on,
        **start_cells(start),
        "bought": "bought" if start.is_bought else "leased",
    }
    for event in out.events:
        field = field_of(event)
        cells[field] = event.on
        for column, name in EVENT_COLUMNS[field][1].items():
            cells[column] = getattr(event, name)
    return [_text(cells.get(field)) for field in WRITTEN]


def _text(value: object) -> str:
    return "" if value is None else str(value)
