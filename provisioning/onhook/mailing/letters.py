"""A mail to be sent, and the bytes it becomes."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, formataddr
from string import ascii_letters, digits
from typing import TYPE_CHECKING, Final, NamedTuple

from onhook.mailing.transport import Envelope

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime

    from onhook.mailing.server import Mailbox
    from onhook.words import Language

LINE_LENGTH: Final = 76
"""No line is longer on its way (RFC 2045 section 6.7; RFC 5322 section 2.1.1 allows 78)."""

_ID_BYTES: Final = 16
_ATOM: Final = frozenset(ascii_letters + digits + "!#$%&'*+-/=?^_`{|}~.")  # RFC 5322 section 3.2.3


class Attachment(NamedTuple):
    """A file that goes with a mail."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Content:
    """What a mail says: the same as text and as HTML."""

    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)
    attachments: tuple[Attachment, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to be sent once to an address for each thing that it is about.

    Attributes:
        kind: Which mail: ``link``, ``due`` ... (at most one of a kind goes out about a topic).
        topics: What it is about, as the record knows it: ``kit 3 issue 2``. No secret.
        whose: Whom people know it by: ``acme/101``, ``acme``, or ''.
        to: Who gets it.
        language: In which language.
        compose: Makes what it says, when its turn has come; without an open transaction.
        name: What its file is called in a dry run, without an ending.
        again: What to type to send it once more, where it may have been lost.
        correct: What to type to correct the address.
        narrowed: Makes the letter that is about some of its topics only; None where that is all
            or nothing.
    """

    kind: str
    topics: tuple[str, ...]
    whose: str
    to: Mailbox
    language: Language
    compose: Callable[[], Content] = field(repr=False)
    name: str = ""
    again: str = ""
    correct: str = ""
    narrowed: Callable[[Collection[str]], Letter] | None = None


def new_message_id(sender: Mailbox) -> str:
    """Return a fresh Message-ID of the sender's own domain (RFC 5322 section 3.6.4)."""
    return f"<{os.urandom(_ID_BYTES).hex()}@{ascii_domain(sender.domain)}>"


def envelope_of(
    letter: Letter, message_id: str, sender: Mailbox, reply_to: Mailbox | None, now: datetime
) -> Envelope:
    """Return a letter as it travels.

    Args:
        letter: What is sent.
        message_id: Its own for ever, however often it is tried.
        sender: From whom.
        reply_to: To whom answers go.
        now: Its date.
    """
    content = letter.compose()
    recipient = wire_address(letter.to.address)
    needs_utf8 = not recipient.isascii()
    message = EmailMessage(
        policy=(SMTPUTF8 if needs_utf8 else SMTP).clone(max_line_length=LINE_LENGTH)
    )
    message["Date"] = format_datetime(now)
    message["From"] = _shown(sender)
    message["To"] = _shown(letter.to)
    if reply_to is not None:
        message["Reply-To"] = _shown(reply_to)
    message["Message-ID"] = message_id
    message["Subject"] = content.subject
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834 section 5: no machine answers it
    message.set_content(content.text, cte=_encoding(content.text))
    message.add_alternative(content.html, subtype="html", cte=_encoding(content.html))
    for one in content.attachments:
        main, _, sub = one.media_type.partition("/")
        message.add_attachment(one.content, maintype=main, subtype=sub, filename=one.name)
    message["Content-Language"] = letter.language  # sooner it would go into the text's part
    return Envelope(recipient, needs_utf8, message.as_bytes())


def wire_address(address: str) -> str:
    """Return an address as it is told to a server.

    A domain is told in ASCII. Mobile carriers gave out addresses such as ``a..b.@docomo.ne.jp``,
    which are none unless what stands before the ``@`` is quoted (RFC 5321 section 4.1.2).
    """
    local, _, domain = address.rpartition("@")
    plain = not local.startswith(".") and not local.endswith(".") and ".." not in local
    if not plain or not all(sign in _ATOM or not sign.isascii() for sign in local):
        escaped = local.replace("\\", "\\\\").replace('"', '\\"')
        local = f'"{escaped}"'
    return f"{local}@{ascii_domain(domain)}"


def ascii_domain(domain: str) -> str:
    """Return a domain as the name system knows it; as it is where it cannot be one."""
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain


def _shown(box: Mailbox) -> str:
    address = wire_address(box.address)
    if not box.name:
        return address
    if address.isascii():
        return formataddr((box.name, address))
    name = box.name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{name}" <{address}>'  # formataddr knows no address that is not ASCII


def _encoding(text: str) -> str:
    """Return the encoding that keeps lines short, and a text readable as it lies where it can."""
    is_western = sum(not sign.isascii() for sign in text) * 6 < len(text)
    return "quoted-printable" if is_western else "base64"
