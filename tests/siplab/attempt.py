"""One answer of the registrar, as its log tells it."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

_MARK = "siplab:"
_CONTACT_PORT = re.compile(r":(\d+)[;>]")
_CONTACT_EXPIRES = re.compile(r";\s*expires=(\d+)", re.IGNORECASE)


class Verdict(StrEnum):
    """What became of an attempt to register; the first ones are words of `kamailio.cfg`."""

    REGISTERED = "registered"
    WRONG_PASSWORD = "wrong-password"  # the digest is not that of the password
    UNKNOWN_AUTH_ID = "unknown-auth-id"
    WRONG_EXTENSION = "wrong-extension"  # the digest is right, the extension is another's: 403
    UNAUTHENTICATED = "unauthenticated"  # for example an answer to another realm
    NOT_SAVED = "not-saved"  # the registrar could not keep it, for example a broken Contact
    UNREGISTERED = "unregistered"  # a leaving client: registered for 0 seconds
    SILENT = "silent"  # no attempt at all


@dataclass(frozen=True, slots=True)
class Attempt:
    """A REGISTER request with credentials, and the registrar's verdict on it.

    `protocol` is udp or tcp; `expires_s` is None where the client asked for no time.
    """

    verdict: Verdict
    auth_id: str
    to_user: str
    protocol: str
    user_agent: str
    contact: str
    expires_s: int | None

    @property
    def contact_port(self) -> int | None:
        """The port the client says it listens on; None where its Contact names none."""
        found = _CONTACT_PORT.search(self.contact)
        return int(found[1]) if found else None

    @classmethod
    def from_log_line(cls, line: str) -> Self | None:
        """Read a line of the registrar's log; None when it is about something else."""
        _, mark, told = line.partition(_MARK)
        if not mark:
            return None
        verdict, auth_id, to_user, protocol, user_agent, contact, expires, _ = told.split("|")
        expires_s = _expires_s(_text(contact), _text(expires))
        return cls(
            verdict=Verdict.UNREGISTERED if expires_s == 0 else Verdict(verdict),
            auth_id=_text(auth_id),
            to_user=_text(to_user),
            protocol=protocol,
            user_agent=_text(user_agent),
            contact=_text(contact),
            expires_s=expires_s,
        )


def _text(hexadecimal: str) -> str:
    return bytes.fromhex(hexadecimal).decode()


def _expires_s(contact: str, header: str) -> int | None:
    """Return the time asked for; the Contact's own word goes first (RFC 3261 section 10.2.1.1)."""
    own = _CONTACT_EXPIRES.search(contact)
    asked = own[1] if own else header
    return int(asked) if asked else None
