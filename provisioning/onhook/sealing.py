"""Seal what must not be read from the database alone: AES-256-GCM under a key ring.

Each purpose has keys of its own: ``accounts`` (passwords, MSISDN, tunnel passwords), ``delivery``
(rendered configs, link tokens), so that a public server can be given that one only, and ``audit``,
which signs who did what (HMAC-SHA256) and seals nothing. The newest key of a purpose seals or
signs; all open. What is sealed is bound to what it belongs to: a sealed password
copied onto another account does not open there.

A sealed value is ``version (1) | key id (4) | nonce (12) | ciphertext and tag`` in bytes.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import os
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal, Self

from onhook_devices.errors import StorageFault

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

Purpose = Literal["accounts", "delivery", "audit"]
PURPOSES: tuple[Purpose, ...] = ("accounts", "delivery", "audit")

_VERSION = b"\x01"
_ID_SIZE = 4
_NONCE_SIZE = 12  # NIST SP 800-38D section 5.2.1.1
_KEY_SIZE = 32
_HEAD_SIZE = len(_VERSION) + _ID_SIZE


@dataclass(eq=False)
class KeyRingUnreadable(StorageFault):
    """The key ring's file is not one."""

    path: str


@dataclass(eq=False)
class KeyMissing(StorageFault):
    """The key ring has no key for what is to be sealed or opened."""

    key: str
    purpose: str


@dataclass(eq=False)
class SealBroken(StorageFault):
    """A sealed value was changed, or moved to where it does not belong."""

    about: str


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the ring."""

    id: bytes
    purpose: Purpose
    made_at: str
    secret: bytes = field(repr=False)

    @classmethod
    def fresh(cls, purpose: Purpose, now: datetime) -> Self:
        """Return a new key."""
        stamp = now.isoformat(timespec="seconds")
        return cls(os.urandom(_ID_SIZE), purpose, stamp, os.urandom(_KEY_SIZE))


class Sealer:
    """Seals and opens for one purpose."""

    def __init__(self, purpose: Purpose, keys: Iterable[Key]) -> None:
        self._purpose: Purpose = purpose
        self._keys = [key for key in keys if key.purpose == purpose]
        self._by_id = {key.id: key for key in self._keys}
        self._ciphers: dict[bytes, AESGCM] = {}

    def seal(self, plain: bytes, about: str) -> bytes:
        """Return `plain` sealed and bound to `about`.

        Raises:
            KeyMissing: The ring has no key of this purpose.
        """
        head = _VERSION + self._newest.id
        nonce = os.urandom(_NONCE_SIZE)
        bound = self._bound(about)
        return head + nonce + self._cipher(self._newest).encrypt(nonce, plain, bound)

    def open(self, sealed: bytes, about: str) -> bytes:
        """Return what was sealed for `about`.

        Raises:
            KeyMissing: It was sealed with a key that the ring does not hold.
            SealBroken: It was changed, or sealed for something else.
        """
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - start-up time

        key_id = sealed[len(_VERSION) : _HEAD_SIZE]
        key = self._by_id.get(key_id)
        if sealed[: len(_VERSION)] != _VERSION or len(sealed) < _HEAD_SIZE + _NONCE_SIZE:
            raise SealBroken(about)
        if key is None:
            raise KeyMissing(key_id.hex(), self._purpose)
        nonce, body = (
            sealed[_HEAD_SIZE : _HEAD_SIZE + _NONCE_SIZE],
            sealed[_HEAD_SIZE + _NONCE_SIZE :],
        )
        try:
            return self._cipher(key).decrypt(nonce, body, self._bound(about))
        except InvalidTag:
            raise SealBroken(about) from None

    @cached_property
    def _newest(self) -> Key:
        if not self._keys:
            raise KeyMissing("", self._purpose)
        return self._keys[-1]

    def _bound(self, about: str) -> bytes:
        return f"onhook {self._purpose} {about}".encode()

    def _cipher(self, key: Key) -> AESGCM:
        if key.id not in self._ciphers:
            from cryptography.hazmat.primitives.ciphers.aead import (  # noqa: PLC0415 - start-up time
                AESGCM,
            )

            self._ciphers[key.id] = AESGCM(key.secret)
        return self._ciphers[key.id]


class Signer:
    """Signs so that a change is found: HMAC-SHA256 with the newest key of ``audit``."""

    def __init__(self, keys: Iterable[Key]) -> None:
        self._by_id = {key.id: key.secret for key in keys if key.purpose == "audit"}

    @property
    def newest(self) -> bytes:
        """Return the id of the key that signs now.

        Raises:
            KeyMissing: The ring has none.
        """
        if not self._by_id:
            raise KeyMissing("", "audit")
        return next(reversed(self._by_id))

    def sign(self, key_id: bytes, content: bytes) -> bytes:
        """Return the code of `content` under a key, 32 bytes.

        Raises:
            KeyMissing: The ring does not hold that key.
        """
        secret = self._by_id.get(key_id)
        if secret is None:
            raise KeyMissing(key_id.hex(), "audit")
        return hmac.digest(secret, content, "sha256")


class KeyRing:
    """All keys of a workspace, oldest first."""

    def __init__(self, keys: Iterable[Key]) -> None:
        self.keys = tuple(keys)
        self.accounts = Sealer("accounts", self.keys)
        self.delivery = Sealer("delivery", self.keys)
        self.audit = Signer(self.keys)

    def __repr__(self) -> str:
        return f"KeyRing({', '.join(key.id.hex() for key in self.keys)})"

    @classmethod
    def fresh(cls, now: datetime) -> Self:
        """Return a new ring with one key of each purpose."""
        return cls(()).completed(now)

    def completed(self, now: datetime) -> Self:
        """Return the ring with a new key of each purpose that it has none of."""
        there = {key.purpose for key in self.keys}
        added = (Key.fresh(purpose, now) for purpose in PURPOSES if purpose not in there)
        return type(self)((*self.keys, *added))

    @classmethod
    def loads(cls, text: str, path: str) -> Self:
        """Return the ring written by `dumps`.

        Raises:
            KeyRingUnreadable: `text` is no key ring; `path` is named.
        """
        try:
            keys = [_read_key(entry) for entry in json.loads(text)["keys"]]
        except (KeyError, TypeError, ValueError, binascii.Error):
            raise KeyRingUnreadable(path) from None  # the cause would show the file's text
        if not keys:
            raise KeyRingUnreadable(path)
        return cls(keys)

    def dumps(self) -> str:
        """Return the ring as text for its file. It is all secret."""
        entries = [
            {
                "id": key.id.hex(),
                "purpose": key.purpose,
                "made_at": key.made_at,
                "key": base64.b64encode(key.secret).decode(),
            }
            for key in self.keys
        ]
        return json.dumps({"onhook_keys": 1, "keys": entries}, indent=2) + "\n"


def _read_key(entry: dict[str, str]) -> Key:
    purpose = next(known for known in (*PURPOSES, None) if known in (entry["purpose"], None))
    secret = base64.b64decode(entry["key"], validate=True)
    key_id = bytes.fromhex(entry["id"])
    if purpose is None or len(secret) != _KEY_SIZE or len(key_id) != _ID_SIZE:
        raise ValueError
    return Key(key_id, purpose, entry["made_at"], secret)
