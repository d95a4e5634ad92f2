"""What a QR code's text is: one of our links, another address, settings, or something else."""

from __future__ import annotations

import re
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from onhook.links import TOKEN_LENGTH

_LINK: Final = re.compile(rf"(?P<base>https?://.+)/[ks]/(?P<token>[A-Z2-7]{{{TOKEN_LENGTH}}})/?")
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}(?=:)")
_USER_PASSWORD: Final = re.compile(
    r"[A-Za-z0-9+.-]+:(?://)?[^/:@]*:[^/@]+@"
)  # RFC 3986 section 3.2.1
# Schemes that stand before an address of their own.
_BEFORE_URL: Final = ("linphone-config:", "tcx+app:")


class Address(NamedTuple):
    """An address in a QR code.

    Attributes:
        scheme: ``https``, ``linphone-config``, ``csc`` ...; never more than the word.
        host: Whose it is; '' where it names none.
        base: What stands before ``/k/TOKEN``, for a link of our form; else ''.
        token: Of a link of our form; else ''. A secret.
        inner: The scheme of the address behind an app's own scheme; else ''.
        holds_password: Whether a user's password stands in it.
    """

    scheme: str
    host: str
    base: str
    token: str
    inner: str
    holds_password: bool

    def __repr__(self) -> str:
        return f"Address({self.scheme}, {self.host})"

    @property
    def shown(self) -> str:
        """Return the address as it may be shown: what could be secret is left out."""
        path = "/k/***" if self.token else "/***"
        outer = f"{self.scheme}:" if self.inner else ""
        scheme = self.inner or self.scheme
        return f"{outer}{scheme}://{self.host}{path}" if self.host else f"{self.scheme}:***"


def read_address(text: str) -> Address | None:
    """Return `text` as an address; None where it is none."""
    plain = text.strip()
    found = _SCHEME.match(plain)
    if found is None or plain.startswith("<"):
        return None
    scheme = found[0].lower()
    if any(plain.lower().startswith(before) for before in _BEFORE_URL):
        inner = read_address(plain.partition(":")[2])
        if inner is not None and inner.host:
            return inner._replace(scheme=scheme, inner=inner.scheme)
        return Address(scheme, "", "", "", "", holds_password=False)
    link = _LINK.fullmatch(plain)
    base, token = ("", "") if link is None else (link["base"], link["token"])
    return Address(
        scheme,
        _host(plain),
        base,
        token,
        "",
        holds_password=_USER_PASSWORD.match(plain) is not None,
    )


def _host(text: str) -> str:
    """Return the host of an address, without user and password."""
    if "://" not in text[:40]:
        return ""
    try:
        parts = urlsplit(text)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    host = parts.hostname or ""
    return (f"[{host}]" if ":" in host else host) + port
