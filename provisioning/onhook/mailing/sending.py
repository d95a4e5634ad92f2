"""Send letters, each once.

A process of its own sends (the courier); the one that was asked only looks on. So it is the
courier that must live between a server's answer and its record, and it does nothing else, hears no
Ctrl-C, and belongs to no terminal: who kills the command, or shuts the lid, does not kill it. When
it finds itself alone it ends after the mail it is at.
"""

from __future__ import annotations

import os
import signal
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from onhook.mailing.alone import alone
from onhook.mailing.book import enter, set_state
from onhook.mailing.errors import (
    MailAddressNotCarried,
    MailDeferred,
    MailInterrupted,
    MailLineLost,
    MailRefused,
    MailUnsure,
)
from onhook.mailing.letters import envelope_of
from onhook.mailing.server import read_password, server_of
from onhook.mailing.transport import Line
from onhook.store.errors import DatabaseBusy
from onhook_devices.errors import OnhookError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence
    from datetime import datetime
    from multiprocessing.connection import Connection

    from onhook.mailing.book import Entered
    from onhook.mailing.letters import Letter
    from onhook.mailing.server import Server
    from onhook.mailing.transport import Answered
    from onhook.workspace import Workspace

MAILS_A_LINE: Final = 50
"""Mails over one connection; servers end it after some hundred, or greylist who sends more."""

_TRIES: Final = 3
_MOST_LOST: Final = 2
"""Mails one after the other at which the line broke, each time a fresh one."""

