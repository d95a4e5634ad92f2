"""The command ``onhook check``."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from onhook_cli.command import command
from onhook_cli.options import All, Extensions, Family, WithoutDevice
from onhook_cli.progress import link_progress
from onhook_cli.session import Session, error_object, error_text

if TYPE_CHECKING:
    from onhook.checking import Check


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    command(app, "check", example="onhook check --all")(check)


def check(
    session: Session,
    extensions: Extensions = None,
    *,
    everyone: All = False,
    family: Family = None,
    without_device: WithoutDevice = False,
) -> None:
    """Say of each account every reason why it cannot have a kit. Changes nothing."""
    from onhook.checking import check_accounts
    from onhook_cli.selecting import selection

    found = list(
        check_accounts(
            session.workspace,
            selection(session, extensions, everyone=everyone),
            family=family,
            needs_device=not without_device,
        )
    )
    headers = ("account", "name", "device", "platform", "level", "app", "state", "kit")
    session.table(headers, (_row(session, one) for one in found))
    for one in found:
        _print_reasons(session, one)
        _print_observed(session, one)
    session.errors_told = True
    if session.json:
        session.data = {"accounts": [_object(session, one) for one in found]}
    session.errors = [error for one in found for error in one.errors]
    refused = sum(one.state == "refused" for one in found)
    session.print()
    session.say("check-done", count=len(found), good=len(found) - refused, refused=refused)


def _row(session: Session, one: Check) -> tuple[object, ...]:
    state = session.words(f"check-{one.state}")
    kit = "" if one.kit is None else link_progress(session, one.kit)
    return (one.account, one.name, one.device, one.platform, one.level, one.family, state, kit)


def _print_reasons(session: Session, one: Check) -> None:
    """Print every reason against an account, each with the way to mend it."""
    if one.errors:
        session.print(f"\n{one.account} {one.device}".rstrip())
    for error in one.errors:
        session.print("    " + error_text(error, session.words).replace("\n", "\n    "))


def _print_observed(session: Session, one: Check) -> None:
    """Print what the phone told of itself where it is not what is recorded."""
    if one.kit is None or not one.level_disagrees:
        return
    observed = f"{one.kit.platform} {one.kit.level}".rstrip()
    recorded = f"{one.platform} {one.level}".rstrip()
    session.print(f"\n{one.account} {one.device}".rstrip())
    key = "check-observed" if one.kit.platform == one.platform else "check-observed-other"
    data = {"observed": observed, "recorded": recorded, "device": one.device}
    session.say(key, **data, level=one.kit.level)


def _object(session: Session, one: Check) -> dict[str, object]:
    return {
        "account": one.account,
        "name": one.name,
        "device": one.device,
        "platform": one.platform,
        "level": one.level,
        "state": one.state,
        "family": one.family,
        "kit": None if one.kit is None else asdict(one.kit),
        "level_disagrees": one.level_disagrees,
        "reasons": [error_object(error, session.words) for error in one.errors],
    }
