"""The server's certificate, renewed while it runs."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from onhook.web.errors import CertificateUnusable

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
        try:
            ends_at = _end(self._files[0])
            for context in (_context(), self.context):
                context.load_cert_chain(*self._files, password=_no_passphrase)
        except (OSError, ValueError) as error:  # an SSLError is an OSError
            reason = getattr(error, "reason", None) or getattr(error, "strerror", None)
            kind = str(reason or type(error).__name__)
            raise CertificateUnusable(str(self._files[0]), kind) from None
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


def _end(file: Path) -> datetime:
    from cryptography.x509 import load_pem_x509_certificate  # noqa: PLC0415 - start-up time

    return load_pem_x509_certificate(file.read_bytes()).not_valid_after_utc