Became = Literal["sent", "already", "refused", "deferred", "unsure", "failed"]
BECAME: tuple[Became, ...] = ("sent", "already", "refused", "deferred", "unsure", "failed")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a letter.

    Attributes:
        letter: Its place among those that were to be sent, from 0.
        became: Sent; already sent before; refused for good; deferred, to be tried later; unsure
            whether it arrived; failed to be composed.
        error: What there is to say of it, None where all is well.
    """

    letter: int
    became: Became
    error: OnhookError | None = None


class Job(NamedTuple):
    """What a courier is to do."""

    letters: Sequence[Letter]
    server: Server
    password: str
    again: bool


class _Broke(NamedTuple):
    """The courier itself failed; what it was working on is not shown, it may be secret."""

    kind: str


def send_letters(
    workspace: Workspace, letters: Sequence[Letter], *, again: bool = False
) -> Iterator[Outcome]:
    """Send letters that were not sent yet, and yield what became of each, as it happens.

    What the record knows as sent is left alone; what is doubtful is told and left alone, too.
    Nothing that is open here may be open there: no transaction, no file that is locked.

    Args:
        workspace: Whose settings and record.
        letters: In their order.
        again: Send, too, what was sent or perhaps was.

    Raises:
        MailServerUnset: Host or sender is not set.
        MailPasswordUnavailable: The password cannot be had.
        MailServerUnreachable, MailCertificateBad, MailTlsMissing, MailLoginRefused,
        MailSenderRefused: The server cannot be used; what was not sent is queued.
        MailLineLost: The connection ended and could not be made again; run it again.
        MailsUnderWay: Another onhook is sending.
        MailInterrupted: The courier was killed; run it again.
    """
    server = server_of(workspace.settings.mail, workspace.settings.file)
    password = read_password(workspace.settings.mail, workspace.settings.file)
    if not letters:
        return
    workspace.engine.dispose()  # a connection belongs to the process that opened it
    ours, theirs = get_context("fork").Pipe(duplex=False)
    courier = get_context("fork").Process(
        target=_be_courier, args=(workspace, Job(letters, server, password, again), theirs, ours)
    )
    courier.start()
    theirs.close()
    try:
        yield from _heard(ours, workspace)
    finally:
        ours.close()  # the courier finds itself alone and ends with the mail it is at
        courier.join()


def _heard(ours: Connection, workspace: Workspace) -> Iterator[Outcome]:
    """Yield what the courier tells until it says that it is through."""
    while True:
        try:
            told = ours.recv()
        except (EOFError, OSError):
            raise MailInterrupted(str(workspace.settings.folder)) from None
        match told:
            case None:
                return
            case OnhookError():
                raise told
            case _Broke():
                raise RuntimeError(told.kind)
            case _:
                yield told


def _be_courier(workspace: Workspace, job: Job, theirs: Connection, ours: Connection) -> None:
    ours.close()
    os.setsid()
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, signal.SIG_IGN)
    with suppress(OSError), closing(workspace), closing(carry(workspace, job)) as outcomes:
        try:
            for outcome in outcomes:
                theirs.send(outcome)  # which fails when nobody listens any more
            theirs.send(None)
        except OnhookError as error:
            theirs.send(error)
        except OSError:
            raise
        except Exception as error:  # noqa: BLE001 - told without what it was working on
            theirs.send(_Broke(type(error).__name__))


def carry(workspace: Workspace, job: Job) -> Generator[Outcome, None, None]:
    """Send letters from this process; as `send_letters`."""
    with alone(workspace):
        with workspace.writing() as work:
            entered = enter(work, job.letters, job.server.sender, again=job.again)
        with closing(_Courier(workspace, job.server, job.password)) as courier:
            for place, one in enumerate(entered):
                yield courier.deliver(place, one)


class _Courier:
    """Sends one mail after the other over a line that it opens, and opens anew."""

    def __init__(self, workspace: Workspace, server: Server, password: str) -> None:
        self._workspace = workspace
        self._server = server
        self._password = password
        self._line: Line | None = None
        self._lost = 0

    def deliver(self, place: int, one: Entered) -> Outcome:
        """Send a letter if it is to be sent, and return what became of it."""
        letter = one.letter
        match one.state:
            case "sent":
                return Outcome(place, "already")
            case "handing":
                return Outcome(place, "unsure", _unsure(letter, one.since))
            case _:
                return self._send(place, one)

    def close(self) -> None:
        """Say goodbye to the server."""
        if self._line is not None:
            self._line.end()
            self._line = None

    def _send(self, place: int, one: Entered) -> Outcome:
        server, letter = self._server, one.letter
        now = self._workspace.clock()
        try:
            envelope = envelope_of(letter, one.message_id, server.sender, server.reply_to, now)
        except OnhookError as error:
            return Outcome(place, "failed", error)
        try:
            answered = self._handed(
                lambda line: line.hand(envelope, partial(self._keep, one, "handing"))
            )
        except MailLineLost as error:
            self._keep(one, "queued")  # its end had not gone out
            self._lost += 1
            if self._lost == _MOST_LOST:
                raise
            return Outcome(place, "deferred", error)  # perhaps it was this mail that it disliked
        self._lost = 0
        return self._kept(place, one, answered)

    def _handed(self, hand: Callable[[Line], Answered]) -> Answered:
        """Hand a mail over; where the line turns out to be broken, over a new one."""
        is_fresh = self._line is None or self._line.handed >= MAILS_A_LINE
        if is_fresh:
            self._renew()
        try:
            return hand(self._opened())
        except MailLineLost:
            self._line = None
            if is_fresh:
                raise
        return self._handed(hand)

    def _renew(self) -> None:
        self.close()
        self._line = Line(self._server, self._password)

    def _opened(self) -> Line:
        if self._line is None:
            self._renew()
        assert self._line is not None  # noqa: S101 - it was made
        return self._line

    def _kept(self, place: int, one: Entered, answered: Answered) -> Outcome:
        """Record what the server answered, and return it."""
        letter, reply = one.letter, answered.reply
        told = (letter.whose, letter.to.address)
        match answered.answer:
            case "sent":
                self._keep_surely(one, reply)
                return Outcome(place, "sent")
            case "refused":
                self._keep(one, "refused", reply, action="mail.refuse")
                return Outcome(place, "refused", MailRefused(*told, reply, letter.correct))
            case "not-carried":
                self._keep(one, "refused", "SMTPUTF8", action="mail.refuse")
                return Outcome(place, "refused", MailAddressNotCarried(*told, letter.correct))
            case "deferred":
                self._keep(one, "queued", reply)
                return Outcome(place, "deferred", MailDeferred(*told, reply))
            case "unsure":
                self._line = None
                return Outcome(place, "unsure", _unsure(letter, self._workspace.clock()))

    def _keep_surely(self, one: Entered, reply: str) -> None:
        """Record that a mail was sent, and be patient where others hold the database."""
        for _ in range(_TRIES - 1):
            with suppress(DatabaseBusy):
                return self._keep(one, "sent", reply, action="mail.send")
        return self._keep(one, "sent", reply, action="mail.send")

    def _keep(
        self,
        one: Entered,
        state: Literal["queued", "handing", "sent", "refused"],
        reply: str = "",
        *,
        action: str = "",
    ) -> None:
        with self._workspace.writing() as work:
            set_state(work, one.message_id, state, reply)
            letter = one.letter
            if action == "mail.send":
                work.record("mail.send", letter.whose, kind=letter.kind, topics=list(letter.topics))
            elif action == "mail.refuse":
                work.record("mail.refuse", letter.whose, kind=letter.kind, reply=reply)


def _unsure(letter: Letter, since: datetime) -> MailUnsure:
    told = since.astimezone().strftime("%Y-%m-%d %H:%M")
    return MailUnsure(letter.whose, letter.to.address, told, letter.again)
