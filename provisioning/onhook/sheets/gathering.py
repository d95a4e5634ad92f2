"""Find out what the sheets of some accounts say: a sheet for each kit that can be handed out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import and_, func, select

from onhook.delivery.codes import code_of
from onhook.families.family import SYMBOL
from onhook.kits.candidates import load_candidates
from onhook.kits.records import about_file
from onhook.kits.symbols import SecretInQr
from onhook.links import link_url, open_token, page_url, state_of
from onhook.sheets.errors import (
    KitHasNoLink,
    LinkExpired,
    LinkRevoked,
    LinkUsedUp,
    NoKitYet,
    NotOnDevice,
)
from onhook.sheets.sheet import Sheet, SheetApp, SheetDevice, SheetLink
from onhook.store.schema import issue_file, kit, lease
from onhook.subjects import read_device_id
from onhook_devices.errors import OnhookError
from onhook_devices.leasing.lease import State
from onhook_devices.platforms import Platform

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Row

    from onhook.kits.candidates import Candidate, Selection
    from onhook.words import Language
    from onhook.workspace import UnitOfWork
    from onhook_devices.service import Service

_DEAD: Mapping[str, type[LinkExpired | LinkUsedUp | LinkRevoked]] = {
    "expired": LinkExpired,
    "used-up": LinkUsedUp,
    "revoked": LinkRevoked,
}
# The customer has the device and will have to give it back (J-L10).
_IN_LEASE = {
    State.LEASED,
    State.FAULT_REPORTED,
    State.CHARGE_OPEN,
    State.CHARGE_SETTLED,
    State.REPLACED,
    State.RETURN_DUE,
}


@dataclass(frozen=True, slots=True)
class Wish:
    """How sheets are wanted.

    Attributes:
        language: In which language; None: each in its customer's.
        device: Of the kits on this device only.
        with_codes: Whether a short code stands on them: it lives for minutes.
        allow_secret_qr: Whether a QR code may hold the password itself.
    """

    language: Language | None = None
    device: str | None = None
    with_codes: bool = False
    allow_secret_qr: bool = False


def gather_sheets(
    work: UnitOfWork, selection: Selection, wish: Wish
) -> Iterator[Sheet | OnhookError]:
    """Yield the sheets of the accounts selected, in input order; an error where there is none.

    Args:
        work: Where they are; one that writes, if short codes are wanted.
        selection: Which accounts.
        wish: How.

    Raises:
        OnhookError: The customer named does not exist, or a sealed value cannot be opened.
    """
    device = None if wish.device is None else read_device_id(wish.device)
    for chunk in load_candidates(work, selection):
        if isinstance(chunk, OnhookError):
            yield chunk
            continue
        gatherer = _Gatherer(work, wish, chunk)
        of_account: dict[str, list[Candidate]] = {}
        for candidate in chunk:
            of_account.setdefault(candidate.name, []).append(candidate)
        for name, candidates in of_account.items():
            wanted = [one for one in candidates if device in (None, one.device_id)]
            if not wanted and selection.names:  # of all, those on the device are meant
                yield NotOnDevice(name, device or "")
            yield from map(gatherer.sheet, wanted)


def gather_sheet(work: UnitOfWork, candidate: Candidate, wish: Wish) -> Sheet | OnhookError:
    """Return the sheet of one kit, or why there is none."""
    return _Gatherer(work, wish, [candidate]).sheet(candidate)


class _Gatherer:
    """Makes the sheets of some hundred candidates, whose rows it reads together."""

    def __init__(self, work: UnitOfWork, wish: Wish, chunk: Sequence[Candidate]) -> None:
        self._work = work
        self._wish = wish
        self._pictures = _pictures(work, [one.kit.kit_id for one in chunk if one.kit is not None])
        self._leases = _leases(work, [one.device_id for one in chunk if one.device is not None])

    def sheet(self, candidate: Candidate) -> Sheet | OnhookError:
        """Return a candidate's sheet, or why there is none."""
        row = candidate.kit
        if row is None:
            return NoKitYet(candidate.subject, candidate.name)
        content_sealed = self._pictures.get(row.kit_id)
        if content_sealed is None:
            return self._with_link(candidate, row)
        if row.secret_in_qr and not self._wish.allow_secret_qr:
            return SecretInQr(candidate.subject, row.family)
        bound_to = about_file(candidate.name, candidate.device_id, row.number, SYMBOL)
        symbol = self._work.workspace.keys.delivery.open(content_sealed, bound_to).decode()
        return self._sheet(candidate, row, symbol, None)

    def _with_link(self, candidate: Candidate, row: Row[Any]) -> Sheet | OnhookError:
        """Return the sheet of a kit whose QR code holds its link."""
        names = (candidate.subject, candidate.name)
        if row.token_sealed is None:
            return KitHasNoLink(*names)
        state = state_of(row, self._work.now)
        if state != "live":
            return _DEAD[state](*names)
        token = open_token(self._work.workspace.keys.delivery, candidate.name, row)
        code = code_of(self._work, candidate.name, row) if self._wish.with_codes else None
        link = SheetLink(
            public_url=row.public_url,
            expires_at=row.expires_at,
            page_url=page_url(row.public_url, token),
            code="" if code is None else code.code,
            code_expires_at=None if code is None else code.expires_at,
        )
        return self._sheet(candidate, row, link_url(row.public_url, token), link)

    def _sheet(
        self, candidate: Candidate, row: Row[Any], symbol: str, link: SheetLink | None
    ) -> Sheet:
        values = candidate.terms.values
        service = self._work.workspace.services.get(row.service)
        return Sheet(
            account=candidate.name,
            account_id=candidate.account.id,
            issue=row.number,
            family=row.family,
            language=self._wish.language or cast("Language", values["language"]),
            customer_name=values["customer_name"],
            name=candidate.display_name,
            service=service,
            app=self._app(row.family, service),
            device=None if candidate.device is None else self._device(candidate.device),
            link=link,
            symbol=symbol,
            is_secret_for_ever=row.secret_in_qr,
        )

    def _app(self, family_name: str, service: Service) -> SheetApp:
        manifest = self._work.workspace.families.get(family_name).manifest
        is_usual = family_name == service.family
        return SheetApp(
            name=service.app.name if is_usual else manifest.title,
            platforms=manifest.platforms,
            downloads=service.app.downloads if is_usual else (),
            opens_link=manifest.deep_link is not None,
            screen=manifest.screen,
        )

    def _device(self, row: Row[Any]) -> SheetDevice:
        leased = self._leases.get(row.id)
        # A device may be known to be leased before its lease is entered.
        is_leased = row.ownership == "leased" if leased is None else leased.state in _IN_LEASE
        is_due = leased is not None and leased.state == State.RETURN_DUE
        return SheetDevice(
            id=row.id,
            platform=Platform(row.platform),
            model=row.model,
            serial=row.serial,
            is_leased=is_leased,
            return_by=leased.due_on if leased is not None and is_due else None,
        )


def _pictures(work: UnitOfWork, kits: Sequence[int]) -> dict[int, bytes]:
    """Return what stands in QR codes that hold no link, sealed, by kit."""
    current = and_(
        issue_file.c.kit_id == kit.c.id,
        issue_file.c.number == kit.c.current_issue,
        issue_file.c.name == SYMBOL,
    )
    query = select(kit.c.id, issue_file.c.content_sealed).join(issue_file, current)
    rows = work.connection.execute(query.where(kit.c.id.in_(kits)))
    return {row.id: row.content_sealed for row in rows}


def _leases(work: UnitOfWork, devices: Sequence[str]) -> dict[str, Row[Any]]:
    """Return the last lease of each device that ever had one."""
    last = (
        select(lease.c.device_id, func.max(lease.c.number).label("number"))
        .where(lease.c.device_id.in_(devices))
        .group_by(lease.c.device_id)
        .subquery()
    )
    is_last = and_(lease.c.device_id == last.c.device_id, lease.c.number == last.c.number)
    rows = work.connection.execute(select(lease).join(last, is_last))
    return {row.device_id: row for row in rows}
