"""Make one kit: decide what it is, render it, hand files to the sink and rows to the record."""

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
from onhook.kits.records import Records
from onhook.links import link_url, new_token, open_token, state_of
from onhook.sealing import KeyMissing, SealBroken
from onhook.store.numbers import reserve_ids
from onhook.store.schema import kit
from onhook_devices.errors import OnhookError, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from onhook.families import Family
    from onhook.families.family import Rendering
    from onhook.kits.candidates import Candidate, Row
    from onhook.kits.sink import KitSink
    from onhook.workspace import UnitOfWork

KitState = Literal["new", "changed", "renewed", "unchanged", "refused"]
KIT_STATES: tuple[KitState, ...] = ("new", "changed", "renewed", "unchanged", "refused")
QrFormat = Literal["png", "svg"]

_DRAW: dict[QrFormat, Callable[[qr.Symbol], bytes]] = {
    "png": qr.png,
    "svg": qr.svg,
}


@dataclass(eq=False)
class SecretInQr(Refused):
    """The family's QR code would hold the password itself."""

    account: str
    family: str


@dataclass(frozen=True, slots=True)
class IssueOptions:
    """How kits are made.

    Attributes:
        family: Name of the softphone family; None: the kit's last, else the service's.
        needs_device: False makes kits for people with their own phone, too.
        formats: Pictures of the QR code that a kit has.
        allow_secret_qr: Whether a QR code may hold the password.
        reason: Why, for the record.
    """

    family: str | None = None
    needs_device: bool = True
    formats: tuple[QrFormat, ...] = ("png",)
    allow_secret_qr: bool = False
    reason: str = "issue"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one candidate.

    Attributes:
        account: ``acme/101``.
        device: The device's id, or ''.
        state: New; changed (its config differs); renewed (its link had died); unchanged; refused.
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


class _Life(NamedTuple):
    """How long a link lives; a link's row says the same by the same names."""

    expires_at: datetime
    max_fetches: int


class _NotReady(Exception):
    def __init__(self, errors: list[OnhookError]) -> None:
        super().__init__()
        self.errors = errors


