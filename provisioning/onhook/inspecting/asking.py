"""Inspect a link at the server it leads to, as a phone would, without using up a fetch.

HEAD uses nothing up and has the same headers; the landing page is only looked at by HEAD, too, so
that nobody is taken to have opened it. Only where a fetch may be used up is the config taken.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from onhook.asking.errors import BadAddress
from onhook.asking.server import Wish, ask
from onhook.hosts import host_of, is_loopback
from onhook.inspecting.addresses import inspect_address
from onhook.inspecting.answers import Expected, of_asked
from onhook.inspecting.configs import inspect_config
from onhook.inspecting.history import delivered
from onhook.inspecting.result import Inspected, worst_first
from onhook.inspecting.source import MOST_BYTES, source_of
from onhook.inspecting.symbols import read_address

if TYPE_CHECKING:
    from pathlib import Path

    from onhook.asking.server import Asked
    from onhook.inspecting.result import Wanted
    from onhook.inspecting.symbols import Address
    from onhook.workspace import UnitOfWork, Workspace

DEADLINE_S: Final = 20
_AS_BROWSER: Final = "text/html,application/xhtml+xml"
_OK: Final = 200


@dataclass(frozen=True, slots=True)
class Asking:
    """How the server is asked.

    Attributes:
        consume: Whether one of the link's fetches may be used up.
        authorities: A PEM file of authorities that the phones trust besides the public ones.
    """

    consume: bool = False
    authorities: Path | None = None


def inspect_link(workspace: Workspace, url: str, wanted: Wanted, asking: Asking) -> list[Inspected]:
    """Inspect a link by what the workspace knows and by what its server answers.

    Args:
        workspace: Where it may be known. No transaction is open while the server is asked.
        url: As typed. A secret.
        wanted: Whose it should be.
        asking: How the server is asked.

    Returns:
        The link; and the config, where it was taken.

    Raises:
        InvalidInput: It is no address, or the file of authorities cannot be used.
        NotFound: There is no such account or customer as wanted; nothing was asked then.
        StorageFault: A sealed value cannot be opened.
    """
    address = read_address(url)
    if address is None:
        raise BadAddress("-")
    with workspace.reading() as work:
        known = inspect_address(work, address, wanted)
    if address.scheme == "http" and not is_loopback(host_of(url)):
        return [known]  # what is told of it is enough, and anybody could read the token
    wishes = _wishes(url, address, asking)
    asked = ask(wishes, asking.authorities, seconds=DEADLINE_S)
    with workspace.reading() as work:
        link = _with_answers(work, inspect_address(work, address, wanted), address, asked)
        return [link, *_config(work, asked, wanted, asking)]


def _wishes(url: str, address: Address, asking: Asking) -> list[Wish]:
    plain = _without_user(url)
    # Mails hold /s/TOKEN, which is always the page; its config is at /k/TOKEN.
    config = _without_user(f"{address.base}/k/{address.token}") if address.token else plain
    page = [Wish("HEAD", plain, _AS_BROWSER)] if address.token else []
    taken = [Wish("GET", config, most_bytes=MOST_BYTES)] if asking.consume else []
    return [Wish("HEAD", config), *page, *taken]


def _without_user(url: str) -> str:
    """Return an address without user, password and fragment: a phone answers no challenge."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return url.strip()
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment="").geturl()


def _with_answers(work: UnitOfWork, known: Inspected, address: Address, asked: Asked) -> Inspected:
    file = delivered(work, known.issue) if known.issue else None
    expected = Expected(known.family, known.link, file, is_ours=bool(address.token))
    findings = (*known.findings, *of_asked(asked, expected, work.now))
    return replace(known, asked=asked, findings=worst_first(findings))


def _config(work: UnitOfWork, asked: Asked, wanted: Wanted, asking: Asking) -> list[Inspected]:
    """Return what is in the config that was taken, if one was."""
    taken = asked.answers[-1] if asking.consume and asked.answers else None
    if taken is None or taken.status != _OK or taken.packing or not taken.body.strip():
        return []
    return [inspect_config(work, source_of(taken.file_name, taken.body), wanted)]
