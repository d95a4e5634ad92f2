"""The command ``onhook lease correct``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from onhook_cli.command import command
from onhook_cli.lease_options import (
    Device,
    Reason,
    cause_of,
    charge_of,
    day_or_none,
    reason_of,
)
from onhook_cli.lease_told import tell, told_object
from onhook_cli.session import Session
from onhook_devices.errors import UsageError


class NothingRight(UsageError):
    """It was not said what is right; or that nothing happened, and what did."""

    device: str
    number: int


def register(lease: typer.Typer) -> None:
    """Add the command to the group."""
    example = 'onhook lease correct D-0007 2 --on 2027-03-02 --reason "misread"'
    command(lease, "correct", example=example)(correct)


def correct(
    session: Session,
    device: Device,
    number: Annotated[
        int, typer.Argument(help="Of the entry, as `lease show` tells it.", metavar="EVENT")
    ],
    *,
    reason: Reason,
    on: Annotated[
        str | None, typer.Option("--on", help="The day it really happened.", metavar="DATE")
    ] = None,
    nothing: Annotated[bool, typer.Option("--nothing", help="It did not happen at all.")] = False,
    step: Annotated[
        str | None,
        typer.Option(
            help="What really happened, if it was another step.", metavar="fault|lost|..."
        ),
    ] = None,
    cause: Annotated[str | None, typer.Option(help="Of a fault.", metavar="normal|misuse")] = None,
    claimed: Annotated[str | None, typer.Option(help="Of a fault or loss.", metavar="DATE")] = None,
    until: Annotated[str | None, typer.Option(help="Of an extension.", metavar="DATE")] = None,
    of: Annotated[
        str | None, typer.Option(help="Of a payment or waiver.", metavar="damage|penalty")
    ] = None,
    replacement: Annotated[str | None, typer.Option(help="Of a shipping.", metavar="NEW")] = None,
    price: Annotated[str | None, typer.Option(help="Of a start.", metavar="YEN")] = None,
    contract_on: Annotated[str | None, typer.Option(help="Of a start.", metavar="DATE")] = None,
    warranty_months: Annotated[
        int | None, typer.Option(help="Of a start; 0: none.", min=0, max=120)
    ] = None,
    lessor: Annotated[
        str | None, typer.Option(help="Of a start; '' for the provider.", metavar="NAME")
    ] = None,
    bought: Annotated[
        bool | None, typer.Option("--bought/--lent", help="Of a start.", show_default=False)
    ] = None,
) -> None:
    """Correct a wrong entry; it is never deleted.

    What is not told stays as the entry says. What followed from it is corrected, too: the start of
    a replacement, the account that was taken off. A dead link stays dead.
    """
    from onhook.leasing.correcting import Right, correct_entry

    values: dict[str, Any] = {
        "on": day_or_none(on, "--on"),
        "cause": None if cause is None else cause_of(cause),
        "claimed_on": day_or_none(claimed, "--claimed"),
        "until": day_or_none(until, "--until"),
        "of": charge_of(of),
        "replacement": None if replacement is None else _device(replacement),
        "price_yen": None if price is None else _yen(price),
        "contract_on": day_or_none(contract_on, "--contract-on"),
        "warranty_months": warranty_months,
        "is_bought": bought,
    }
    if lessor is not None:
        name = lessor.strip(" \u3000")
        values |= {"lessor": "partner" if name else "provider", "lessor_name": name}
    stated = {name: value for name, value in values.items() if value is not None}
    if nothing == bool(stated or step):
        raise NothingRight(device, number)
    right = Right(
        reason_of(session, reason), nothing, None if step is None else _step(step), stated
    )
    with session.workspace.writing() as work:
        told = correct_entry(work, device, number, right)
    tell(session, told)
    session.data = told_object(told, session.words) | {"corrects": number}


def _device(text: str) -> str:
    from onhook.subjects import read_device_id

    return read_device_id(text)


def _yen(text: str) -> int:
    from onhook.written import read_yen

    return read_yen(text, "--price")


def _step(text: str) -> str:
    from onhook.settings import BadSetting
    from onhook_devices.leasing.events import EVENTS

    known = [kind.verb for kind in EVENTS]
    if text.strip().lower() not in known:
        raise BadSetting("step", "--step", " | ".join(known))
    return text.strip().lower()
