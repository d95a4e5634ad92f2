"""What can be wrong with sending mails.

::

    InvalidInput   MailTemplateFault
    Refused        MailServerUnset, MailTlsMissing, MailLoginRefused, MailSenderRefused,
                   MailRefused, MailAddressNotCarried
    Conflict       MailsUnderWay
    StorageFault   MailPasswordUnavailable, MailServerUnreachable, MailCertificateBad,
                   MailLineLost, MailDeferred, MailUnsure, MailInterrupted

What a server said is told without links: some quote what they do not like.
"""

from __future__ import annotations

from onhook_devices.errors import Conflict, InvalidInput, Refused, StorageFault


class MailServerUnset(Refused):
    """A setting that mails need is not set."""

    setting: str
    file: str


class MailPasswordUnavailable(StorageFault):
    """The password for the mail server cannot be had from where it should come from."""

    source: str
    reason: str


class MailServerUnreachable(StorageFault):
    """The mail server does not answer."""

    server: str
    reason: str


class MailCertificateBad(StorageFault):
    """The mail server's certificate is not to be trusted."""

    server: str
    reason: str


class MailTlsMissing(Refused):
    """The server does not offer STARTTLS, and nothing is sent in clear."""

    server: str


class MailLoginRefused(Refused):
    """The server does not take user and password."""

    server: str
    reason: str


class MailSenderRefused(Refused):
    """The server takes nothing from this sender."""

    sender: str
    reason: str


class MailLineLost(StorageFault):
    """The connection ended, and could not be made again."""

    server: str
    reason: str


class MailRefused(Refused):
    """The server refused a mail for good."""

    whose: str
    address: str
    reply: str
    correct: str


class MailDeferred(StorageFault):
    """The server does not take a mail now."""

    whose: str
    address: str
    reply: str


class MailUnsure(StorageFault):
    """Nobody knows whether the server took a mail: its answer never came, or was never kept."""

    whose: str
    address: str
    since: str
    again: str


class MailAddressNotCarried(Refused):
    """An address has signs that this server cannot carry (RFC 6531)."""

    whose: str
    address: str
    correct: str


class MailsUnderWay(Conflict):
    """Another onhook is sending mails for this workspace."""

    workspace: str


class MailInterrupted(StorageFault):
    """The process that sends was ended from outside."""

    workspace: str


class MailTemplateFault(InvalidInput):
    """A mail's template cannot be used."""

    file: str
    line: str
    reason: str
