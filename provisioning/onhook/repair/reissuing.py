"""Issue a kit again: the old link dies, and a new one is there, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from onhook.devices.assignments import NotAssigned
from onhook.inspecting.history import KnownIssue, current_issues
from onhook.kits.candidates import TermsCache, load_chunk
from onhook.kits.issuing import made_kits, publishing
from onhook.kits.making import IssueOptions, Maker, drawn
from onhook.kits.records import store
from onhook.links import revoke_links, state_of
from onhook.repair.differences import Change, changes_between
from onhook.repair.errors import NoPasswordToReplace, SeveralDevices
from onhook.repair.renewing import give_new_password
from onhook.subjects import find_account, find_device

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from onhook.kits.candidates import Candidate, Row
    from onhook.kits.making import Made, Outcome, QrFormat
    from onhook.kits.sink import KitSink
    from onhook.workspace import UnitOfWork, Workspace
    from onhook_devices.errors import OnhookError
    from onhook_devices.terms.accounts import Credentials


_REASONS = {False: "new-password", True: "compromised"}
"""Why the PBX is to change a password, by whether the account is compromised."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be issued again.

    Attributes:
        account: ``acme/101``, or ``101``.
        reason: Why, for the record.
        customer: Whose, for the short form.
        device: On which of its devices; not needed where it is on one.
        with_new_password: Whether the account gets a new password, too.
        is_compromised: Whether somebody may have what was issued (J-A3): every link of the account
            dies whatever comes after, its password is replaced, and all its kits are made anew.
        needs_device: False makes a kit for a person's own phone, too.
        formats: Pictures of the QR code that a kit has.
        allow_secret_qr: Whether a QR code may hold the password.
    """

    account: str
    reason: str
    customer: str | None = None
    device: str | None = None
    with_new_password: bool = False
    is_compromised: bool = False
    needs_device: bool = True
    formats: tuple[QrFormat, ...] = ()
    allow_secret_qr: bool = False

    @property
    def replaces_password(self) -> bool:
        """Tell whether the password is replaced."""
        return self.with_new_password or self.is_compromised


class Former(NamedTuple):
    """What a kit was before.

    Attributes:
        issue: Number of the issue.
        made_at: When it was made.
        fetches: How often it was fetched over its link; None where it had none to be fetched by.
        was_live: Whether its link still worked.
    """

    issue: int
    made_at: datetime
    fetches: int | None
    was_live: bool


class Renewal(NamedTuple):
    """What became of one kit.

    Attributes:
        outcome: The kit, and why it was refused.
        former: What it was before; None where this is the first.
        changes: What differs between the two; None where there was none, or it cannot be opened.
    """

    outcome: Outcome
    former: Former | None = None
    changes: tuple[Change, ...] | None = None


@dataclass(frozen=True, slots=True)
class Reissued:
    """What was done.

    Attributes:
        account: ``acme/101``.
        renewals: The kits.
        links_revoked: Links that died by it.
        has_new_password: Whether it has one; the PBX must still get it.
        has_msisdn: Whether an MSISDN signs in, too, as before.
        others: Devices of the account whose kits hold the password of before.
    """

    account: str
    renewals: tuple[Renewal, ...]
    links_revoked: int = 0
    has_new_password: bool = False
    has_msisdn: bool = False
    others: tuple[str, ...] = ()

    @property
    def errors(self) -> list[OnhookError]:
        """Return why kits were refused."""
        return [error for renewal in self.renewals for error in renewal.outcome.errors]


@dataclass(eq=False)
class _TakenBack(Exception):
    """A kit cannot be made, so nothing is done."""

    reissued: Reissued = field(repr=False)


def reissue(workspace: Workspace, wanted: Wanted, sink: KitSink) -> Reissued:
    """Issue a kit of an account again, or all of them; no other account's or device's is touched.

    What cannot be made is told as errors, and then nothing at all is done; where the account is
    compromised its links die and its password is replaced all the same.

    Args:
        workspace: Whose account.
        wanted: Which, and how.
        sink: Where the files go.

    Raises:
        SeveralDevices: It is on several devices, and none was named.
        NotAssigned: It is not on the device named.
        NoPasswordToReplace: It has none, and was to get a new one.
        OnhookError: There is no such account or device, or storage fails.
    """
    try:
        with publishing(workspace, sink) as work:
            return _reissue(work, wanted, sink)
    except _TakenBack as refusal:
        return refusal.reissued


def _reissue(work: UnitOfWork, wanted: Wanted, sink: KitSink) -> Reissued:
    row = find_account(work.connection, wanted.account, wanted.customer)
    candidates = load_chunk(work, TermsCache(work), [row.id])
    credentials = candidates[0].terms.service.credentials
    chosen = _chosen(work, candidates, wanted)
    on = {one.device_id for one in chosen}
    has_new_password = wanted.replaces_password and _replace(work, row, wanted, credentials)
    if has_new_password:
        chosen = _again(work, row.id, on)
    formers = {one.device: one for one in current_issues(work, row.id)}
    revoked = _revoke(work, row.id, wanted, chosen)
    if wanted.is_compromised and credentials.on_misuse == "revoke":
        chosen = []
    made = _make(work, chosen, wanted)
    _keep(work, made, sink)
    reissued = Reissued(
        account=candidates[0].name,
        renewals=_renewals(work, row.id, chosen, made, formers),
        links_revoked=revoked,
        has_new_password=has_new_password,
        has_msisdn=row.msisdn_sealed is not None,
        others=_others(candidates, on) if has_new_password else (),
    )
    if reissued.errors and not wanted.is_compromised:
        raise _TakenBack(reissued)
    _record(work, wanted, reissued, made)
    return reissued


def _keep(work: UnitOfWork, made: Sequence[Made], sink: KitSink) -> None:
    for one in made:
        if one.kit is not None:
            sink.stage(one.kit)
    store(work, [one.record for one in made if one.record is not None])


def _record(work: UnitOfWork, wanted: Wanted, done: Reissued, made: Sequence[Made]) -> None:
    """Record what was done; a compromised account leaves an entry even without a kit."""
    customer = done.account.partition("/")[0]
    told: dict[str, object] = {"kits": made_kits(made).get(customer, {}), "reason": wanted.reason}
    if wanted.is_compromised:
        told["why"] = "compromised"
    if done.has_new_password:
        told["fields"] = ["password"]
    work.record("kit.reissue", done.account, links_revoked=done.links_revoked, **told)


def _others(candidates: Sequence[Candidate], on: Collection[str]) -> tuple[str, ...]:
    return tuple(one.device_id for one in candidates if one.device_id not in on)


def _chosen(work: UnitOfWork, candidates: list[Candidate], wanted: Wanted) -> list[Candidate]:
    """Return the candidates that are meant: all, or one.

    Raises:
        OnhookError: As `on_one_device`.
    """
    if wanted.is_compromised:
        return candidates
    return [on_one_device(work, candidates, wanted.device)]


def on_one_device(
    work: UnitOfWork, candidates: Sequence[Candidate], named: str | None
) -> Candidate:
    """Return which of an account's candidates is meant.

    Args:
        work: Where the devices are.
        candidates: The account's, one or more.
        named: The device; None: it is on one, or on none.

    Raises:
        NotAssigned: The account is not on the device named.
        NoSuchDevice: There is no such device.
        SeveralDevices: It is on several, and none was named.
    """
    name = candidates[0].name
    if named is None:
        if len(candidates) > 1:
            raise SeveralDevices(name, ", ".join(one.device_id for one in candidates))
        return candidates[0]
    device = find_device(work.connection, named).id
    for one in candidates:
        if one.device_id == device:
            return one
    raise NotAssigned(device, name)


def _replace(work: UnitOfWork, row: Row, wanted: Wanted, credentials: Credentials) -> bool:
    """Give the account a new password and ask for it on the PBX; tell whether it was possible.

    Raises:
        NoPasswordToReplace: It has an MSISDN alone, and nobody else has that.
    """
    name = f"{row.customer_id}/{row.extension}"
    if row.password_sealed is None and row.msisdn_sealed is not None:
        if wanted.is_compromised:
            return False
        raise NoPasswordToReplace(name, rule=credentials.rule)
    give_new_password(work, row, _REASONS[wanted.is_compromised])
    return True


def _again(work: UnitOfWork, number: int, on: Collection[str]) -> list[Candidate]:
    """Return the account's candidates for the devices `on` as they are now."""
    now = load_chunk(work, TermsCache(work), [number])
    return [one for one in now if one.device_id in on]


