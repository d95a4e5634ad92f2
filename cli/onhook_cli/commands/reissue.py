"""The command ``onhook reissue``."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onhook_cli.command import command
from onhook_cli.options import AllowSecretQr, Device, Extension, WithoutDevice
from onhook_cli.reissued import show_codes, tell_renewal
from onhook_cli.session import Session
from onhook_devices.errors import OnhookError, UsageError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from onhook.kits.sink import KitSink
    from onhook.repair.reissuing import Reissued, Renewal


class CompromisedIsAll(UsageError):
    """--compromised is about the whole account, so nothing narrower stands beside it."""

    command: str
    option: str


class ReasonMissing(UsageError):
    """The reason for the record is blank."""

    command: str


class NothingForThePbx(UsageError):
    """A row for the PBX was asked for, and no new password."""

    command: str


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    command(app, "reissue", example='onhook reissue 101 --reason "new phone"')(reissue)


def reissue(
    session: Session,
    extension: Extension,
    *,
    reason: Annotated[
        str, typer.Option(help="Why, for the record; it must be said.", metavar="TEXT")
    ] = "",
    device: Device = None,
    new_password: Annotated[
        bool, typer.Option("--new-password", help="Give the account a new password, too.")
    ] = False,
    compromised: Annotated[
        bool,
        typer.Option(
            "--compromised",
            help="Somebody may have what was issued (J-A3): kill every link of the account, "
            "replace its password, make all its kits anew.",
        ),
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="Write the kits into this folder.", metavar="DIR")
    ] = None,
    pbx_file: Annotated[
        Path | None,
        typer.Option(
            help="Write the row for the PBX's own import (3CX) into this file; it holds the "
            "new password.",
            metavar="FILE",
        ),
    ] = None,
    without_device: WithoutDevice = False,
    allow_secret_qr: AllowSecretQr = False,
) -> None:
    """Issue a kit again: its old link dies, a new one is made.

    Says whether the old one was ever fetched, and what differs. No other account or device is
    touched. With a new password the old one works until the PBX has it: see onhook pbx pending
    """
    from onhook.pages import index_page
    from onhook.repair.reissuing import Wanted
    from onhook.repair.reissuing import reissue as issue_again

    _check(session, reason, device=device, compromised=compromised)
    if pbx_file is not None and not (new_password or compromised):
        raise NothingForThePbx(session.command)
    wanted = Wanted(
        account=extension,
        reason=reason.strip(),
        customer=session.customer,
        device=device,
        with_new_password=new_password,
        is_compromised=compromised,
        needs_device=not without_device,
        formats=("png",) if out else (),
        allow_secret_qr=allow_secret_qr,
    )
    with _sink(out) as sink:
        done = issue_again(session.workspace, wanted, sink)
        place = sink.finish(index_page(session.words))
    session.errors = done.errors
    has_row = done.has_new_password and _write_row(session, done.account, pbx_file)
    session.data = _object(done) | {
        "compromised": compromised,
        "place": None if place is None else str(place),
        "pbx_file": str(pbx_file) if has_row else None,
    }
    _tell(session, done, place)
    show_codes(session, done, allow_secret_qr=allow_secret_qr)


def _check(session: Session, reason: str, *, device: str | None, compromised: bool) -> None:
    if not reason.strip():
        raise ReasonMissing(session.command)
    if compromised and device is not None:
        raise CompromisedIsAll(session.command, "--device")


def _sink(out: Path | None) -> AbstractContextManager[KitSink]:
    from onhook.kits.folder import open_kit_folder
    from onhook.kits.sink import NoSink

    return nullcontext(NoSink()) if out is None else open_kit_folder(out)


def _write_row(session: Session, account: str, path: Path | None) -> bool:
    """Write the PBX's row; what fails here takes back nothing, so it is told beside the rest."""
    from onhook.pbx_export import export_changes

    if path is None:
        return False
    try:
        with session.workspace.writing() as work:
            owner = account.partition("/")[0]
            made = export_changes(work, path, customer=owner, named=[account])
    except OnhookError as error:
        session.errors.append(error)
        return False
    session.errors += made.errors
    return bool(made.changes)


# --- what is said ------------------------------------------------------------------------------


def _tell(session: Session, done: Reissued, place: Path | None) -> None:
    for renewal in done.renewals:
        if not renewal.outcome.errors:
            tell_renewal(session, renewal)
    if session.workspace.settings.public_url is None and done.renewals:
        session.say("no-public-url", file=session.workspace.settings.file)
    if session.data["compromised"]:
        session.say("reissue-links-dead", account=done.account, count=done.links_revoked)
    if done.has_new_password:
        _tell_password(session, done)
    elif done.has_msisdn and session.data["compromised"]:
        session.say("reissue-msisdn-stays", account=done.account)
    if place is not None and not done.errors:
        session.say("issue-place", place=place)


def _tell_password(session: Session, done: Reissued) -> None:
    session.say("reissue-new-password", account=done.account)
    if session.data["pbx_file"]:
        session.say("pbx-exported", count=1, file=session.data["pbx_file"])
        session.say("pbx-exported-own")
    if done.others:
        devices = ", ".join(done.others)
        session.say("reissue-others", account=done.account, devices=devices)
    if done.has_msisdn:
        session.say("reissue-msisdn-stays", account=done.account)


def _object(done: Reissued) -> dict[str, Any]:
    return {
        "account": done.account,
        "kits": [_kit_object(one) for one in done.renewals],
        "links_revoked": done.links_revoked,
        "new_password": done.has_new_password,
        "pbx_pending": done.has_new_password,
        "devices_left": list(done.others),
        "msisdn_stays": done.has_msisdn,
    }


def _kit_object(renewal: Renewal) -> dict[str, Any]:
    one, former = renewal.outcome, renewal.former
    return {
        "device": one.device,
        "state": one.state,
        "issue": one.issue,
        "family": one.family,
        "former": None if former is None else former._asdict(),
        "changes": None if renewal.changes is None else [c._asdict() for c in renewal.changes],
    }
