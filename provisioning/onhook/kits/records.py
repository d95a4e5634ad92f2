"""The rows that issuing kits writes: collected while a chunk is made, stored at its end."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, update

from onhook.links import about_token, token_sha256
from onhook.store.schema import issue, issue_file, kit, link

if TYPE_CHECKING:
    from onhook.families.family import Rendering
    from onhook.kits.manifest import KitLabel
    from onhook.workspace import UnitOfWork


def about_file(kit_id: int, number: int, name: str) -> str:
    """Return what a sealed file of an issue is bound to."""
    return f"kit {kit_id} issue {number} file {name}"


@dataclass(slots=True)
class Records:
    """Rows to be stored at the end of a chunk."""

    work: UnitOfWork
    _kits: list[dict[str, Any]] = field(default_factory=list)
    _moved: list[dict[str, Any]] = field(default_factory=list)
    _issues: list[dict[str, Any]] = field(default_factory=list)
    _files: list[dict[str, Any]] = field(default_factory=list)
    _links: list[dict[str, Any]] = field(default_factory=list)

    def add_kit(self, kit_id: int, account_id: int, device_id: str) -> None:
        """Keep a new kit at its first issue."""
        row = {"id": kit_id, "account_id": account_id, "device_id": device_id, "current_issue": 1}
        self._kits.append(row)

    def move_kit(self, kit_id: int, number: int) -> None:
        """Keep that a kit has a newer issue."""
        self._moved.append({"moved_id": kit_id, "moved_to": number})

    def add_issue(self, kit_id: int, label: KitLabel, rendering: Rendering, reason: str) -> None:
        """Keep an issue and its files, sealed: what is fetched is what was issued."""
        key = {"kit_id": kit_id, "number": label.issue}
        made = {"made_at": label.issued_at, "made_by": self.work.actor, "reason": reason}
        self._issues.append(key | made | {"family": label.family, "service": label.service})
        seal = self.work.workspace.keys.delivery.seal
        for file in rendering.files:
            self._files.append(
                {
                    **key,
                    "name": file.name,
                    "media_type": file.media_type,
                    "sha256": sha256(file.content).digest(),
                    "content_sealed": seal(
                        file.content, about_file(kit_id, label.issue, file.name)
                    ),
                }
            )

    def add_link(self, kit_id: int, label: KitLabel, token: str, public_url: str) -> None:
        """Keep the link of an issue: its token's hash, and the token sealed."""
        seal = self.work.workspace.keys.delivery.seal
        self._links.append(
            {
                "token_sha256": token_sha256(token),
                "kit_id": kit_id,
                "number": label.issue,
                "token_sealed": seal(token.encode(), about_token(kit_id, label.issue)),
                "public_url": public_url,
                "expires_at": label.expires_at,
                "max_fetches": label.max_fetches,
                "fetches": 0,
            }
        )

    def store(self) -> None:
        """Write all rows; links of issues that were replaced die."""
        execute = self.work.connection.execute
        if self._moved:
            query = update(kit).where(kit.c.id == bindparam("moved_id"))
            execute(query.values(current_issue=bindparam("moved_to")), self._moved)
            moved = [row["moved_id"] for row in self._moved]
            live = (link.c.kit_id.in_(moved), link.c.revoked_at.is_(None))
            dead = {"revoked_at": self.work.now, "revoked_why": "replaced"}
            execute(update(link).where(*live).values(dead))
        for table, rows in (
            (kit, self._kits),
            (issue, self._issues),
            (issue_file, self._files),
            (link, self._links),
        ):
            if rows:
                execute(insert(table), rows)
