"""The mail server as it is set, and where its password comes from."""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, get_args

from onhook.hosts import is_loopback
from onhook.mailing.errors import MailPasswordUnavailable, MailServerUnset

if TYPE_CHECKING:
    from pathlib import Path

Security = Literal["starttls", "tls", "none"]
SECURITIES: tuple[Security, ...] = get_args(Security)

PORTS: Final[dict[Security, int]] = {
    "starttls": 587,  # RFC 6409 section 3.1
    "tls": 465,  # RFC 8314 section 7.3
    "none": 25,  # RFC 5321 section 4.5.4.2
}
TIMEOUT_S: Final = 30
DUE_DAYS: Final = 14

_OPEN_TO_OTHERS: Final = 0o077
_WRITABLE_BY_OTHERS: Final = 0o022


class Mailbox(NamedTuple):
    """A name, which may be '', and an address."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        """Return what stands behind the ``@``."""
        return self.address.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class MailSettings:
    """What is set for mails; ``None`` where nothing is.

    Attributes:
        host: The server that takes mails.
        port: Its port; the one usual for `security` where nothing is said.
        security: TLS after STARTTLS, TLS from the beginning, or none (this machine only).
        user: Who signs in; without one nobody does.
        password: The password, where a variable or the settings file has it.
        password_file: A file with it in the first line.
        password_command: A command that prints it.
        sender: ``From`` of all mails.
        reply_to: Where answers go; None: to the sender.
        timeout_s: How long the server may take for each answer, in seconds.
        ca_file: Authorities to trust besides the public ones.
        notify: Lease administrators: who is told what falls due.
        notify_days: How many days before it does.
        notify_customers: Whether customers are told, too.
    """

    host: str | None = None
    port: int | None = None
    security: Security = "starttls"
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    password_file: Path | None = None
    password_command: str | None = field(default=None, repr=False)
    sender: Mailbox | None = None
    reply_to: Mailbox | None = None
    timeout_s: int = TIMEOUT_S
    ca_file: Path | None = None
    notify: tuple[Mailbox, ...] = ()
    notify_days: int = DUE_DAYS
    notify_customers: bool = False

    @property
    def shown(self) -> str:
        """Return the server for people: ``smtp.acme.example:587``."""
        return f"{self.host}:{self.port or PORTS[self.security]}"


class Server(NamedTuple):
    """A mail server that can be spoken to."""

    host: str
    port: int
    security: Security
    user: str | None
    sender: Mailbox
    reply_to: Mailbox | None
    timeout_s: int
    ca_file: Path | None

    @property
    def shown(self) -> str:
        """Return it for people."""
        return f"{self.host}:{self.port}"


def server_of(settings: MailSettings, file: Path) -> Server:
    """Return the server that is set.

    Args:
        settings: What is set.
        file: Where it would be set, for the message.

    Raises:
        MailServerUnset: Host or sender is not set, or the line to another machine would be in
            clear.
    """
    if settings.host is None:
        raise MailServerUnset("mail.host", str(file))
    if settings.security == "none" and not is_loopback(settings.host):
        raise MailServerUnset("mail.security", str(file))
    return Server(
        settings.host,
        settings.port or PORTS[settings.security],
        settings.security,
        settings.user,
        sender_of(settings, file),
        settings.reply_to,
        settings.timeout_s,
        settings.ca_file,
    )


def sender_of(settings: MailSettings, file: Path) -> Mailbox:
    """Return whom mails are from.

    Raises:
        MailServerUnset: Nobody is set.
    """
    if settings.sender is None:
        raise MailServerUnset("mail.from", str(file))
    return settings.sender


def read_password(settings: MailSettings, file: Path) -> str:
    """Return the password, '' where none is set: variable or file, a file of its own, a command.

    Args:
        settings: What is set.
        file: The settings file, which may name the command: nobody else may have written it.

    Raises:
        MailPasswordUnavailable: It cannot be had.
    """
    if settings.password is not None:
        return settings.password
    if settings.password_file is not None:
        return _from_file(settings.password_file)
    if settings.password_command is not None:
        return _from_command(settings.password_command, file)
    return ""


def _from_file(path: Path) -> str:
    try:
        mode = path.stat().st_mode & 0o777
        text = path.read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise MailPasswordUnavailable(str(path), reason) from None
    if mode & _OPEN_TO_OTHERS:
        raise MailPasswordUnavailable(str(path), f"mode {mode:04o}")
    return text


def _from_command(text: str, file: Path) -> str:
    from onhook.keys.asking import ask  # noqa: PLC0415 - start-up time
    from onhook_devices.errors import StorageFault  # noqa: PLC0415 - as above

    found = file.stat()
    if found.st_uid not in (0, os.geteuid()) or found.st_mode & _WRITABLE_BY_OTHERS:
        raise MailPasswordUnavailable(str(file), f"mode {found.st_mode & 0o777:04o}")
    words = shlex.split(text)
    try:
        return ask(words).partition("\n")[0].rstrip("\r")
    except StorageFault as error:  # told of the key ring's command; it is ours that failed
        reason = error.data.get("reason") or error.data.get("status") or error.code()
        raise MailPasswordUnavailable(words[0], reason) from None


def read_mailbox(text: str) -> Mailbox:
    """Return what ``Name <address>``, or an address alone, writes.

    Raises:
        ValueError: It is neither, or not in ASCII (a domain in Japanese is written ``xn--…``).
    """
    from email.utils import parseaddr  # noqa: PLC0415 - start-up time

    from onhook.accounts.fields import is_mail_address  # noqa: PLC0415 - as above
    from onhook.tables.cleaning import unprintables  # noqa: PLC0415 - as above

    name, address = parseaddr(text.strip())
    if unprintables(text) or not is_mail_address(address) or not address.isascii():
        raise ValueError(text)  # not every server carries others, and these are the operator's own
    return Mailbox(name, address)


def read_mailboxes(text: str) -> tuple[Mailbox, ...]:
    """Return several of them, parted by commas; a name has none.

    Raises:
        ValueError: One of them is none.
    """
    return tuple(dict.fromkeys(read_mailbox(part) for part in text.split(",")))


def made_of(values: dict[str, Any], folder: Path) -> MailSettings:
    """Return the settings ``mail.…`` and ``notify.…`` as one; files are of the workspace."""
    names = {
        "mail.host": "host",
        "mail.port": "port",
        "mail.security": "security",
        "mail.user": "user",
        "mail.password": "password",
        "mail.password_file": "password_file",
        "mail.password_command": "password_command",
        "mail.from": "sender",
        "mail.reply_to": "reply_to",
        "mail.timeout_s": "timeout_s",
        "mail.ca_file": "ca_file",
        "notify.to": "notify",
        "notify.days": "notify_days",
        "notify.customers": "notify_customers",
    }
    found = {field_: values[name] for name, field_ in names.items() if name in values}
    for name in ("password_file", "ca_file"):
        if name in found:
            found[name] = folder / found[name]
    return MailSettings(**found)
