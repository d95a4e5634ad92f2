"""What was mailed to whom: the record by which nobody gets two, and nobody none.

A mail's rows are ``queued`` until the server has all of it but its end, ``handing`` from then
until its answer is kept, then ``sent``, ``refused``, or ``queued`` again where the server asked for
another try later. So what is found as ``handing`` when nobody is sending is the one thing that is
not known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from sqlalchemy import delete, select, update

from onhook.store.bulk import insert_many
from onhook.store.schema import mailing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Row

    from onhook.mailing.letters import Letter
    from onhook.mailing.server import Mailbox
    from onhook.workspace import UnitOfWork

MailState = Literal["queued", "handing", "sent", "refused"]

_AT_ONCE = 500


class Refusal(NamedTuple):
    """That a server refused a mail.

    Attributes:
        address: To whom it was.
        at: When.
        reply: What the server said.
    """

    address: str
    at: datetime
    reply: str


class Entered(NamedTuple):
    """A letter in the record.

    Attributes:
        letter: It.
        message_id: Its own for ever.
        state: ``queued``: to be sent; else what became of it before.
        since: When that was.
    """

    letter: Letter
    message_id: str
    state: MailState
    since: datetime


def enter(
    work: UnitOfWork, letters: Sequence[Letter], sender: Mailbox, *, again: bool
) -> list[Entered]:
    """Put letters that were not sent yet into the record, and say what became of the others.

    Args:
        work: A unit of work that writes.
        letters: In their order. One that is about several topics counts as sent when all are.
        sender: From whom.
        again: Whether those that were sent, or perhaps were, are to be sent once more.
    """
    known = _known(work, letters)
    entered = [_entered(work, one, known, sender, again=again) for one in letters]
    wanted = [one for one in entered if one.state == "queued"]
    _check_distinct(wanted)
    _write(work, wanted, known)
    _forget_superseded(work, letters)
    return entered


def set_state(work: UnitOfWork, message_id: str, state: MailState, reply: str = "") -> None:
    """Record how far a mail came."""
    query = update(mailing).where(mailing.c.message_id == message_id)
    work.connection.execute(query.values(state=state, changed_at=work.now, reply=reply))


def states_of(
    work: UnitOfWork, kind: str, topics: Collection[str]
) -> dict[tuple[str, str], MailState]:
    """Return how far mails of a kind came, by topic and address."""
    found: dict[tuple[str, str], MailState] = {}
    for some in _parts(sorted(topics)):
        query = select(mailing).where(mailing.c.kind == kind, mailing.c.topic.in_(some))
        found |= {(row.topic, row.address): row.state for row in work.connection.execute(query)}
    return found


def refusals(work: UnitOfWork, owners: Collection[str] | None = None) -> dict[str, Refusal]:
    """Return by owner what was refused last, where nothing was sent there since.

    Args:
        work: Where to look.
        owners: Whose; None: everybody's.
    """
    refused = select(mailing.c.whose).where(mailing.c.state == "refused")
    if owners is not None:
        refused = refused.where(mailing.c.whose.in_(owners))
    query = select(mailing).where(mailing.c.whose.in_(refused))
    last = {
        row.whose: row
        for row in work.connection.execute(query.order_by(mailing.c.changed_at, mailing.c.id))
    }
    return {
        whose: Refusal(row.address, row.changed_at, row.reply)
        for whose, row in last.items()
        if row.state == "refused"
    }


Key = tuple[str, str, str]
"""Kind, topic and address."""


def _keys(letter: Letter) -> list[Key]:
    return [(letter.kind, topic, letter.to.address) for topic in letter.topics]


def _known(work: UnitOfWork, letters: Sequence[Letter]) -> dict[Key, Row[tuple[object, ...]]]:
    topics = sorted({topic for letter in letters for topic in letter.topics})
    found: dict[Key, Row[tuple[object, ...]]] = {}
    for some in _parts(topics):
        query = select(mailing).where(mailing.c.topic.in_(some))
        for row in work.connection.execute(query):
            found[row.kind, row.topic, row.address] = row
    return found


def _entered(
    work: UnitOfWork,
    letter: Letter,
    known: dict[Key, Row[tuple[object, ...]]],
    sender: Mailbox,
    *,
    again: bool,
) -> Entered:
    """Return what is to be done with a letter: what is known of it says so."""
    rows = [known[key] for key in _keys(letter) if key in known]
    doubtful = [row for row in rows if row.state == "handing"]
    if doubtful and not again:
        return Entered(letter, doubtful[0].message_id, "handing", doubtful[0].changed_at)
    sent = {row.topic for row in rows if row.state == "sent"}
    if sent and not again:
        if len(sent) == len(letter.topics):
            return Entered(letter, rows[0].message_id, "sent", rows[0].changed_at)
        if letter.narrowed is not None:  # another run has told some of it meanwhile
            letter = letter.narrowed([one for one in letter.topics if one not in sent])
    return Entered(letter, _message_id(letter, known, sender), "queued", work.now)


def _message_id(letter: Letter, known: dict[Key, Row[tuple[object, ...]]], sender: Mailbox) -> str:
    """Return a letter's Message-ID: its own as long as it may not have arrived.

    Where it did arrive all the same, its mailbox may know it again by that.
    """
    from onhook.mailing.letters import new_message_id  # noqa: PLC0415 - start-up time

    rows = [known.get(key) for key in _keys(letter)]
    ids = {None if row is None or row.state == "sent" else row.message_id for row in rows}
    (same, *others) = ids
    return new_message_id(sender) if others or same is None else same


def _write(
    work: UnitOfWork, wanted: Sequence[Entered], known: dict[Key, Row[tuple[object, ...]]]
) -> None:
    new = []
    for one in wanted:
        values = {"message_id": one.message_id, "state": "queued", "whose": one.letter.whose}
        for key in _keys(one.letter):
            if key in known:
                query = update(mailing).where(_is(key))
                work.connection.execute(query.values(values))
                continue
            new.append(
                {
                    "kind": key[0],
                    "topic": key[1],
                    "address": key[2],
                    **values,
                    "asked_at": work.now,
                    "asked_by": work.actor,
                    "changed_at": work.now,
                    "reply": "",
                }
            )
    insert_many(work.connection, mailing, new)


def _check_distinct(wanted: Sequence[Entered]) -> None:
    """Make sure that no two letters are one: who makes them tells them apart by kind or topic."""
    keys = [key for one in wanted for key in _keys(one.letter)]
    if len(set(keys)) < len(keys):
        raise ValueError("two letters of a kind about one topic to one address")


def _forget_superseded(work: UnitOfWork, letters: Sequence[Letter]) -> None:
    """Delete what waits for the same people and will not be sent: something newer took its place.

    A kit was issued again, an address corrected, a deadline moved or come.
    """
    keys = {key for letter in letters for key in _keys(letter)}
    readers = {(letter.kind, letter.whose) for letter in letters}
    for some in _parts(sorted({whose for _, whose in readers})):
        query = select(mailing).where(mailing.c.state == "queued", mailing.c.whose.in_(some))
        for row in work.connection.execute(query).all():
            is_theirs = (row.kind, row.whose) in readers
            if is_theirs and (row.kind, row.topic, row.address) not in keys:
                work.connection.execute(delete(mailing).where(mailing.c.id == row.id))


def _is(key: Key) -> ColumnElement[bool]:
    kind, topic, address = key
    return (mailing.c.kind == kind) & (mailing.c.topic == topic) & (mailing.c.address == address)


def _parts(names: Sequence[str]) -> Iterable[Sequence[str]]:
    return (names[start : start + _AT_ONCE] for start in range(0, len(names), _AT_ONCE))
