"""What the workspace says of an account whose config or link is inspected."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from onhook.inspecting.comparing import against_account
from onhook.inspecting.findings import Finding, error, listed, of_error, warning
from onhook.inspecting.formats import format_of
from onhook.inspecting.owners import Owner, owner
from onhook.inspecting.slots import as_meant
from onhook.inspecting.source import source_of
from onhook.kits.candidates import TermsCache, load_chunk, values_of
from onhook.kits.readiness import FamilyNotForPlatform, NoCredential, NoPbx, reasons
from onhook.subjects import find_account
from onhook_devices.errors import OnhookError
from onhook_devices.rules import LevelUnknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from onhook.families import Family, Values
    from onhook.inspecting.history import KnownIssue
    from onhook.inspecting.reading import Profile
    from onhook.inspecting.result import Wanted
    from onhook.kits.candidates import Candidate
    from onhook.workspace import UnitOfWork


def other_account(work: UnitOfWork, found: Sequence[Owner], wanted: Wanted) -> list[Finding]:
    """Find that it is for another account than it should be."""
    if wanted.account is None or not found:
        return []
    named = owner(find_account(work.connection, wanted.account, wanted.customer))
    if named in found:
        return []
    return [error("other-account", found=listed(one.name for one in found), expected=named.name)]


def of_issue(known: KnownIssue) -> Iterator[Finding]:
    """Find that an issue is not the current one any longer."""
    if known.state == "earlier":
        number, account = str(known.number), known.account
        yield warning("issue-earlier", number=number, account=account)


def of_account(
    work: UnitOfWork,
    found: Owner,
    family_name: str,
    known: KnownIssue | None,
    profile: Profile | None = None,
) -> Iterator[Finding]:
    """Yield what speaks against an account, its device, and what a file says of it.

    Args:
        work: Where it is known.
        found: The account.
        family_name: Whose format the file is in, or ''.
        known: Which issue it is; its device counts. None: all the account's devices do.
        profile: What the file says of it, if it was a file.
    """
    candidates = candidates_of(work, found)
    if known is not None:
        on = [one for one in candidates if one.device_id == known.device]
        if not on and known.device:
            yield error("unassigned", account=found.name, device=known.device)
        # What is wrong with another device has nothing to do with this one's config.
        candidates = on or [replace(candidates[0], device=None, shared_with=())]
    family = _family(work, family_name)
    values = values_of(work.workspace.keys.accounts, candidates[0], "")
    told = {
        str(reason): _as_finding(reason)
        for candidate in candidates
        for reason in _reasons(work, candidate, values, family)
    }
    yield from told.values()
    if profile is not None:
        if family is not None and not work.workspace.families.is_shipped(family.name):
            profile = as_meant(profile, family, values)
        yield from against_account(profile, values, family.not_held if family else ())
        yield from _barred(profile, values, family)


def candidates_of(work: UnitOfWork, found: Owner) -> list[Candidate]:
    """Return the account on each of its devices, or on none."""
    return load_chunk(work, TermsCache(work), [found.id])


def _family(work: UnitOfWork, name: str) -> Family | None:
    families = work.workspace.families
    return families.get(name) if name in families.names() else None


def _reasons(
    work: UnitOfWork, candidate: Candidate, values: Values, family: Family | None
) -> Iterator[OnhookError]:
    """Yield what would keep the account from getting a kit; its config may do the same."""
    format_ = family or work.workspace.families.get(candidate.terms.service.family)
    for reason in reasons(candidate, values, format_, work.today, needs_device=False):
        if family is not None or not isinstance(reason, FamilyNotForPlatform):
            yield reason


def _as_finding(reason: OnhookError) -> Finding:
    is_maybe = isinstance(reason, (LevelUnknown, NoCredential, NoPbx))
    return of_error(reason, "warning" if is_maybe else "error")


def _barred(profile: Profile, values: Values, family: Family | None) -> Iterator[Finding]:
    """Find that numbers which may not be called can be called (B-D1)."""
    if family is None or not values.barred_numbers or "barred_numbers" in family.not_held:
        return
    wanted = _dial_plan(family, values)
    if wanted is not None and wanted != profile.get("dial_plan"):
        line = profile.lines.get("dial_plan", profile.line)
        names = ", ".join(values.barred_numbers)
        yield warning("barred-numbers-missing", profile.place, line, names=names)


def _dial_plan(family: Family, values: Values) -> str | None:
    """Return the dial plan that `family` writes, None where it cannot write a config."""
    try:
        rendering = family.render(values)
    except OnhookError:
        return None
    texts = [file.content for file in rendering.files]
    texts += [] if rendering.qr is None else [rendering.qr.encode()]
    for source in (source_of("", text) for text in texts):
        format_ = format_of(source)
        for profile in format_.read(source).profiles if format_ else ():
            return profile.get("dial_plan")
    return None
