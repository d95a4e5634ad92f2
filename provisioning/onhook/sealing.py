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
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Literal, Self

from onhook_devices.errors import StorageFault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

Purpose = Literal["accounts", "delivery", "audit"]
PURPOSES: tuple[Purpose, ...] = ("accounts", "delivery", "audit")

PROTECTED = "onhook_protected_keys"
"""What a backup of a ring under a passphrase begins with."""

_VERSION = b"\x01"
_ID_SIZE = 4
_NONCE_SIZE = 12  # NIST SP 800-38D section 5.2.1.1
_KEY_SIZE = 32
_HEAD_SIZE = len(_VERSION) + _ID_SIZE


class KeyRingUnreadable(StorageFault):
    """The key ring's file is not one."""

    path: str


class KeyRingProtected(StorageFault):
    """The file is a backup of a key ring under a passphrase, and not the ring itself."""

    path: str


class KeyMissing(StorageFault):
    """The key ring has no key for what is to be sealed or opened."""

    key: str
    purpose: str


class PurposeMissing(KeyMissing):
    """The key ring has no key of that purpose at all, as a public server's."""

    @property
    def subject(self) -> str:
        """Return the purpose: there is no key to name."""
        return self.purpose


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


def key_id_of(sealed: bytes) -> bytes:
    """Return the id of the key that a value was sealed with."""
    return sealed[len(_VERSION) : _HEAD_SIZE]


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
            PurposeMissing: The ring has no key of this purpose.
        """
        head, encrypt = self._newest_at_work
        nonce = os.urandom(_NONCE_SIZE)
        return head + nonce + encrypt(nonce, plain, self._bound(about))

    def open(self, sealed: bytes, about: str) -> bytes:
        """Return what was sealed for `about`.

        Raises:
            KeyMissing: It was sealed with a key that the ring does not hold.
            PurposeMissing: The ring has no key of this purpose at all.
            SealBroken: It was changed, or sealed for something else.
        """
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - start-up time

        key_id = key_id_of(sealed)
        key = self._by_id.get(key_id)
        if sealed[: len(_VERSION)] != _VERSION or len(sealed) < _HEAD_SIZE + _NONCE_SIZE:
            raise SealBroken(about)
        if key is None:
            kind = KeyMissing if self._keys else PurposeMissing
            raise kind(key_id.hex(), self._purpose)
        nonce, body = (
            sealed[_HEAD_SIZE : _HEAD_SIZE + _NONCE_SIZE],
            sealed[_HEAD_SIZE + _NONCE_SIZE :],
        )
        try:
            return self._cipher(key).decrypt(nonce, body, self._bound(about))
        except InvalidTag:
            raise SealBroken(about) from None

    def tags(self, text: str, about: str) -> list[bytes]:
        """Return what a secret too short to be hashed can be looked up by, newest key first.

        HMAC-SHA256 under a key derived from each: who has the database alone cannot try all texts.

        Raises:
            PurposeMissing: The ring has no key of this purpose.
        """
        _ = self.newest
        bound = self._bound(f"{about} {text}")
        derived = (hmac.digest(key.secret, b"onhook tags", "sha256") for key in self._keys)
        return [hmac.digest(key, bound, "sha256") for key in derived][::-1]

    @cached_property
    def newest(self) -> Key:
        """The key that seals.

        Raises:
            PurposeMissing: There is none.
        """
        if not self._keys:
            raise PurposeMissing("", self._purpose)
        return self._keys[-1]

    @cached_property
    def _newest_at_work(self) -> tuple[bytes, Callable[[bytes, bytes, bytes], bytes]]:
        """What each value begins with that is sealed now, and what encrypts it."""
        return _VERSION + self.newest.id, self._cipher(self.newest).encrypt

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
            PurposeMissing: The ring has none.
        """
        if not self._by_id:
            raise PurposeMissing("", "audit")
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
    """All keys of a workspace, oldest first.

    Args:
        keys: The keys; of each purpose the last is the newest.
        stamp: Tells whether the file that it was read from was replaced since; None without one.
    """

    def __init__(self, keys: Iterable[Key], stamp: tuple[int, int] | None = None) -> None:
        self.keys = tuple(keys)
        self.stamp = stamp
        self.accounts = Sealer("accounts", self.keys)
        self.delivery = Sealer("delivery", self.keys)
        self.audit = Signer(self.keys)

    def __repr__(self) -> str:
        return f"KeyRing({', '.join(key.id.hex() for key in self.keys)})"

    @classmethod
    def fresh(cls, now: datetime) -> Self:
        """Return a new ring with one key of each purpose."""
        return cls(()).completed(now)

    def sealer(self, purpose: Literal["accounts", "delivery"]) -> Sealer:
        """Return what seals and opens for `purpose`."""
        return self.accounts if purpose == "accounts" else self.delivery

    @property
    def ids(self) -> frozenset[bytes]:
        """Return the ids of all keys."""
        return frozenset(key.id for key in self.keys)

    @property
    def newest(self) -> dict[Purpose, Key]:
        """Return the key of each purpose that seals or signs now."""
        return {key.purpose: key for key in self.keys}

    def completed(self, now: datetime) -> Self:
        """Return the ring with a new key of each purpose that it has none of.

        A ring without a key for accounts is a public server's and stays so: a key made there would
        seal what no other ring opens.
        """
        there = self.newest
        if there and "accounts" not in there:
            return self
        return self.with_fresh((purpose for purpose in PURPOSES if purpose not in there), now)

    def with_fresh(self, purposes: Iterable[Purpose], now: datetime) -> Self:
        """Return the ring with a new key of each of `purposes`."""
        keys = list(self.keys)
        for purpose in purposes:
            keys.append(_unlike(keys, purpose, now))
        return type(self)(keys)

    def of(self, purpose: Purpose) -> Self:
        """Return a ring of the keys of one purpose only.

        Raises:
            PurposeMissing: There is none.
        """
        if purpose not in self.newest:
            raise PurposeMissing("", purpose)
        return type(self)(key for key in self.keys if key.purpose == purpose)

    def without(self, ids: Iterable[bytes]) -> Self:
        """Return the ring without the keys of `ids`."""
        gone = set(ids)
        return type(self)(key for key in self.keys if key.id not in gone)

    @classmethod
    def loads(cls, text: str, path: str, stamp: tuple[int, int] | None = None) -> Self:
        """Return the ring written by `dumps`.

        Raises:
            KeyRingUnreadable: `text` is no key ring; `path` is named.
            KeyRingProtected: It is a backup under a passphrase.
        """
        try:
            found = json.loads(text)
            if PROTECTED in found:
                raise KeyRingProtected(path)
            keys = [_read_key(entry) for entry in found["keys"]]
        except (KeyError, TypeError, ValueError, RecursionError, binascii.Error):
            raise KeyRingUnreadable(path) from None  # the cause would show the file's text
        if not keys or len({key.id for key in keys}) < len(keys):
            raise KeyRingUnreadable(path)
        return cls(keys, stamp)

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


def _unlike(keys: Iterable[Key], purpose: Purpose, now: datetime) -> Key:
    """Return a new key whose id none of `keys` has."""
    taken = {key.id for key in keys}
    while (key := Key.fresh(purpose, now)).id in taken:
        pass
    return key


def _read_key(entry: dict[str, str]) -> Key:
    purpose = next(known for known in (*PURPOSES, None) if known in (entry["purpose"], None))
    secret = base64.b64decode(entry["key"], validate=True)
    key_id = bytes.fromhex(entry["id"])
    if purpose is None or len(secret) != _KEY_SIZE or len(key_id) != _ID_SIZE:
        raise ValueError
    made_at = datetime.fromisoformat(entry["made_at"]).isoformat()
    return Key(key_id, purpose, made_at, secret)
