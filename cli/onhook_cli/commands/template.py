"""The commands ``onhook template ...``."""

from __future__ import annotations

import typer

from onhook_cli.command import command, group
from onhook_cli.session import Session


def register(app: typer.Typer) -> None:
    """Add the group to `app`."""
    template = group(app, "template", "Softphone families: the formats kits are made in.")
    command(template, "list", example="onhook template list")(list_)


def list_(session: Session) -> None:
    """List the softphone families: those shipped and the workspace's own."""
    families = session.workspace.families
    manifests = [families.get(name).manifest for name in families.names()]
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
