"""The command ``onhook audit``."""

from __future__ import annotations

import os
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onhook_cli.command import command
from onhook_cli.session import Session, local_time

if TYPE_CHECKING:
    from onhook.audit.chain import Mark, Signed
    from onhook.audit.exporting import FileVerification
    from onhook.audit.searching import Wanted


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    command(app, "audit", example="onhook audit --subject acme/101 --since 2027-04-01")(audit)


def audit(
    session: Session,
    *,
    subject: Annotated[
        str | None,
        typer.Option(
            help="To what: an account, a device or a customer.", metavar="acme/101|D-0007|acme"
        ),
    ] = None,
    actor: Annotated[str | None, typer.Option(help="Who did it.", metavar="NAME")] = None,
    action: Annotated[
        str | None,
        typer.Option(help="What: account.disable, or account for all.", metavar="ACTION"),
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="First day, in Japan.", metavar="YYYY-MM-DD"),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Last day, in Japan.", metavar="YYYY-MM-DD"),
    ] = None,
    limit: Annotated[int, typer.Option(help="Newest entries shown.", min=1)] = 50,
    export: Annotated[
        Path | None,
        typer.Option(help="Write all that is found to a file.", metavar="FILE.jsonl|FILE.csv"),
    ] = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="Find whatever was changed, removed or inserted.")
    ] = False,
    expect: Annotated[
        str | None,
        typer.Option(
            help="With --verify: where the trail ended when you noted it down.",
            metavar="NUMBER:CODE",
        ),
    ] = None,
    file: Annotated[
        list[Path] | None,
        typer.Option(
            help="With --verify: exported entries, too; several in their order.",
            metavar="FILE.jsonl",
        ),
    ] = None,
    cut_before: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="Remove the entries before this day, once they are in --export FILE.jsonl.",
            metavar="YYYY-MM-DD",
        ),
    ] = None,
    without_export: Annotated[
        bool, typer.Option("--without-export", help="With --cut-before: keep them nowhere.")
    ] = False,
    accept_lost_key: Annotated[
        bool,
        typer.Option(
            "--accept-lost-key",
            help="Go on with a new key where the one that signed the end is lost for ever.",
        ),
    ] = False,
) -> None:
    """Show who did what; verify that the record is whole; cut it.

    Each entry's code covers the one before, and the end is signed. --verify ends with 7 if
    anything was changed, and prints where the trail ends: note that down elsewhere.
    """
    from onhook.audit.searching import Wanted
    from onhook.workspace import open_workspace

    days = [day.date() if day else None for day in (since, until)]
    wanted = Wanted(subject, session.customer, actor, action, *days)
    _check_apart(
        {"--verify": verify, "--cut-before": cut_before is not None},
        {"--accept-lost-key": accept_lost_key},
        {"--subject …": wanted != Wanted(customer=session.customer)},
    )
    _check_with("--verify", given=verify, others={"--expect": expect, "--file": file})
    _check_with(
        "--cut-before", given=cut_before is not None, others={"--without-export": without_export}
    )
    if verify or accept_lost_key:
        session.workspace = open_workspace(session.folder, os.environ, may_lack_signer=True)
    if verify:
        _check_apart({"--verify": True, "--export": export is not None})
        _verify(session, expect, file or [])
    elif accept_lost_key:
        _accept(session)
    elif cut_before is not None:
        _cut(session, cut_before, export, keep=not without_export)
    elif export is not None:
        _export(session, wanted, export)
    else:
        _list(session, wanted, limit)


def _check_apart(*given: dict[str, bool]) -> None:
    """Make sure that at most one of the options was given.

    Raises:
        AuditOptionsApart: Several were.
    """
    from onhook.audit.errors import AuditOptionsApart

    there = [option for options in given for option, is_given in options.items() if is_given]
    if len(there) > 1:
        raise AuditOptionsApart(", ".join(there))


def _check_with(option: str, *, given: bool, others: dict[str, object]) -> None:
    """Make sure that no other option stands without the one it belongs to.

    Raises:
        AuditOptionMissing: One does.
    """
    from onhook.audit.errors import AuditOptionMissing

    for other, value in others.items():
        if value and not given:
            raise AuditOptionMissing(other, option)


