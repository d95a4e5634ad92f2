"""The commands ``onhook device ...``."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onhook_cli.command import command, group
from onhook_cli.options import DryRun, Encoding, Extension, Table
from onhook_cli.session import Session

if TYPE_CHECKING:
    from onhook.devices.register import Device

Id = Annotated[str, typer.Argument(help="The device's id, such as D-0007.", metavar="ID")]
Platform = Annotated[str, typer.Option(help="What it runs.", metavar="ios|android|pc")]
Level = Annotated[
    str | None,
    typer.Option(
        help="Version of its system; on a PC the softphone's build (J-A2).", metavar="VERSION"
    ),
]
Ownership = Annotated[
    str, typer.Option(help="The customer's own, or leased.", metavar="own|leased")
]
Text = Annotated[str | None, typer.Option()]
_FACTS: dict[str, Any] = {"level": Level, "model": Text, "serial": Text}
"""What `add` and `set` take of a device, as options."""


def register(app: typer.Typer) -> None:
    """Add the group to `app`."""
    device = group(app, "device", "Devices, and which account is on which: one each (J-A1).")
    command(device, "import", example="onhook device import devices.csv --dry-run")(import_)
    adding = "onhook device add D-0007 --platform ios --level 17.2"
    command(device, "add", example=adding, shared=_FACTS)(add)
    command(device, "set", example="onhook device set D-0007 --level 17.4", shared=_FACTS)(set_)
    command(device, "list", example="onhook device list")(list_)
    command(device, "show", example="onhook device show D-0007")(show)
    command(device, "assign", example="onhook device assign D-0007 101")(assign)
    command(device, "unassign", example="onhook device unassign D-0007")(unassign)
    command(device, "keep", example="onhook device keep D-0007 101")(keep)
    command(device, "retire", example="onhook device retire D-0007")(retire)
    command(device, "export", example="onhook device export devices.csv")(export)


def import_(session: Session, file: Table, *, dry_run: DryRun = False) -> None:
    """Import devices, and the accounts on them, from a CSV file.

    Prints what becomes of each row. A device with two accounts comes in disputed: it gets no kit
    until one is kept (J-A1).
    """
    from onhook.devices.importing import import_devices
    from onhook_cli.reports import print_import

    report = import_devices(session.workspace, file, customer=session.customer, dry_run=dry_run)
    print_import(session, report)


def add(
    session: Session,
    id_: Id,
    platform: Platform,
    *,
    ownership: Ownership = "own",
    **given: Any,
) -> None:
    """Add a device."""
    from onhook.devices.register import add_device
    from onhook.subjects import find_customer

    raw = _stated(given | {"platform": platform, "ownership": ownership})
    with session.workspace.writing() as work:
        owner = find_customer(work.connection, session.customer)
        added = add_device(work, owner, id_, raw)
    session.say("device-added", device=added, customer=owner)
    session.data = {"device": added, "customer": owner}


def set_(session: Session, id_: Id, *, ownership: Ownership = "", **given: Any) -> None:
    """Change what is recorded of a device."""
    from onhook.devices.register import set_device

    with session.workspace.writing() as work:
        known, fields = set_device(work, id_, _stated(given | {"ownership": ownership}))
    key = "device-changed" if fields else "device-unchanged"
    session.say(key, device=known, fields=", ".join(fields))
    session.data = {"device": known, "fields": list(fields)}


def list_(session: Session) -> None:
    """List devices."""
    from onhook.devices.register import list_devices
    from onhook.subjects import find_customer

    with session.workspace.reading() as work:
        owner = find_customer(work.connection, session.customer) if session.customer else None
        _print(session, list(list_devices(work, owner)))


def show(session: Session, id_: Id) -> None:
    """Show one device."""
    from onhook.devices.register import list_devices
    from onhook.subjects import find_device

    with session.workspace.reading() as work:
        found = find_device(work.connection, id_)
        _print(session, list(list_devices(work, only=found.id)))


def assign(session: Session, id_: Id, extension: Extension) -> None:
    """Put an account on a device."""
    from onhook.devices.assignments import assign as put
    from onhook.subjects import read_device_id

    with session.workspace.writing() as work:
        name = put(work, id_, extension, session.customer)
    session.say("device-assigned", device=read_device_id(id_), account=name)
    session.data = {"device": read_device_id(id_), "account": name}


def unassign(
    session: Session,
    id_: Id,
    extension: Annotated[
        str | None, typer.Argument(help="Only this account.", metavar="[EXT]")
    ] = None,
) -> None:
    """Take accounts off a device; their links to it die."""
    from onhook.devices.assignments import unassign as take_off
    from onhook.subjects import read_device_id

    with session.workspace.writing() as work:
        names = take_off(work, id_, extension, session.customer)
    session.say("device-unassigned", device=read_device_id(id_), accounts=", ".join(names))
    session.data = {"device": read_device_id(id_), "accounts": names}


def keep(session: Session, id_: Id, extension: Extension) -> None:
    """Keep one account on a device, take the others off (J-A1)."""
    from onhook.devices.assignments import keep as keep_one
    from onhook.subjects import read_device_id

    with session.workspace.writing() as work:
        name, others = keep_one(work, id_, extension, session.customer)
    key = "device-kept-only" if others else "device-kept"
    session.say(key, device=read_device_id(id_), account=name, others=", ".join(others))
    session.data = {"device": read_device_id(id_), "account": name, "taken_off": others}


def retire(session: Session, id_: Id) -> None:
    """Take a device out of use; its account comes off, its links die."""
    from onhook.devices.register import retire_device
    from onhook.subjects import read_device_id

    with session.workspace.writing() as work:
        names = retire_device(work, id_)
    session.say("device-retired", device=read_device_id(id_), accounts=", ".join(names) or "-")
    session.data = {"device": read_device_id(id_), "taken_off": names}


def export(
    session: Session,
    file: Table,
    *,
    encoding: Encoding = "utf-8-sig",
) -> None:
    """Write devices in use to a CSV file that imports again."""
    from onhook.exports import export_devices
    from onhook.subjects import find_customer

    chosen = session.encoding(encoding)
    with session.workspace.reading() as work:
        owner = find_customer(work.connection, session.customer) if session.customer else None
        count = export_devices(work, file, customer=owner, encoding=chosen)
    session.say("exported", count=count, file=file)
    session.data = {"file": str(file), "count": count}


def _stated(given: dict[str, Any]) -> dict[str, str]:
    return {field: text for field, text in given.items() if text}


def _print(session: Session, found: list[Device]) -> None:
    headers = (
        "device",
        "customer",
        "platform",
        "level",
        "model",
        "serial",
        "ownership",
        "accounts",
        "state",
    )
    retired = session.words("state-retired")
    session.table(
        headers,
        (
            (
                one.id,
                one.customer,
                one.platform,
                one.level,
                one.model,
                one.serial,
                one.ownership,
                ", ".join(one.accounts),
                retired if one.retired_at else "",
            )
            for one in found
        ),
    )
    session.data = {"devices": [asdict(one) for one in found]}
