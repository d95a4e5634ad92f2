"""The commands ``onhook link ...``."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from onhook_cli.command import command, group
from onhook_cli.options import All
from onhook_cli.session import Session, local_time


def register(app: typer.Typer) -> None:
    """Add the group to `app`."""
    link = group(app, "link", "Links: the short-lived way from a QR code to a config.")
    command(link, "list", example="onhook link list")(list_)
    command(link, "revoke", example="onhook link revoke 101")(revoke)
    command(link, "purge", example="onhook link purge")(purge)


def list_(session: Session) -> None:
    """List links: whose, whether they work, how often they were fetched."""
    from onhook.links import list_links
    from onhook.subjects import find_customer

    with session.workspace.reading() as work:
        owner = find_customer(work.connection, session.customer) if session.customer else None
        found = list(list_links(work, owner))
    headers = (
        "account",
        "device",
        "issue",
        "state",
        "progress",
        "expires",
        "fetches",
        "seen",
        "qr",
    )
    rows = (
        (
            one.account,
            one.device,
            one.issue,
            session.words(f"link-{one.state}"),
            session.words(f"progress-{one.progress}") if one.max_fetches else "",
            "" if one.expires_at is None else local_time(one.expires_at),
            f"{one.fetches}/{one.max_fetches}" if one.max_fetches else "",
            f"{one.platform} {one.level}".rstrip(),
            session.words("link-secret-in-qr") if one.secret_in_qr else "",
        )
        for one in found
    )
    session.table(headers, rows)
    session.data = {"links": [asdict(one) for one in found]}


def revoke(
    session: Session,
    extension: Annotated[
        str | None, typer.Argument(help="101, or acme/101.", metavar="EXT")
    ] = None,
    *,
    everyone: All = False,
) -> None:
    """Kill the links of an account, or all; phones set up stay so."""
    from onhook.links import revoke_all, revoke_everything
    from onhook_cli.selecting import selection

    selection(session, [extension] if extension else None, everyone=everyone)
    with session.workspace.writing() as work:
        if extension:
            name, dead = revoke_all(work, extension, session.customer)
            session.say("links-revoked", account=name, count=dead)
            session.data = {"account": name, "links_revoked": dead}
        else:
            dead = revoke_everything(work, session.customer)
            session.say("all-links-revoked", count=dead)
            session.data = {"account": None, "links_revoked": dead}


def purge(session: Session) -> None:
    """Delete links that are dead and were replaced by newer ones."""
    from onhook.links import purge_links

    with session.workspace.writing() as work:
        count = purge_links(work)
    session.say("links-purged", count=count)
    session.data = {"purged": count}
