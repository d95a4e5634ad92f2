"""The commands ``onhook lease charges`` and ``onhook lease report``."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onhook_cli.command import command
from onhook_cli.commands.lease_due import asked_day
from onhook_cli.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from onhook.leasing.charging import Charge
    from onhook.leasing.reporting import Figures

Today = Annotated[
    str | None, typer.Option("--today", help="As it stood on that day.", metavar="DATE")
]


def register(lease: typer.Typer) -> None:
    """Add the commands to the group `lease`."""
    command(lease, "charges", example="onhook lease charges --customer acme")(charges)
    command(lease, "report", example="onhook lease report --csv report.csv")(report)


def charges(
    session: Session,
    *,
    everything: Annotated[
        bool, typer.Option("--all/--open", help="Also those that were settled.")
    ] = False,
    today: Today = None,
) -> None:
    """Tell what customers owe for devices, and why."""
    from onhook.leasing import charging
    from onhook.subjects import find_customer

    with session.workspace.reading() as work:
        day = asked_day(work, today)
        owner = find_customer(work.connection, session.customer) if session.customer else None
        found = charging.charges(work, day, customer=owner, settled=everything)
    still = [_yen(one) for one in found if one.debt.settled is None]
    session.data = {"charges": [_charge(session, one) for one in found], "open_yen": sum(still)}
    if session.json:
        return
    for one in found:
        session.print("\n".join(_told(session, one)))
        session.print()
    session.say("lease-charges-open", count=len(still), yen=f"{sum(still):,}", on=day)


def report(
    session: Session,
    *,
    csv: Annotated[
        str | None,
        typer.Option("--csv", help="Write it as a CSV file; -: to the screen.", metavar="FILE|-"),
    ] = None,
    today: Today = None,
) -> None:
    """Report on the register: what is out, at what risk, what is owed.

    By model: how many devices of what age, what it costs were all lost today, how many came back in
    time.
    """
    from onhook.leasing import reporting
    from onhook.subjects import find_customer

    with session.workspace.reading() as work:
        day = asked_day(work, today)
        owner = find_customer(work.connection, session.customer) if session.customer else None
        found = reporting.report(work, day, customer=owner)
    everywhere = reporting.total(found.values())
    models = [{"model": model, **_figures(one)} for model, one in found.items()]
    session.data = {"today": day, "models": models, "total": _figures(everywhere)}
    if csv is not None:
        _write(session, csv, found)
    elif not session.json:
        _print(session, found, everywhere, day)


def _yen(one: Charge) -> int:
    return one.debt.reckoning.result.total_yen


def _told(session: Session, one: Charge) -> Iterator[str]:
    """Yield what it is, and below it how it comes about, a line for each step."""
    from onhook.reasoning import told

    words, debt = session.words, one.debt
    facts = {"device": one.device, "customer": debt.customer, "on": debt.arises_on}
    what, settled = words(f"lease-owed-{debt.kind}"), words(f"lease-{debt.settled or 'open'}")
    yield words("lease-owed", what=what, settled=settled, rule=debt.why, **facts)
    result = words("lease-owed-sum", yen=f"{_yen(one):,}")
    yield from (f"  {line}" for line in told(words, debt.reckoning, result))
    if one.due is not None and debt.settled is None:
        yield "  " + words("lease-owed-due", on=one.due.on, rule=one.due.rule)


def _charge(session: Session, one: Charge) -> dict[str, Any]:
    from onhook.reasoning import told_steps

    debt, much = one.debt, one.debt.reckoning.result
    return {
        "device": one.device,
        "customer": debt.customer,
        "kind": debt.kind,
        "arises_on": debt.arises_on,
        "due_on": one.due.on if one.due else None,
        "why": debt.why,
        "net_yen": much.net_yen,
        "tax_yen": much.tax_yen,
        "yen": much.total_yen,
        "settled": debt.settled,
        "rule": debt.reckoning.rule,
        "steps": told_steps(session.words, debt.reckoning),
    }


def _figures(one: Figures) -> dict[str, Any]:
    from onhook.leasing.reporting import YEARS

    by_year = {str(year): one.by_year[year] for year in range(1, YEARS + 1)}
    return {
        "devices": one.devices,
        **asdict(one),
        "by_year": by_year,
        "percent_in_time": one.percent_in_time,
        "mean_days_late": one.mean_days_late,
    }


def _fields() -> tuple[str, ...]:
    from onhook.leasing.reporting import YEARS

    years = (f"year_{year}" for year in range(1, YEARS + 1))
    owed = ("exposure_yen", "overdue", "open_charges", "open_yen")
    back = ("returns", "in_time", "percent_in_time", "days_late", "mean_days_late")
    return ("model", "devices", *years, *owed, *back)


def _write(session: Session, place: str, found: dict[str, Figures]) -> None:
    """Write a row for each model; sums are left to the spreadsheet."""
    from onhook.tables import write_table

    rows = [_cells(model, one) for model, one in found.items()]
    if place == "-":
        if not session.json:
            sys.stdout.flush()
            write_table(sys.stdout.buffer, _fields(), rows, encoding="utf-8")
        return
    write_table(place, _fields(), rows)
    session.data["file"] = place
    session.say("exported", count=len(rows), file=place)


def _cells(model: str, one: Figures) -> list[str]:
    values = _figures(one)
    values |= {f"year_{year}": count for year, count in values["by_year"].items()}
    values["model"] = model
    return ["" if values[name] is None else str(values[name]) for name in _fields()]


def _print(session: Session, found: dict[str, Figures], everywhere: Figures, today: date) -> None:
    headers = (
        "model",
        "report-out",
        "report-year-1",
        "report-year-2",
        "report-year-3",
        "report-year-4",
        "report-year-5",
        "report-year-6",
        "report-exposure",
        "report-open",
        "report-in-time",
    )
    rows = [(model, *_row(one)) for model, one in found.items()]
    if len(rows) > 1:
        rows.append((session.words("report-total"), *_row(everywhere)))
    if rows:
        session.table(headers, rows)
        session.print()
    late = everywhere.mean_days_late
    session.say("report-out", on=today, devices=everywhere.devices, overdue=everywhere.overdue)
    session.say("report-exposure", yen=f"{everywhere.exposure_yen:,}")
    owed = f"{everywhere.open_yen:,}"
    session.say("report-open", count=everywhere.open_charges, yen=owed)
    if everywhere.returns:
        counts = {"returns": everywhere.returns, "in_time": everywhere.in_time}
        session.say("report-returns", **counts, percent=everywhere.percent_in_time)
    if late is not None:
        session.say("report-late", days=late)


def _row(one: Figures) -> Iterator[object]:
    from onhook.leasing.reporting import YEARS

    yield one.devices
    yield from (one.by_year[year] or "" for year in range(1, YEARS + 1))
    yield f"{one.exposure_yen:,}"
    yield f"{one.open_yen:,}"
    percent = one.percent_in_time
    yield "" if percent is None else f"{percent} % ({one.in_time}/{one.returns})"
