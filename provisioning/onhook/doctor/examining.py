"""Make every check there is, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onhook.doctor import database, duties, formats, machine, mails, place, sealed, server
from onhook.doctor.errors import CheckFailed, PlaceUnreadable
from onhook.doctor.findings import Check, Finding, Result
from onhook_devices.errors import OnhookError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from onhook.doctor.site import Site
    from onhook.imports import Note

CHECKS = (
    Check("workspace", place.check_modes),
    Check("settings", place.check_settings, needs=("workspace",)),
    Check("keys", sealed.check_ring, needs=("settings",)),
    Check("database", database.check_version, needs=("settings",)),
    Check("integrity", database.check_integrity, needs=("database",)),
    Check("disk", machine.check_disk, needs=("settings",)),
    Check("clock", machine.check_clock, needs=("database",)),
    Check("sealed", sealed.check_values, needs=("keys", "database")),
    Check("audit", sealed.check_trail, needs=("keys", "database")),
    Check("services", formats.check_services, needs=("settings",)),
    Check("contracts", formats.check_contracts, needs=("database",)),
    Check("families", formats.check_families, needs=("settings",)),
    Check("sheets", formats.check_sheets, needs=("services",)),
    Check("pbx", duties.check_pbx_changes, needs=("database",)),
    Check("backups", duties.check_backups, needs=("database",)),
    Check("assignments", duties.check_assignments, needs=("database",)),
    Check("levels", duties.check_levels, needs=("database",)),
    Check("server", server.check_server, needs=("settings",)),
    Check("mail", mails.check_mails, needs=("database",)),
    Check("versions", machine.check_versions),
)


def examine(site: Site, checks: Sequence[Check] = CHECKS) -> Iterator[Result]:
    """Yield what each check finds; nothing is changed, whatever is broken."""
    failed: set[str] = set()
    for check in checks:
        lacking = next((name for name in check.needs if name in failed), "")
        if lacking:
            failed.add(check.name)
            yield Result(check.name, waits_for=lacking)
            continue
        result, is_through = _made(check, site)
        if not is_through:
            failed.add(check.name)
        yield result


def _made(check: Check, site: Site) -> tuple[Result, bool]:
    """Return what a check found, and whether it came to its end."""
    found: list[Finding | Note] = []
    raised: list[Finding | Note] = []
    try:
        found.extend(check.look(site))
    except OnhookError as error:
        raised = [Finding("fault", error)]
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raised = [Finding("fault", PlaceUnreadable(str(error.filename or site.folder), reason))]
    except Exception as error:  # noqa: BLE001 - it may hold a secret, and ends no other check
        raised = [Finding("fault", CheckFailed(check.name, type(error).__name__))]
    everything = [*found, *raised]
    findings = tuple(one for one in everything if isinstance(one, Finding))
    notes = tuple(one for one in everything if not isinstance(one, Finding))
    return Result(check.name, notes, findings), not raised
