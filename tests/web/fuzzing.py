"""Requests that no honest client sends, and every kind that one does: drawn by a seeded chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote, quote_plus

from tests.web import agents

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

T = TypeVar("T")
Header = tuple[bytes, bytes]

METHODS = ("GET", "HEAD", "POST") * 6 + ("PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "PROPFIND")
ROUTES = ("/k/{}", "/s/{}", "/s/{}", "/") * 4 + ("/robots.txt", "/favicon.ico", "/metrics", "/{}")
WORDS = (
    *("", "0", "-1", "ios", "android", "pc", "17.2", "8.0.2", "1e9", "9" * 400, "٣.٤", "1.2.3.4.5"),
    *("²", "½", "NaN", "inf", "-inf", "ja", "en", "ja-JP", "text/html", "*/*;q=0", "q=;;=,", "on"),
    *("髙橋", "𠮷", "\u202e", "\ufeff", "\x00", "\r\nX-Evil: 1", "%", "%zz", "{{7*7}}", "{token}"),
    *("' OR 1=1 --", "<script>", "../../etc/passwd", "\\", "//evil.example", "A" * 26, "a" * 5000),
)
ENCODINGS: tuple[Callable[[str], str], ...] = (
    str,
    str,
    str,
    quote,
    lambda text: "".join(f"%{octet:02x}" for octet in text.encode()),
    lambda text: quote(quote(text, safe="")),
    lambda text: text + "%00",
    lambda text: text + "%ff%fe",
    lambda text: text + "/",
    lambda text: f"{text}/../{text}",
    lambda text: f"{text};x=%2e%2e%2f",
    lambda text: f"{text}?lang={quote(text)}&platform=ios&level=%ff",
)
NAMES = (
    *("accept", "accept-language", "user-agent", "sec-ch-ua-platform", "host", "content-type"),
    *("sec-ch-ua-platform-version", "x-linphone-provisioning", "x-forwarded-for", "cookie"),
    *("x-forwarded-proto", "forwarded", "range", "if-none-match", "expect", "authorization"),
    *("accept-encoding", "content-encoding", "origin", "x-http-method-override", "upgrade"),
)
AGENTS = tuple(text for name, text in vars(agents).items() if name.isupper())
FORM = "application/x-www-form-urlencoded"
KINDS = (FORM, FORM, FORM, "", "multipart/form-data; boundary=x", "application/json", "text/xml")
FIELDS = ("code", "platform", "level", "lang", "x")


@dataclass(frozen=True, slots=True)
class Attempt:
    """A request; `address` is its address as it stands in the first line."""

    method: str
    address: str
    headers: tuple[Header, ...]
    body: bytes

    def raw(self) -> bytes:
        """Return it as it goes over the line; the server is to close afterwards."""
        lines = [f"{self.method} {self.address} HTTP/1.1".encode(), b"connection: close"]
        lines += [b"%b: %b" % header for header in self.headers]
        lines += [b"content-length: %d" % len(self.body), b"", self.body]
        return b"\r\n".join(lines)


class Attacker:
    """Thinks of requests.

    Args:
        chance: Seeded, so that what was found is found again.
        known: Tokens and codes that work: what a stranger has not, but a thief has.
    """

    def __init__(self, chance: Random, known: tuple[str, ...]) -> None:
        self._chance = chance
        self._known = known

    def attempt(self) -> Attempt:
        """Return a request."""
        path = self._one(ROUTES).format(self._one((*self._known * 3, *WORDS)))
        address = self._one(ENCODINGS)(path)
        return Attempt(self._one(METHODS), address, self._headers(), self._body())

    def garbled(self) -> bytes:
        """Return bytes that a request was before somebody had a hand in them."""
        raw = bytearray(self.attempt().raw())
        for _ in range(self._chance.randrange(4)):
            place = self._chance.randrange(len(raw) + 1)
            self._one((_flip, _cut, _double, _break, _push))(raw, place, self._chance)
        return bytes(raw)

    def _headers(self) -> tuple[Header, ...]:
        drawn = [self._header() for _ in range(self._chance.randrange(6))]
        if self._chance.random() < 0.6:
            drawn.append((b"accept", b"text/html"))
        if self._chance.random() < 0.6:
            drawn.append((b"user-agent", self._one(AGENTS).encode()))
        return (*drawn, (b"content-type", self._one(KINDS).encode()))

    def _header(self) -> Header:
        value = self._one((*WORDS, *AGENTS)) * self._one((1, 1, 1, 3))
        text = value.replace("\r\n", " ").replace("\x00", " ")  # no server lets those in
        return self._one(NAMES).encode(), text.encode("utf-8")

    def _body(self) -> bytes:
        if self._chance.random() < 0.1:
            return self._chance.randbytes(self._chance.choice((1, 100, 5000)))
        texts = (*self._known * 6, *WORDS)
        pairs = (f"{self._one(FIELDS)}={quote_plus(self._one(texts))}" for _ in range(3))
        return "&".join(pairs).encode() * self._one((0, 1, 1, 1, 20))

    def _one(self, several: Sequence[T]) -> T:
        return self._chance.choice(several)


def _flip(raw: bytearray, place: int, chance: Random) -> None:
    raw[place : place + 1] = chance.randbytes(1)


def _cut(raw: bytearray, place: int, chance: Random) -> None:
    del raw[place : place + chance.randrange(1, 40)]


def _double(raw: bytearray, place: int, chance: Random) -> None:
    raw[place:place] = raw[place : place + chance.randrange(1, 200)] * chance.choice((1, 2, 100))


def _break(raw: bytearray, place: int, chance: Random) -> None:
    signs = (b"\r\n", b"\n", b"\r", b"\x00", b"\r\n\r\n", b" ", b":", b"\t", b"\xff")
    raw[place:place] = chance.choice(signs)


def _push(raw: bytearray, _place: int, chance: Random) -> None:
    """Put a header that quarrels with the others behind the first line."""
    quarrels = (
        *(b"transfer-encoding: chunked", b"transfer-encoding: gzip, chunked", b"content-length: 5"),
        *(b"content-length: -1", b"content-length: 99999999999999999999", b"expect: 100-continue"),
        *(b"connection: upgrade\r\nupgrade: websocket", b"connection: upgrade\r\nupgrade: h2c"),
        *(b"host: a\r\nhost: b", b"x" * 9000 + b": y", b"x: " + b"y" * 20_000, b": empty"),
    )
    line = raw.find(b"\r\n") + 2
    raw[line:line] = chance.choice(quarrels) + b"\r\n"
