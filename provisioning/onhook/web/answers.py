"""Answers of the public server, with the headers that each must carry."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from onhook.web.platforms import HINTS_WANTED, VARY
from onhook.web.rendering import page_style

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
PLAIN: Final = {**COMMON, "Content-Security-Policy": _NOTHING}
"""Headers of what is no page."""
_PAGE: Final = (
    "default-src 'none'; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def page(html: str, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Return a page; of styles it may use its own alone."""
    return _answer(html, status, headers, "text/html", _page_headers())


def file(found: ConfigFile) -> Response:
    """Return a config as its client wants it: whole, uncompressed, of a stated length."""
    headers = {
        "Content-Type": found.media_type,  # as the family states it: starlette would add a charset
        "Content-Length": str(found.length),
        # Families' names have no sign that would need quoting (`families.family.is_safe_name`).
        "Content-Disposition": f'attachment; filename="{found.name}"',
    }
    return _answer(found.content, 200, headers, None, _FILE)


def plain(text: str, status: int, headers: dict[str, str] | None = None) -> Response:
    """Return a line of text for programs."""
    return _answer(text, status, headers, "text/plain", _PLAIN)


def elsewhere(path: str) -> Response:
    """Return the way to another page here; no host is named, so nobody can choose one."""
    return _answer(b"", 303, {"Location": path}, None, _PLAIN)


def _answer(
    content: str | bytes,
    status: int,
    own: dict[str, str] | None,
    media_type: str | None,
    common: list[tuple[bytes, bytes]],
) -> Response:
    """Return an answer with headers of its own and those prepared for all of its kind."""
    answer = Response(content, status, own, media_type)
    answer.raw_headers += common
    return answer


def _prepared(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    """Return headers as they are sent: they are the same for every request."""
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


@cache
def _page_headers() -> list[tuple[bytes, bytes]]:
    style = b64encode(sha256(page_style().encode()).digest()).decode()
    policy = f"{_PAGE}; style-src 'sha256-{style}'"
    own = {"Content-Security-Policy": policy, "Vary": VARY, **HINTS_WANTED}
    return _prepared({**COMMON, **own})


_PLAIN: Final = _prepared(PLAIN)
_FILE: Final = _prepared({**PLAIN, "Vary": "Accept"})
