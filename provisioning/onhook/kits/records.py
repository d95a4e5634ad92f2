"""The rows an issue is kept as: made apart from the database, stored many at a time."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, update

from onhook.families.family import SYMBOL, RenderedFile
from onhook.links import about_token, token_sha256
from onhook.store.bulk import insert_many
from onhook.store.numbers import reserve_ids
from onhook.store.schema import issue, issue_file, kit, link

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onhook.families import Rendering
    from onhook.kits.manifest import KitLabel
    from onhook.sealing import Sealer
    from onhook.workspace import UnitOfWork


def about_file(account_name: str, device: str, number: int, name: str) -> str:
    """Return what a sealed file of an issue is bound to."""
    return f"kit {account_name} {device} issue {number} file {name}"


class Record(NamedTuple):
    """An issue as rows that lack only the kit's number.

    Attributes:
        account_id: Number of the account.
        device_id: The device's id, or ''.
        kit_id: Number of the kit, None at its first issue.
        number: Of this issue.
        issue: Its row.
        files: A row for each file, sealed: what is fetched is what was issued.
        link: The row of its link: the token's hash, and the token sealed; None without a link.
    """

    account_id: int
    device_id: str
    kit_id: int | None
    number: int
    issue: dict[str, Any]
    files: tuple[dict[str, Any], ...]
    link: dict[str, Any] | None


def kept_files(rendering: Rendering) -> tuple[RenderedFile, ...]:
    """Return what is kept of an issue: its files, and the symbol's own text where it has one.

    With it kept like a file it is noticed when the text changes, and it can be drawn again.
    """
    if rendering.qr is None:
        return rendering.files
    return (*rendering.files, RenderedFile(SYMBOL, "text/plain", rendering.qr.encode()))


def issue_row(label: KitLabel, made_by: str, reason: str) -> dict[str, Any]:
    """Return the row of an issue."""
    return {
        "number": label.issue,
        "family": label.family,
        "service": label.service,
        "made_at": label.issued_at,
        "made_by": made_by,
        "reason": reason,
        "secret_in_qr": label.secret_in_qr,
    }


def file_rows(keys: Sealer, label: KitLabel, rendering: Rendering) -> tuple[dict[str, Any], ...]:
    """Return the rows of an issue's files."""
    return tuple(
        {
            "number": label.issue,
            "name": file.name,
            "place": place,
            "media_type": file.media_type,
            "sha256": sha256(file.content).digest(),
            "content_sealed": keys.seal(
                file.content, about_file(label.account, label.device, label.issue, file.name)
            ),
        }
        for place, file in enumerate(kept_files(rendering))
    )


def link_row(keys: Sealer, label: KitLabel, token: str, public_url: str) -> dict[str, Any]:
    """Return the row of an issue's link."""
    bound_to = about_token(label.account, label.device, label.issue)
    return {
        "number": label.issue,
        "token_sha256": token_sha256(token),
        "token_sealed": keys.seal(token.encode(), bound_to),
        "public_url": public_url,
        "expires_at": label.expires_at,
        "max_fetches": label.max_fetches,
        "fetches": 0,
    }


def store(work: UnitOfWork, records: Sequence[Record]) -> None:
    """Store `records`; the links of issues that they replace die."""
    first = [record for record in records if record.kit_id is None]
    ids = reserve_ids(work.connection, kit, len(first))
    numbered = [*zip(ids, first, strict=True), *((r.kit_id, r) for r in records if r.kit_id)]
    _move_kits(work, [(number, record) for number, record in numbered if record.kit_id])
    kits = [_kit_row(number, record) for number, record in zip(ids, first, strict=True)]
    issues = [{"kit_id": number, **record.issue} for number, record in numbered]
    files = [{"kit_id": number, **row} for number, record in numbered for row in record.files]
    links = [{"kit_id": number, **record.link} for number, record in numbered if record.link]
    for table, rows in ((kit, kits), (issue, issues), (issue_file, files), (link, links)):
        insert_many(work.connection, table, rows)


def _kit_row(number: int, record: Record) -> dict[str, Any]:
    return {
        "id": number,
        "account_id": record.account_id,
        "device_id": record.device_id,
        "current_issue": record.number,
    }


def _move_kits(work: UnitOfWork, moved: Sequence[tuple[int | None, Record]]) -> None:
    if not moved:
        return
    query = update(kit).where(kit.c.id == bindparam("moved_id"))
    rows = [{"moved_id": number, "moved_to": record.number} for number, record in moved]
    work.connection.execute(query.values(current_issue=bindparam("moved_to")), rows)
    live = (link.c.kit_id.in_([number for number, _ in moved]), link.c.revoked_at.is_(None))
    dead = {"revoked_at": work.now, "revoked_why": "replaced"}
    work.connection.execute(update(link).where(*live).values(dead))
