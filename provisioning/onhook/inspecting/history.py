"""What the workspace knows of a file or a link: which issue it is, and whether it still counts."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import select

from onhook.kits.records import about_file
from onhook.links import LinkState, state_of, token_sha256
from onhook.store.schema import account, issue, issue_file, kit, link

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Row, Select

    from onhook.workspace import UnitOfWork

IssueState = Literal["current", "earlier"]


@dataclass(frozen=True, slots=True)
class KnownIssue:
    """An issue of a kit.

    Attributes:
        account_id: The account's number.
        account: ``acme/101``.
        device: The device's id, or ''.
        family: The softphone family.
        number: Of the issue.
        state: Whether it is the kit's current one.
        made_at: When it was made.
        replaced_at: When the next one was made, if one was.
    """

    account_id: int
    account: str
    device: str
    family: str
    number: int
    state: IssueState
    made_at: datetime
    replaced_at: datetime | None


@dataclass(frozen=True, slots=True)
class KnownLink:
    """A link, with the issue it leads to.

    Attributes:
        issue: Which issue.
        state: Whether it works.
        why: Why it was revoked, '' if it was not.
        expires_at: When it dies or died.
        fetches: How often it was fetched.
        max_fetches: How often it may be.
        public_url: The address it was made for.
    """

    issue: KnownIssue
    state: LinkState
    why: str
    expires_at: datetime
    fetches: int
    max_fetches: int
    public_url: str


@dataclass(frozen=True, slots=True)
class Delivered:
    """The file that a link delivers.

    Attributes:
        name: Under which it is stored.
        media_type: As HTTP states it.
        size: In bytes.
    """

    name: str
    media_type: str
    size: int


def issues_of_file(work: UnitOfWork, content: bytes) -> list[KnownIssue]:
    """Return the issues that have a file of exactly these bytes, the current ones first."""
    query = (
        _issues()
        .join(issue_file, _same_issue(issue_file))
        .where(issue_file.c.sha256 == sha256(content).digest())
        .distinct()
    )
    found = [_known(work, row) for row in work.connection.execute(query)]
    return sorted(found, key=lambda one: (one.state != "current", one.account, one.device))


def current_issues(work: UnitOfWork, account_id: int) -> list[KnownIssue]:
    """Return the current issue of each of an account's kits, by device."""
    query = _issues().where(account.c.id == account_id, issue.c.number == kit.c.current_issue)
    rows = work.connection.execute(query.order_by(kit.c.device_id))
    return [_known(work, row) for row in rows]


def link_of_token(work: UnitOfWork, token: str) -> KnownLink | None:
    """Return the link with this token, None where there is none."""
    query = _issues(link).join(link, _same_issue(link))
    query = query.where(link.c.token_sha256 == token_sha256(token))
    row = work.connection.execute(query).one_or_none()
    if row is None:
        return None
    return KnownLink(
        issue=_known(work, row),
        state=state_of(row, work.now),
        why=row.revoked_why or "",
        expires_at=row.expires_at,
        fetches=row.fetches,
        max_fetches=row.max_fetches,
        public_url=row.public_url,
    )


def delivered(work: UnitOfWork, known: KnownIssue) -> Delivered | None:
    """Return the file of an issue that its link delivers, the first; None where it has none.

    Raises:
        StorageFault: The sealed file cannot be opened.
    """
    query = _files(known).order_by(issue_file.c.place).limit(1)
    row = work.connection.execute(query).one_or_none()
    if row is None:
        return None
    return Delivered(row.name, row.media_type, len(_opened(work, known, row)))


def contents_of(work: UnitOfWork, known: KnownIssue) -> list[bytes]:
    """Return the files of an issue as they were made.

    Raises:
        StorageFault: A sealed file cannot be opened.
    """
    return [_opened(work, known, row) for row in work.connection.execute(_files(known))]


def _files(known: KnownIssue) -> Select[Any]:
    return (
        select(issue_file)
        .join(kit, kit.c.id == issue_file.c.kit_id)
        .where(
            kit.c.account_id == known.account_id,
            kit.c.device_id == known.device,
            issue_file.c.number == known.number,
        )
    )


def _opened(work: UnitOfWork, known: KnownIssue, row: Row[Any]) -> bytes:
    bound_to = about_file(known.account, known.device, known.number, row.name)
    return work.workspace.keys.delivery.open(row.content_sealed, bound_to)


def changed_lines(stored: Iterable[str], found: Iterable[str]) -> list[int]:
    """Return the lines of `found` that are not in `stored`; empty where both are the same.

    Where lines are only missing, moved or repeated, it is the first that stands elsewhere.
    """
    kept, lines = list(stored), list(found)
    if kept == lines:
        return []
    known = set(kept)
    changed = [number for number, line in enumerate(lines, 1) if line not in known]
    if changed:
        return changed
    same = sum(
        1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(kept, lines, strict=False))
    )
    return [min(same + 1, len(lines))]


def _issues(*more: Any) -> Select[Any]:
    columns = (
        account.c.id.label("account_id"),
        account.c.customer_id,
        account.c.extension,
        kit.c.id.label("kit_id"),
        kit.c.device_id,
        kit.c.current_issue,
        issue.c.family,
        issue.c.number.label("issue_number"),
        issue.c.made_at,
    )
    return (
        select(*columns, *more)
        .join(kit, kit.c.account_id == account.c.id)
        .join(issue, issue.c.kit_id == kit.c.id)
    )


def _same_issue(table: Any) -> Any:
    return (table.c.kit_id == issue.c.kit_id) & (table.c.number == issue.c.number)


def _known(work: UnitOfWork, row: Row[Any]) -> KnownIssue:
    is_current = row.issue_number == row.current_issue
    return KnownIssue(
        account_id=row.account_id,
        account=f"{row.customer_id}/{row.extension}",
        device=row.device_id,
        family=row.family,
        number=row.issue_number,
        state="current" if is_current else "earlier",
        made_at=row.made_at,
        replaced_at=None if is_current else _replaced_at(work, row),
    )


def _replaced_at(work: UnitOfWork, row: Row[Any]) -> datetime | None:
    query = (
        select(issue.c.made_at)
        .where(issue.c.kit_id == row.kit_id, issue.c.number > row.issue_number)
        .order_by(issue.c.number)
        .limit(1)
    )
    return work.connection.scalar(query)
