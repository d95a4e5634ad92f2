"""Check accounts: every reason why one cannot have a kit, at once. Nothing is changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from onhook.delivery.progress import Seen, disagrees
from onhook.kits.candidates import load_candidates, values_of
from onhook.kits.readiness import format_reasons, reasons
from onhook.links import newest_links, state_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from onhook.families import Family
    from onhook.kits.candidates import Candidate, Row, Selection
    from onhook.links import LinkView
    from onhook.workspace import UnitOfWork, Workspace
    from onhook_devices.errors import OnhookError

CheckState = Literal["ready", "issued", "refused"]


@dataclass(frozen=True, slots=True)
class Check:
    """What a check found for an account on a device.

    Attributes:
        account: ``acme/101``.
        name: As the phone's screen shows it.
        device: The device's id, or ''.
        platform: Its platform, or ''.
        level: Its recorded level, or ''.
        state: Ready for a kit; issued and its link works; refused.
        family: The softphone family its kit is, or would be, of.
        errors: Every reason against a kit.
        kit: The newest link of its kit; None before the first.
        level_disagrees: Whether what the phone told of itself is not what is recorded.
    """

    account: str
    name: str
    device: str
    platform: str
    level: str
    state: CheckState
    family: str
    errors: tuple[OnhookError, ...]
    kit: LinkView | None = None
    level_disagrees: bool = False


def check_accounts(
    workspace: Workspace,
    selection: Selection,
    *,
    family: str | None = None,
    needs_device: bool = True,
) -> Iterator[Check]:
    """Yield what is found for each account selected, on each of its devices, in input order.

    Args:
        workspace: Where they are.
        selection: Which accounts.
        family: Check for kits of this family; None: the kit's last, else the service's.
        needs_device: False lets people with their own phone pass.

    Raises:
        OnhookError: The customer or family does not exist.
    """
    with workspace.reading() as work:
        for chunk in load_candidates(work, selection):
            if isinstance(chunk, list):
                links = newest_links(work, accounts={one.account.id for one in chunk})
                for candidate in chunk:
                    found = _check(work, candidate, family, needs_device=needs_device)
                    yield _with_link(found, links.get(found.account, ()))
            else:
                yield Check(chunk.subject, "", "", "", "", "refused", "", (chunk,))


def _check(
    work: UnitOfWork, candidate: Candidate, family_name: str | None, *, needs_device: bool
) -> Check:
    made = candidate.kit
    name = family_name or (made.family if made else candidate.terms.service.family)
    family = work.workspace.families.get(name)
    keys = work.workspace.keys.accounts
    values = values_of(keys, candidate, work.workspace.settings.public_url or "")
    found = reasons(candidate, values, family, work.today, needs_device=needs_device)
    found += format_reasons(found, values, family)
    live = made is not None and _is_live(made, family, work.now)
    device = candidate.device
    return Check(
        account=candidate.name,
        name=candidate.display_name,
        device=candidate.device_id,
        platform="" if device is None else device.platform,
        level="" if device is None else device.level,
        state="refused" if found else "issued" if live else "ready",
        family=name,
        errors=tuple(found),
    )


def _with_link(check: Check, links: Iterable[LinkView]) -> Check:
    made = next((one for one in links if one.device == check.device), None)
    if made is None:
        return check
    seen = Seen(platform=made.platform, level=made.level)
    is_other = disagrees(check.platform, check.level, seen)
    return replace(check, kit=made, level_disagrees=is_other)


def _is_live(made: Row, family: Family, now: datetime) -> bool:
    """Tell whether a kit can still be used: by its link, or because it needs none."""
    if made.token_sealed is None:
        return not family.manifest.files
    return state_of(made, now) == "live"