def _revoke(work: UnitOfWork, number: int, wanted: Wanted, chosen: Sequence[Candidate]) -> int:
    """Count the links that die; where the account is compromised they do so here and now."""
    live = sum(_was_live(one.kit, work.now) for one in chosen)
    if not wanted.is_compromised:
        return live  # they are replaced when the new kits are stored
    return revoke_links(work, accounts=[number], why="compromised")


def _make(work: UnitOfWork, chosen: Sequence[Candidate], wanted: Wanted) -> list[Made]:
    had_no_device = any(one.device is None and one.kit is not None for one in chosen)
    options = IssueOptions(
        needs_device=wanted.needs_device and not had_no_device,
        formats=wanted.formats,
        allow_secret_qr=wanted.allow_secret_qr,
        reason=wanted.reason,
        anew=True,
    )
    maker = Maker(work.workspace, options, work.now)
    return drawn([maker.make(one) for one in chosen], wanted.formats)


def _renewals(
    work: UnitOfWork,
    number: int,
    chosen: Sequence[Candidate],
    made: Sequence[Made],
    formers: dict[str, KnownIssue],
) -> tuple[Renewal, ...]:
    now = {one.device: one for one in current_issues(work, number)}
    renewals = []
    for candidate, one in zip(chosen, made, strict=True):
        before = formers.get(candidate.device_id)
        if one.kit is None or before is None:
            renewals.append(Renewal(one.outcome))
            continue
        changes = changes_between(work, before, now[candidate.device_id])
        renewals.append(Renewal(one.outcome, _former(candidate.kit, work.now), changes))
    return tuple(renewals)


def _former(row: Row, now: datetime) -> Former:
    fetches = None if row.token_sealed is None else row.fetches
    return Former(row.number, row.made_at, fetches, _was_live(row, now))


def _was_live(row: Row | None, now: datetime) -> bool:
    return row is not None and row.token_sealed is not None and state_of(row, now) == "live"
