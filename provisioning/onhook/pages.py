"""The printable page of all kits, written as it is made: it may have a hundred thousand cards."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from onhook.workspace import TOKYO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jinja2 import Template

    from onhook.words import Words

_MARKED = re.compile("[&<>\"']")
_BUFFERED = 500  # pieces of text put together before they are written


@dataclass(frozen=True, slots=True)
class Card:
    """A kit as the page shows it.

    Attributes:
        customer: Id of the customer.
        account: ``acme/101``.
        extension: The number dialled.
        name: As the phone's screen shows it.
        device: The device's id, or ''.
        family: The softphone family.
        expires_at: When the link dies, as a person in Japan reads it (P0); '' without a link.
        folder: Where the kit lies, beside the page.
        file: Name of its config file.
        picture: Name of the QR code's picture, '' if it has none.
        secret_in_qr: Whether that picture gives the password away, for ever.
    """

    customer: str
    account: str
    extension: str
    name: str
    device: str
    family: str
    expires_at: str
    folder: str
    file: str
    picture: str
    secret_in_qr: bool


def index_page(words: Words) -> Callable[[Iterator[dict[str, Any]]], Iterator[str]]:
    """Return a function that turns manifests into the printable page, a piece at a time.

    Args:
        words: In whose language.
    """

    def page(manifests: Iterator[dict[str, Any]]) -> Iterator[str]:
        stream = _template().stream(
            words=cache(words), lang=words.lang, kits=(_card(manifest) for manifest in manifests)
        )
        stream.enable_buffering(_BUFFERED)
        return iter(stream)

    return page


@cache
def _template() -> Template:
    environment = Environment(  # noqa: S701 - `_escaped` escapes everything
        loader=PackageLoader("onhook_templates", "pages"),
        finalize=_escaped,
        undefined=StrictUndefined,
    )
    return environment.get_template("index.html.j2")


def _escaped(value: object) -> str:
    """Return what stands between ``{{`` and ``}}`` as HTML writes it.

    jinja2's own escaping spends three times as long on a text that needs none.
    """
    text = str(value)
    return escape(text) if _MARKED.search(text) else text


def _card(manifest: dict[str, Any]) -> Card:
    customer, _, extension = manifest["account"].partition("/")
    files = list(manifest["files"])
    pictures = [name for name in ("qr.svg", "qr.png") if name in files]
    link = manifest["link"]
    return Card(
        customer=customer,
        account=manifest["account"],
        extension=extension,
        name=manifest["name"],
        device=manifest["device"],
        family=manifest["family"],
        expires_at="" if link is None else _in_japan(link["expires_at"]),
        folder=manifest["folder"],
        file=next((name for name in files if name not in pictures), ""),
        picture=pictures[0] if pictures else "",
        secret_in_qr=manifest.get("secret_in_qr", False) is True,
    )


@cache
def _in_japan(stamp: str) -> str:
    return datetime.fromisoformat(stamp).astimezone(TOKYO).strftime("%Y-%m-%d %H:%M")
