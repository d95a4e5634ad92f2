"""Leave in an office what mailing leaves, without a server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onhook.mailing.book import enter
from onhook.mailing.letters import Content, Letter
from onhook.mailing.server import Mailbox

if TYPE_CHECKING:
    from tests.workspaces import Office


def leave_mail(office: Office, account: str) -> None:
    """Put a mail to an account into the record, to be sent."""
    to, sender = Mailbox("", "sato@acme.example"), Mailbox("", "phones@acme.example")
    letter = Letter("link", ("kit 1 issue 1",), account, to, "ja", lambda: Content("", "", ""))
    with office.open().writing() as work:
        enter(work, [letter], sender, again=False)
