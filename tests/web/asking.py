"""Ask an application in this process, as the server would: no client stands in between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Scope


@dataclass(frozen=True, slots=True)
class Said:
    """An answer; `headers` by lower-case name."""

    status: int
    headers: dict[str, str]
    body: bytes


def request(
    target: str,
    *headers: tuple[bytes, bytes],
    method: str = "GET",
    peer: tuple[str, int] | None = ("203.0.113.77", 4711),
) -> Scope:
    """Return what an application is told of a request for `target`, path and query."""
    path, _, query = target.partition("?")
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "https",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": list(headers),
        "client": peer,
        "server": ("127.0.0.1", 443),
    }


async def ask(app: ASGIApp, asked: Scope, body: bytes = b"") -> Said:
    """Return what `app` answers."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await app({**asked}, receive, send)
    headers = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    content = b"".join(message.get("body", b"") for message in sent[1:])
    return Said(sent[0]["status"], headers, content)
