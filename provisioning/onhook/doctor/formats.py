"""Services and softphone families: each is read, and does what its samples show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onhook.contracts import contracts_of
from onhook.doctor.errors import ContractsWithoutPbx
from onhook.doctor.findings import Finding
from onhook.imports import Note
from onhook.sheets.design import DESIGN_FOLDER
from onhook_devices.errors import OnhookError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from onhook.doctor.site import Site
    from onhook.families import Families

_SHOWN = 5


def check_services(site: Site) -> Iterator[Finding | Note]:
    """Read every service and every troubleshooting flow; find the service of new contracts."""
    services, flows = site.workspace.services, site.workspace.flows
    known = services.ids()
    yield from _unreadable(services.get, [*known, site.settings.service])
    yield from _unreadable(flows.get, flows.ids())
    yield Note("doctor-services", {"services": ", ".join(known)})


def check_contracts(site: Site) -> Iterator[Finding | Note]:
    """See that running contracts have a service and a PBX."""
    with site.reading() as work:
        running = [one for one in contracts_of(work, None) if one.runs_on(work.today)]
        known = site.workspace.services.ids()
        gone = sorted({one.service for one in running} - set(known))
        yield from _unreadable(site.workspace.services.get, gone)
        host = site.settings.pbx.host
        lacking = [str(one.id) for one in running if not (one.pbx.host or host)]
    if lacking or not (running or host):
        yield Finding("warning", ContractsWithoutPbx(_few(lacking) or "-"))
    yield Note("doctor-contracts", {"count": str(len(running))})


def check_families(site: Site) -> Iterator[Finding | Note]:
    """Render the samples of every family; try an operator's own with awkward values, too."""
    families = site.workspace.families
    for name in families.names():
        for fault in _faults(families, name):
            yield Finding("fault", fault)
    yield Note("doctor-families", {"families": ", ".join(families.names())})


def check_sheets(site: Site) -> Iterator[Finding | Note]:
    """Lay out made-up sheets in the operator's design, if there is one."""
    folder = site.settings.folder / DESIGN_FOLDER
    if not folder.is_dir():
        yield Note("doctor-sheets-own", {})
        return
    from onhook.sheets.specimen import try_design  # noqa: PLC0415 - typst and fonts

    try:
        try_design(site.workspace)
    except OnhookError as fault:
        yield Finding("fault", fault)
    yield Note("doctor-sheets", {"folder": str(folder)})


def _unreadable(read: Callable[[str], object], ids: Iterable[str]) -> Iterator[Finding]:
    """Yield what is wrong with the files of `ids`."""
    for id_ in dict.fromkeys(ids):
        try:
            read(id_)
        except OnhookError as fault:
            yield Finding("fault", fault)


def _faults(families: Families, name: str) -> list[OnhookError]:
    from onhook.families.proving import prove  # noqa: PLC0415 - lxml is slow to import
    from onhook.families.samples import check_samples  # noqa: PLC0415 - jinja2 as well

    if not families.is_shipped(name):
        return list(prove(families, name).faults)
    try:
        return check_samples(families.get(name))
    except OnhookError as fault:
        return [fault]


def _few(names: list[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" … +{more}" if more > 0 else "")
