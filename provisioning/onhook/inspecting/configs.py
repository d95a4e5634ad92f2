"""Inspect a config: whose it is, which issue, and what is wrong with it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from onhook.inspecting.account_checks import candidates_of, of_account, of_issue, other_account
from onhook.inspecting.addresses import dead_link
from onhook.inspecting.comparing import without_account
from onhook.inspecting.findings import Finding, error, listed, note, warning
from onhook.inspecting.formats import format_of, threecx
from onhook.inspecting.history import (
    KnownIssue,
    KnownLink,
    changed_lines,
    contents_of,
    current_issues,
    issues_of_file,
    link_of_token,
)
from onhook.inspecting.looks import look_of
from onhook.inspecting.owners import Owner, owner, owners_of
from onhook.inspecting.reading import Profile, Reading
from onhook.inspecting.result import MOST_ALIKE, Inspected, worst_first
from onhook.inspecting.slots import named_by_families, read_by_families
from onhook.inspecting.source import Source, source_of
from onhook.inspecting.symbols import read_address
from onhook.kits.candidates import values_of
from onhook.subjects import find_account
from onhook_devices.errors import OnhookError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onhook.inspecting.result import Wanted
    from onhook.workspace import UnitOfWork


def inspect_config(work: UnitOfWork, source: Source, wanted: Wanted) -> Inspected:
    """Inspect a config, out of a file or out of a QR code.

    Raises:
        NotFound: There is no such account or customer as wanted.
        StorageFault: A sealed value cannot be opened.
    """
    issues = issues_of_file(work, source.content)
    reading = read_config(work, source)
    if not reading.is_known and not issues:
        return _nothing_known(reading)
    if not reading.is_known:  # whatever it looks like: onhook made it
        reading = Reading(issues[0].family)
    reading = replace(reading, profiles=reading.profiles[:MOST_ALIKE])
    link = _link_inside(work, reading)
    findings = list(reading.findings)
    found, told = _owner(work, reading, issues, link, wanted)
    findings += told
    issue = next((one for one in issues if found and one.account_id == found.id), None)
    family = issue.family if issue else reading.family
    profile = _profile_of(reading, found)
    if found is not None:
        issue = issue or _inline_issue(work, source, found, family)
        findings += of_issue(issue) if issue else _not_issued(work, source, found, family)
        known = issue or (link.issue if link else None)
        findings += of_account(work, found, family, known, profile)
    elif profile is not None:
        findings += without_account(profile)
    if link is not None and link.state != "live":
        findings.append(dead_link(link, note))
    return Inspected(
        kind="config",
        shown="",
        family=family,
        account=found.name if found else "",
        device=issue.device if issue else "",
        issue=issue,
        link=link,
        profiles=reading.profiles,
        findings=worst_first(findings),
    )


def _nothing_known(reading: Reading) -> Inspected:
    return Inspected("unknown", "", "", "", "", None, None, (), worst_first(reading.findings))


def read_config(work: UnitOfWork, source: Source) -> Reading:
    """Read `source` in the format it is in: by its looks, by the families, by its name."""
    if (known := format_of(source)) is not None:
        return known.read(source)
    families = work.workspace.families
    read = read_by_families(source, families) if source.text else None
    if read is not None:
        return read
    if threecx.is_vendors(source) and source.text:
        return threecx.read_vendors(source)
    name, extension = named_by_families(source.name, families)
    if name:
        profiles = (Profile(source.name, 1, {"extension": extension}),) if extension else ()
        return Reading(name, profiles, (warning("account-from-name-only", family=name),))
    return Reading("", (), tuple(_unknown(source)))


def _unknown(source: Source) -> Iterator[Finding]:
    kind = look_of(source)
    yield error("looks-like", kind=kind)
    fault = source.markup.fault
    if kind == "xml" and fault is not None:
        yield error(fault.code, line=fault.line, column=str(fault.column))


def _link_inside(work: UnitOfWork, reading: Reading) -> KnownLink | None:
    """Return our link that stands in the config, as 3CX-style files have it."""
    for profile in reading.profiles:
        address = read_address(profile.get("provisioning_url"))
        if address is not None and address.token:
            return link_of_token(work, address.token)
    return None


def _owner(
    work: UnitOfWork,
    reading: Reading,
    issues: list[KnownIssue],
    link: KnownLink | None,
    wanted: Wanted,
) -> tuple[Owner | None, list[Finding]]:
    """Return whose file it is: by its bytes, by the link in it, by what it states."""
    made = [*issues, *([link.issue] if link else [])]
    found = list(dict.fromkeys(Owner(one.account_id, one.account) for one in made))
    if not found:
        fits = [
            one for profile in reading.profiles for one in owners_of(work, profile, wanted.customer)
        ]
        found = list(dict.fromkeys(fits))
    if wanted.account is not None:
        told = other_account(work, found, wanted)
        chosen = owner(find_account(work.connection, wanted.account, wanted.customer))
        is_other = bool(told) and any(one.state == "current" for one in issues)
        return (found[0] if is_other else chosen), told
    if len(found) > 1 and len(reading.profiles) == 1:
        return None, [warning("account-ambiguous", names=listed(one.name for one in found))]
    if not found and reading.profiles:
        names = listed(one.get("extension") or "?" for one in reading.profiles)
        return None, [warning("account-unknown", names=names)]
    return next(iter(found), None), []


def _profile_of(reading: Reading, found: Owner | None) -> Profile | None:
    """Return the profile that is the owner's, else the first."""
    extension = found.name.rpartition("/")[2] if found else ""
    fits = [one for one in reading.profiles if one.get("extension") == extension]
    return next(iter(fits or reading.profiles), None)


def _inline_issue(work: UnitOfWork, source: Source, found: Owner, family: str) -> KnownIssue | None:
    """Return the issue of a symbol that holds the settings: it is no file, so it is drawn again."""
    if not source.from_picture or family not in work.workspace.families.names():
        return None
    format_ = work.workspace.families.get(family)
    for candidate in candidates_of(work, found):
        try:
            text = format_.render(values_of(work.workspace.keys.accounts, candidate, "")).qr
        except OnhookError:
            continue
        if text is not None and text.strip() == source.text.strip():
            made = current_issues(work, found.id)
            kit = (family, candidate.device_id)
            return next((one for one in made if (one.family, one.device) == kit), None)
    return None


def _not_issued(work: UnitOfWork, source: Source, found: Owner, family: str) -> Iterator[Finding]:
    """Say in which lines a file differs from the one that was issued, or that none was."""
    made = [one for one in current_issues(work, found.id) if one.family == family]
    texts = [
        (source_of("", content).text, one) for one in made for content in contents_of(work, one)
    ]
    found_lines = source.text.split("\n")
    changes = [(changed_lines(text.split("\n"), found_lines), one) for text, one in texts]
    if not changes:
        yield note("issue-unknown", account=found.name)
        return
    changed, one = min(changes, key=lambda change: len(change[0]))
    number = str(one.number)
    if not changed:
        yield warning("issue-recoded", number=number, account=found.name)
        return
    lines = listed(map(str, changed))
    yield warning("issue-changed", line=changed[0], number=number, account=found.name, lines=lines)
