"""Read the small forms that pages send."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from starlette.requests import Request

MOST_BYTES = 2048
MOST_FIELDS = 10


class FormTooLarge(Exception):
    """The body is larger than any form of ours."""


async def read_form(request: Request) -> dict[str, str]:
    """Return a form's fields; of several of one name the last. What is no form has none.

    Raises:
        FormTooLarge: It is larger than ours are; no more of it was read.
    """
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise FormTooLarge
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        return {}
    try:
        return dict(parse_qsl(body.decode(), max_num_fields=MOST_FIELDS))
    except ValueError:  # not UTF-8, or too many
        return {}
