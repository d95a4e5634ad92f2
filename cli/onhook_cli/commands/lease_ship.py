"""The command ``onhook lease ship``."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onhook_cli.command import command
from onhook_cli.lease_options import Device, On, day_of
from onhook_cli.lease_told import tell, told_object
from onhook_cli.reissued import show_qr
from onhook_cli.session import Session

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from onhook.kits.sink import KitSink
    from onhook.leasing.replacing import Shipped


def register(lease: typer.Typer) -> None:
    """Add the command to the group."""
    example = "onhook lease ship D-0007 --replacement D-0042 --on 2027-03-01"
    command(lease, "ship", example=example)(ship)


def ship(
    session: Session,
    device: Device,
    *,
    replacement: Annotated[str, typer.Option(help="The device in its place.", metavar="NEW")],
    on: On = None,
    warranty_months: Annotated[
        int | None,
        typer.Option(
            help="As NEW's card says; 0: none [default: as long as DEVICE's].", min=0, max=120
        ),
    ] = None,
    price: Annotated[
        str | None,
        typer.Option(
            help="NEW's price before tax, if the service lets it inherit none.", metavar="YEN"
        ),
    ] = None,
    keep_password: Annotated[
        bool,
        typer.Option("--keep-password", help="Leave the account the password DEVICE still holds."),
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="Write the fresh kit into this folder.", metavar="DIR")
    ] = None,
) -> None:
    """Record that another device was shipped in its place (J-L2, J-L6).

    The account moves to it with a fresh kit and a new password, which the PBX must get: the old
    one is still in DEVICE. NEW takes over price and contract date (J-L5).
    """
    from onhook.leasing.replacing import Own, Replacement
    from onhook.leasing.replacing import ship as shipping
    from onhook.pages import index_page
    from onhook.written import read_yen

    price_yen = None if price is None else read_yen(price, "--price")
    wanted = Replacement(
        device=device,
        by=replacement,
        on=day_of(session, on),
        own=Own(price_yen, warranty_months),
        keeps_password=keep_password,
        formats=("png",) if out else (),
    )
    with _sink(out) as sink:
        done = shipping(session.workspace, wanted, sink)
        place = sink.finish(index_page(session.words))
    session.errors = [error for kit in done.kits for error in kit.errors]
    _tell(session, done, place)
    session.data = told_object(done.old, session.words) | {
        "replacement": told_object(done.new, session.words),
        "moved": list(done.moved),
        "kits": [_kit_object(done, number) for number in range(len(done.kits))],
        "place": None if place is None else str(place),
    }


def _tell(session: Session, done: Shipped, place: Path | None) -> None:
    tell(session, done.old)
    tell(session, done.new)
    if not done.moved:
        session.say("lease-nobody-moved", device=done.old.device)
    for account in done.moved:
        session.say("lease-moved", account=account, device=done.new.device)
    made = [kit for kit in done.kits if not kit.errors]
    for kit in made:
        facts = {"subject": f"{kit.account} {kit.device}", "issue": kit.issue}
        session.say("issue-line", **facts, state=session.words("issue-new"), family=kit.family)
    if session.workspace.settings.public_url is None and made:
        session.say("no-public-url", file=session.workspace.settings.file)
    if place is not None and made:
        session.say("issue-place", place=place)
    show_qr(session, made)


def _kit_object(done: Shipped, number: int) -> dict[str, Any]:
    kit = done.kits[number]
    return {
        "account": kit.account,
        "device": kit.device,
        "state": kit.state,
        "issue": kit.issue,
        "family": kit.family,
    }


def _sink(out: Path | None) -> AbstractContextManager[KitSink]:
    from onhook.kits.folder import open_kit_folder
    from onhook.kits.sink import NoSink

    return nullcontext(NoSink()) if out is None else open_kit_folder(out)
