"""The commands ``onhook lease ...``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from onhook_cli.command import command, group
from onhook_cli.commands import lease_due, lease_register
from onhook_cli.session import Session

if TYPE_CHECKING:
    from onhook.leasing.listing import Shown
    from onhook.words import Words
    from onhook_devices.leasing.debts import Debt
    from onhook_devices.leasing.dues import Due
    from onhook_devices.leasing.history import Entry

Device = Annotated[str, typer.Argument(help="D-0007.", metavar="DEVICE")]
Today = Annotated[
    str | None, typer.Option("--today", help="As if it were that day.", metavar="DATE")
]


def register(app: typer.Typer) -> None:
    """Add the group to `app`."""
    lease = group(app, "lease", "Leases: devices that are lent out, and what comes of them.")
    starting = "onhook lease start D-0007 --price 39800 --on 2027-01-15 --warranty-months 12"
    command(lease, "start", example=starting)(start)
    command(lease, "show", example="onhook lease show D-0007")(show)
    lease_register.register(lease)
    lease_due.register(lease)


def start(
    session: Session,
    device: Device,
    *,
    price: Annotated[
        str, typer.Option(help="Sale price at the time of the contract, before tax.", metavar="YEN")
    ],
    on: Annotated[str, typer.Option(help="The day it went out, or arrived.", metavar="DATE")],
    contract_on: Annotated[
        str | None, typer.Option(help="The contract's day [default: --on].", metavar="DATE")
    ] = None,
    warranty_months: Annotated[
        int | None,
        typer.Option(help="As its card says; 0: none [default: the service's].", min=0, max=120),
    ] = None,
    lessor: Annotated[
        str, typer.Option(help="The partner that lends it [default: the provider].", metavar="NAME")
    ] = "",
    bought: Annotated[bool, typer.Option("--bought", help="It was sold, not lent.")] = False,
) -> None:
    """Record that a device went out to its customer."""
    from onhook.leasing.starting import Terms, start_lease
    from onhook.written import read_day, read_yen

    by_contract = None if contract_on is None else read_day(contract_on, "--contract-on")
    price_yen, day = read_yen(price, "--price"), read_day(on, "--on")
    terms = Terms(price_yen, day, by_contract, warranty_months, lessor.strip(), bought)
    with session.workspace.writing() as work:
        life = start_lease(work, device, terms)
    state = str(life.state)
    session.say("lease-started", device=device, state=session.words(f"lease-state-{state}"), on=day)
    session.data = {"device": device, "state": state, "on": day}


def show(session: Session, device: Device, *, today: Today = None) -> None:
    """Show a device's life: what happened, falls due, and is owed."""
    from onhook.leasing.listing import show_lease
    from onhook.written import read_day

    with session.workspace.reading() as work:
        day = work.today if today is None else read_day(today, "--today")
        found = show_lease(work, device, day)
    words = session.words
    state = words(f"lease-state-{found.state}")
    session.say("lease-shown", device=found.history.device, state=state, on=day)
    for entry in found.history.entries:
        session.print(_entry(entry, words))
    for due in found.dues:
        session.print(_due(due, words))
    for debt in found.debts:
        session.print(_debt(debt, words))
    session.data = _object(found, words)


def _entry(entry: Entry, words: Words) -> str:
    event = entry.event
    if event is None:
        return words("lease-entry-nothing", number=entry.number, corrects=entry.corrects)
    what = words(f"lease-step-{event.verb}")
    return words("lease-entry", number=entry.number, on=event.on, what=what)


def _due(due: Due, words: Words) -> str:
    what = words(f"lease-due-{due.kind}")
    missed = due.if_missed
    if missed is None:
        return words("lease-due", on=due.due_on, what=what, rule=due.rule)
    yen = f"{missed.result.total_yen:,}"
    return words("lease-due-or", on=due.due_on, what=what, rule=due.rule, yen=yen)


def _debt(debt: Debt, words: Words) -> str:
    from onhook.reasoning import told

    facts = {"on": debt.arises_on, "yen": f"{debt.reckoning.result.total_yen:,}"}
    settled = words(f"lease-{debt.settled or 'open'}")
    result = words(f"lease-charge-{debt.kind}", settled=settled, **facts)
    return "\n".join(told(words, debt.reckoning, result))


def _object(found: Shown, words: Words) -> dict[str, Any]:
    from onhook.reasoning import told_steps
    from onhook_devices.leasing.details import details_of

    return {
        "device": found.history.device,
        "state": str(found.state),
        "entries": [
            {
                "number": one.number,
                "step": one.event.verb if one.event else None,
                "on": one.event.on if one.event else None,
                "details": details_of(one.event) if one.event else {},
                "corrects": one.corrects,
                "reason": one.reason,
                "recorded_at": one.recorded_at,
                "recorded_by": one.recorded_by,
            }
            for one in found.history.entries
        ],
        "due": [
            {
                "kind": one.kind,
                "due_on": one.due_on,
                "rule": one.rule,
                "amount_if_missed": one.if_missed.result.total_yen if one.if_missed else None,
            }
            for one in found.dues
        ],
        "charges": [
            {
                "kind": one.kind,
                "arises_on": one.arises_on,
                "yen": one.reckoning.result.total_yen,
                "settled": one.settled,
                "rule": one.reckoning.rule,
                "steps": told_steps(words, one.reckoning),
            }
            for one in found.debts
        ],
    }
