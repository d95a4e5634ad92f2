"""The command ``onhook issue``."""

from __future__ import annotations

from collections import Counter
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onhook_cli.command import command
from onhook_cli.options import All, AllowSecretQr, Extensions, Family, WithoutDevice
from onhook_cli.session import Session, error_object
from onhook_devices.errors import InvalidInput, UsageError

if TYPE_CHECKING:
    from onhook.kits.making import Outcome, QrFormat
    from onhook.kits.sink import KitSink

_SHOWN = 20


class OutAndArchive(UsageError):
    """Kits go to a folder or into an archive, not both."""

    command: str


class BadFormat(InvalidInput):
    """A QR code is not drawn in that format."""

    format: str


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    command(app, "issue", example="onhook issue --all --out kits")(issue)


def issue(
    session: Session,
    extensions: Extensions = None,
    *,
    everyone: All = False,
    out: Annotated[
        Path | None, typer.Option(help="Write kits into this folder.", metavar="DIR")
    ] = None,
    archive: Annotated[
        Path | None, typer.Option(help="Write kits into this ZIP file.", metavar="FILE.zip")
    ] = None,
    family: Family = None,
    without_device: WithoutDevice = False,
    format_: Annotated[
        str, typer.Option("--format", help="Pictures of the QR code.", metavar="png,svg")
    ] = "png",
    allow_secret_qr: AllowSecretQr = False,
) -> None:
    """Make kits: config file, QR code, and a page to print.

    A kit that is live and unchanged is left alone: its printed QR code stays good. What cannot
    be made is named at the end with the way to mend it.
    """
    from onhook.kits.issuing import issue_kits
    from onhook.kits.making import IssueOptions
    from onhook.pages import index_page
    from onhook_cli.progress_bar import progress_bar
    from onhook_cli.selecting import selection

    chosen = selection(session, extensions, everyone=everyone)
    options = IssueOptions(
        family=family,
        needs_device=not without_device,
        formats=_formats(format_) if out or archive else (),
        allow_secret_qr=allow_secret_qr,
    )
    workspace = session.workspace
    told = _Told(session)
    with (
        _sink(session, out, archive) as sink,
        progress_bar(session, "issue-progress") as progress,
    ):
        for outcome in issue_kits(workspace, chosen, options, sink, progress=progress):
            told.add(outcome)
        place = sink.finish(index_page(session.words))
    if workspace.settings.public_url is None:
        session.say("no-public-url", file=workspace.settings.file)
    told.end(place)


class _Told:
    """Collects outcomes: those refused to be told at the end, the others counted."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._counts: Counter[str] = Counter()
        self._kits: list[dict[str, object]] = []

    def add(self, outcome: Outcome) -> None:
        self._counts[outcome.state] += 1
        self._session.errors += outcome.errors
        if self._session.json:
            self._kits.append(_object(self._session, outcome))
        elif outcome.state not in ("unchanged", "refused"):
            self._show(outcome)

    def end(self, place: Path | None) -> None:
        from onhook.kits.making import KIT_STATES

        session = self._session
        counts = {state: self._counts[state] for state in KIT_STATES}
        made = counts["new"] + counts["changed"] + counts["renewed"]
        if made > _SHOWN:
            session.say("issue-more", count=made - _SHOWN)
        session.say("issue-done", **counts)
        if place is not None and made + counts["unchanged"]:
            session.say("issue-place", place=place)
        session.data = {
            "counts": counts,
            "kits": self._kits,
            "place": None if place is None else str(place),
        }

    def _show(self, outcome: Outcome) -> None:
        made = self._counts["new"] + self._counts["changed"] + self._counts["renewed"]
        if made <= _SHOWN:
            state = self._session.words(f"issue-{outcome.state}")
            subject = f"{outcome.account} {outcome.device}".rstrip()
            self._session.say(
                "issue-line",
                subject=subject,
                state=state,
                issue=outcome.issue,
                family=outcome.family,
            )


def _object(session: Session, outcome: Outcome) -> dict[str, object]:
    return {
        "account": outcome.account,
        "device": outcome.device,
        "state": outcome.state,
        "issue": outcome.issue,
        "family": outcome.family,
        "errors": [error_object(error, session.words) for error in outcome.errors],
    }


def _formats(text: str) -> tuple[QrFormat, ...]:
    known: dict[str, QrFormat] = {"png": "png", "svg": "svg"}
    wanted = [part.strip().lower() for part in text.split(",") if part.strip()]
    for part in wanted:
        if part not in known:
            raise BadFormat(part[:40])
    return tuple(dict.fromkeys(known[part] for part in wanted))


def _sink(
    session: Session, out: Path | None, archive: Path | None
) -> AbstractContextManager[KitSink]:
    from onhook.kits.archive import open_kit_archive
    from onhook.kits.folder import open_kit_folder
    from onhook.kits.sink import NoSink

    if out is not None and archive is not None:
        raise OutAndArchive(session.command)
    if out is not None:
        return open_kit_folder(out)
    if archive is not None:
        return open_kit_archive(archive)
    return nullcontext(NoSink())
