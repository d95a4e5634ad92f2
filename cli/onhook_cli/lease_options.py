"""Arguments and options that the commands of leases have in common, and how they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeVar, get_args

import typer

from onhook_devices.errors import UsageError

if TYPE_CHECKING:
    from datetime import date

    from onhook_cli.session import Session
    from onhook_devices.leasing.events import ChargeKind
    from onhook_devices.leasing.warranty import Cause as CauseWord

W = TypeVar("W", bound=str)

Device = Annotated[str, typer.Argument(help="D-0007.", metavar="DEVICE")]
On = Annotated[
    str | None, typer.Option("--on", help="The day it happened [default: today].", metavar="DATE")
]
Claimed = Annotated[
    str | None,
    typer.Option("--claimed", help="The day of the claim [default: --on].", metavar="DATE"),
]
Cause = Annotated[
    str, typer.Option(help="Used as prescribed, or otherwise.", metavar="normal|misuse")
]
Until = Annotated[str, typer.Option(help="The new last day to send it back.", metavar="DATE")]
EndsOn = Annotated[
    str | None, typer.Option("--on", help="The last day, which may be to come.", metavar="DATE")
]
Asked = Annotated[
    str | None,
    typer.Option(help="The day its end was asked for; its terms say when it ends.", metavar="DATE"),
]
Of = Annotated[
    str | None,
    typer.Option("--of", help="Which charge, if both are open.", metavar="damage|penalty"),
]
Reason = Annotated[str, typer.Option(help="Why, for the record.", metavar="TEXT")]


class LeaseReasonMissing(UsageError):
    """The reason for the record is blank."""

    command: str


def day_of(session: Session, text: str | None) -> date:
    """Return the day of ``--on``; today in Japan if it was not given.

    Raises:
        DayUnreadable: It is none.
    """
    return day_or_none(text, "--on") or session.workspace.today


def day_or_none(text: str | None, option: str) -> date | None:
    """Return the day an option names, None if it was not given.

    Raises:
        DayUnreadable: It is none.
    """
    from onhook.written import read_day

    return None if text is None else read_day(text, option)


def cause_of(text: str) -> CauseWord:
    """Return how it broke.

    Raises:
        BadSetting: It is neither ``normal`` nor ``misuse``.
    """
    from onhook_devices.leasing.warranty import Cause as CauseWord

    return _one_of(get_args(CauseWord), text, "--cause")


def charge_of(text: str | None) -> ChargeKind | None:
    """Return which charge is meant, None if none was named.

    Raises:
        BadSetting: It is neither ``damage`` nor ``penalty``.
    """
    from onhook_devices.leasing.events import ChargeKind

    return None if text is None else _one_of(get_args(ChargeKind), text, "--of")


def reason_of(session: Session, text: str) -> str:
    """Return the reason for the record.

    Raises:
        LeaseReasonMissing: It is blank.
    """
    if not text.strip(" \u3000"):
        raise LeaseReasonMissing(session.command)
    return text.strip(" \u3000")


def _one_of(known: tuple[W, ...], text: str, option: str) -> W:
    from onhook.settings import BadSetting

    for word in known:
        if word == text.strip().lower():
            return word
    raise BadSetting(option.lstrip("-"), option, " | ".join(known))
