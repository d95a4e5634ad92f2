"""Inspect an address: one of our links, or somebody else's.

Nothing is fetched here: what a link is, the workspace knows by its token's hash.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from onhook.hosts import host_of, is_loopback
from onhook.inspecting.account_checks import of_account, of_issue, other_account
from onhook.inspecting.findings import Finding, error, note, warning
from onhook.inspecting.history import KnownLink, link_of_token
from onhook.inspecting.owners import Owner
from onhook.inspecting.result import Inspected, worst_first

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from onhook.inspecting.result import Kind, Wanted
    from onhook.inspecting.symbols import Address
    from onhook.workspace import UnitOfWork


def inspect_address(work: UnitOfWork, address: Address, wanted: Wanted) -> Inspected:
    """Inspect an address.

    Raises:
        NotFound: There is no such account or customer as wanted.
        StorageFault: A sealed value cannot be opened.
    """
    known = link_of_token(work, address.token) if address.token else None
    findings = list(_scheme(address))
    if known is None:
        public_url = work.workspace.settings.public_url
        is_ours = bool(address.token) and address.base == public_url
        findings.append(error("link-unknown") if is_ours else _foreign(address))
        kind: Kind = "link" if is_ours else "address"
        return Inspected(kind, address.shown, "", "", "", None, None, (), worst_first(findings))
    findings += _link(work, address, known)
    findings += of_issue(known.issue)
    found = Owner(known.issue.account_id, known.issue.account)
    findings += other_account(work, [found], wanted)
    findings += of_account(work, found, known.issue.family, known.issue)
    return Inspected(
        kind="link",
        shown=address.shown,
        family=known.issue.family,
        account=found.name,
        device=known.issue.device,
        issue=known.issue,
        link=known,
        profiles=(),
        findings=worst_first(findings),
    )


def _scheme(address: Address) -> Iterator[Finding]:
    if address.holds_password:
        yield warning("secret-in-picture")
    if address.scheme == "linphone-config":
        yield warning("wrong-scheme", scheme=address.scheme)
    is_plain = (address.inner or address.scheme) == "http"
    if is_plain and not is_loopback(host_of(f"//{address.host}")):
        yield error("link-insecure", host=address.host)


def _foreign(address: Address) -> Finding:
    titles = {"csc": "Acrobits", "tcx+app": "3CX"}
    if address.scheme in titles:
        return note("form-of-app", title=titles[address.scheme])
    return note("foreign-link", host=address.host or f"{address.scheme}:")


def _link(work: UnitOfWork, address: Address, known: KnownLink) -> Iterator[Finding]:
    if known.state != "live":
        yield dead_link(known, error)
    public_url = work.workspace.settings.public_url
    if address.base != public_url:
        host = address.host
        yield error("link-address-other", found=host, expected=public_url or "-")


def dead_link(link: KnownLink, kind: Callable[..., Finding]) -> Finding:
    """Return what `kind` of finding it is that a link does not work."""
    return kind("link-dead", why=link.why or link.state, account=link.issue.account)
