"""The commands ``onhook contract ...``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onhook_cli.command import command, group
from onhook_cli.contract_leases import tell_debts, tell_devices
from onhook_cli.lease_told import told_object
from onhook_cli.session import Session
from onhook_devices.errors import UsageError

if TYPE_CHECKING:
    from onhook.contracts import Contract
    from onhook.leasing.ending import Ended
    from onhook.pbx import Pbx
    from onhook.workspace import UnitOfWork

Number = Annotated[int, typer.Argument(help="As `contract list` shows it.", metavar="NUMBER")]
On = Annotated[
    datetime | None,
    typer.Option(
        "--on",
        help="The day it happens [default: today].",
        formats=["%Y-%m-%d"],
        metavar="YYYY-MM-DD",
    ),
]


class EndingsApart(UsageError):
    """A disqualification ends a contract, a suspension does not: it cannot be both."""

    command: str


def register(app: typer.Typer) -> None:
    """Add the group to `app`."""
    contract = group(app, "contract", "A customer's contracts with a service, and their PBX.")
    command(
        contract, "start", example="onhook contract start --customer acme --pbx pbx.acme.example"
    )(start)
    command(contract, "cancel", example="onhook contract cancel 1 --on 2027-01-10")(cancel)
    command(contract, "end", example="onhook contract end 1 --on 2027-02-28")(end)
    command(contract, "list", example="onhook contract list --customer acme")(list_)
    command(contract, "show", example="onhook contract show 1")(show)


def start(
    session: Session,
    *,
    service: Annotated[
        str | None, typer.Option(help="Service [default: the workspace's].", metavar="ID")
    ] = None,
    on: On = None,
    pbx: Annotated[
        str | None,
        typer.Option(help="Its PBX, where it is not the workspace's.", metavar="HOST[:PORT]"),
    ] = None,
    local_host: Annotated[
        str | None, typer.Option(help="The PBX inside the office.", metavar="HOST")
    ] = None,
    sip_domain: Annotated[
        str | None, typer.Option(help="SIP domain [default: the PBX's host].")
    ] = None,
    transport: Annotated[
        str | None, typer.Option(help="How SIP travels.", metavar="udp|tcp|tls")
    ] = None,
    srtp: Annotated[
        str | None, typer.Option(help="Encryption of voice.", metavar="disabled|preferred|required")
    ] = None,
    tunnel_port: Annotated[
        int | None, typer.Option(help="Port of the 3CX tunnel; switches it on.")
    ] = None,
    tunnel_password_file: Annotated[
        Path | None,
        typer.Option(help="File that holds the tunnel's password; - reads it from standard input."),
    ] = None,
) -> None:
    """Start a contract for a customer."""
    from onhook.contracts import start_contract
    from onhook.subjects import find_customer

    stated = {
        "pbx.local_host": local_host,
        "pbx.sip_domain": sip_domain,
        "pbx.transport": transport,
        "pbx.srtp": srtp,
        "pbx.tunnel_port": None if tunnel_port is None else str(tunnel_port),
        "pbx.tunnel": None if tunnel_port is None else "true",
        "pbx.tunnel_password": None
        if tunnel_password_file is None
        else session.secret(tunnel_password_file),
    }
    own = _pbx(pbx, {name: text for name, text in stated.items() if text is not None})
    workspace = session.workspace
    wanted = workspace.services.get(service or workspace.settings.service)
    with workspace.writing() as work:
        customer = find_customer(work.connection, session.customer)
        day = on.date() if on else work.today
        number = start_contract(work, customer, wanted, on=day, pbx=own)
    session.say("contract-started", contract=number, customer=customer, service=wanted.id, on=day)
    session.data = {"contract": number, "customer": customer, "service": wanted.id}


def cancel(session: Session, number: Number, *, on: On = None) -> None:
    """Record that the customer asked for the end; say when that is.

    The service says how long a contract runs on then (J-L11, B-A5), and by when leased devices
    are sent back after it (J-L10).
    """
    from onhook.contracts import find_contract
    from onhook.leasing.ending import cancel as cancelled

    with session.workspace.writing() as work:
        ended = cancelled(work, number, on.date() if on else work.today)
        pending = _pending(work, number)
        customer = find_contract(work, number).customer
    _tell_end(session, number, ended, pending)
    session.say("leaving-next-all", customer=customer)


def end(
    session: Session,
    number: Number,
    *,
    on: On = None,
    disqualified: Annotated[
        bool, typer.Option("--disqualified", help="The provider ends it at once (J-L12).")
    ] = False,
    suspended: Annotated[
        bool,
        typer.Option(
            "--suspended", help="It does not end: its accounts are shut off, no clock runs (J-L12)."
        ),
    ] = False,
) -> None:
    """Record that a contract ends, asked for or not (J-L10, J-L12).

    Leased devices are due back from that day on.
    """
    from onhook.contracts import find_contract
    from onhook.leasing import ending

    if disqualified and suspended:
        raise EndingsApart(session.command)
    with session.workspace.writing() as work:
        day = on.date() if on else work.today
        if suspended:
            ended = ending.suspend(work, number, day)
        else:
            ended = ending.end(work, number, day, disqualified=disqualified)
        pending = _pending(work, number)
        customer = find_contract(work, number).customer
    _tell_end(session, number, ended, pending)
    if ended.last_day is not None:
        session.say("leaving-next-all", customer=customer)


def _pending(work: UnitOfWork, number: int) -> int | None:
    """Return how many accounts the PBX has now to shut; None where the end is still to come."""
    from onhook.contracts import find_contract
    from onhook.pbx_changes import open_changes

    if find_contract(work, number).runs_on(work.today):
        return None
    changes = open_changes(work)
    return sum(one.contract_id == number and one.kind == "disable" for one in changes)


def _tell_end(session: Session, number: int, ended: Ended, pending: int | None) -> None:
    if ended.last_day is None:
        session.say("contract-no-clock", contract=number, rule=ended.rule)
        session.say("contract-suspended", count=len(ended.disabled))
    else:
        session.say("contract-ends", contract=number, on=ended.last_day)
        if pending is None:
            session.say("contract-shut-later")
        elif pending:
            session.say("contract-shut-queued", count=pending)
    tell_devices(session, ended)
    if ended.debts_rule:
        tell_debts(session, ended)
    session.data = {
        "contract": number,
        "ends_on": ended.last_day,
        "pbx_pending": len(ended.disabled) or pending or 0,
        "disabled": list(ended.disabled),
        "devices": [told_object(one, session.words) for one in ended.devices],
        "debts": [
            {"device": device, "kind": debt.kind, "yen": debt.reckoning.result.total_yen}
            for device, debt in ended.debts
        ],
    }


def list_(session: Session) -> None:
    """List contracts."""
    from onhook.contracts import contracts_of, count_accounts
    from onhook.subjects import find_customer

    with session.workspace.reading() as work:
        owner = find_customer(work.connection, session.customer) if session.customer else None
        found = contracts_of(work, owner)
        counts = count_accounts(work)
    _print(session, found, counts)


def show(session: Session, number: Number) -> None:
    """Show one contract and the PBX its accounts are on."""
    from onhook.contracts import contract_pbx, count_accounts, find_contract

    with session.workspace.reading() as work:
        found = find_contract(work, number)
        pbx = contract_pbx(session.workspace, work.connection, number)
        counts = count_accounts(work)
    _print(session, [found], counts)
    shown = _shown(pbx)
    session.data["pbx"] = shown
    for name, value in shown.items():
        session.print(f"  {name}: {value}")


def _pbx(address: str | None, stated: dict[str, str]) -> Pbx:
    from onhook.pbx import Pbx
    from onhook.settings import read_setting
    from onhook_cli.commands.init import pbx_options

    values = {
        name.removeprefix("pbx."): read_setting(name, text, "--" + name[4:].replace("_", "-"))
        for name, text in {**pbx_options(address), **stated}.items()
    }
    return Pbx(**values)


def _shown(pbx: Pbx) -> dict[str, Any]:
    return {
        name: "***" if name == "tunnel_password" else value for name, value in pbx.stated().items()
    }


def _print(session: Session, found: list[Contract], counts: dict[int, int]) -> None:
    headers = ("contract", "customer", "service", "started", "asked", "ends", "accounts")
    rows = [
        (
            c.id,
            c.customer,
            c.service,
            c.started_on,
            c.cancel_asked_on or "",
            c.ends_on or "",
            counts.get(c.id, 0),
        )
        for c in found
    ]
    session.table(headers, rows)
    session.data = {
        "contracts": [
            {
                "contract": c.id,
                "customer": c.customer,
                "service": c.service,
                "started_on": c.started_on,
                "cancel_asked_on": c.cancel_asked_on,
                "ends_on": c.ends_on,
                "accounts": counts.get(c.id, 0),
                "pbx": _shown(c.pbx),
            }
            for c in found
        ]
    }
