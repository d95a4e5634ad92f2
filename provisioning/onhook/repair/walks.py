"""Walk the troubleshooting flow with somebody on the telephone, and keep what was said.

A walk is stored after each answer, so nothing is lost when the line breaks, and it can be gone on
with. Its record holds what was answered, by whom, and what onhook answered itself and why.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from sqlalchemy import insert, select, update

from onhook.imports import Note
from onhook.kits.candidates import TermsCache, load_chunk
from onhook.repair.errors import NoOpenWalk, NoSuchWalk, WalkGoneOn
from onhook.repair.knowing import known_answer
from onhook.repair.reissuing import on_one_device
from onhook.store.schema import account, walk
from onhook.store.schema import device as device_
from onhook.subjects import find_account, find_customer
from onhook_devices.flow import End
from onhook_devices.walking import position

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from sqlalchemy import Row

    from onhook.kits.candidates import Candidate
    from onhook.workspace import UnitOfWork
    from onhook_devices.flow import Flow
    from onhook_devices.walking import Position

_NOTHING: Mapping[str, bool] = MappingProxyType({})

WalkState = Literal["open", "solved", "ended"]


class Answer(NamedTuple):
    """What was answered.

    Attributes:
        id: Of the question; of an end, whether it works now.
        yes: The answer.
        is_end: Whether it is an end's.
        known: From what onhook knew it; None where a person said it.
    """

    id: str
    yes: bool
    is_end: bool = False
    known: Note | None = None


@dataclass(frozen=True, slots=True)
class Walk:
    """A walk as it is stored.

    Attributes:
        id: Its number.
        account: ``acme/101``.
        device: The device's id, or ''.
        platform: The device's, or ''.
        service: Id of the service whose flow it goes through.
        started_at: When it began.
        started_by: Who began it.
        changed_at: When the last answer was given.
        changed_by: Who took that.
        answers: In their order.
        state: Open; solved: something helped; ended: the flow has no more to say.
        stands_at: Id of the question to be asked next, or of the end it came to.
        acts: Who acts at the end it came to; '' before one.
    """

    id: int
    account: str
    device: str
    platform: str
    service: str
    started_at: datetime
    started_by: str
    changed_at: datetime
    changed_by: str
    answers: tuple[Answer, ...]
    state: WalkState
    stands_at: str
    acts: str

    @property
    def given(self) -> dict[str, bool]:
        """Return the answers by id."""
        return {one.id: one.yes for one in self.answers}


@dataclass(frozen=True, slots=True)
class Standing:
    """A walk with its flow, and where it stands."""

    walk: Walk
    flow: Flow
    candidate: Candidate

    @property
    def position(self) -> Position:
        """Return where it stands."""
        return position(self.flow, self.walk.given)


def candidate_of(
    work: UnitOfWork, named: str, *, customer: str | None, device: str | None
) -> Candidate:
    """Return the account on the device that a walk is about.

    Raises:
        OnhookError: As `begin`.
    """
    row = find_account(work.connection, named, customer)
    return on_one_device(work, load_chunk(work, TermsCache(work), [row.id]), device)


def begin(
    work: UnitOfWork,
    named: str,
    *,
    customer: str | None = None,
    device: str | None = None,
    said: Mapping[str, bool] = _NOTHING,
) -> Standing:
    """Begin a walk, and answer what onhook knows.

    Args:
        work: Where to keep it.
        named: ``acme/101``, or ``101``.
        customer: Whose, for the short form.
        device: On which of its devices; not needed where it is on one.
        said: What a person will answer, whatever onhook knows of it.

    Raises:
        SeveralDevices: It is on several devices, and none was named.
        FlowNotFound: The account's service has no flow.
        OnhookError: There is no such account or device, or the flow's file is wrong.
    """
    candidate = candidate_of(work, named, customer=customer, device=device)
    flow = work.workspace.flows.get(candidate.terms.service.id)
    row = {
        "account_id": candidate.account.id,
        "device_id": candidate.device_id,
        "service": flow.service,
        "started_at": work.now,
        "started_by": work.actor,
        "changed_at": work.now,
        "changed_by": work.actor,
        "answers": [],
        "state": "open",
        "stands_at": flow.first,
        "acts": "",
    }
    number = work.connection.execute(insert(walk).values(row).returning(walk.c.id)).scalar_one()
    work.record("walk.start", candidate.name, device=candidate.device_id, number=number)
    standing = Standing(find_walk(work, number), flow, candidate)
    return _keep(work, _known_added(work, standing, said))


def open_walk(
    work: UnitOfWork, named: str, *, customer: str | None = None, device: str | None = None
) -> Standing:
    """Return the newest open walk of an account on a device.

    Raises:
        NoOpenWalk: There is none; or the flow was changed, and its answers lead elsewhere now.
        OnhookError: As `begin`.
    """
    candidate = candidate_of(work, named, customer=customer, device=device)
    flow = work.workspace.flows.get(candidate.terms.service.id)
    query = _walks().where(
        walk.c.account_id == candidate.account.id,
        walk.c.device_id == candidate.device_id,
        walk.c.service == flow.service,
        walk.c.state == "open",
    )
    row = work.connection.execute(query.order_by(walk.c.id.desc()).limit(1)).one_or_none()
    if row is None:
        raise NoOpenWalk(candidate.name)
    standing = Standing(_walk(row), flow, candidate)
    where = standing.position
    told = [one.id for one in standing.walk.answers]
    if where.node.id != standing.walk.stands_at or list(where.path) != told:
        raise NoOpenWalk(candidate.name)
    return standing


def answer(work: UnitOfWork, standing: Standing, *, yes: bool) -> Standing:
    """Answer the question, or say whether it works now; then answer what onhook knows."""
    return _record(work, _keep(work, _answered(work, standing, yes=yes)))


def answer_all(
    work: UnitOfWork, standing: Standing, said: Mapping[str, bool]
) -> tuple[Standing, list[str]]:
    """Give the answers that were prepared, as far as they go.

    Where something was to be done and more is answered, it did not help.

    Returns:
        Where the walk stands then, and the answers that nothing asked for.
    """
    left = dict(said)
    for one in standing.walk.answers:
        left.pop(one.id, None)
    while left and not standing.position.is_over:
        node = standing.position.node
        if node.id not in left and not isinstance(node, End):
            break
        standing = _answered(work, standing, yes=left.pop(node.id, False), said=said)
    return _record(work, _keep(work, standing)), list(left)


def step_back(work: UnitOfWork, standing: Standing) -> Standing:
    """Take back the last answer that a person gave, and what onhook answered after it."""
    answers = list(standing.walk.answers)
    while answers and answers.pop().known is not None:
        pass
    standing = _known_added(work, _with(standing, tuple(answers)))
    return _record(work, _keep(work, standing))


def find_walk(work: UnitOfWork, number: int) -> Walk:
    """Return a walk.

    Raises:
        NoSuchWalk: There is none of that number.
    """
    row = work.connection.execute(_walks().where(walk.c.id == number)).one_or_none()
    if row is None:
        raise NoSuchWalk(str(number))
    return _walk(row)


def list_walks(
    work: UnitOfWork, customer: str | None = None, named: str | None = None
) -> Iterator[Walk]:
    """Yield walks, the oldest first.

    Args:
        work: Where to look.
        customer: Of this customer's accounts only.
        named: Of this account only.

    Raises:
        NotFound: There is no such customer or account.
    """
    query = _walks().order_by(walk.c.id)
    if named is not None:
        found = find_account(work.connection, named, customer)
        query = query.where(walk.c.account_id == found.id)
    elif customer is not None:
        owner = find_customer(work.connection, customer)
        query = query.where(account.c.customer_id == owner)
    for row in work.connection.execute(query):
        yield _walk(row)


class EndCount(NamedTuple):
    """How many walks came to an end.

    Attributes:
        service: Whose flow.
        question: Id of the question that led there.
        end: Its id.
        walks: How many came to it and no further.
        solved: How many of them say that it helped.
        open: How many wait there: nobody has said yet whether it helped.
    """

    service: str
    question: str
    end: str
    walks: int
    solved: int
    open: int


def count_ends(walks: Iterable[Walk]) -> list[EndCount]:
    """Return which questions end most walks, the most frequent first.

    A walk that was left before it came to an end does not count.
    """
    states: defaultdict[tuple[str, str, str], Counter[WalkState]] = defaultdict(Counter)
    for one in walks:
        if one.acts:
            states[one.service, _asked_last(one), one.stands_at][one.state] += 1
    counts = [
        EndCount(*key, found.total(), found["solved"], found["open"])
        for key, found in states.items()
    ]
    return sorted(counts, key=lambda one: (-one.walks, *one[:3]))


def _asked_last(one: Walk) -> str:
    """Return the question whose answer led to the end."""
    asked = [each.id for each in one.answers if not each.is_end]
    return asked[-1] if asked else ""


def _with(standing: Standing, answers: tuple[Answer, ...]) -> Standing:
    return replace(standing, walk=replace(standing.walk, answers=answers))


def _answered(
    work: UnitOfWork, standing: Standing, *, yes: bool, said: Mapping[str, bool] = _NOTHING
) -> Standing:
    """Return where an answer leads, and what onhook knows after it."""
    node = standing.position.node
    given = Answer(node.id, yes, isinstance(node, End))
    return _known_added(work, _with(standing, (*standing.walk.answers, given)), said)


def _known_added(
    work: UnitOfWork, standing: Standing, said: Mapping[str, bool] = _NOTHING
) -> Standing:
    """Return where it leads to answer what onhook knows, until a person has to."""
    while (known := _known(work, standing, said)) is not None:
        standing = _with(standing, (*standing.walk.answers, known))
    return standing


def _known(work: UnitOfWork, standing: Standing, said: Mapping[str, bool]) -> Answer | None:
    node = standing.position.node
    if isinstance(node, End) or node.known is None or node.id in said:
        return None
    found = known_answer(work, standing.candidate, node.known)
    return None if found is None else Answer(node.id, found.answer, known=found.why)


def _keep(work: UnitOfWork, standing: Standing) -> Standing:
    """Store what was answered and where that leads.

    Raises:
        WalkGoneOn: Somebody else answered meanwhile.
    """
    where, before = standing.position, standing.walk
    state: WalkState = "open"
    if where.is_over:
        state = "solved" if where.is_solved else "ended"
    told = {
        "changed_at": work.now,
        "changed_by": work.actor,
        "state": state,
        "stands_at": where.node.id,
        "acts": where.node.acts if isinstance(where.node, End) else "",
    }
    answers = [_stored(one) for one in before.answers]
    unchanged = (walk.c.id == before.id) & (walk.c.changed_at == before.changed_at)
    query = update(walk).where(unchanged).values(answers=answers, **told)
    if not work.connection.execute(query).rowcount:
        raise WalkGoneOn(str(before.id), before.account)
    return replace(standing, walk=find_walk(work, before.id))


def _record(work: UnitOfWork, standing: Standing) -> Standing:
    """Record where a walk stands now."""
    one = standing.walk
    action = "walk.answer" if one.state == "open" else "walk.end"
    told = {"device": one.device, "number": one.id, "at": one.stands_at, "state": one.state}
    work.record(action, one.account, **told)
    return standing


def _stored(one: Answer) -> dict[str, Any]:
    known = None if one.known is None else [one.known.key, one.known.data]
    return {"id": one.id, "yes": one.yes, "is_end": one.is_end, "known": known}


def _walks() -> Any:
    columns = (account.c.customer_id, account.c.extension, device_.c.platform, *walk.c)
    return (
        select(*columns)
        .join_from(walk, account, walk.c.account_id == account.c.id)
        .outerjoin(device_, walk.c.device_id == device_.c.id)
    )


def _walk(row: Row[Any]) -> Walk:
    return Walk(
        id=row.id,
        account=f"{row.customer_id}/{row.extension}",
        device=row.device_id,
        platform=row.platform or "",
        service=row.service,
        started_at=row.started_at,
        started_by=row.started_by,
        changed_at=row.changed_at,
        changed_by=row.changed_by,
        answers=tuple(
            Answer(**{**one, "known": Note(*one["known"]) if one["known"] else None})
            for one in row.answers
        ),
        state=row.state,
        stands_at=row.stands_at,
        acts=row.acts,
    )
