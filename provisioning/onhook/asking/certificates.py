"""The certificate a server shows: good, or which of its many faults it has.

A phone only says that the connection failed. Here the handshake is made once as the phone makes
it, and where it fails, once more without verifying, to read what was shown. Nothing is sent then.
"""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING

import certifi
from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID

from onhook.asking.errors import (
    AuthoritiesUnreadable,
    BadAddress,
    CertificateEndsSoon,
    CertificateExpired,
    CertificateForOthers,
    CertificateIncomplete,
    CertificateNotYet,
    CertificateSelfSigned,
    CertificateUntrusted,
    HostClosed,
    HostSilent,
    HostUnknown,
    NoTls,
    TlsRefused,
)
from onhook.hosts import is_ip_address

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from onhook_devices.errors import OnhookError

PATIENCE_S = 5
"""For a connection, and for each answer: a phone's user has long put it away by then."""
WARN_DAYS = 14
"""Before a certificate's end: renewals are made 30 days before it, so one has failed by then."""
_MOST_NAMES = 6

# OpenSSL's X509_V_ERR_..., include/openssl/x509_vfy.h
_NOT_YET, _EXPIRED, _SELF_SIGNED, _OTHER_HOST, _OTHER_ADDRESS = 9, 10, 18, 62, 64


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a server showed.

    Attributes:
        issuer: Who signed it, in words.
        begins_at: From when on it is good.
        ends_at: Until when.
        names: The hosts it names.
        addresses: The IP addresses it names as such.
        tells_issuer: Whether it says where its issuer's certificate is to be had: public
            authorities' do.
    """

    issuer: str
    begins_at: datetime
    ends_at: datetime
    names: tuple[str, ...]
    addresses: tuple[str, ...]
    tells_issuer: bool

    def ends_soon(self, host: str, now: datetime) -> CertificateEndsSoon | None:
        """Return that its end is near, None where it is not."""
        left = self.ends_at - now
        if left.days >= WARN_DAYS:
            return None
        return CertificateEndsSoon(host, _day(self.ends_at), str(left.days))

    def is_ip_only(self, host: str) -> bool:
        """Tell whether `host` is an IP address that it does not have as a name, too."""
        return is_ip_address(host) and host not in self.names


def trusting(authorities: Path | None) -> ssl.SSLContext:
    """Return whom phones trust: the public authorities, and those in a PEM file.

    Raises:
        AuthoritiesUnreadable: The file holds none.
    """
    # Not this machine's own list, in which an office may have put what no phone knows.
    context = ssl.create_default_context(cafile=certifi.where())
    try:
        if authorities is not None:
            context.load_verify_locations(authorities)
    except (OSError, ValueError):  # an SSLError is an OSError; a NUL in the name
        raise AuthoritiesUnreadable(str(authorities)) from None
    return context


def shown_certificate(host: str, port: int, context: ssl.SSLContext) -> Certificate:
    """Return the certificate of a server, which is good.

    Raises:
        InvalidInput: What is wrong with it, or with TLS there.
        StorageFault: The host is not reached.
    """
    try:
        return _read(_handshake(host, port, context), host)
    except ssl.SSLCertVerificationError as error:
        shown = _unverified(host, port)
        raise _fault(host, shown, error.verify_code) from None


def _unverified(host: str, port: int) -> Certificate:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    # Only to read what is shown: nothing is sent over it.
    context.verify_mode = ssl.CERT_NONE
    return _read(_handshake(host, port, context), host)


def _handshake(host: str, port: int, context: ssl.SSLContext) -> bytes:
    """Return the certificate shown (DER).

    Raises:
        SSLCertVerificationError: It is not good.
        InvalidInput: It is no TLS, or none that both speak.
        StorageFault: The host is not reached.
    """
    try:
        with (
            socket.create_connection((host, port), PATIENCE_S) as plain,
            context.wrap_socket(plain, server_hostname=host) as connection,
        ):
            return connection.getpeercert(binary_form=True) or b""
    except ssl.SSLCertVerificationError:
        raise
    except ssl.SSLError as error:
        raise _refusal(host, error.reason or "") from None
    except OSError as error:
        raise of_socket(host, error) from None
    except UnicodeError:  # a label that is empty or longer than 63 characters
        raise HostUnknown(host) from None
    except ValueError:
        raise BadAddress(host) from None


def _refusal(host: str, reason: str) -> OnhookError:
    if reason in {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE"}:
        return NoTls(host)
    return TlsRefused(host, reason.replace("_", " ").lower() or "-")


def of_socket(host: str, error: OSError) -> OnhookError:
    """Return what a failed connection is."""
    if isinstance(error, socket.gaierror):
        return HostUnknown(host)
    if isinstance(error, TimeoutError):
        return HostSilent(host, str(PATIENCE_S))
    return HostClosed(host, error.strerror or type(error).__name__)


def _read(der: bytes, host: str) -> Certificate:
    try:
        shown = x509.load_der_x509_certificate(der)
        names, addresses = _names(shown)
        return Certificate(
            issuer=_in_words(shown),
            begins_at=shown.not_valid_before_utc,
            ends_at=shown.not_valid_after_utc,
            names=names,
            addresses=addresses,
            tells_issuer=_tells_issuer(shown),
        )
    except ValueError:  # cryptography is stricter than OpenSSL
        raise TlsRefused(host, "bad certificate") from None


def _names(shown: x509.Certificate) -> tuple[tuple[str, ...], tuple[str, ...]]:
    try:
        found = shown.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return (), ()
    names = tuple(found.get_values_for_type(x509.DNSName))
    return names, tuple(map(str, found.get_values_for_type(x509.IPAddress)))


def _in_words(shown: x509.Certificate) -> str:
    parts = [str(part.value) for part in shown.issuer]
    return ", ".join(reversed(parts)) or "-"


def _tells_issuer(shown: x509.Certificate) -> bool:
    try:
        told = shown.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except x509.ExtensionNotFound:
        return False
    # RFC 5280 section 4.2.2.1
    return any(one.access_method == AuthorityInformationAccessOID.CA_ISSUERS for one in told)


def _fault(host: str, shown: Certificate, code: int) -> OnhookError:
    if code == _EXPIRED:
        return CertificateExpired(host, _day(shown.ends_at))
    if code == _NOT_YET:
        return CertificateNotYet(host, _day(shown.begins_at))
    if code in (_OTHER_HOST, _OTHER_ADDRESS):
        named = (*shown.names, *shown.addresses)
        more = " …" if len(named) > _MOST_NAMES else ""
        return CertificateForOthers(host, ", ".join(named[:_MOST_NAMES]) + more or "-")
    if code == _SELF_SIGNED:
        return CertificateSelfSigned(host)
    if shown.tells_issuer:
        return CertificateIncomplete(host, shown.issuer)
    return CertificateUntrusted(host, shown.issuer)


def _day(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%d")
