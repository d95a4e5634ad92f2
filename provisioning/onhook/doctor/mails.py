"""Mails: whether the server that is set takes them, and what was left unsent or doubtful."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from onhook.doctor.errors import MailsLeft
from onhook.doctor.findings import Finding
from onhook.imports import Note
from onhook.store.schema import mailing
from onhook_devices.errors import OnhookError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onhook.doctor.site import Site
    from onhook.settings import Settings

DEADLINE_S: Final = 4
"""For each answer: somebody is standing there."""


def check_mails(site: Site) -> Iterator[Finding | Note]:
    """Sign in at the mail server and say goodbye; nothing is sent."""
    if site.settings.mail.host is None:
        yield Note("doctor-mail-none")
    else:
        yield _server(site.settings)
    with site.reading() as work:
        query = select(mailing.c.state, func.count(mailing.c.message_id.distinct()).label("mails"))
        rows = work.connection.execute(query.group_by(mailing.c.state))
        counts = {row.state: row.mails for row in rows}
    waiting, doubtful = counts.get("queued", 0), counts.get("handing", 0)
    if waiting or doubtful:
        yield Finding("note", MailsLeft(str(waiting), str(doubtful)))


def _server(settings: Settings) -> Finding | Note:
    from onhook.mailing.server import read_password, server_of  # noqa: PLC0415 - start-up time
    from onhook.mailing.transport import Line  # noqa: PLC0415 - as above

    try:
        server = server_of(settings.mail, settings.file)
        password = read_password(settings.mail, settings.file)
        Line(server._replace(timeout_s=min(DEADLINE_S, server.timeout_s)), password).end()
    except OnhookError as error:
        return Finding("warning", error)
    return Note("doctor-mail", {"server": server.shown, "sender": server.sender.address})
