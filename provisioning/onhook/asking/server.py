"""Ask a server step by step, as far as it goes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from onhook.asking.certificates import shown_certificate, trusting
from onhook.asking.deadline import within
from onhook.asking.errors import BadAddress, HostSilent
from onhook.asking.requesting import request
from onhook.hosts import host_of
from onhook_devices.errors import OnhookError

if TYPE_CHECKING:
    import ssl
    from pathlib import Path

    from onhook.asking.answers import Answer
    from onhook.asking.certificates import Certificate

HTTPS_PORT = 443


@dataclass(frozen=True, slots=True)
class Wish:
    """One request to be made.

    Attributes:
        method: ``HEAD`` or ``GET``.
        url: Where. A secret.
        accept: As in `request`.
        most_bytes: As in `request`.
    """

    method: str
    url: str
    accept: str = ""
    most_bytes: int = 0

    def __repr__(self) -> str:
        return f"Wish({self.method}, {host_of(self.url)})"


@dataclass(frozen=True, slots=True)
class Asked:
    """How far it went.

    Attributes:
        host: Who was asked.
        certificate: What it showed; None for plain HTTP, and where it never came to that.
        answers: To the wishes, in their order; fewer where a fault came between.
        fault: What kept it from going on, if anything did.
    """

    host: str
    certificate: Certificate | None = None
    answers: tuple[Answer, ...] = ()
    fault: OnhookError | None = None


def ask(wishes: list[Wish], authorities: Path | None = None, *, seconds: float) -> Asked:
    """Ask one server for everything in `wishes`; faults come out as values.

    Args:
        wishes: All at one host.
        authorities: A PEM file of authorities to trust besides the public ones.
        seconds: How long all of it may take.

    Raises:
        AuthoritiesUnreadable: The file is none.
    """
    host = host_of(wishes[0].url)
    progress = [Asked(host)]
    try:
        context = trusting(authorities)
        parts = _checked(wishes[0].url)
        within(seconds, lambda: _ask(wishes, parts, context, progress))
    except TimeoutError:
        return replace(progress[-1], fault=HostSilent(host, f"{seconds:g}"))
    except BadAddress as fault:
        return Asked(host, fault=fault)
    return progress[-1]


def _checked(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        is_good = bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_good = False
        parts = urlsplit("")
    if not is_good:
        raise BadAddress(host_of(url) or "-")
    return parts


def _ask(
    wishes: list[Wish], parts: SplitResult, context: ssl.SSLContext, progress: list[Asked]
) -> None:
    """Add to `progress` after each step: whoever waits may stop waiting at any moment."""
    is_tls = parts.scheme == "https"
    host = parts.hostname or ""
    try:
        if is_tls:
            shown = shown_certificate(host, parts.port or HTTPS_PORT, context)
            progress.append(replace(progress[-1], certificate=shown))
        for wish in wishes:
            answer = request(
                wish.method,
                wish.url,
                context if is_tls else None,
                accept=wish.accept,
                most_bytes=wish.most_bytes,
            )
            progress.append(replace(progress[-1], answers=(*progress[-1].answers, answer)))
    except OnhookError as fault:
        progress.append(replace(progress[-1], fault=fault))
