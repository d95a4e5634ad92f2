"""Make kits: decide what each is, render it, draw it, seal it. Nothing is written here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Literal, NamedTuple

from onhook import qr
from onhook.families.errors import CannotCarry
from onhook.kits.candidates import values_of
from onhook.kits.manifest import Kit, KitLabel
from onhook.kits.readiness import format_reasons, reasons
from onhook.kits.records import Record, file_rows, issue_row, kept_files, link_row
from onhook.kits.symbols import SecretInQr
from onhook.links import link_url, new_token, open_token, state_of
from onhook.sealing import KeyMissing, SealBroken
from onhook.workspace import TOKYO
from onhook_devices.errors import OnhookError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from onhook.families import Family
    from onhook.families.family import Rendering
    from onhook.kits.candidates import Candidate, Row
    from onhook.workspace import Workspace

KitState = Literal["new", "changed", "renewed", "unchanged", "refused"]
KIT_STATES: tuple[KitState, ...] = ("new", "changed", "renewed", "unchanged", "refused")
QrFormat = Literal["png", "svg"]

_DRAW: dict[QrFormat, Callable[[qr.Symbol], bytes]] = {
    "png": qr.png,
    "svg": qr.svg,
}


@dataclass(frozen=True, slots=True)
class IssueOptions:
    """How kits are made.

    Attributes:
        family: Name of the softphone family; None: the kit's last, else the service's.
        needs_device: False makes kits for people with their own phone, too.
        formats: Pictures of the QR code that a kit has.
        allow_secret_qr: Whether a QR code may hold the password.
        reason: Why, for the record.
        anew: Whether a kit that is live and unchanged is replaced all the same.
    """

    family: str | None = None
    needs_device: bool = True
    formats: tuple[QrFormat, ...] = ("png",)
    allow_secret_qr: bool = False
    reason: str = "issue"
    anew: bool = False


class Outcome(NamedTuple):
    """What became of one candidate.

    Attributes:
        account: ``acme/101``.
        device: The device's id, or ''.
        state: New; changed (its config differs); renewed (its link had died, or it was to be made
            anew); unchanged; refused.
        issue: Number of the kit's current issue; None where it was refused.
        family: The softphone family.
        errors: Why it was refused.
    """

    account: str
    device: str
    state: KitState
    issue: int | None
    family: str
    errors: tuple[OnhookError, ...] = ()


class Made(NamedTuple):
    """What was made of a candidate, and what is to be done with it.

    Attributes:
        outcome: What became of it.
        kit: Files to write, None where it was refused; the QR code's pictures come with `drawn`.
        symbol: What the QR code holds, '' where there is none, or where it is drawn. A secret.
        record: Rows to store, None where nothing is new.
    """

    outcome: Outcome
    kit: Kit | None = None
    symbol: str = ""
    record: Record | None = None

    def __repr__(self) -> str:
        return f"Made({self.outcome!r})"


class _Life(NamedTuple):
    """How long a link lives."""

    expires_at: datetime
    max_fetches: int


class _NotReady(Exception):
    def __init__(self, errors: list[OnhookError]) -> None:
        super().__init__()
        self.errors = errors


class Maker:
    """Makes kits for the candidates of one moment.

    Args:
        workspace: Whose they are.
        options: How kits are made.
        now: The moment.
    """

    def __init__(self, workspace: Workspace, options: IssueOptions, now: datetime) -> None:
        self._workspace = workspace
        self._options = options
        self._now = now
        self._today = now.astimezone(TOKYO).date()
        self._public_url = workspace.settings.public_url
        self._keys = workspace.keys.delivery

    def make(self, candidate: Candidate) -> Made:
        """Make one kit, or find that it is there or cannot be."""
        last = None if candidate.kit is None else candidate.kit.family
        name = self._options.family or last or candidate.terms.service.family
        family = self._workspace.families.get(name)
        family.compile()
        try:
            return self._make(candidate, family)
        except _NotReady as refusal:
            errors = tuple(refusal.errors)
        except (KeyMissing, SealBroken) as fault:  # of this account only; the others can be served
            errors = (fault,)
        return Made(Outcome(candidate.name, candidate.device_id, "refused", None, name, errors))

    def _make(self, candidate: Candidate, family: Family) -> Made:
        url = self._live_url(candidate, family)
        if url is None:
            return self._make_new(candidate, family, is_changed=False)
        rendering = self._render(candidate, family, url)
        hashes = {file.name: sha256(file.content).digest() for file in kept_files(rendering)}
        if hashes != candidate.hashes:
            return self._make_new(candidate, family, is_changed=True)
        row: Row = candidate.kit
        label = _label(candidate, family, row.number, row.made_at, _life_of(row))
        kit = Kit(label, {file.name: file.content for file in rendering.files})
        return Made(_outcome(label, "unchanged"), kit, _symbol_text(rendering, url))

    def _live_url(self, candidate: Candidate, family: Family) -> str | None:
        """Return the link of the kit as it stands, '' if it has none and needs none.

        None means that the kit must be made anew: so it was asked, it is the first, of another
        family, or its link is dead or points to an earlier `public_url`.
        """
        made = candidate.kit
        if self._options.anew or made is None or made.family != family.name:
            return None
        if made.token_sealed is None:
            return None if self._has_link(family) else ""
        if state_of(made, self._now) != "live" or made.public_url != self._public_url:
            return None
        return link_url(made.public_url, open_token(self._keys, candidate.name, made))

    def _has_link(self, family: Family) -> bool:
        """Tell whether kits of `family` get a link: without a file there is nothing to fetch."""
        return self._public_url is not None and bool(family.manifest.files)

    def _make_new(self, candidate: Candidate, family: Family, *, is_changed: bool) -> Made:
        made = candidate.kit
        token = new_token() if self._has_link(family) else None
        url = "" if token is None else link_url(str(self._public_url), token)
        rendering = self._render(candidate, family, url)
        label = self._new_label(candidate, family, has_link=token is not None)
        state: KitState = "new"
        if made is not None:
            is_other = is_changed or made.family != family.name
            state = "changed" if is_other else "renewed"
        kit = Kit(label, {file.name: file.content for file in rendering.files})
        record = self._record(candidate, label, rendering, token)
        return Made(_outcome(label, state), kit, _symbol_text(rendering, url), record)

    def _render(self, candidate: Candidate, family: Family, url: str) -> Rendering:
        """Render a candidate that nothing speaks against.

        Raises:
            _NotReady: With everything that speaks against it.
        """
        values = values_of(self._workspace.keys.accounts, candidate, url)
        needs_device = self._options.needs_device
        found = reasons(candidate, values, family, self._today, needs_device=needs_device)
        if family.has_secret_in_qr and not self._options.allow_secret_qr:
            found.append(SecretInQr(candidate.name, family.name))
        if found:
            raise _NotReady([*found, *format_reasons(found, values, family)])
        try:
            return family.render(values)
        except CannotCarry as error:  # there may be more, and one that only rendering finds
            raise _NotReady(list(family.refusals(values)) or [error]) from None
        except OnhookError as error:
            raise _NotReady([error]) from None

    def _new_label(self, candidate: Candidate, family: Family, *, has_link: bool) -> KitLabel:
        number = 1 if candidate.kit is None else candidate.kit.number + 1
        life = None
        if has_link:
            links = candidate.terms.service.links
            expires_at = self._now + timedelta(hours=links.hours)
            life = _Life(min(expires_at, candidate.terms.over_at or expires_at), links.fetches)
        return _label(candidate, family, number, self._now, life)

    def _record(
        self, candidate: Candidate, label: KitLabel, rendering: Rendering, token: str | None
    ) -> Record:
        link = None
        if token is not None:
            link = link_row(self._keys, label, token, str(self._public_url))
        return Record(
            account_id=candidate.account.id,
            device_id=candidate.device_id,
            kit_id=None if candidate.kit is None else candidate.kit.kit_id,
            number=label.issue,
            issue=issue_row(label, self._workspace.actor, self._options.reason),
            files=file_rows(self._keys, label, rendering),
            link=link,
        )


def drawn(batch: Sequence[Made], formats: tuple[QrFormat, ...]) -> list[Made]:
    """Return `batch` with the QR codes of its new kits drawn.

    Not kit by kit but one kind of work after the other: a processor that can keep code and tables
    in its cache takes three quarters of the time. An unchanged kit is drawn only where it is to be
    written again (`draw`).
    """
    symbols = {
        place: qr.encode(made.symbol)
        for place, made in enumerate(batch)
        if made.symbol and made.record is not None
    }
    pictures = {place: _pictures(symbol, formats) for place, symbol in symbols.items()}
    return [_with(made, pictures.get(place, {})) for place, made in enumerate(batch)]


def draw(symbol_text: str, formats: tuple[QrFormat, ...]) -> dict[str, bytes]:
    """Return the pictures of a QR code by file name; none for an empty text."""
    return _pictures(qr.encode(symbol_text), formats) if symbol_text else {}


def _pictures(symbol: qr.Symbol, formats: tuple[QrFormat, ...]) -> dict[str, bytes]:
    return {f"qr.{form}": _DRAW[form](symbol) for form in formats}


def _with(made: Made, pictures: Mapping[str, bytes]) -> Made:
    if made.kit is None or made.record is None:
        return made
    kit = Kit(made.kit.label, {**made.kit.files, **pictures})
    return made._replace(kit=kit.with_manifest(), symbol="")


def _outcome(label: KitLabel, state: KitState) -> Outcome:
    return Outcome(label.account, label.device, state, label.issue, label.family)


def _life_of(row: Row) -> _Life | None:
    """Return how long the link of a kit's row lives, None where it has no link."""
    return None if row.expires_at is None else _Life(row.expires_at, row.max_fetches)


def _symbol_text(rendering: Rendering, url: str) -> str:
    return url if rendering.qr is None else rendering.qr


def _label(
    candidate: Candidate,
    family: Family,
    number: int,
    issued_at: datetime,
    life: _Life | None,
) -> KitLabel:
    return KitLabel(
        customer=candidate.account.customer_id,
        extension=candidate.account.extension,
        name=candidate.display_name,
        device=candidate.device_id,
        platform="" if candidate.device is None else candidate.device.platform,
        family=family.name,
        service=candidate.terms.service.id,
        issue=number,
        issued_at=issued_at,
        expires_at=None if life is None else life.expires_at,
        max_fetches=None if life is None else life.max_fetches,
        secret_in_qr=family.has_secret_in_qr,
    )
