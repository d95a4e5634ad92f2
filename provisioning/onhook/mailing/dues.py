"""Tell by mail what falls due: some days before, and on the day; each once to each address.

Lease administrators get all of it, customers what is theirs and for them to do. What is new since
the last mail goes into one mail. Nothing runs between: whoever starts it each day misses nothing,
also after a day on which the machine was off.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from sqlalchemy import select

from onhook.leasing.falling_due import falls_due, missed
from onhook.mailing.book import states_of
from onhook.mailing.errors import MailServerUnset
from onhook.mailing.letters import Letter
from onhook.mailing.server import Mailbox
from onhook.mailing.wording import Wording, day_shown
from onhook.store.schema import contract, customer, device
from onhook.words import Words
from onhook_devices.errors import OnhookError, Refused

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from datetime import date

    from sqlalchemy import Row

    from onhook.leasing.falling_due import FallsDue
    from onhook.mailing.letters import Content
    from onhook.words import Language
    from onhook.workspace import UnitOfWork
    from onhook_devices.service import Service

KIND: Final = "due"
CUSTOMER_KIND: Final = "due-customer"
"""Apart from the administrator's, who may be reached at the same address."""
TEMPLATE: Final = "due"
ADMINISTRATOR: Final = "notify.to"
"""What administrators are called in the record: the setting that names them."""

FOR_CUSTOMERS: Final = frozenset(
    {"replacement-return", "end-return", "bought-return", "warranty-end", "minimum-level"}
)
"""What customers are told; whether a penalty is charged is for the provider to decide (J-L8)."""

Stage = Literal["before", "on"]


class NoCustomerMail(Refused):
    """A customer is to be told, and has no mail address."""

    customer: str


class Wish(NamedTuple):
    """What is to be told.

    Attributes:
        today: The day it is asked for.
        within: How many days before; None: as set.
        customer: Whose; None: all customers'.
        language: In which language; None: each one's own.
        again: Tell, too, what was perhaps told.
    """

    today: date
    within: int | None = None
    customer: str | None = None
    language: Language | None = None
    again: bool = False


class DueLetter(NamedTuple):
    """A mail about deadlines.

    Attributes:
        letter: It.
        deadlines: What it is about.
    """

    letter: Letter
    deadlines: tuple[FallsDue, ...]


class _Reader(NamedTuple):
    """Who is told: a lease administrator, or a customer."""

    kind: str

    whose: str
    to: Mailbox
    language: Language
    service: Service
    name: str
    correct: str
    is_customer: bool


def due_letters(work: UnitOfWork, wish: Wish) -> tuple[list[DueLetter], list[OnhookError]]:
    """Return the mails about what falls due and was not told yet, and who cannot be told.

    Raises:
        MailServerUnset: Nobody is set who is to be told.
        NoSuchCustomer: There is no such customer.
        NotAgreed, TaxRateUnknown: As `falls_due`.
    """
    settings = work.workspace.settings.mail
    if not settings.notify and not settings.notify_customers:
        raise MailServerUnset("notify.to", str(work.workspace.settings.file))
    days = settings.notify_days if wish.within is None else wish.within
    found = falls_due(work, wish.today, within=days, customer=wish.customer)
    models = _models(work, found)
    letters: list[DueLetter] = []
    for reader in _administrators(work, wish):
        letters += _letters(work, wish, reader, found, models)
    if not settings.notify_customers:
        return letters, []
    readers, errors = _customers(work, wish, found)
    for reader in readers:
        theirs = [one for one in found if _is_for(reader, one)]
        letters += _letters(work, wish, reader, theirs, models)
    return letters, errors


def stage_of(one: FallsDue, today: date) -> Stage:
    """Return which of its two mails a deadline is due for."""
    return "before" if one.days_left(today) > 0 else "on"


def topic_of(one: FallsDue, stage: Stage) -> str:
    """Return what the record knows a deadline by; one that was moved is another."""
    return f"{one.device} {one.kind} {one.due_on} {stage}"


def _letters(
    work: UnitOfWork,
    wish: Wish,
    reader: _Reader,
    found: Iterable[FallsDue],
    models: dict[str, str],
) -> Iterator[DueLetter]:
    """Yield a reader's letter about what is new, and those about what was perhaps told."""
    by_topic = {topic_of(one, stage_of(one, wish.today)): one for one in found}
    told = states_of(work, reader.kind, by_topic)
    state = {topic: told.get((topic, reader.to.address)) for topic in by_topic}
    doubtful = {topic: one for topic, one in by_topic.items() if state[topic] == "handing"}
    new = {topic: one for topic, one in by_topic.items() if state[topic] not in ("sent", "handing")}
    folder = work.workspace.settings.folder
    make = partial(_letter, Wording(folder, reader.language), wish.today, reader, models)
    if doubtful and not wish.again:  # it is only said of them that they are
        letter = replace(make(doubtful), name=f"{reader.name}-doubtful")
        yield DueLetter(letter, tuple(doubtful.values()))
    wanted = new | doubtful if wish.again else new
    if wanted:
        yield DueLetter(make(wanted), tuple(wanted.values()))


