"""Answers of the public server, with the headers that each must carry."""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from onhook.web.platforms import HINTS_WANTED, VARY

if TYPE_CHECKING:
    from onhook.delivery.fetching import ConfigFile

RETRY_AFTER_S: Final = 10

COMMON: Final = {
    # Nothing here may lie in any cache: a config holds a password, a page a link.
    "Cache-Control": "no-store, private",
    "Pragma": "no-cache",  # what proxies of the last century obey
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Referrer-Policy": "no-referrer",  # the address is the secret
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
"""Headers of every answer."""
_NOTHING: Final = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_PAGE: Final = (
    "default-src 'none'; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def page(html: str, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Return a page; of styles it may use its own alone."""
    own = {
        **COMMON,
        "Content-Security-Policy": _policy(_style(html)),
        "Vary": VARY,
        **HINTS_WANTED,
        **(headers or {}),
    }
    return Response(html, status, own, "text/html")


def _style(html: str) -> str:
    """Return the text of a page's one style element, or ''."""
    return html.partition("<style>")[2].partition("</style>")[0]


@lru_cache(64)
def _policy(style: str) -> str:
    if not style:
        return _PAGE
    return f"{_PAGE}; style-src 'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'"


PLAIN: Final = {**COMMON, "Content-Security-Policy": _NOTHING}
"""Headers of what is no page."""
_FILE: Final = {**PLAIN, "Vary": "Accept"}


def file(found: ConfigFile) -> Response:
    """Return a config as its client wants it: whole, uncompressed, of a stated length."""
    headers = {
        **_FILE,
        "Content-Type": found.media_type,  # as the family states it: starlette would add a charset
        "Content-Length": str(found.length),
        # Families' names have no sign that would need quoting (`families.family.is_safe_name`).
        "Content-Disposition": f'attachment; filename="{found.name}"',
    }
    return Response(found.content, 200, headers)


def plain(text: str, status: int, headers: dict[str, str] | None = None) -> Response:
    """Return a line of text for programs."""
    return Response(text, status, {**PLAIN, **(headers or {})}, "text/plain")


def elsewhere(path: str) -> Response:
    """Return the way to another page here; no host is named, so nobody can choose one."""
    return Response(b"", 303, {**PLAIN, "Location": path})
