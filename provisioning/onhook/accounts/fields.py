"""What may stand in an account's fields; the same for a CSV row and for typed options."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from onhook.subjects import read_extension
from onhook.tables.cleaning import strip_blanks, unprintables
from onhook.widths import half_width
from onhook_devices.errors import InvalidInput, OnhookError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TEXT_LIMIT = 128
MAIL_LIMIT = 254  # RFC 5321 section 4.5.3.1.3, less the brackets

PLAIN_FIELDS = ("auth_id", "first_name", "last_name", "display_name", "mail", "mobile", "caller_id")
SECRET_FIELDS = ("password", "msisdn")
CREDENTIAL_FIELDS = ("auth_id", *SECRET_FIELDS)
"""An empty cell never erases one of these: exports of newer PBXs leave them out."""

_MAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]+")
_MSISDN = re.compile(r"\+?[0-9]{10,15}")  # ITU-T E.164 section 6.2.1
_PHONE = re.compile(r"[0-9+\-() .#*/]*")
_USUAL_PHONE = re.compile(r"[0-9+\-]{0,30}")  # as most are: nothing to strip or to fold
_FLAGS = {"": False, "0": False, "false": False, "no": False, "1": True, "true": True, "yes": True}


class TextUnprintable(InvalidInput):
    """A text holds a character that no screen shows or that moves others."""

    field: str
    character: str


class TextTooLong(InvalidInput):
    """A text is longer than any screen of a phone shows."""

    field: str
    length: str
    limit: str


class BadMail(InvalidInput):
    """It cannot be a mail address."""

    mail: str


class BadPhoneNumber(InvalidInput):
    """It cannot be a telephone number."""

    field: str
    number: str


class BadMsisdn(InvalidInput):
    """It cannot be an MSISDN. It is a credential (B-A3), so it is not shown."""

    field: str = "msisdn"


class BadFlag(InvalidInput):
    """It is neither 0 nor 1."""

    field: str
    found: str


class PasswordIsExtension(InvalidInput):
    """The password is the extension or the login itself: anybody would guess it."""

    account: str


@dataclass(eq=False)
class FieldError(Exception):
    """Which field of a row an error is about."""

    field: str
    error: OnhookError


def clean(raw: Mapping[str, str]) -> dict[str, str | bool]:
    """Return the fields in `raw` as they are stored; only those that `raw` has.

    Raises:
        FieldError: One cannot be what it should be; its cause is the error to tell.
    """
    cleaned: dict[str, str | bool] = {}
    for field, text in raw.items():
        try:
            cleaned[field] = _READERS[field](field, text)
        except OnhookError as error:
            raise FieldError(field, error) from None
    return cleaned


def name_shown(first_name: str, last_name: str, display_name: str) -> str:
    """Return the name a screen shows: the one chosen, else family name first where Japanese."""
    if display_name:
        return display_name
    names = last_name + first_name
    east = not names.isascii() and any(unicodedata.east_asian_width(s) in "WFH" for s in names)
    parts = (last_name, first_name) if east else (first_name, last_name)
    return " ".join(part for part in parts if part)


def text_field(field: str, text: str) -> str:
    """Return `text` without blanks around it.

    Raises:
        TextTooLong: It has more than `TEXT_LIMIT` characters.
        TextUnprintable: It has a character that no screen shows.
    """
    if not text or (text.isalnum() and len(text) <= TEXT_LIMIT):
        return text  # as most are: nothing to strip, all of it shows
    return _shown(field, strip_blanks(text))


def is_mail_address(text: str) -> bool:
    """Tell whether `text` is a mail address and nothing else."""
    return len(text) <= MAIL_LIMIT and _MAIL.fullmatch(text) is not None and text.isprintable()


def mail_key(text: str) -> str:
    """Return a mail address as it is stored, without checking that it is one."""
    return strip_blanks(half_width(text))


def _shown(field: str, text: str) -> str:
    """Return `text` if it is short enough and all of it shows; a password keeps its blanks."""
    if len(text) > TEXT_LIMIT:
        raise TextTooLong(field, str(len(text)), str(TEXT_LIMIT))
    if not text.isprintable() and (found := unprintables(text)):  # a call less for most
        raise TextUnprintable(field, f"U+{ord(found[0]):04X}")
    return text


def _mail(field: str, text: str) -> str:
    mail = text_field(field, half_width(text))
    if mail and not _MAIL.fullmatch(mail):
        raise BadMail(mail)
    return mail


def _phone(field: str, text: str) -> str:
    if _USUAL_PHONE.fullmatch(text):
        return text
    number = half_width(text_field(field, text))
    if number and not _PHONE.fullmatch(number):
        raise BadPhoneNumber(field, number)
    return number


def _msisdn(_field: str, text: str) -> str:
    digits = re.sub(r"[-() ]", "", half_width(strip_blanks(text)))
    if digits and not _MSISDN.fullmatch(digits):
        raise BadMsisdn
    return digits


def _flag(field: str, text: str) -> bool:
    if text in _FLAGS:
        return _FLAGS[text]
    plain = half_width(text).strip().lower()
    if plain not in _FLAGS:
        raise BadFlag(field, text[:40])
    return _FLAGS[plain]


_READERS: dict[str, Callable[[str, str], str | bool]] = {
    "extension": lambda _field, text: read_extension(strip_blanks(text)),
    "auth_id": text_field,
    "password": _shown,
    "msisdn": _msisdn,
    "first_name": text_field,
    "last_name": text_field,
    "display_name": text_field,
    "mail": _mail,
    "mobile": _phone,
    "caller_id": _phone,
    "disabled": _flag,
}
