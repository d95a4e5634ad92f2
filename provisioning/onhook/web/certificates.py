"""The server's certificate, renewed while it runs."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from onhook.web.errors import (
    CertificateKeyOther,
    CertificateKeyUnusable,
    CertificateUnreadable,
    CertificateUnusable,
)

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

Stamp = tuple[tuple[int, int], ...]


class Certificate:
    """A certificate and its key, as files that something else renews.

    Args:
        certificate: PEM: the server's own first, then those it was signed by.
        key: PEM, without a passphrase.

    Attributes:
        context: Takes new connections; always with the newest pair that was whole.
        ends_at: When that one ends.

    Raises:
        CertificateUnusable: They cannot be read, or do not belong together.
    """

    def __init__(self, certificate: Path, key: Path) -> None:
        self._files = (certificate, key)
        self.context = _context()
        self._stamp: Stamp = ()
        self.ends_at = self._load()

    def refresh(self) -> bool:
        """Load the pair again if a file was replaced; return whether it was.

        Raises:
            CertificateUnusable: The new pair is not whole, perhaps not yet: the old one stays.
        """
        if self._stamp_there() == self._stamp:
            return False
        self.ends_at = self._load()
        return True

    def _load(self) -> datetime:
        """Try the pair apart from the running context, which a half pair would leave without."""
        stamp = self._stamp_there()
        certificate, key = self._files
        ends_at = _end(_content(certificate), certificate)
        _content(key)
        try:
            for context in (_context(), self.context):
                context.load_cert_chain(certificate, key, password=_no_passphrase)
        except (OSError, ValueError) as error:  # an SSLError is an OSError
            if getattr(error, "reason", None) == "KEY_VALUES_MISMATCH":
                raise CertificateKeyOther(str(key), str(certificate)) from None
            raise CertificateKeyUnusable(str(key)) from None
        self._stamp = stamp
        return ends_at

    def _stamp_there(self) -> Stamp:
        try:
            return tuple((one.stat().st_ino, one.stat().st_mtime_ns) for one in self._files)
        except OSError:
            return ()


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2  # RFC 8996 ended what was before
    context.set_alpn_protocols(["http/1.1"])
    return context


def _no_passphrase() -> str:
    raise ValueError("passphrase")


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CertificateUnreadable(str(file), error.strerror or "?") from None


def _end(pem: bytes, file: Path) -> datetime:
    from cryptography.x509 import load_pem_x509_certificate  # noqa: PLC0415 - start-up time

    try:
        return load_pem_x509_certificate(pem).not_valid_after_utc
    except ValueError:
        raise CertificateUnusable(str(file)) from None
