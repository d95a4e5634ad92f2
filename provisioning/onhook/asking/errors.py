"""Why a server could not be asked, or should not be trusted.

::

    InvalidInput
    ├── BadAddress              not an address that can be asked
    ├── AuthoritiesUnreadable   the file of `--ca` holds no certificates
    ├── NoTls                   it speaks something else at that port
    ├── TlsRefused              no common version or cipher, or a broken certificate
    ├── CertificateExpired      its time is over
    ├── CertificateNotYet       its time has not come, or a clock is wrong
    ├── CertificateForOthers    it names other hosts
    ├── CertificateSelfSigned   nobody vouches for it
    ├── CertificateIncomplete   the intermediate is not sent along
    ├── CertificateUntrusted    an authority that is not known here signed it
    ├── CertificateEndsSoon     works now
    ├── CertificateIpOnly       one softphone does not find the address in it
    ├── AnswerTooLarge          no config is that large
    └── AnswerCut               it ends before its stated length
    StorageFault
    ├── HostUnknown             the name leads nowhere
    ├── HostSilent              no answer in time
    └── HostClosed              refused, reset, no way there

No error holds more of an address than its host.
"""

from __future__ import annotations

from onhook_devices.errors import InvalidInput, StorageFault


class BadAddress(InvalidInput):
    """It begins like an address and cannot be one."""

    host: str


class AuthoritiesUnreadable(InvalidInput):
    """The file holds no certificates of authorities (PEM), or cannot be read."""

    file: str


class NoTls(InvalidInput):
    """Something answers there, and it is not TLS."""

    host: str


class TlsRefused(InvalidInput):
    """Server and client found no common ground."""

    host: str
    reason: str


class CertificateExpired(InvalidInput):
    """A certificate, or one that it hangs on, is past its time."""

    host: str
    ended_on: str


class CertificateNotYet(InvalidInput):
    """A certificate's time has not begun."""

    host: str
    begins_on: str


class CertificateForOthers(InvalidInput):
    """The certificate does not name this host."""

    host: str
    names: str


class CertificateSelfSigned(InvalidInput):
    """The certificate is signed with its own key."""

    host: str


class CertificateIncomplete(InvalidInput):
    """The server does not send the intermediate certificate along."""

    host: str
    issuer: str


class CertificateUntrusted(InvalidInput):
    """No authority that is trusted here stands behind the certificate."""

    host: str
    issuer: str


class CertificateEndsSoon(InvalidInput):
    """The certificate is good for some days yet."""

    host: str
    ends_on: str
    days: str


class CertificateIpOnly(InvalidInput):
    """The host is an IP address, which the certificate has as such and not as a name."""

    host: str


class AnswerTooLarge(InvalidInput):
    """The answer is larger than any config; it was not read to its end."""

    host: str
    most: str


class AnswerCut(InvalidInput):
    """The connection ended before the answer did."""

    host: str


class HostUnknown(StorageFault):
    """The name of the host leads to no address."""

    host: str


class HostSilent(StorageFault):
    """Nothing came in time."""

    host: str
    seconds: str


class HostClosed(StorageFault):
    """The connection was refused or broken off."""

    host: str
    reason: str
