"""The commands ``onhook template ...``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from onhook_cli.command import command, group
from onhook_cli.commands import template_learn
from onhook_cli.session import Session, error_object, error_text
from onhook_devices.errors import OnhookError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onhook.families import Manifest
    from onhook.families.proving import Proof

Names = Annotated[
    list[str] | None, typer.Argument(help="Families; all where none is named.", metavar="FAMILY...")
]
Name = Annotated[str, typer.Argument(help="Which family.", metavar="FAMILY")]


def register(app: typer.Typer) -> None:
    """Add the group to `app`."""
    template = group(app, "template", "Softphone families: the formats kits are made in.")
    command(template, "list", example="onhook template list")(list_)
    command(template, "show", example="onhook template show linphone")(show)
    command(template, "check", example="onhook template check")(check)
    command(template, "learn", example=template_learn.EXAMPLE)(template_learn.learn)


def list_(session: Session) -> None:
    """List the softphone families: those shipped and the workspace's own."""
    manifests = list(_readable(session))
    headers = ("app", "title", "certainty", "platforms", "qr")
    session.table(
        headers,
        (
            (
                m.name,
                m.title,
                session.words(f"certainty-{m.certainty.level}"),
                ", ".join(m.platforms),
                m.qr.payload,
            )
            for m in manifests
        ),
    )
    session.data = {
        "families": [
            {
                "name": m.name,
                "title": m.title,
                "certainty": m.certainty.level,
                "evidence": m.certainty.evidence,
                "platforms": list(m.platforms),
                "qr": m.qr.payload,
                "files": [spec.name for spec in m.files],
            }
            for m in manifests
        ]
    }


def _readable(session: Session) -> Iterator[Manifest]:
    """Yield the manifests; one that cannot be read is an error and hides no other."""
    families = session.workspace.families
    for name in families.names():
        try:
            yield families.get(name).manifest
        except OnhookError as error:
            session.errors.append(error)


def show(session: Session, family: Name) -> None:
    """Show a family: its facts, its variables and its templates."""
    from onhook.families.portrait import portrait
    from onhook_cli.family_sheet import family_object, print_family

    found = portrait(session.workspace.families, family)
    session.data = {"family": family_object(found)}
    session.errors = list(found.faults)
    if not session.json:
        print_family(session, found)


def check(session: Session, families: Names = None) -> None:
    """Try families with awkward values and read back the files.

    Each value has to be refused by name or found again in a well-formed file; samples have to come
    out as they stand.
    """
    from onhook.families.proving import prove
    from onhook.families.proving.errors import FamiliesFaulty

    known = session.workspace.families
    for name in families or ():
        known.is_shipped(name)  # a misspelt name is told before anything is tried
    proofs = [prove(known, name) for name in families or known.names()]
    headers = ("app", "family-samples", "family-carried", "family-refused", "family-result")
    session.table(headers, (_row(session, proof) for proof in proofs))
    for proof in proofs:
        _print_faults(session, proof)
    session.data = {"families": [_object(session, proof) for proof in proofs]}
    session.errors = [fault for proof in proofs for fault in proof.faults]
    session.errors_told = True
    faulty = [proof.family for proof in proofs if proof.faults]
    session.print()
    good = len(proofs) - len(faulty)
    session.say("template-check-done", count=len(proofs), good=good, bad=len(faulty))
    if faulty:
        session.fault = FamiliesFaulty(" ".join(faulty))


def _row(session: Session, proof: Proof) -> tuple[object, ...]:
    return (proof.family, proof.samples, proof.carried, proof.refused, _result(session, proof))


def _result(session: Session, proof: Proof) -> str:
    match len(proof.faults):
        case 0:
            return session.words("template-check-ok")
        case 1:
            return session.words("template-check-fault")
        case count:
            return session.words("template-check-faults", count=count)


def _print_faults(session: Session, proof: Proof) -> None:
    """Print every fault of a family, each with the way to mend it."""
    if proof.faults:
        session.print(f"\n{proof.family}")
    for fault in proof.faults:
        session.print("    " + error_text(fault, session.words).replace("\n", "\n    "))


def _object(session: Session, proof: Proof) -> dict[str, object]:
    return {
        "name": proof.family,
        "ok": not proof.faults,
        "samples": proof.samples,
        "read_back": proof.carried,
        "refused": proof.refused,
        "faults": [error_object(fault, session.words) for fault in proof.faults],
    }
