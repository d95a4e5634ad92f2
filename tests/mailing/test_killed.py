"""Each address gets exactly one mail, whatever is killed and whenever.

The command can be killed as often as one likes: another process sends, and outlives it. Where that
one is killed between a mail's end and its record, nobody can know; then it says so, and sends
nothing twice.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from onhook.delivery.facts import Told
from onhook.delivery.opening import open_delivery
from onhook.links import open_token
from onhook.store.schema import kit, link
from tests.killing import run_forked
from tests.thoroughness import thorough
from tests.workspaces import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Callable
    from subprocess import Popen

    from tests.mailing.server import MailServer
    from tests.workspaces import Office

EVERYBODY = {"p101@acme.example", "p102@acme.example", "p103@acme.example"}


def run(forker: Popen[str], office: Office, *words: str, **how: object) -> dict[str, Any]:
    where = {"environment": office.environment, "folder": str(office.home)}
    return run_forked(forker, words, **where, **how)


def steps_of(forker: Popen[str], office: Office, *, in_child: bool) -> str:
    """Return the steps of a run in which all goes well, and start anew."""
    ended = run(forker, office, "mail", "--all", in_child=in_child)
    assert ended["code"] == 0, ended["said"]
    return str(ended["steps"])


def some(steps: str) -> list[int]:
    """Return the steps to be killed before: all of the last mail, and elsewhere one of three.

    A plain run takes those about its end alone, which are the two commits and what is between.
    """
    handing = steps.rindex("c", 0, steps.rindex("c"))
    before = steps.rindex("c", 0, handing)
    each = [*range(1, before, 3), *range(before, len(steps) + 1)]
    return thorough(each, [handing + 1, handing + 3])


def start_anew(office: Office, server: MailServer) -> None:
    for path in server.folder.iterdir():
        path.unlink()
    office.do("reissue", "101", "--reason", "next round")
    office.do("reissue", "102", "--reason", "next round")
    office.do("reissue", "103", "--reason", "next round")


@pytest.mark.each_database
def test_who_kills_the_command_kills_no_mail(
    office: Office, mailing: MailServer, forker: Popen[str]
) -> None:
    steps = steps_of(forker, office, in_child=False)
    wanted = thorough(list(range(1, len(steps) + 1)), [len(steps) // 2])
    for step in wanted:
        start_anew(office, mailing)
        run(forker, office, "mail", "--all", before_step=step)
        office.do("mail", "--all")
        assert Counter(mailing.recipients) == Counter(EVERYBODY), step


@pytest.mark.in_ci
@pytest.mark.parametrize("after_s", thorough([0.1, 0.3, 0.6, 1.0], [0.5]))
def test_who_kills_it_while_the_server_thinks_waits_for_the_mail_under_way(
    office: Office, server_with: Callable[..., MailServer], forker: Popen[str], after_s: float
) -> None:
    server = server_with(slow_s=0.25)
    office.variables.update(server.variables)
    run(forker, office, "mail", "--all", after_s=after_s)
    office.do("mail", "--all")

    assert Counter(server.recipients) == Counter(EVERYBODY)


@pytest.mark.in_ci
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_a_terminal_that_is_closed_takes_no_mail_along(
    office: Office, server_with: Callable[..., MailServer], number: signal.Signals
) -> None:
    server = server_with(slow_s=0.3)
    office.variables.update(server.variables)
    with subprocess.Popen(
        [PROGRAM, "mail", "--all"],
        env=office.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # as a terminal's: the signal goes to all of it
    ) as process:
        server.wait_for(2)  # it has the second, and has not answered
        os.killpg(process.pid, number)
    assert process.returncode != 0
    office.do("mail", "--all")

    assert Counter(server.recipients) == Counter(EVERYBODY)


@pytest.mark.each_database
def test_where_the_sender_itself_is_killed_nobody_gets_two_and_who_may_have_none_is_named(
    office: Office, mailing: MailServer, forker: Popen[str]
) -> None:
    steps = steps_of(forker, office, in_child=True)
    doubtful_at = []
    for step in some(steps):
        start_anew(office, mailing)
        ended = run(forker, office, "mail", "--all", before_step=step, in_child=True)
        assert ended["code"] in (0, 7), ended["said"]
        ran = office.ask("mail", "--all")
        unsure = [one["address"] for one in ran.data["mails"] if one["state"] == "unsure"]
        counts = Counter(mailing.recipients)
        assert len(unsure) <= 1
        assert all(counts[one] == 1 for one in EVERYBODY - {*unsure}), (step, steps)
        assert all(counts[one] <= 1 for one in unsure)
        assert ran.codes == ["mail-unsure"] * len(unsure)
        doubtful_at += [step] * len(unsure)
        for one in unsure:
            if counts[one] == 0:
                office.do("mail", one[1:4], "--again")
        assert Counter(mailing.recipients) == Counter(EVERYBODY)
    assert doubtful_at


def test_a_doubtful_mail_whose_page_was_opened_since_has_arrived(
    office: Office, server_with: Callable[..., MailServer]
) -> None:
    server = server_with(drops=["p101@acme.example"])
    office.variables.update(server.variables)
    ran = office.ask("mail", "101")
    assert (ran.codes, ran.code) == (["mail-unsure"], 7)
    assert office.ask("mail", "101").codes == ["mail-unsure"]
    assert server.recipients == ["p101@acme.example"]

    open_page(office)
    ran = office.ask("mail", "101")
    assert (ran.code, ran.data["mails"][0]["state"]) == (0, "already")
    assert server.recipients == ["p101@acme.example"]


def open_page(office: Office) -> None:
    """Open the page of 101's link, as its person does."""
    workspace = office.open()
    with workspace.reading() as work:
        query = select(link, kit.c.device_id).join(kit, kit.c.id == link.c.kit_id)
        row = work.connection.execute(query.where(kit.c.device_id == "D-101")).one()
        token = open_token(work.workspace.keys.delivery, "acme/101", row)

    async def visit() -> None:
        delivery = open_delivery(workspace)
        try:
            await delivery.opened(token, Told(), "192.0.2.1")
        finally:
            await delivery.close()

    asyncio.run(visit())
