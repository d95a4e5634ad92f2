"""The command ``onhook inspect``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onhook.words import printable
from onhook_cli.command import command
from onhook_cli.options import Authorities
from onhook_cli.session import Session, local_time
from onhook_devices.errors import StorageFault

if TYPE_CHECKING:
    from onhook.asking.answers import Answer
    from onhook.asking.server import Asked
    from onhook.inspecting.findings import Finding
    from onhook.inspecting.history import KnownIssue, KnownLink
    from onhook.inspecting.result import Inspected, Wanted

_SHOWN = ("extension", "auth_id", "password", "ha1", "display_name", "sip_domain", "registrar")
_SHOWN_TOO = ("outbound_proxy", "transport", "srtp", "use_tunnel", "voicemail_number")


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    command(app, "inspect", example="onhook inspect photo.jpg --account 101")(inspect)


def inspect(
    session: Session,
    what: Annotated[
        str,
        typer.Argument(
            help="A config file, a picture with QR codes, or a link, whose server is asked.",
            metavar="FILE|PICTURE|URL",
        ),
    ],
    *,
    account: Annotated[
        str | None,
        typer.Option(help="Whose it should be: 101, or acme/101.", metavar="EXT"),
    ] = None,
    consume: Annotated[
        bool, typer.Option("--consume", help="Take a link's config; uses up one fetch of it.")
    ] = False,
    offline: Annotated[
        bool, typer.Option("--offline", help="Ask no server: say what the workspace knows.")
    ] = False,
    ca: Authorities = None,
) -> None:
    """Say what a config or a QR code is, and what is amiss.

    Ends with 0 where nothing is wrong, with 3 where something is, with 7 where a link's server is
    not reached. Shows no secret. Without --consume no fetch of a link is used up.
    """
    from onhook.inspecting.errors import FindingsWrong
    from onhook.inspecting.result import Wanted

    is_url = what.strip().lower().startswith(("http://", "https://"))
    name = session.words("inspect-link") if is_url else what
    wanted = Wanted(account, session.customer)
    if is_url and not offline:
        found = _at_its_server(session, what, wanted, consume=consume, ca=ca)
    else:
        found = _as_known(session, what, wanted, is_url=is_url)
    for number, one in enumerate(found, 1):
        _print(session, name if len(found) == 1 else f"{name} [{number}]", one)
    session.data = {"items": [_object(session, one) for one in found]}
    wrong = sum(one.count("error") for one in found)
    unreached = _unreached(found)
    if unreached is not None:
        session.errors, session.errors_told = [unreached], True
    elif wrong:
        session.errors = [FindingsWrong(name, wrong)]


def _at_its_server(
    session: Session, url: str, wanted: Wanted, *, consume: bool, ca: Path | None
) -> list[Inspected]:
    from onhook.inspecting.asking import Asking, inspect_link

    return inspect_link(session.workspace, url, wanted, Asking(consume, ca))


def _as_known(session: Session, what: str, wanted: Wanted, *, is_url: bool) -> list[Inspected]:
    from onhook.inspecting.inspection import inspect_file, inspect_symbol

    with session.workspace.reading() as work:
        if is_url:
            return [inspect_symbol(work, what, wanted)]
        return inspect_file(work, Path(what), wanted)


def _unreached(found: list[Inspected]) -> StorageFault | None:
    """Return what kept a link's server from being reached, if something did."""
    for one in found:
        fault = None if one.asked is None else one.asked.fault
        if isinstance(fault, StorageFault):
            return fault
    return None


# --- for people -----------------------------------------------------------------------------


def _print(session: Session, name: str, one: Inspected) -> None:
    session.print(f"{printable(name)}: {_what(session, one)}")
    for line in _facts(session, one):
        session.print(f"    {line}")
    for profile in one.profiles:
        values = [
            (session.words(f"field-{field}"), _masked(field, profile.values[field]))
            for field in (*_SHOWN, *_SHOWN_TOO)
            if profile.get(field) not in ("", "false")
        ]
        told = ", ".join(f"{label} {value}" for label, value in values)
        head = f"{profile.place}: " if profile.place else ""
        session.print(f"    {printable(head + told)}")
    for finding in one.findings:
        session.print(_finding_text(session, finding, one.account))
    counts = {kind: one.count(kind) for kind in ("error", "warning", "note")}
    key = "inspect-counts" if any(counts.values()) else "inspect-clean"
    session.say(key, **{f"{kind}s": str(count) for kind, count in counts.items()})
    session.print()


