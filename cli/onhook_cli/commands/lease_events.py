"""The commands ``onhook lease ...`` that say what happened to a leased device."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from onhook_cli.command import command
from onhook_cli.commands import lease_correct, lease_ship
from onhook_cli.lease_options import (
    Asked,
    Cause,
    Claimed,
    Device,
    EndsOn,
    Of,
    On,
    Reason,
    Until,
    cause_of,
    charge_of,
    day_of,
    day_or_none,
    reason_of,
)
from onhook_cli.lease_told import tell, told_object
from onhook_cli.session import Session
from onhook_devices.errors import UsageError

if TYPE_CHECKING:
    from onhook.leasing.happening import Make
    from onhook.leasing.register import Recorded
    from onhook_devices.leasing.events import Event
    from onhook_devices.service import Service


class WhichEnd(UsageError):
    """Either the last day was to be named, or the day on which it was asked for."""

    device: str


def register(lease: typer.Typer) -> None:
    """Add the commands to the group."""
    dated = "D-0007 --on 2027-03-01"
    command(lease, "fault", example=f"onhook lease fault {dated} --cause normal")(fault)
    lease_ship.register(lease)
    command(lease, "return", example=f"onhook lease return {dated}")(return_)
    command(lease, "lost", example=f"onhook lease lost {dated}")(lost)
    command(lease, "decline", example=f"onhook lease decline {dated}")(decline)
    extending = 'onhook lease extend D-7 --until 2027-04-30 --reason "asked for"'
    command(lease, "extend", example=extending)(extend)
    command(lease, "pay", example=f"onhook lease pay {dated}")(pay)
    command(lease, "waive", example='onhook lease waive D-0007 --reason "our mistake"')(waive)
    command(lease, "end", example="onhook lease end D-0007 --asked 2027-01-10")(end)
    lease_correct.register(lease)


def fault(
    session: Session,
    device: Device,
    *,
    cause: Cause,
    on: On = None,
    claimed: Claimed = None,
) -> None:
    """Record that it broke (J-L2, J-L4)."""
    from onhook_devices.leasing.events import Fault

    claimed_on = day_or_none(claimed, "--claimed")
    event = Fault(on=day_of(session, on), cause=cause_of(cause), claimed_on=claimed_on)
    _enter(session, device, event)


def lost(session: Session, device: Device, *, on: On = None, claimed: Claimed = None) -> None:
    """Record that it was lost (J-L7).

    Its links die, the account comes off it, and the PBX is asked for a new password.
    """
    from onhook_devices.leasing.events import Loss

    claimed_on = day_or_none(claimed, "--claimed")
    _enter(session, device, Loss(on=day_of(session, on), claimed_on=claimed_on))


def return_(session: Session, device: Device, *, on: On = None) -> None:
    """Record that it was sent back; the day it was sent off counts."""
    from onhook_devices.leasing.events import Return

    _enter(session, device, Return(on=day_of(session, on)))


def decline(session: Session, device: Device, *, on: On = None) -> None:
    """Record that no replacement is wanted (J-L8).

    The notice ends the contract on the day it arrives.
    """
    from onhook.leasing.happening import decline as declined

    with session.workspace.writing() as work:
        told, notice = declined(work, device, day_of(session, on))
    tell(session, told)
    facts = {"contract": notice.contract, "until": notice.fees_until, "rule": notice.rule}
    session.say("lease-declined", **facts, count=notice.accounts, on=notice.on)
    session.data = told_object(told, session.words) | {
        "contract": notice.contract,
        "fees_until": notice.fees_until,
    }


def end(session: Session, device: Device, *, on: EndsOn = None, asked: Asked = None) -> None:
    """Record that the service ends for this device alone (J-L11).

    One account of a contract, or an option, is cancelled and the others go on. For the end of all:
    onhook contract cancel, onhook contract end
    """
    from onhook.leasing.happening import cancellation
    from onhook_devices.leasing.events import ServiceEnd

    if (on is None) == (asked is None):
        raise WhichEnd(device)
    if on is not None:
        _enter(session, device, ServiceEnd(on=day_of(session, on)))
        return
    asked_on = day_or_none(asked, "--asked") or session.workspace.today
    _enter(session, device, lambda _known, service: cancellation(service, asked_on))


def extend(
    session: Session, device: Device, *, until: Until, reason: Reason, on: On = None
) -> None:
    """Record that the customer was given more time to send it back."""
    from onhook.written import read_day
    from onhook_devices.leasing.events import Extension

    last_day = read_day(until, "--until")
    event = Extension(on=day_of(session, on), until=last_day, reason=reason_of(session, reason))

    def made(known: Recorded, service: Service) -> Event:
        from onhook.leasing.happening import extension

        return extension(known, service, event)

    _enter(session, device, made)


def pay(session: Session, device: Device, *, on: On = None, of: Of = None) -> None:
    """Record that the customer paid a charge, all of it."""
    from onhook_devices.leasing.events import Payment

    day, named = day_of(session, on), charge_of(of)

    def made(known: Recorded, service: Service) -> Event:
        from onhook.leasing.happening import open_charge

        return Payment(on=day, of=named or open_charge(known, service, day))

    _enter(session, device, made)


def waive(
    session: Session, device: Device, *, reason: Reason, on: On = None, of: Of = None
) -> None:
    """Record that the customer is let off a charge."""
    from onhook_devices.leasing.events import Waiver

    day, named, why = day_of(session, on), charge_of(of), reason_of(session, reason)

    def made(known: Recorded, service: Service) -> Event:
        from onhook.leasing.happening import open_charge

        return Waiver(on=day, of=named or open_charge(known, service, day), reason=why)

    _enter(session, device, made)


def _enter(session: Session, device: str, event: Event | Make) -> None:
    from onhook.leasing.happening import happen

    with session.workspace.writing() as work:
        told = happen(work, device, event)
    tell(session, told)
    session.data = told_object(told, session.words)
