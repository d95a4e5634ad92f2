"""A kit's files and its manifest, which says what is whole.

A kit is whole when the sha256 of each of its files is the manifest's. The manifest is written
last and holds no secret and no token.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

MANIFEST = "manifest.json"
SCHEMA = "onhook-kit/1"

_encode = json.JSONEncoder(ensure_ascii=False).encode

_TEXTS = ("account", "name", "device", "family")
_FILE_NAME = re.compile(r"[A-Za-z0-9_+][A-Za-z0-9._+-]{0,127}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class KitLabel(NamedTuple):
    """What a kit is and whom it is for: the manifest without the files.

    Like all that processes hand each other here it is a NamedTuple: it travels in a third of the
    time of a frozen dataclass.

    Attributes:
        customer: Id of the customer.
        extension: Of the account.
        name: As the phone's screen shows it.
        device: Id of the device, '' for a person's own phone.
        platform: Of the device, or ''.
        family: Softphone family of the files.
        service: Id of the service.
        issue: Number of this issue of the kit, from 1.
        issued_at: When it was made.
        expires_at: When its link dies; None where it has none.
        max_fetches: How often the link may be fetched; None where it has none.
        secret_in_qr: Whether the QR code holds the password itself.
    """

    customer: str
    extension: str
    name: str
    device: str
    platform: str
    family: str
    service: str
    issue: int
    issued_at: datetime
    expires_at: datetime | None
    max_fetches: int | None
    secret_in_qr: bool

    @property
    def account(self) -> str:
        """Return the account's name, ``acme/101``."""
        return f"{self.customer}/{self.extension}"

    @property
    def folder(self) -> str:
        """Return the kit's folder below its customer's, made of validated ids only."""
        return f"{self.extension}-{self.device}" if self.device else self.extension


class Kit(NamedTuple):
    """A kit ready to be written: label and files by name. Its files are secret.

    Attributes:
        label: What it is and whom it is for.
        files: Content by name.
        ready: Its manifest, where it was made beforehand; see `with_manifest`.
    """

    label: KitLabel
    files: Mapping[str, bytes]
    ready: bytes = b""

    def __repr__(self) -> str:
        return f"Kit({self.label.account!r}, {self.label.device!r}, {', '.join(self.files)})"

    def manifest(self) -> bytes:
        """Return the kit's `manifest.json`."""
        if self.ready:
            return self.ready
        return manifest(self.label, {name: digest(content) for name, content in self.files.items()})

    def with_manifest(self) -> Kit:
        """Return the kit with its manifest made: in the crew there is more time than behind it."""
        return self._replace(ready=self.manifest())


def digest(content: bytes) -> str:
    """Return the sha256 of `content` in hexadecimal."""
    return sha256(content).hexdigest()


def manifest(label: KitLabel, hashes: Mapping[str, str]) -> bytes:
    """Return the manifest of a kit whose files have the sha256 `hashes`; the same every time."""
    link = None
    if label.expires_at is not None:
        link = {"expires_at": _stamp(label.expires_at), "max_fetches": label.max_fetches}
    content = {
        "schema": SCHEMA,
        "account": label.account,
        "name": label.name,
        "device": label.device,
        "platform": label.platform,
        "family": label.family,
        "service": label.service,
        "issue": label.issue,
        "issued_at": _stamp(label.issued_at),
        "link": link,
        "secret_in_qr": label.secret_in_qr,
        "files": dict(hashes),
    }
    # One key a line, for people; `indent` would switch off the fast encoder and cost fivefold.
    lines = [f'"{key}": {_encode(value)}' for key, value in content.items()]
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def read_manifest(content: bytes) -> dict[str, Any] | None:
    """Return a manifest as a dictionary, or None if it is none that onhook could have written.

    What lies in a folder may have been put there by anybody: names of files lead nowhere else.
    """
    try:
        read = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) and _is_ours(read) else None


def _is_ours(read: dict[str, Any]) -> bool:
    texts = all(isinstance(read.get(key), str) for key in _TEXTS)
    return (
        read.get("schema") == SCHEMA
        and texts
        and _are_files(read.get("files"))
        and _is_link(read.get("link"))
    )


def _are_files(files: object) -> bool:
    return isinstance(files, dict) and all(
        _FILE_NAME.fullmatch(name)
        and name != MANIFEST
        and isinstance(known, str)
        and _SHA256.fullmatch(known)
        for name, known in files.items()
    )


def _is_link(link: object) -> bool:
    if not isinstance(link, dict):
        return link is None
    try:
        return datetime.fromisoformat(link["expires_at"]).tzinfo is not None
    except (KeyError, TypeError, ValueError):
        return False


@lru_cache(64)  # a batch is of one moment
def _stamp(instant: datetime) -> str:
    return instant.isoformat(timespec="seconds")
