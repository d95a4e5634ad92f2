"""Who gets a kit: each account on each of its devices, read a chunk at a time."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from onhook.accounts.fields import name_shown
from onhook.accounts.writer import open_secret
from onhook.contracts import contract_pbx, find_contract
from onhook.families.values import Values
from onhook.leasing.over import gone_devices
from onhook.pbx import SIP_PORT, SIPS_PORT
from onhook.store.schema import account, assignment, customer, device, issue, issue_file, kit, link
from onhook.subjects import find_account, find_customer
from onhook.workspace import end_of_day
from onhook_devices.errors import OnhookError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from typing import TypeAlias

    from sqlalchemy import Select

    from onhook.contracts import Contract
    from onhook.pbx import Pbx
    from onhook.sealing import Sealer
    from onhook.workspace import UnitOfWork
    from onhook_devices.leasing.lease import Gone
    from onhook_devices.service import Service

    Row: TypeAlias = Any  # a row of a joined query; its columns are named where it is made

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Selection:
    """Which accounts: those of `names`, else all of `customer`, else all there are."""

    names: tuple[str, ...] = ()
    customer: str | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What an account's contract says: the same for all its accounts.

    Attributes:
        contract: The contract.
        service: What it is for.
        over_at: The instant at which the contract is over, if its end is known; no link lives on.
        values: What templates see of contract, customer, service and PBX.
    """

    contract: Contract
    service: Service
    over_at: datetime | None
    values: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An account on a device, or on none, with everything known of it.

    Attributes:
        account: Its row.
        terms: Its contract's.
        device: The device's row, None where it is on none.
        shared_with: All accounts on the device, where there are several (J-A1).
        kit: The row of its kit and current issue and link, None before the first.
        display_name: The name as the phone's screen shows it.
        hashes: sha256 of the current issue's files by name.
        gone: Why nobody is to telephone with the device, if its lease says so.
    """

    account: Row
    terms: Terms
    device: Row | None
    shared_with: tuple[str, ...]
    kit: Row | None
    display_name: str
    hashes: dict[str, bytes] = field(default_factory=dict)
    gone: Gone | None = None

    @property
    def name(self) -> str:
        """Return the account's name, ``acme/101``."""
        return f"{self.account.customer_id}/{self.account.extension}"

    @property
    def device_id(self) -> str:
        """Return the device's id, '' where there is none."""
        return "" if self.device is None else str(self.device.id)

    @property
    def subject(self) -> str:
        """Return what people call it: ``acme/101`` or ``acme/101 on D-0007``."""
        return f"{self.name} {self.device_id}".rstrip()


def load_candidates(
    work: UnitOfWork, selection: Selection
) -> Iterator[list[Candidate] | OnhookError]:
    """Yield the candidates of `selection` in input order, in chunks of some hundred accounts.

    An account on several devices is several candidates; on none, it is one without device. Where a
    name stands for no account, the error that says so comes in its place.

    Raises:
        OnhookError: The customer named does not exist.
    """
    terms = TermsCache(work)
    for stretch in stretches(select_accounts(work, selection), CHUNK):
        yield load_chunk(work, terms, stretch) if isinstance(stretch, list) else stretch


def stretches(
    selected: Sequence[int | OnhookError], most: int
) -> Iterator[list[int] | OnhookError]:
    """Yield what was selected in its order: errors one by one, accounts up to `most` together."""
    together: list[int] = []
    for one in selected:
        if together and (len(together) == most or not isinstance(one, int)):
            yield together
            together = []
        if isinstance(one, int):
            together.append(one)
        else:
            yield one
    if together:
        yield together


def select_accounts(work: UnitOfWork, selection: Selection) -> Sequence[int | OnhookError]:
    """Return the numbers of the accounts selected: as named, else in the order they came in.

    Where a name stands for no account, the error that says so is in its place: the others are
    served all the same.

    Raises:
        OnhookError: The customer named does not exist.
    """
    if selection.names:
        named = dict.fromkeys(selection.names)
        found = [_account_id(work, name, selection.customer) for name in named]
        return list(dict.fromkeys(found))
    query = select(account.c.id).order_by(account.c.id)
    if selection.customer is not None:
        owner = find_customer(work.connection, selection.customer)
        query = query.where(account.c.customer_id == owner)
    return list(work.connection.scalars(query))


def _account_id(work: UnitOfWork, name: str, customer: str | None) -> int | OnhookError:
    try:
        return int(find_account(work.connection, name, customer).id)
    except OnhookError as error:
        return error


