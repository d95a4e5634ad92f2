"""Say how far a kit's person has come."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onhook.links import LinkView
    from onhook_cli.session import Session


def link_progress(session: Session, link: LinkView) -> str:
    """Return it in words: ``opened``, ``fetched 2/5``, ``fetched 1/5, expired``."""
    if link.state == "inline":
        return session.words("link-inline")
    told = session.words(f"progress-{link.progress}")
    if link.progress == "fetched":
        told = f"{told} {link.fetches}/{link.max_fetches}"
    ended = link.state in ("expired", "revoked")
    return f"{told}, {session.words(f'link-{link.state}')}" if ended else told
