"""The commands ``onhook lease ...``."""

from __future__ import annotations

from typing import Annotated

import typer

from onhook_cli.command import command, group
from onhook_cli.commands import lease_charges, lease_due, lease_events, lease_register
from onhook_cli.lease_life import show_object, tell_standing, tell_timeline
from onhook_cli.session import Session

Device = Annotated[str, typer.Argument(help="D-0007.", metavar="DEVICE")]
Today = Annotated[
    str | None, typer.Option("--today", help="As if it were that day.", metavar="DATE")
]


def register(app: typer.Typer) -> None:
    """Add the group to `app`."""
    lease = group(app, "lease", "Leases: devices that are lent out, and what comes of them.")
    starting = "onhook lease start D-0007 --price 39800 --on 2027-01-15 --warranty-months 12"
    command(lease, "start", example=starting)(start)
    lease_events.register(lease)
    command(lease, "show", example="onhook lease show D-0007")(show)
    lease_register.register(lease)
    lease_due.register(lease)
    lease_charges.register(lease)


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
    state = session.words(f"lease-state-{found.state}")
    session.say("lease-shown", device=found.history.device, state=state, on=day)
    tell_timeline(session, found.history)
    tell_standing(session, found)
    session.data = show_object(found, session.words)
