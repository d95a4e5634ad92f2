"""Why the server does not start."""

from __future__ import annotations

from onhook_devices.errors import InvalidInput, Refused, StorageFault, UsageError


class ListeningInClear(Refused):
    """Others could reach the server, and what it delivers would cross the network in clear."""

    host: str


class CertificateHalf(UsageError):
    """A certificate needs its key, and a key its certificate."""

    missing: str


class ProxyUnreadable(UsageError):
    """A proxy is named by its address or network, and this is neither."""

    proxy: str


class CertificateUnusable(InvalidInput):
    """A file of the pair of certificate and key is not what it should be: here, no certificate."""

    file: str


class CertificateUnreadable(CertificateUnusable):
    """A file of the pair cannot be read."""

    reason: str


class CertificateKeyUnusable(CertificateUnusable):
    """The key's file holds no key, or one that needs a passphrase."""


class CertificateKeyOther(CertificateUnusable):
    """The key is another certificate's."""

    certificate: str


class CannotListen(StorageFault):
    """Nothing can listen at this address now."""

    address: str
    reason: str