def _list(session: Session, wanted: Wanted, limit: int) -> None:
    from onhook.audit.searching import search
    from onhook_cli.audit_words import details, what

    with session.workspace.reading() as work:
        found, more = search(work, wanted, limit=limit)
    words = session.words
    headers = ("audit-number", "audit-when", "audit-who", "audit-what", "audit-subject")
    rows = (
        (
            one.number,
            "?" if one.at is None else local_time(one.at),
            one.actor,
            what(one.action, words),
            one.subject,
            details(one, words),
        )
        for one in found
    )
    if more:
        session.say("audit-more", count=more, limit=limit + more)
    session.table((*headers, "audit-details"), rows)
    session.data = {
        "entries": [{**asdict(one), "what": what(one.action, words)} for one in found],
        "more": more,
    }


def _export(session: Session, wanted: Wanted, path: Path) -> None:
    from onhook.audit.exporting import export_trail

    with session.workspace.reading() as work:
        count = export_trail(work, path, wanted)
    session.say("exported", count=count, file=path)
    session.data = {"file": str(path), "count": count}


def _verify(session: Session, expect: str | None, paths: list[Path]) -> None:
    from onhook.audit.chain import Noted
    from onhook.audit.exporting import verify_file
    from onhook.audit.joining import joined
    from onhook.audit.verifying import verify_trail

    noted = None if expect is None else Noted.read(expect)
    keys = session.workspace.keys.audit
    files = [verify_file(path, keys) for path in paths]
    with session.workspace.reading() as work:
        found = verify_trail(work.connection, keys, noted=noted)
        session.errors = [fault for file in files for fault in file.findings]
        session.errors += found.findings
        if files:
            session.errors += joined(work, files)
    for file in files:
        _tell_file(session, file)
    _tell_trail(session, found.begin, found.end, found.entries)
    for key_id, signed in found.keys.items():
        session.say("audit-key", key_id=key_id.hex(), **asdict(signed))
    session.say("audit-broken" if session.errors else "audit-whole", count=len(session.errors))
    session.data = {
        "entries": found.entries,
        "begin": _place(found.begin),
        "end": _place(found.end),
        "keys": _keys(found.keys),
        "files": [_file(file) for file in files],
        "whole": not session.errors,
    }


def _tell_trail(session: Session, begin: Mark, end: Mark, entries: int) -> None:
    if begin.number:
        session.say("audit-begins", number=begin.number, code=begin.code)
    if end.number:
        session.say("audit-ends", entries=entries, number=end.number, code=end.code, mark=end)
    else:
        session.say("audit-empty")


def _tell_file(session: Session, file: FileVerification) -> None:
    first, last = file.begin.number + 1, file.end.number
    session.say(
        "audit-file", file=file.path, entries=file.entries, first=first, last=last, mark=file.end
    )


def _place(mark: Mark) -> dict[str, Any]:
    return {"number": mark.number, "code": mark.mac.hex()}


def _keys(keys: dict[bytes, Signed]) -> list[dict[str, Any]]:
    return [{"key": key_id.hex(), **asdict(signed)} for key_id, signed in keys.items()]


def _file(file: FileVerification) -> dict[str, Any]:
    places = {"begin": _place(file.begin), "end": _place(file.end), "keys": _keys(file.keys)}
    return {"file": str(file.path), "entries": file.entries, **places}


def _accept(session: Session) -> None:
    from onhook.audit.trail import accept_lost_key

    keys = session.workspace.keys.audit
    with session.workspace.writing() as work:
        was_lost = accept_lost_key(work.connection, keys, at=work.now, actor=work.actor)
    session.say("audit-lost-key-accepted" if was_lost else "audit-no-lost-key")
    session.data = {"accepted": was_lost}


def _cut(session: Session, day: datetime, export: Path | None, *, keep: bool) -> None:
    from onhook.audit.cutting import cut_trail
    from onhook.audit.errors import AuditCutUnkept

    if keep and export is None:
        raise AuditCutUnkept(str(day.date()))
    _check_apart({"--export": export is not None, "--without-export": not keep})
    cut = cut_trail(session.workspace, day.date(), export=export)
    if cut is None:
        session.say("audit-cut-nothing", day=day.date())
        session.data = {"removed": 0}
        return
    session.say("audit-cut-done", entries=cut.entries, mark=cut.end)
    if export is not None:
        session.say("audit-cut-kept", file=export)
    session.data = {"removed": cut.entries, "end": _place(cut.end)}
    session.data["file"] = None if export is None else str(export)