class TermsCache:
    """The terms of contracts, each read once."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._known: dict[int, Terms] = {}

    def of(self, number: int) -> Terms:
        """Return the terms of the contract `number`."""
        if number not in self._known:
            found = find_contract(self._work, number)
            workspace, connection = self._work.workspace, self._work.connection
            service = workspace.services.get(found.service).on(self._work.today)
            owner = connection.execute(
                select(customer).where(customer.c.id == found.customer)
            ).one()
            pbx = contract_pbx(workspace, connection, number)
            values = _contract_values(owner, service, pbx)
            over_at = None if found.ends_on is None else end_of_day(found.ends_on)
            self._known[number] = Terms(found, service, over_at, values)
        return self._known[number]


def load_chunk(work: UnitOfWork, terms: TermsCache, ids: Sequence[int]) -> list[Candidate]:
    """Return the candidates of the accounts `ids`, in that order."""
    execute = work.connection.execute
    rows = {row.id: row for row in execute(select(account).where(account.c.id.in_(ids)))}
    on: defaultdict[int, list[Row]] = defaultdict(list)
    for row in execute(_devices().where(assignment.c.account_id.in_(ids))):
        on[row.account_id].append(row)
    shared = _shared(work, ids)
    gone = gone_devices(work, {row.id for rows_ in on.values() for row in rows_})
    kits: dict[tuple[int, str], Row] = {}
    hashes: defaultdict[int, dict[str, bytes]] = defaultdict(dict)
    for row in execute(issued_kits().where(kit.c.account_id.in_(ids))):
        kits[row.account_id, row.device_id] = row
    for row in execute(_hashes().where(kit.c.account_id.in_(ids))):
        hashes[row.kit_id][row.name] = row.sha256
    candidates = []
    for number in ids:
        row = rows[number]
        name = name_shown(row.first_name, row.last_name, row.display_name) or row.extension
        for found in on[number] or [None]:
            device_id = "" if found is None else found.id
            made = kits.get((number, device_id))
            candidates.append(
                Candidate(
                    row,
                    terms.of(row.contract_id),
                    found,
                    shared.get(device_id, ()),
                    made,
                    name,
                    {} if made is None else hashes[made.kit_id],
                    gone.get(device_id),
                )
            )
    return candidates


def values_of(keys: Sealer, candidate: Candidate, provisioning_url: str) -> Values:
    """Return what templates see of a candidate.

    Args:
        keys: Opens the account's secrets.
        candidate: An account on a device.
        provisioning_url: The link its config is fetched by, or ''.

    Raises:
        StorageFault: A sealed value cannot be opened.
    """
    row, device = candidate.account, candidate.device
    return Values(
        extension=row.extension,
        auth_id=row.auth_id,
        password=open_secret(keys, row, "password"),
        msisdn=open_secret(keys, row, "msisdn"),
        display_name=candidate.display_name,
        first_name=row.first_name,
        last_name=row.last_name,
        mail=row.mail,
        caller_id=row.caller_id,
        mobile=row.mobile,
        provisioning_url=provisioning_url,
        device=candidate.device_id,
        platform="" if device is None else device.platform,
        **candidate.terms.values,
    )


def _contract_values(customer_row: Row, service: Service, pbx: Pbx) -> dict[str, Any]:
    """Return those values of templates that are the same for all accounts of a contract."""
    host = pbx.host or ""
    port = pbx.sip_port or (SIPS_PORT if pbx.transport == "tls" else SIP_PORT)
    return {
        "registrar": f"{host}:{port}" if host else "",
        "pbx_host": host,
        "pbx_local_host": pbx.local_host or "",
        "sip_domain": pbx.sip_domain or host,
        "sip_port": port,
        "outbound_proxy": "",
        "transport": pbx.transport or "udp",
        "srtp": pbx.srtp or "disabled",
        "use_tunnel": bool(pbx.tunnel),
        "tunnel_host": host if pbx.tunnel else "",
        "tunnel_port": pbx.tunnel_port or 0,
        "tunnel_password": pbx.tunnel_password or "",
        "voicemail_number": "",
        "barred_numbers": barred_patterns(service),
        "service": service.id,
        "service_name": service.name.ja if customer_row.language == "ja" else service.name.en,
        "customer": customer_row.id,
        "customer_name": customer_row.name,
        "language": customer_row.language,
    }


def barred_patterns(service: Service) -> tuple[str, ...]:
    """Return what may not be dialled as patterns: ``xxx`` any three digits, ``0120x+`` a prefix."""
    if service.calls is None or not service.calls.in_dial_plan:
        return ()
    return tuple(
        "x" * barred.digits if barred.digits else f"{barred.prefix}x+"
        for barred in service.calls.barred
    )


def _devices() -> Select[Any]:
    return (
        select(assignment.c.account_id, assignment.c.status, device)
        .join(device, device.c.id == assignment.c.device_id)
        .where(assignment.c.status != "ended")
        .order_by(device.c.id)
    )


def _shared(work: UnitOfWork, ids: Sequence[int]) -> dict[str, tuple[str, ...]]:
    """Return the accounts on each device that has several, one of them in `ids`."""
    disputed = select(assignment.c.device_id).where(
        assignment.c.status == "disputed", assignment.c.account_id.in_(ids)
    )
    query = (
        select(assignment.c.device_id, account.c.customer_id, account.c.extension)
        .join(account, account.c.id == assignment.c.account_id)
        .where(assignment.c.device_id.in_(disputed), assignment.c.status != "ended")
        .order_by(account.c.extension)
    )
    found: dict[str, tuple[str, ...]] = {}
    for row in work.connection.execute(query):
        there = found.get(row.device_id, ())
        found[row.device_id] = (*there, f"{row.customer_id}/{row.extension}")
    return found


def issued_kits() -> Select[Any]:
    """Return the query of kits with their current issue and its link; without one it is null."""
    on_issue = (issue.c.kit_id == kit.c.id) & (issue.c.number == kit.c.current_issue)
    on_link = (link.c.kit_id == kit.c.id) & (link.c.number == kit.c.current_issue)
    return (
        select(
            kit.c.id.label("kit_id"),
            kit.c.account_id,
            kit.c.device_id,
            issue.c.number,
            issue.c.family,
            issue.c.service,
            issue.c.made_at,
            issue.c.secret_in_qr,
            link.c.token_sealed,
            link.c.public_url,
            link.c.expires_at,
            link.c.max_fetches,
            link.c.fetches,
            link.c.opens,
            link.c.revoked_at,
        )
        .join(issue, on_issue)
        .outerjoin(link, on_link)
    )


def _hashes() -> Select[Any]:
    current = (issue_file.c.kit_id == kit.c.id) & (issue_file.c.number == kit.c.current_issue)
    return select(issue_file.c.kit_id, issue_file.c.name, issue_file.c.sha256).join(kit, current)
