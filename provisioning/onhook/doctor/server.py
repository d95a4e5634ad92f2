"""The address of links: reached from here, with a certificate that lasts, answered by onhook.

What is seen from here need not be what phones see: an office's own router may stand between. So
most of it is a warning; that a certificate has expired is the same from everywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from onhook.asking.errors import CertificateExpired
from onhook.doctor.errors import PublicUrlExample, PublicUrlOther
from onhook.doctor.findings import Finding
from onhook.hosts import host_of, is_reserved
from onhook.imports import Note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onhook.asking.server import Asked
    from onhook.doctor.site import Site

DEADLINE_S: Final = 4
"""For all of it: somebody is standing there."""
_OK: Final = 200
_SIGNS: Final = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow, noarchive"}
"""Headers that `onhook serve` gives to each page; few others give both."""


def check_server(site: Site) -> Iterator[Finding | Note]:
    """Ask for the first page as a browser would; nothing is used up."""
    url = site.settings.public_url
    if url is None:  # told with the settings
        yield Note("doctor-server-none")
        return
    if is_reserved(host_of(url)):
        yield Finding("warning", PublicUrlExample(url))
        return
    asked = _asked(url, site)
    findings = list(_findings(asked, url, site))
    yield from findings
    if not findings:
        yield _well(asked)


def _asked(url: str, site: Site) -> Asked:
    from onhook.asking.server import Wish, ask  # noqa: PLC0415 - slow to import

    return ask([Wish("HEAD", f"{url}/", "text/html")], site.authorities, seconds=DEADLINE_S)


def _findings(asked: Asked, url: str, site: Site) -> Iterator[Finding]:
    if asked.fault is not None:
        is_expired = isinstance(asked.fault, CertificateExpired)
        yield Finding("fault" if is_expired else "warning", asked.fault)
    for answer in asked.answers:
        is_ours = all(answer.header(name) == value for name, value in _SIGNS.items())
        if answer.status != _OK or not is_ours:
            yield Finding("warning", PublicUrlOther(url, str(answer.status)))
    if asked.certificate is not None:
        soon = asked.certificate.ends_soon(asked.host, site.clock())
        if soon is not None:
            yield Finding("warning", soon)


def _well(asked: Asked) -> Note:
    if asked.certificate is None:
        return Note("doctor-server-plain", {"host": asked.host})
    ends = asked.certificate.ends_at.strftime("%Y-%m-%d")
    return Note("doctor-server", {"host": asked.host, "ends": ends})
