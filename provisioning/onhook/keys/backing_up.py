"""Copy the whole ring into a file, under a passphrase if wanted, and get it back from there.

A backup without a passphrase is the ring itself. Under a passphrase it is JSON with salt, nonce and
what AES-256-GCM makes of the ring; scrypt makes the key. Its parameters are part of the format, so
that a forged file cannot make scrypt eat all memory.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import unicodedata
from typing import TYPE_CHECKING

from onhook.keys.errors import NoKeyBackup, PassphraseMissing, PassphraseShort, PassphraseWrong
from onhook.keys.ring_file import write_new_file
from onhook.sealing import PROTECTED, KeyRing, KeyRingProtected, KeyRingUnreadable

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    from onhook.workspace import Workspace

MIN_PASSPHRASE = 12
"""Signs; below that a thief of the backup tries them all."""

_VERSION = 1
_ABOUT = b"onhook key ring backup 1"
_SALT_SIZE = 16  # RFC 7914 leaves it open; NIST SP 800-132 section 5.1 asks for 128 bits
_NONCE_SIZE = 12  # NIST SP 800-38D section 5.2.1.1
_KEY_SIZE = 32
_SCRYPT_N, _SCRYPT_R, _SCRYPT_P = 1 << 17, 8, 1  # 128 MiB and some 0.4 s for each guess


def back_up(workspace: Workspace, path: Path, passphrase: str | None = None) -> None:
    """Write the whole ring to `path`, a new file of mode 0600.

    Args:
        workspace: Whose ring.
        path: Where to; the ring itself unless there is a passphrase.
        passphrase: Without it nobody opens the backup; onhook does not keep it.

    Raises:
        KeyFileInTheWay: The file is there.
        PassphraseShort: The passphrase could be guessed.
        StorageFault: The file cannot be written.
    """
    plain = workspace.keys.dumps().encode("ascii")
    content = plain if passphrase is None else protected(plain, passphrase)
    with workspace.writing() as work:
        work.record("key.backup", "", file=path.name, has_passphrase=passphrase is not None)
        write_new_file(path, content)


def export_for_server(workspace: Workspace, path: Path) -> KeyRing:
    """Write a ring of the delivery keys only to `path`, a new file of mode 0600, and return it.

    With it a public server opens what links deliver, and not the accounts' own secrets.

    Raises:
        KeyFileInTheWay: The file is there.
        PurposeMissing: The ring has no delivery key.
        StorageFault: The file cannot be written.
    """
    ring = workspace.keys.of("delivery")
    with workspace.writing() as work:
        work.record("key.export", "", file=path.name, keys=[key.id.hex() for key in ring.keys])
        write_new_file(path, ring.dumps().encode("ascii"))
    return ring


def restore_from(path: Path, to: Path, passphrase: str | None = None) -> KeyRing:
    """Write the ring in the backup at `path` to `to`, a new file of mode 0600, and return it.

    Raises:
        NoKeyBackup: The file is no backup of a ring, or cannot be read.
        PassphraseMissing: It is under a passphrase.
        PassphraseWrong: It is under another one, or was changed.
        KeyFileInTheWay: There is a file at `to`.
        StorageFault: That file cannot be written.
    """
    try:
        ring = opened(path.read_text(encoding="ascii"), str(path), passphrase)
    except (OSError, UnicodeDecodeError, KeyRingUnreadable):
        raise NoKeyBackup(str(path)) from None
    write_new_file(to, ring.dumps().encode("ascii"))
    return ring


def opened(text: str, path: str, passphrase: str | None) -> KeyRing:
    """Return the ring in a backup's `text`.

    Raises:
        KeyRingUnreadable: It is no backup; `path` is named.
        PassphraseMissing: It is under a passphrase.
        PassphraseWrong: It is under another one, or was changed.
    """
    try:
        return KeyRing.loads(text, path)
    except KeyRingProtected:
        if passphrase is None:
            raise PassphraseMissing(path) from None
    return KeyRing.loads(_unprotected(text, path, passphrase), path)


def protected(plain: bytes, passphrase: str) -> bytes:
    """Return `plain` as it stands in a backup under a passphrase.

    Raises:
        PassphraseShort: It has less than `MIN_PASSPHRASE` signs.
    """
    if len(_normal(passphrase)) < MIN_PASSPHRASE:
        raise PassphraseShort(str(MIN_PASSPHRASE))
    salt, nonce = os.urandom(_SALT_SIZE), os.urandom(_NONCE_SIZE)
    sealed = _cipher(passphrase, salt).encrypt(nonce, plain, _ABOUT)
    parts = {"salt": salt, "nonce": nonce, "sealed": sealed}
    told = {name: base64.b64encode(part).decode() for name, part in parts.items()}
    return (json.dumps({PROTECTED: _VERSION, **told}, indent=2) + "\n").encode("ascii")


def _unprotected(text: str, path: str, passphrase: str) -> str:
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - start-up time

    try:
        found = json.loads(text)
        names = ("salt", "nonce", "sealed")
        salt, nonce, sealed = (base64.b64decode(found[n], validate=True) for n in names)
        if (found[PROTECTED], len(salt), len(nonce)) != (_VERSION, _SALT_SIZE, _NONCE_SIZE):
            raise KeyRingUnreadable(path)
        return _cipher(passphrase, salt).decrypt(nonce, sealed, _ABOUT).decode("ascii")
    except (KeyError, TypeError, ValueError, binascii.Error):
        raise KeyRingUnreadable(path) from None
    except InvalidTag:
        raise PassphraseWrong(path) from None


def _cipher(passphrase: str, salt: bytes) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - start-up time
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt  # noqa: PLC0415 - as above

    kdf = Scrypt(salt, length=_KEY_SIZE, n=_SCRYPT_N, r=_SCRYPT_R, p=_SCRYPT_P)
    return AESGCM(kdf.derive(_normal(passphrase).encode()))


def _normal(passphrase: str) -> str:
    """Return a passphrase alike on every keyboard: Japanese can be typed in two spellings."""
    return unicodedata.normalize("NFC", passphrase)
