"""What commands share that are about people who leave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from onhook.reasoning import told_steps
from onhook_cli.session import Session
from onhook_devices.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onhook.offboarding.departure import DeviceToReturn
    from onhook.offboarding.page import LeavingPage
    from onhook_devices.errors import OnhookError

Leaving = Annotated[
    bool,
    typer.Option(
        "--leaving",
        help="For those whose account or contract is over: what to do now (remove the app, send "
        "leased devices back).",
    ),
]


class NotForLeaving(UsageError):
    """An option about a kit was given with --leaving."""

    command: str
    option: str


def check_leaving(session: Session, **options: object) -> None:
    """Make sure that nothing about kits is asked of those who have none any more.

    Args:
        session: Whose command it is.
        options: What was given, by name.

    Raises:
        NotForLeaving: One of them was given.
    """
    for name, value in options.items():
        if value:
            raise NotForLeaving(session.command, f"--{name.replace('_', '-')}")


def tell_waiting(
    session: Session, pages: Sequence[LeavingPage], errors: Sequence[OnhookError]
) -> None:
    """Say that nobody leaves, or of how many the PBX has still to shut the account."""
    if not pages and not errors:
        session.say("leaving-none")
    waiting = sum(one.departure.shut == "waiting" for one in pages)
    if waiting:
        session.say("leaving-waits", count=waiting)


def departure_object(session: Session, page: LeavingPage) -> dict[str, Any]:
    """Return what somebody has to do who leaves, as it stands in JSON."""
    leaves = page.departure
    return {
        "account": leaves.account,
        "contract": leaves.contract,
        "language": leaves.language,
        "why": leaves.why,
        "on": leaves.on,
        "shut": leaves.shut,
        "apps": [{"app": one.name, "device": one.device, "rule": one.rule} for one in leaves.apps],
        "devices": [_device_object(session, one, page) for one in leaves.devices],
        "charges": [
            {
                "device": one.device,
                "kind": one.debt.kind,
                "yen": one.debt.reckoning.result.total_yen,
                "rule": one.debt.reckoning.rule,
            }
            for one in leaves.charges
        ],
    }


def _device_object(session: Session, one: DeviceToReturn, page: LeavingPage) -> dict[str, Any]:
    missed = one.if_missed
    return {
        "device": one.device,
        "due_on": one.due_on,
        "days_left": one.days_left(page.today),
        "returned_to": one.returned_to,
        "freight": one.freight,
        "rule": one.rule,
        "amount_if_missed": None if missed is None else missed.result.total_yen,
        "amount_rule": "" if missed is None else missed.rule,
        "steps": [] if missed is None else told_steps(session.words, missed),
    }
