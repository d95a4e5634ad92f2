"""Speak to a mail server so that it is known, as far as can be, what it has taken (RFC 5321).

Once a server has answered the end of a mail with 250, the mail is its own. A line that breaks
between that end and the answer leaves both sides with different stories (RFC 1047). `Line.hand`
calls back just before the end goes out: until then, the server must forget what it got when the
line breaks (RFC 5321 section 4.1.1.10); from then on, nobody knows until the answer is there.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from onhook.mailing.errors import (
    MailCertificateBad,
    MailLineLost,
    MailLoginRefused,
    MailSenderRefused,
    MailServerUnreachable,
    MailTlsMissing,
)
from onhook.words import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from onhook.mailing.server import Server

LAST_ANSWER_S: Final = 600
"""How long the answer to a mail's end is waited for: RFC 5321 section 4.5.3.2.6.

Who gives up sooner makes doubtful mails (RFC 1047).
"""
Answer = Literal["sent", "refused", "deferred", "unsure", "not-carried"]

_GO_ON: Final = 354  # RFC 5321 section 4.3.2, as are the others
_CLOSING: Final = 421
_TEMPORARY: Final = range(400, 500)
_MOST_TOLD: Final = 300
_LINK: Final = re.compile(r"/(?:s|k)/[A-Z2-7]{8,}", re.IGNORECASE)
_END: Final = b".\r\n"
_DOT: Final = re.compile(rb"^\.", re.MULTILINE)


class Envelope(NamedTuple):
    """What the server is told of a mail.

    Attributes:
        recipient: The address, its domain in ASCII.
        needs_utf8: Whether the address is not ASCII (RFC 6531).
        content: The mail, lines ended by CR LF.
    """

    recipient: str
    needs_utf8: bool
    content: bytes


class Answered(NamedTuple):
    """What the server made of a mail, and its words."""

    answer: Answer
    reply: str


class _MaybeEnded(OSError):
    """A mail's end was being sent when something went wrong."""


