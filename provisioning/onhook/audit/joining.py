"""Show that exported files follow one another, and that the trail goes on from the last."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from sqlalchemy import select

from onhook.audit.errors import (
    AuditFileAhead,
    AuditFileEndsEarly,
    AuditFileForeign,
    AuditFilesApart,
)
from onhook.audit.trail import Head, read_head
from onhook.store.schema import audit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.engine import Connection

    from onhook.audit.exporting import FileVerification
    from onhook.workspace import UnitOfWork
    from onhook_devices.errors import OnhookError


def joined(work: UnitOfWork, files: Sequence[FileVerification]) -> Iterator[OnhookError]:
    """Yield what is wrong where files follow one another, and where the trail follows the last.

    Raises:
        AuditFileEndsEarly: A file is missing between the last and the trail.
    """
    for one, following in pairwise(files):
        if one.end != following.begin:
            yield AuditFilesApart(str(following.path), str(following.begin), str(one.end))
    head = read_head(work.connection)
    file, end = str(files[-1].path), files[-1].end
    if end.number < head.cut_number:
        raise AuditFileEndsEarly(file, end.number, head.cut_number)
    if end.number > head.number:
        yield AuditFileAhead(file, end.number, head.number)
    elif end.mac != code_at(work.connection, head, end.number):
        yield AuditFileForeign(file, end.number)


def code_at(connection: Connection, head: Head, number: int) -> bytes | None:
    """Return the code of an entry, or of the one cut off last; None if it is not there."""
    if number == head.cut_number:
        return head.cut_mac
    found: bytes | None = connection.scalar(select(audit.c.mac).where(audit.c.number == number))
    return found
