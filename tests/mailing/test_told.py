"""What became of mails is told where people look: at the account, and by doctor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.mailing.server import MailServer
    from tests.workspaces import Office

NOBODY = "550 5.1.1 nobody here"


def mail_check(office: Office) -> dict[str, Any]:
    (found,) = [one for one in office.ask("doctor").data["checks"] if one["check"] == "mail"]
    return dict(found)


def test_a_refusal_stands_at_the_account_until_a_mail_came_through(
    office: Office, mailing: MailServer, server_with: Callable[..., MailServer]
) -> None:
    strict = server_with(answers={"p101@acme.example": NOBODY})
    assert office.run("mail", "--all", **strict.variables).code == 6

    refused = office.account("101")["mail_refused"]
    assert (refused["address"], refused["reply"]) == ("p101@acme.example", NOBODY)
    assert NOBODY in office.do("account", "show", "101").out
    lines = office.do("account", "list").out.splitlines()
    assert [("mail refused" in line) for line in lines] == [False, True, False, False]
    assert office.account("102")["mail_refused"] is None

    office.do("mail", "--all")
    assert mailing.recipients == ["p101@acme.example"]
    assert office.account("101")["mail_refused"] is None
    assert "mail refused" not in office.do("account", "list").out


@pytest.mark.in_ci
def test_a_refusal_of_an_address_that_was_corrected_stands_there_no_more(
    office: Office, server_with: Callable[..., MailServer]
) -> None:
    strict = server_with(answers={"p101@acme.example": NOBODY})
    office.run("mail", "101", **strict.variables)
    office.do("account", "set", "101", "--mail", "right@acme.example")

    assert office.account("101")["mail_refused"] is None


def test_doctor_signs_in_at_the_server_and_sends_nothing(
    office: Office, mailing: MailServer
) -> None:
    found = mail_check(office)
    assert found["grade"] == "ok"
    assert "phones@acme.example" in str(found)
    assert mailing.received == []


@pytest.mark.in_ci
def test_doctor_tells_a_server_that_is_not_there_and_what_was_left(
    office: Office, server_with: Callable[..., MailServer]
) -> None:
    cut = server_with(drops=["p101@acme.example"], answers={"p102@acme.example": "451 later"})
    office.run("mail", "--all", **cut.variables)
    assert mail_check(office)["grade"] == "note"
    office.variables.update(cut.variables | {"ONHOOK_MAIL_PORT": "1"})
    found = mail_check(office)

    assert found["grade"] == "warning"
    codes = [one["code"] for one in found["findings"]]
    assert codes == ["mail-server-unreachable", "mails-left"]
    assert "sent: 1; of which nobody knows whether they arrived: 1" in str(found)


@pytest.mark.in_ci
def test_what_something_newer_took_the_place_of_waits_no_more(
    office: Office, mailing: MailServer, server_with: Callable[..., MailServer]
) -> None:
    cut = server_with(drops=["p101@acme.example"], answers={"p102@acme.example": "451 later"})
    office.run("mail", "--all", **cut.variables)
    office.do("reissue", "101", "--reason", "again")
    office.do("account", "set", "102", "--mail", "other@acme.example")
    office.do("mail", "--all")

    assert sorted(mailing.recipients) == ["other@acme.example", "p101@acme.example"]
    assert mail_check(office)["grade"] == "ok"
