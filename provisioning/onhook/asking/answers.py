"""What a server answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.message import Message
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer over HTTP.

    Attributes:
        status: Its number.
        headers: By name, in whatever case. A redirect's may hold the token.
        body: What was read of it; b"" for HEAD.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(default=b"", repr=False)

    def header(self, name: str) -> str:
        """Return a header without white space around it, '' where there is none."""
        return self.headers.get(name, "").strip()

    @property
    def media_type(self) -> str:
        """Return what it says it is, without parameters and in small letters; '' if nothing."""
        return self.header("Content-Type").partition(";")[0].strip().lower()

    @property
    def charset(self) -> str:
        """Return the encoding it states beside the media type, or ''."""
        return self._parsed("Content-Type").get_content_charset("")

    @property
    def length(self) -> int | None:
        """Return how many bytes it says it has; None where it does not say, or not a number."""
        text = self.header("Content-Length")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None  # noqa: PLR2004 - what 64 bits hold

    @property
    def is_chunked(self) -> bool:
        """Tell whether it comes in pieces, each with its length."""
        return "chunked" in self.header("Transfer-Encoding").lower()

    @property
    def packing(self) -> str:
        """Return how it is compressed, '' where it is not."""
        coding = self.header("Content-Encoding").lower()
        return "" if coding == "identity" else coding

    @property
    def file_name(self) -> str:
        """Return the name under which a browser stores it, or ''."""
        return self._parsed("Content-Disposition").get_filename("")

    @property
    def may_be_kept(self) -> bool:
        """Tell whether those on the way may keep it for others."""
        told = self.header("Cache-Control").lower()
        return "no-store" not in told and "private" not in told

    @property
    def leads_to(self) -> str:
        """Return scheme and host a redirect leads to; '' where it stays at the host."""
        try:
            parts = urlsplit(self.header("Location"))
            port = f":{parts.port}" if parts.port else ""
        except ValueError:
            return ""
        return f"{parts.scheme}://{parts.hostname}{port}" if parts.hostname else ""

    def _parsed(self, name: str) -> Message:
        message = Message()
        message[name] = self.header(name)
        return message