class Maker:
    """Makes the kits of one chunk within its unit of work."""

    def __init__(self, work: UnitOfWork, options: IssueOptions, sink: KitSink) -> None:
        self._work = work
        self._options = options
        self._sink = sink
        self._public_url = work.workspace.settings.public_url
        self._ids: Iterator[int] = iter(())
        self._records = Records(work)

    def reserve(self, count: int) -> None:
        """Reserve the numbers of at most `count` new kits."""
        self._ids = iter(reserve_ids(self._work.connection, kit, count))

    def make(self, candidate: Candidate) -> Outcome:
        """Make one kit, or find that it is there or cannot be."""
        last = None if candidate.kit is None else candidate.kit.family
        name = self._options.family or last or candidate.terms.service.family
        family = self._work.workspace.families.get(name)
        family.compile()
        try:
            state, number = self._make(candidate, family)
        except _NotReady as refusal:
            errors = tuple(refusal.errors)
            return Outcome(candidate.name, candidate.device_id, "refused", None, name, errors)
        except (KeyMissing, SealBroken) as fault:  # of this account only; the others can be served
            return Outcome(candidate.name, candidate.device_id, "refused", None, name, (fault,))
        return Outcome(candidate.name, candidate.device_id, state, number, name)

    def store(self) -> None:
        """Write the rows of everything made."""
        self._records.store()

    def _make(self, candidate: Candidate, family: Family) -> tuple[KitState, int]:
        url = self._live_url(candidate, family)
        if url is None:
            return self._make_new(candidate, family, is_changed=False)
        rendering = self._render(candidate, family, url)
        hashes = {file.name: sha256(file.content).digest() for file in rendering.files}
        if hashes != candidate.hashes:
            return self._make_new(candidate, family, is_changed=True)
        return "unchanged", self._write_again(candidate, rendering, url)

    def _live_url(self, candidate: Candidate, family: Family) -> str | None:
        """Return the link of the kit as it stands, '' if it has none and needs none.

        None means that the kit must be made anew: it is the first, of another family, or its
        link is dead or points to an earlier `public_url`.
        """
        made = candidate.kit
        if made is None or made.family != family.name:
            return None
        if made.token_sealed is None:
            return "" if self._public_url is None else None
        if state_of(made, self._work.now) != "live" or made.public_url != self._public_url:
            return None
        return link_url(made.public_url, open_token(self._work.workspace.keys.delivery, made))

    def _make_new(
        self, candidate: Candidate, family: Family, *, is_changed: bool
    ) -> tuple[KitState, int]:
        made = candidate.kit
        token = None if self._public_url is None else new_token()
        url = "" if token is None else link_url(str(self._public_url), token)
        rendering = self._render(candidate, family, url)
        label = self._label(candidate, family, has_link=token is not None)
        self._sink.stage(Kit(label, self._contents(rendering, url)))
        kit_id = self._record(candidate, label, rendering)
        if token is not None:
            self._records.add_link(kit_id, label, token, str(self._public_url))
        if made is None:
            return "new", label.issue
        return "changed" if is_changed or made.family != family.name else "renewed", label.issue

    def _render(self, candidate: Candidate, family: Family, url: str) -> Rendering:
        """Render a candidate that nothing speaks against.

        Raises:
            _NotReady: With everything that speaks against it.
        """
        values = values_of(self._work, candidate, url)
        needs_device = self._options.needs_device
        found = reasons(candidate, values, family, self._work.today, needs_device=needs_device)
        if family.has_secret_in_qr and not self._options.allow_secret_qr:
            found.append(SecretInQr(candidate.name, family.name))
        if found:
            raise _NotReady([*found, *format_reasons(found, values, family)])
        try:
            return family.render(values)
        except CannotCarry:
            raise _NotReady(list(family.refusals(values))) from None
        except OnhookError as error:
            raise _NotReady([error]) from None

    def _label(self, candidate: Candidate, family: Family, *, has_link: bool) -> KitLabel:
        number = 1 if candidate.kit is None else candidate.kit.number + 1
        life = None
        if has_link:
            links = candidate.terms.service.links
            life = _Life(self._work.now + timedelta(hours=links.hours), links.fetches)
        return _label(candidate, family.name, number, self._work.now, life)

    def _record(self, candidate: Candidate, label: KitLabel, rendering: Rendering) -> int:
        if candidate.kit is None:
            kit_id = next(self._ids)
            self._records.add_kit(kit_id, candidate.account.id, candidate.device_id)
        else:
            kit_id = candidate.kit.kit_id
            self._records.move_kit(kit_id, label.issue)
        self._records.add_issue(kit_id, label, rendering, self._options.reason)
        return kit_id

    def _write_again(self, candidate: Candidate, rendering: Rendering, url: str) -> int:
        """Write the files of an unchanged kit where they are not, or not whole."""
        made: Row = candidate.kit
        label = _label(candidate, made.family, made.number, made.made_at, made)
        names = {file.name for file in rendering.files}
        if _symbol_text(rendering, url):
            names |= {f"qr.{form}" for form in self._options.formats}
        if not self._sink.holds(label, frozenset(names)):
            self._sink.stage(Kit(label, self._contents(rendering, url)))
        return label.issue

    def _contents(self, rendering: Rendering, url: str) -> dict[str, bytes]:
        """Return a kit's files by name: those rendered, and the pictures of its QR code."""
        contents = {file.name: file.content for file in rendering.files}
        text = _symbol_text(rendering, url)
        if text:
            symbol = qr.encode(text)
            contents |= {f"qr.{form}": _DRAW[form](symbol) for form in self._options.formats}
        return contents


def _symbol_text(rendering: Rendering, url: str) -> str:
    return url if rendering.qr is None else rendering.qr


def _label(
    candidate: Candidate,
    family: str,
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
        family=family,
        service=candidate.terms.service.id,
        issue=number,
        issued_at=issued_at,
        expires_at=None if life is None else life.expires_at,
        max_fetches=None if life is None else life.max_fetches,
    )