class Line:
    """A connection to a server: opened, signed in, and good for many mails.

    Args:
        server: To which.
        password: Of its user.

    Raises:
        MailServerUnreachable: It does not answer.
        MailCertificateBad: Its certificate is not to be trusted.
        MailTlsMissing: It does not offer STARTTLS.
        MailLoginRefused: It does not take user and password.
    """

    def __init__(self, server: Server, password: str) -> None:
        self._server = server
        self.handed = 0
        try:
            self._smtp = self._connected()
            self._sign_in(password)
        except ssl.SSLCertVerificationError as error:
            raise MailCertificateBad(server.shown, error.verify_message) from None
        except (OSError, smtplib.SMTPException) as error:
            raise MailServerUnreachable(server.shown, _reason(error)) from None

    def hand(self, envelope: Envelope, before_end: Callable[[], None]) -> Answered:
        """Hand a mail to the server.

        Args:
            envelope: The mail.
            before_end: Called when the server has all of it but its end. If it raises, the line
                is cut and the server forgets the mail.

        Raises:
            MailSenderRefused: The server takes nothing from this sender.
            MailLineLost: The line broke, or the server closed it, before the mail's end.
        """
        has_ended = False
        try:
            if envelope.needs_utf8 and not self._smtp.has_extn("smtputf8"):
                return Answered("not-carried", "")
            refusal = self._introduce(envelope)
            if refusal is not None:
                return refusal
            self._smtp.send(_stuffed(envelope.content))
            self._call(before_end)
            has_ended = self._end_mail()
            answered = self._judged(*self._smtp.getreply())
            self._set_patience(self._server.timeout_s)
        except (OSError, smtplib.SMTPException) as error:
            self.cut()
            if has_ended or isinstance(error, _MaybeEnded):
                return Answered("unsure", _reason(error))
            raise MailLineLost(self._server.shown, _reason(error)) from None
        self.handed += 1
        return answered

    def end(self) -> None:
        """Say goodbye."""
        with suppress(OSError, smtplib.SMTPException):
            self._smtp.quit()

    def cut(self) -> None:
        """End the line without a word; what has no end yet is forgotten by the server."""
        self._smtp.close()

    def _connected(self) -> smtplib.SMTP:
        server, name = self._server, _own_name()
        host, port, timeout = server.host, server.port, server.timeout_s
        if server.security == "none":
            return smtplib.SMTP(host, port, name, timeout)
        context = ssl.create_default_context()
        if server.ca_file is not None:
            context.load_verify_locations(server.ca_file)
        if server.security == "tls":
            return smtplib.SMTP_SSL(host, port, name, timeout=timeout, context=context)
        smtp = smtplib.SMTP(host, port, name, timeout)
        smtp.ehlo()
        if not smtp.has_extn("starttls"):
            smtp.close()
            raise MailTlsMissing(server.shown)
        smtp.starttls(context=context)
        return smtp

    def _sign_in(self, password: str) -> None:
        self._smtp.ehlo_or_helo_if_needed()
        if self._server.user is None:
            return
        try:
            self._smtp.login(self._server.user, password)
        except smtplib.SMTPAuthenticationError as error:
            reason = _reason(error)
            raise MailLoginRefused(self._server.shown, reason) from None
        except smtplib.SMTPNotSupportedError:
            raise MailLoginRefused(self._server.shown, "no AUTH") from None
        except UnicodeEncodeError:
            raise MailLoginRefused(self._server.shown, "not ASCII") from None

    def _introduce(self, envelope: Envelope) -> Answered | None:
        """Name sender and recipient; return what the server has against it."""
        options = ["SMTPUTF8", "BODY=8BITMIME"] if envelope.needs_utf8 else []
        sender = self._server.sender.address
        code, reply = self._smtp.mail(sender, options)
        if code // 100 != 2:  # noqa: PLR2004 - RFC 5321 section 4.2.1: 2 is well
            self._check_open(code, reply)
            raise MailSenderRefused(sender, told(code, reply))
        for code, reply in self._named(envelope.recipient):
            self._check_open(code, reply)
            answered = self._judged(code, reply)
            if answered.answer != "sent":
                self._smtp.rset()
                return answered
        return None

    def _named(self, recipient: str) -> Sequence[tuple[int, bytes]]:
        first = self._smtp.docmd("RCPT", f"TO:<{recipient}>")
        if first[0] // 100 != 2:  # noqa: PLR2004 - as above
            return [first]
        code, reply = self._smtp.docmd("DATA")
        return [first, (200 if code == _GO_ON else code, reply)]

    def _check_open(self, code: int, reply: bytes) -> None:
        """Make sure that the server is not about to hang up.

        Raises:
            SMTPServerDisconnected: It is.
        """
        if code == _CLOSING or code < 0:
            raise smtplib.SMTPServerDisconnected(told(code, reply))

    def _judged(self, code: int, reply: bytes) -> Answered:
        if code < 0:  # no answer that anybody could read
            return Answered("unsure", told(code, reply))
        if code // 100 == 2:  # noqa: PLR2004 - as above
            return Answered("sent", told(code, reply))
        if code in _TEMPORARY:
            return Answered("deferred", told(code, reply))
        return Answered("refused", told(code, reply))

    def _call(self, before_end: Callable[[], None]) -> None:
        try:
            before_end()
        except BaseException:
            self.cut()
            raise

    def _end_mail(self) -> bool:
        """Send a mail's end; return whether the server may have it.

        Raises:
            ConnectionError: It cannot: there was no line any more.
        """
        self._set_patience(LAST_ANSWER_S)
        sock = self._smtp.sock
        if sock is None:
            raise ConnectionResetError
        try:
            sock.sendall(_END)
        except ConnectionError:
            raise
        except OSError as error:
            raise _MaybeEnded(_reason(error)) from None
        return True

    def _set_patience(self, seconds: int) -> None:
        if self._smtp.sock is not None:
            self._smtp.sock.settimeout(seconds)


def told(code: int, reply: bytes) -> str:
    """Return a server's words for people: on one line, not too long, and without a link."""
    text = reply.decode("utf-8", "replace").replace("\n", " ")
    return printable(_LINK.sub("/s/***", f"{code} {text}"))[:_MOST_TOLD]


def _reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        code, reply = error.smtp_code, error.smtp_error
        return told(code, reply if isinstance(reply, bytes) else str(reply).encode())
    if isinstance(error, TimeoutError):
        return "timeout"
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return printable(_LINK.sub("/s/***", str(text)))[:_MOST_TOLD]


def _stuffed(content: bytes) -> bytes:
    """Return a mail's lines as they travel: a dot that begins one is doubled (RFC 5321, 4.5.2)."""
    stuffed = _DOT.sub(b"..", content)
    return stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n"


def _own_name() -> str:
    """Return how this machine greets: its name, else an address literal.

    smtplib would ask the name server for it, which may take long and tell nothing better.
    """
    name = socket.gethostname()
    return name if "." in name and name.isascii() else "[127.0.0.1]"
