"""Find in a server's answers what keeps a phone from its config."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import Message
from typing import TYPE_CHECKING, Final

from onhook.asking.errors import CertificateIpOnly
from onhook.inspecting.findings import Finding, error, note, of_error, warning

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from onhook.asking.answers import Answer
    from onhook.asking.certificates import Certificate
    from onhook.asking.server import Asked
    from onhook.inspecting.history import Delivered, KnownLink

_OK: Final = 200
_REDIRECTS: Final = range(300, 400)
_DENIALS: Final = (401, 403, 407)
_DEAD: Final = (404, 410)  # onhook answers the same for every kind of dead link
_NO_HEAD: Final = (405, 501)
_LIMITED: Final = 429
_FAILURES: Final = range(500, 600)
_PAGES: Final = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True, slots=True)
class Expected:
    """What a phone needs there, as far as the workspace knows.

    Attributes:
        family: The softphone family, '' where nobody knows.
        link: The link, None where it is not known.
        file: What the link delivers, None where it is not known.
        is_ours: Whether the address has the form of our links.
    """

    family: str
    link: KnownLink | None
    file: Delivered | None
    is_ours: bool


def of_asked(asked: Asked, expected: Expected, now: datetime) -> Iterator[Finding]:
    """Yield what is wrong with what a server showed and answered.

    Args:
        asked: The answers: config by HEAD, the page where the link is ours, perhaps config by GET.
        expected: What is known of the link.
        now: The instant.
    """
    if asked.certificate is not None:
        yield from _certificate(asked.certificate, asked.host, expected.family, now)
    if asked.fault is not None:
        yield of_error(asked.fault)
    if not asked.answers:
        return
    head, *others = asked.answers
    page = others.pop(0) if others and expected.is_ours else None
    # What was really taken tells more than what HEAD promised.
    config = others.pop(0) if others else head
    if config is head and head.status in _NO_HEAD:
        yield note("head-refused", status=str(head.status))
        return
    yield from _status(config, expected)
    if config.status == _OK:
        yield from _config(config, expected)
        yield from _body(config) if config is not head else ()
        yield from _page(page) if page is not None else ()


def _certificate(shown: Certificate, host: str, family: str, now: datetime) -> Iterator[Finding]:
    soon = shown.ends_soon(host, now)
    if soon is not None:
        yield of_error(soon, "warning")
    if family == "linphone" and shown.is_ip_only(host):
        yield of_error(CertificateIpOnly(host))


def _status(answer: Answer, expected: Expected) -> Iterator[Finding]:
    """Find what an answer's number says; 200 for a dead link is wrong, too."""
    status = answer.status
    told = str(status)
    if status == _OK:
        if expected.link is not None and expected.link.state != "live":
            yield error("link-alive-there")
    elif status in _DEAD:
        yield from _dead(expected)
    elif status in _REDIRECTS:
        yield error("server-redirects", status=told, to=answer.leads_to or "/***")
    elif status in _DENIALS:
        yield error("server-denies", status=told)
    elif status == _LIMITED:
        yield error("server-limits", seconds=answer.header("Retry-After") or "?")
    elif status in _FAILURES:
        yield error("server-fails", status=told)
    else:
        yield error("server-status", status=told)


def _dead(expected: Expected) -> Iterator[Finding]:
    if expected.link is None:
        yield error("link-dead-outside")
    elif expected.link.state == "live":
        yield error("link-dead-there")


def _config(answer: Answer, expected: Expected) -> Iterator[Finding]:
    yield from _media_type(answer, expected)
    if answer.packing:
        yield error("answer-packed", packing=answer.packing)
    yield from _length(answer, expected)
    yield from _name(answer, expected)
    if answer.may_be_kept:
        yield warning("answer-kept")


def _media_type(answer: Answer, expected: Expected) -> Iterator[Finding]:
    found = answer.media_type
    if found in _PAGES:
        yield error("answer-is-page", found=found)
    elif expected.file is not None:
        wanted = _parsed(expected.file.media_type)
        essence, charset = wanted.get_content_type(), wanted.get_content_charset("")
        if found != essence:
            yield error("media-type-differs", found=found or "-", expected=essence)
        elif answer.charset and charset and answer.charset != charset:
            yield error("media-type-differs", found=answer.charset, expected=charset)
    elif not found:
        yield warning("media-type-missing")


def _parsed(media_type: str) -> Message:
    message = Message()
    message["Content-Type"] = media_type
    return message


def _length(answer: Answer, expected: Expected) -> Iterator[Finding]:
    found = answer.length
    if found == 0:
        yield error("answer-empty")
    elif found is not None:
        if expected.file is not None and not answer.packing and found != expected.file.size:
            wanted = str(expected.file.size)
            yield error("length-differs", found=str(found), expected=wanted)
    elif answer.is_chunked:
        yield note("length-chunked")
    else:
        yield error("length-missing")


def _body(answer: Answer) -> Iterator[Finding]:
    if answer.length != 0 and not answer.body.strip():
        yield error("answer-empty")


def _name(answer: Answer, expected: Expected) -> Iterator[Finding]:
    if expected.file is None:
        return
    if not answer.file_name:
        yield warning("file-name-missing", expected=expected.file.name)
    elif answer.file_name != expected.file.name:
        found, wanted = answer.file_name, expected.file.name
        yield warning("file-name-differs", found=found, expected=wanted)


def _page(page: Answer) -> Iterator[Finding]:
    if page.status != _OK or page.media_type not in _PAGES:
        yield warning("page-missing", status=str(page.status), found=page.media_type or "-")