def _letter(
    wording: Wording,
    today: date,
    reader: _Reader,
    models: dict[str, str],
    deadlines: dict[str, FallsDue],
) -> Letter:
    def narrowed(topics: Collection[str]) -> Letter:
        rest = {topic: deadlines[topic] for topic in topics}
        return _letter(wording, today, reader, models, rest)

    def compose() -> Content:
        return wording.content(TEMPLATE, _values(reader, today, models, [*deadlines.values()]))

    return Letter(
        kind=reader.kind,
        topics=tuple(deadlines),
        whose=reader.whose,
        to=reader.to,
        language=reader.language,
        compose=compose,
        name=reader.name,
        again="onhook notify --due --again",
        correct=reader.correct,
        narrowed=narrowed,
    )


def _values(
    reader: _Reader, today: date, models: dict[str, str], deadlines: Sequence[FallsDue]
) -> dict[str, Any]:
    """Return what the mail's templates may show."""
    words = Words(reader.language)
    urgent = [one for one in deadlines if one.days_left(today) <= 0]
    return {
        "name": reader.to.name,
        "is_customer": reader.is_customer,
        "today": day_shown(today, reader.language),
        "count": len(deadlines),
        "urgent": len(urgent),
        "deadlines": [
            {
                "device": one.device,
                "model": models.get(one.device, ""),
                "customer": one.customer,
                "kind": one.kind,
                "what": words(f"lease-due-{one.kind}"),
                "due_on": day_shown(one.due_on, reader.language),
                "days_left": one.days_left(today),
                "left": _left(words, one.days_left(today)),
                "missed": missed(one, words),
                "rule": one.rule,
            }
            for one in deadlines
        ],
        "service": reader.service.name.ja if reader.language == "ja" else reader.service.name.en,
        "provider": reader.service.provider,
        "contact": reader.service.contact,
    }


def _left(words: Words, days: int) -> str:
    if days < 0:
        return words("lease-due-late", days=-days)
    return words("mail-due-left", days=days) if days else words("lease-due-today")


def _administrators(work: UnitOfWork, wish: Wish) -> Iterator[_Reader]:
    settings = work.workspace.settings
    service = work.workspace.services.get(settings.service)
    for number, box in enumerate(settings.mail.notify, 1):
        yield _Reader(
            kind=KIND,
            whose=ADMINISTRATOR,
            to=box,
            language=wish.language or settings.language,
            service=service,
            name=f"due-{number}",
            correct=f"notify.to, {settings.file}",
            is_customer=False,
        )


def _customers(
    work: UnitOfWork, wish: Wish, found: Iterable[FallsDue]
) -> tuple[list[_Reader], list[OnhookError]]:
    """Return the customers that have something to be told, and errors for who cannot be."""
    wanted = {one.customer for one in found if one.kind in FOR_CUSTOMERS}
    query = select(customer).where(customer.c.id.in_(wanted)).order_by(customer.c.id)
    rows = work.connection.execute(query).all()
    readers = [_customer(work, wish, row) for row in rows if row.mail]
    return readers, [NoCustomerMail(row.id) for row in rows if not row.mail]


def _customer(work: UnitOfWork, wish: Wish, row: Row[Any]) -> _Reader:
    contracts = select(contract.c.service).where(contract.c.customer_id == row.id)
    named = work.connection.scalars(contracts.order_by(contract.c.id.desc()).limit(1)).first()
    service = work.workspace.services.get(named or work.workspace.settings.service)
    return _Reader(
        kind=CUSTOMER_KIND,
        whose=row.id,
        to=Mailbox(row.name, row.mail),
        language=wish.language or row.language,
        service=service,
        name=f"due-{row.id}",
        correct=f"onhook customer set {row.id} --mail ADDRESS",
        is_customer=True,
    )


def _is_for(reader: _Reader, one: FallsDue) -> bool:
    return one.customer == reader.whose and one.kind in FOR_CUSTOMERS


def _models(work: UnitOfWork, found: Iterable[FallsDue]) -> dict[str, str]:
    """Return the models of the devices, by id."""
    ids = sorted({one.device for one in found})
    models: defaultdict[str, str] = defaultdict(str)
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        query = select(device.c.id, device.c.model).where(device.c.id.in_(some))
        models.update({row.id: row.model for row in work.connection.execute(query)})
    return models


_AT_ONCE: Final = 500