def _what(session: Session, one: Inspected) -> str:
    if one.kind in ("link", "address"):
        return session.words(f"inspect-kind-{one.kind}", shown=one.shown)
    if one.family:
        title = _title(session, one.family)
        return session.words("inspect-kind-config", title=title, family=one.family)
    return session.words("inspect-kind-unknown")


def _title(session: Session, family: str) -> str:
    families = session.workspace.families
    return families.get(family).manifest.title if family in families.names() else family


def _facts(session: Session, one: Inspected) -> list[str]:
    facts = []
    if one.account:
        subject = f"{one.account} {one.device}".rstrip()
        facts.append(session.words("inspect-account", subject=subject))
    if one.issue is not None:
        facts.append(_issue_text(session, one.issue))
    if one.link is not None:
        facts.append(_link_text(session, one.link))
    if one.asked is not None:
        facts += _asked_texts(session, one.asked)
    return facts


def _issue_text(session: Session, issue: KnownIssue) -> str:
    told = {"number": issue.number, "made": local_time(issue.made_at)}
    if issue.replaced_at is None:
        return session.words("inspect-issue-current", **told)
    return session.words("inspect-issue-earlier", **told, replaced=local_time(issue.replaced_at))


def _link_text(session: Session, link: KnownLink) -> str:
    return session.words(
        "inspect-link-state",
        state=session.words(f"link-{link.state}"),
        expires=local_time(link.expires_at),
        fetches=link.fetches,
        most=link.max_fetches,
    )


def _asked_texts(session: Session, asked: Asked) -> list[str]:
    texts = []
    shown = asked.certificate
    if shown is not None:
        ends = local_time(shown.ends_at)
        texts.append(session.words("inspect-certificate", issuer=shown.issuer, ends=ends))
    for answer in asked.answers:
        told = {
            "status": answer.status,
            "media_type": answer.media_type or "-",
            "length": "?" if answer.length is None else answer.length,
            "name": answer.file_name or "-",
        }
        texts.append(session.words("inspect-answer", **told))
    return list(dict.fromkeys(texts))


def _finding_text(session: Session, finding: Finding, account: str) -> str:
    from onhook.inspecting.findings import in_words

    words = session.words
    place = [words("inspect-line", line=finding.line)] if finding.line else []
    place += [finding.where] if finding.where else []
    told = in_words(finding, words, account)
    head = words(f"severity-{finding.severity}")
    where = f"{printable(', '.join(place))}: " if place else ""
    return f"  {head}  {where}{told.says}\n      {words('mend-sign')} {told.mend}"


# --- for programs ---------------------------------------------------------------------------


def _object(session: Session, one: Inspected) -> dict[str, object]:
    return {
        "kind": one.kind,
        "address": one.shown,
        "family": one.family,
        "account": one.account,
        "device": one.device,
        "issue": None if one.issue is None else _issue_object(one.issue),
        "link": None if one.link is None else _link_object(one.link),
        "server": None if one.asked is None else _asked_object(one.asked),
        "profiles": [
            {
                "place": profile.place,
                "line": profile.line,
                "values": {name: _masked(name, text) for name, text in profile.values.items()},
            }
            for profile in one.profiles
        ],
        "findings": [_finding_object(session, finding, one.account) for finding in one.findings],
    }


def _masked(field: str, text: str) -> str:
    from onhook.inspecting.reading import SECRET_FIELDS

    return "***" if text and field in SECRET_FIELDS else text


def _issue_object(issue: KnownIssue) -> dict[str, object]:
    return {
        "number": issue.number,
        "state": issue.state,
        "made_at": issue.made_at,
        "replaced_at": issue.replaced_at,
    }


def _link_object(link: KnownLink) -> dict[str, object]:
    return {
        "state": link.state,
        "why": link.why,
        "expires_at": link.expires_at,
        "fetches": link.fetches,
        "max_fetches": link.max_fetches,
    }


def _asked_object(asked: Asked) -> dict[str, object]:
    shown = asked.certificate
    return {
        "host": asked.host,
        "certificate": None
        if shown is None
        else {"issuer": shown.issuer, "ends_at": shown.ends_at, "names": shown.names},
        "answers": [_answer_object(answer) for answer in asked.answers],
    }


def _answer_object(answer: Answer) -> dict[str, object]:
    return {
        "status": answer.status,
        "media_type": answer.media_type,
        "length": answer.length,
        "file_name": answer.file_name,
    }


def _finding_object(session: Session, finding: Finding, account: str) -> dict[str, object]:
    from onhook.inspecting.findings import in_words

    told = in_words(finding, session.words, account)
    return {
        "code": finding.code,
        "severity": finding.severity,
        "where": finding.where,
        "line": finding.line,
        "message": told.says,
        "mend": told.mend,
        "rule": finding.rule,
    }
